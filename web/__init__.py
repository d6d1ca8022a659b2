"""The pages. A view calls one command or one query of the engine and renders; it decides nothing."""
