"""One module a revision, oldest first; never changed once it has been on somebody's machine."""
