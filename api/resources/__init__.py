"""The addresses: one module a resource, each view one command or one query."""
