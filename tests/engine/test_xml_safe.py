"""XML from outside: what is read, what is refused, and that refusing is quick and small."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.xml_safe import MAX_DEPTH, MAX_ELEMENTS, XmlRefused, parse

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, (b"&lol%s;" % (b"" if n == 1 else b"%d" % (n - 1))) * 10) for n in range(1, 10)
    )
    + b"]><lolz>&lol9;</lolz>"
)


def test_reads_a_diagram_without_comments() -> None:
    root = parse(b'<?xml version="1.0" encoding="UTF-8"?><!-- c --><a b="1"><!-- c --><?note x?><c>teks</c></a>')
    assert root.tag == "a"
    assert [child.tag for child in root] == ["c"]
    assert root[0].text == "teks"


def test_byte_order_mark_is_fine() -> None:
    assert parse(b"\xef\xbb\xbf<a/>").tag == "a"


REFUSED = {
    "empty": b"  \n",
    "not-xml": b"<a><b></a>",
    "doctype": LAUGHS,
    "too-large": b"<a>" + b" " * 10_000_000 + b"</a>",
    "too-many-elements": b"<a>" + b"<b/>" * 100_000 + b"</a>",
    "too-deep": b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
    "xinclude": b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///etc/passwd"/></a>',
    "instruction": b'<?xml-stylesheet href="http://contoh.id/x.xsl"?><a/>',
    "encoding": "<a>é</a>".encode("utf-16"),
    "external": b'<d xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><import location="http://x/y.xsd"/></d>',
}


@pytest.mark.parametrize("code", REFUSED)
def test_refused(code: str) -> None:
    start = time.perf_counter()
    with pytest.raises(XmlRefused) as caught:
        parse(REFUSED[code])
    assert caught.value.code == code
    assert caught.value.reason
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'<!DOCTYPE a SYSTEM "http://contoh.id/a.dtd"><a/>', "doctype"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><a/>', "doctype"),
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b"<a>&x;</a>", "not-xml"),
        (b"<a><b/>", "not-xml"),
        (b"bukan xml", "not-xml"),
        (b"\x00\x01", "not-xml"),
        (b"<a b='" + b"x" * 20_000 + b"'/>", "too-long"),
        (b"<a>" + b"x" * 150_000 + b"</a>", "too-long"),
        (b"<a " + b" ".join(b"b%d=''" % n for n in range(200)) + b"/>", "too-long"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "encoding"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "encoding"),
        (b"<a>\xff</a>", "encoding"),
        ("<!DOCTYPE a []><a/>".encode("utf-16"), "encoding"),
    ],
)
def test_also_refused(content: bytes, code: str) -> None:
    with pytest.raises(XmlRefused) as caught:
        parse(content)
    assert caught.value.code == code


def test_at_the_limits_is_read() -> None:
    assert len(parse(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")) == MAX_ELEMENTS - 1
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"


def test_refusing_stays_small() -> None:
    """Peak memory of a fresh interpreter that meets all three bombs."""
    code = (
        "from engine.xml_safe import parse, XmlRefused\n"
        "from tests.engine.test_xml_safe import REFUSED\n"
        "for code in ('doctype', 'too-large', 'too-many-elements'):\n"
        "    try:\n        parse(REFUSED[code])\n    except XmlRefused:\n        pass\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert int(out.stdout) < 300_000  # KiB


@given(st.one_of(st.binary(max_size=80), st.text(alphabet="<>/a b='\"&;![]-?x\n", max_size=60).map(str.encode)))
def test_random_bytes_raise_nothing_else(content: bytes) -> None:
    try:
        parse(content)
    except XmlRefused as refused:
        assert refused.code and refused.reason
