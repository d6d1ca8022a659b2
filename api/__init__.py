"""The REST interface: the same commands and queries as the pages, as JSON."""
