"""REST: what programs may ask of the office and tell it. The same commands and queries as the pages, nothing more."""
