"""F14: a file's name is only words, at both doors, on disk and in a header."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils.http import content_disposition_header
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files as vault_files
from madoguchi.web.kit.downloads import safe_name
from madoguchi.work.evidence.models import Item
from tests import lying
from tests.answers import squeezed
from tests.badinputs.ends import case_page
from tests.web.portal import browsing

NAMES = {
    "a folder": ("../../etc/passwd", "passwd"),
    "a drive": ("C:\\con.jpg", "con.jpg"),
    "a long name": ("あ" * 300 + ".jpg", "あ" * 300 + ".jpg"),
    "apart": ("か\u3099.jpg", "か\u3099.jpg"),
    "emoji": ("😀.jpg", "😀.jpg"),
    "a command": ("a;rm -rf.jpg", "a;rm -rf.jpg"),
    "markup": ("<img src=x onerror=x>.jpg", "<img src=x onerror=x>.jpg"),
    "turned around": ("cod\u202egpj.exe", "cod\u202egpj.exe"),  # the desk shows ⟦U+202E⟧
    "a wide blank": ("見積　書.pdf", "見積　書.pdf"),
    "only a sign": ("\u202e", "\u202e"),
    "a zero": ("a.jpg\0.exe", "a.jpg.exe"),
    "line ends": ("a\r\nSet-Cookie: x=1\r\n.jpg", '"a'),  # the rest is another header of the part
    "line ends as browsers send them": ("a%0D%0ASet-Cookie: x=1.jpg", "a%0D%0ASet-Cookie: x=1.jpg"),
}


@pytest.mark.parametrize(("name", "kept"), NAMES.values(), ids=NAMES)
def test_f14_a_files_name_is_only_words(
    portal: Client, office: OfficeCard, name: str, kept: str
) -> None:
    browsing.begin(portal)
    sent = browsing.file("x.jpg")
    vars(sent)["_name"] = name  # as a hostile browser would send it
    response = browsing.answer(portal, "story", files=[sent])
    assert response.status_code == 303
    page = squeezed(portal.get("/s/c/story/"))
    assert "<img src=x" not in page
    assert "x" not in portal.cookies
    browsing.answer(portal, "danger", **browsing.START)
    browsing.answer(portal, "contact", **browsing.CONTACT, finish="1")
    held = browsing.holding(office, browsing.receipt(portal))
    (row,) = Item.objects.all()
    assert vault_files.About.from_json(held.drawer.open("item", row.id, row.about)).name == kept
    assert lying.place(row.id).name == row.id.hex


def test_f14_the_desk_sees_what_hides_in_a_name(
    portal: Client, settings: Settings, office: OfficeCard, now: datetime
) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "danger", **browsing.START)
    browsing.answer(portal, "contact", **browsing.CONTACT)
    browsing.answer(portal, "story", files=[browsing.file("cod\u202egpj.exe")], finish="1")
    browsing.receipt(portal)
    page = case_page(settings, office, now)
    assert "cod⟦U+202E⟧gpj.exe" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("name", [*(kept for _, kept in NAMES.values()), "..."])
def test_f14_a_name_leaves_the_desk_harmless(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= 120
    assert not set(safe) & set('\\/:*?"<>|;%\r\n\0\u202e')
    assert not safe.startswith(".")
    header = content_disposition_header(as_attachment=True, filename=safe)
    assert header
    assert header.isascii()
    assert "\n" not in header
