"""Everybody says where messages reach them."""

from __future__ import annotations

from collections.abc import Callable

from engine.people import contact_of
from tests.engine.core.conftest import PEOPLE, Desk
from tests.web.conftest import Visitor


def test_a_person_writes_down_where_messages_reach_them(visit: Callable[[str], Visitor], desk: Desk) -> None:
    budi = visit("bidang")
    form = budi.get("/saya").form("/saya/kontak")
    wrong = budi.send(form, email="budi di kantor", phone="0812 1111 2222")
    assert wrong.status == 422 and "Alamat surel seperti" in wrong.text
    again = wrong.form("/saya/kontak")
    assert dict(again.form_values())["phone"] == "0812 1111 2222", "what was typed is kept"
    assert "tersimpan" in budi.send(again, email="budi@bppt.example").text
    with desk.office.db.read() as connection:
        assert contact_of(connection, PEOPLE["bidang"].id) == ("budi@bppt.example", "+6281211112222")
        assert contact_of(connection, PEOPLE["bidang2"].id) == (None, None)
