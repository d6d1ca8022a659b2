"""python -m benchmarks [NAME ...]: figures as JSON."""

from __future__ import annotations

import sys

import orjson

from benchmarks import NAMES, find

if __name__ == "__main__":
    for name in sys.argv[1:] or NAMES:
        print(orjson.dumps({name: find(name)()}, option=orjson.OPT_INDENT_2).decode())
