"""F1 to F10, F12, F13, F15, F16, F19 to F22: every kind of file is kept and none is interpreted.

What a person sends through the portal leaves the desk byte for byte, as a download that no browser
runs; beside it stands what it begins like and what to beware of.
"""

import hashlib
import html
import re
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files as vault_files
from madoguchi.tools.vault import upload
from madoguchi.work.cases.models import Case
from madoguchi.work.evidence.models import Item
from tests.answers import squeezed
from tests.badinputs import making
from tests.badinputs.ends import open_desk
from tests.web.desk.colleagues import colleague, do
from tests.web.portal import browsing

type Sent = tuple[str, bytes]
type Through = Callable[..., list[str]]
ACTS, PROGRAM = "開くと勝手に動くしくみ", "プログラムです"
ENDING, PLACE, HOLDS = "ファイル名の終わり（拡張子）", "位置情報が入っている", "中に別のファイル"


@pytest.fixture
def through(portal: Client, office: OfficeCard, now: datetime, settings: Settings) -> Through:
    """Sends files in at the portal and takes them out at the desk; what stands beside each."""

    def send(*sent: Sent) -> list[str]:
        browsing.fill(portal, files=[browsing.file(name, data) for name, data in sent])
        held = browsing.holding(office, browsing.send(portal))
        rows = {
            vault_files.About.from_json(held.drawer.open("item", row.id, row.about)).name: row
            for row in Item.objects.all()
        }
        assert sorted(rows) == sorted(name for name, _ in sent)
        open_desk(settings)
        _, browser = colleague(office, "counsellor", now)
        case_id = held.case_id
        assert do(browser, Case.objects.get(pk=case_id), "take").status_code == 303
        page = squeezed(browser.get(f"/cases/{case_id}/"))
        for name, data in sent:
            answer: Any = browser.post(f"/cases/{case_id}/files/{rows[name].pk}/")
            assert hashlib.sha256(answer.getvalue()).digest() == hashlib.sha256(data).digest()
            assert answer["Content-Type"] == "application/octet-stream"
            assert answer["Content-Disposition"].startswith("attachment")
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "<img" not in page
        assert "<svg" not in page
        listed = re.findall(r'<li><span class="as-typed">(.*?)</li>', page, re.DOTALL)
        beside = {html.unescape(part).partition("<")[0]: part for part in listed}
        return [beside[name] for name, _ in sent]

    return send


def test_f01_two_kinds_at_once(through: Through) -> None:
    zipped = making.zipped(x=b"1")
    beside = through(
        ("a.jpg", making.JPEG + zipped),
        ("b.pdf", making.pdf(b"<html><script>alert(1)</script>")),
        ("c.gif", b"GIF89a/*" + b"\0" * 8 + b"*/=alert(1)//"),
    )
    assert ["JPEG画像" in beside[0], "PDF" in beside[1], "GIF画像" in beside[2]] == [True] * 3


def test_f02_a_drawing_with_a_script(through: Through) -> None:
    drawing = b'<?xml version="1.0"?><svg onload="x()"><script href="//evil.example"/></svg>'
    for part in through(("a.svg", drawing), ("b.png", drawing)):
        assert ACTS in part


def test_f03_a_saved_page(through: Through) -> None:
    page = b"<!DOCTYPE html><html><img src=https://evil.example/x.png>"
    mht = b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"
    beside = through(("a.html", page), ("b.mht", mht), ("c.webarchive", b"bplist00\xd1\1"))
    assert all(ACTS in part for part in beside)


def test_f04_a_nested_archive(through: Through) -> None:
    (beside,) = through(("42.zip", making.zipped(inner__zip=making.zipped(zeros=making.ZEROS))))
    assert HOLDS in beside


def test_f05_a_picture_too_large_to_open(through: Through) -> None:
    data = making.flat_png(17_000)
    assert len(data) < 1_000_000
    (beside,) = through(("flat.png", data))
    assert "PNG画像" in beside


def test_f06_a_position_in_a_picture_is_said_and_stays_in_it(through: Through) -> None:
    home = making.jpeg_from((36, 29, 24))
    other = making.jpeg_from((36, 29, 24), big_endian=False)
    beside = through(("home.jpg", home), ("b.jpg", other), ("c.jpg", making.JPEG))
    assert [PLACE in part for part in beside] == [True, True, False]


def test_f07_pictures_of_an_iphone(through: Through) -> None:
    beside = through(("IMG_0001.HEIC", making.heic()), ("IMG_0002.heif", making.heic(b"hevc")))
    assert all("HEIC画像" in part and ENDING not in part for part in beside)


def test_f08_a_locked_pdf(through: Through) -> None:
    (beside,) = through(("a.pdf", making.pdf(b"trailer<</Encrypt 1 0 R>>")))
    assert "PDF" in beside


def test_f09_a_pdf_that_acts(through: Through) -> None:
    acts = (b"<</OpenAction<</S/JavaScript/JS(x)>>>>", b"<</S/Launch>>", b"<</XFA 1 0 R>>")
    through(("b.pdf", making.pdf(*acts)), ("loop.pdf", making.pdf(b"trailer<</Prev 9>>")))


def test_f10_documents_with_macros_and_paths(through: Through) -> None:
    slip = making.zipped(**{"../../etc/x": b"1", "word/vba__bin": b"2"})
    entity = making.zipped(word=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    beside = through(("a.docm", slip), ("b.docx", entity), ("c.xls", b"\xd0\xcf\x11\xe0" * 9))
    assert [ACTS in part for part in beside] == [True, False, True]
    assert not any(HOLDS in part for part in beside)
    assert all("文書 ·" in part for part in beside)


def test_f08_a_bare_archive_is_no_document(through: Through) -> None:
    (beside,) = through(("a.zip", making.zipped(word=b"1")))
    assert "ZIP形式 ·" in beside
    assert HOLDS in beside


def test_f12_a_file_of_one_byte(through: Through) -> None:
    (beside,) = through(("one.bin", b"x"))
    assert "1 KB" in beside


def test_f13_a_picture_cut_short_before_it_came(through: Through) -> None:
    through(("cut.jpg", making.JPEG[:9]))


def test_f15_a_name_that_says_something_else(through: Through) -> None:
    webp, program = b"RIFF\0\0\0\0WEBPVP8 ", b"MZ\x90\0" + bytes(64)
    beside = through(("a.png", webp), ("b.jpg", program), ("c.scr", b"text"), ("MZ.txt", b"MZ!"))
    assert [ENDING in part for part in beside] == [True, True, False, False]
    assert [PROGRAM in part for part in beside] == [False, True, True, False]
    assert "WebP画像" in beside[0]


def test_f16_what_scanners_stop_is_kept_and_flagged(through: Through) -> None:
    zipped = making.zipped(eicar=making.EICAR)
    inside = making.pdf(b"stream", making.EICAR, b"endstream")
    beside = through(("eicar.com", making.EICAR), ("eicar.zip", zipped), ("eicar.pdf", inside))
    assert ["危険とする内容" in part for part in beside] == [True, False, True]
    assert all("ウイルスの検査はしていません" in part for part in beside)


def test_f19_tables_with_formulas(through: Through) -> None:
    formulas = '=HYPERLINK("x"),@SUM,+1,-1'
    through(
        ("sjis.csv", formulas.encode("cp932")),
        ("bom.tsv", formulas.replace(",", "\t").encode("utf-8-sig")),
    )


def test_f20_rare_pictures_renamed(through: Through) -> None:
    heads = (b"SIMPLE  =", b"8BPS\0\1", b"%!PS-Adobe", b"II*\0", b"\0\0\1\0", b"\xd7\xcd\xc6\x9a")
    beside = through(*((f"{at}.jpg", head + bytes(32)) for at, head in enumerate(heads)))
    assert all(ENDING in part and "そのほかの画像" in part for part in beside)


def test_f21_many_frames_and_a_text_bomb(through: Through) -> None:
    bomb = making.png(1, 1, (b"zTXt", b"x\0\0" + zlib.compress(making.ZEROS)))
    through(("a.gif", making.animation(10_000)), ("z.png", bomb))


def test_f22_mails_and_talks(through: Through) -> None:
    inner = b"From: boss@example.jp\r\nContent-Type: message/rfc822\r\n\r\nFrom: y\r\n\r\nz"
    talk = "12:00\t花子\tこんにちは\n".encode() * 50_000
    beside = through(
        ("a.eml", inner), ("[LINE] talk.txt", talk), ("a.msg", b"\xd0\xcf\x11\xe0\xa1")
    )
    assert "1.4 MB" in beside[1]


def test_f15_without_the_table_of_first_bytes_nothing_is_said(
    through: Through, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of F6, F15 and F16: what stands beside a file comes from its first bytes."""
    monkeypatch.setattr(upload, "looks", lambda _first: "unknown")
    monkeypatch.setattr(upload, "tells_place", lambda _first: False)
    home, program = making.jpeg_from((36, 29, 24)), b"MZ\x90\0" + bytes(64)
    beside = through(("home.bin", home), ("a.bin", program), ("eicar.bin", making.EICAR))
    assert not [part for part in beside if PLACE in part or PROGRAM in part or "危険" in part]
