"""Files that people and attackers send: every kind is kept, every limit has a sentence.

The numbers are those of the house's list of sixty bad inputs (F files).
"""

from __future__ import annotations

import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from madoguchi.rules import limits
from madoguchi.tools.vault import files as vault_files
from madoguchi.tools.vault import upload
from madoguchi.tools.vault.models import HeldFile
from madoguchi.web.kit.body import Counted
from madoguchi.work.evidence.models import Item
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from madoguchi.tools.office.public import OfficeCard


def zipped(**members: bytes) -> bytes:
    """A ZIP of these members; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def png(width: int, height: int, *more: tuple[bytes, bytes]) -> bytes:
    """The head of a PNG that says it is this large, with further chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IEND", b"")]
    packed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ZEROS = b"\0" * 2_000_000
MOST_MEMORY = 50_000_000
FILES = {
    "F1 two kinds at once": ("a.jpg", b"\xff\xd8\xff\xe0" + zipped(x=b"1")),
    "F2 drawing with a script": ("a.svg", b'<svg onload="x()"><script>x()</script></svg>'),
    "F3 saved page": ("post.mht", b"From: saved\r\nContent-Type: multipart/related\r\n\r\n<html>"),
    "F4 nested archive, small": ("42.zip", zipped(inner__zip=zipped(zeros=ZEROS))),
    "F5 huge picture": ("flat.png", png(17_000, 17_000)),
    "F6 position in a picture": ("home.jpg", b"\xff\xd8\xff\xe1\0\x20Exif\0\0GPS 36.49 139.00"),
    "F7 HEIC": ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic" + bytes(64)),
    "F8 locked PDF": ("a.pdf", b"%PDF-1.7\ntrailer<</Encrypt 1 0 R>>"),
    "F9 PDF with a script": ("b.pdf", b"%PDF-1.7\n<</OpenAction<</S/JavaScript/JS(x)>>>>"),
    "F10 document with macros": ("a.docm", zipped(**{"../../etc/x": b"1", "word/vba__bin": b"2"})),
    "F12 one byte": ("one.bin", b"x"),
    "F13 picture cut short": ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JF"),
    "F15 another ending": ("a.png", b"RIFF\0\0\0\0WEBPVP8 "),
    "F15 program": ("b.jpg", b"MZ\x90\0" + bytes(64)),
    "F16 test of scanners": ("eicar.com", EICAR),
    "F19 table": ("a.csv", '=HYPERLINK("x"),@SUM'.encode("cp932")),
    "F20 other picture": ("a.jpg", b"8BPS\0\1" + bytes(32)),
    "F21 many frames": ("a.gif", b"GIF89a" + b"\x21\xf9\x04\0\0\0\0\0" * 10_000),
    "F21 text bomb in a picture": ("z.png", png(1, 1, (b"zTXt", b"x\0\0" + zlib.compress(ZEROS)))),
    "F22 mail": ("a.eml", b"From: x@example.jp\r\nSubject: =?ISO-2022-JP?B?x?=\r\n\r\nbody"),
    "F22 talk": ("[LINE] talk.txt", "12:00\t花子\tこんにちは\n".encode() * 50_000),
}


@pytest.mark.parametrize(("name", "data"), FILES.values(), ids=FILES)
def test_every_kind_of_file_is_kept_byte_for_byte(
    portal: Client, office: OfficeCard, name: str, data: bytes
) -> None:
    browsing.fill(portal, files=[browsing.file(name, data)])
    held = browsing.holding(office, browsing.send(portal))
    (row,) = Item.objects.all()
    about = vault_files.About.from_json(held.drawer.open("item", row.id, row.about))
    assert about.name == name
    assert about.sha256 == hashlib.sha256(data).hexdigest()
    assert b"".join(vault_files.read(row.id, about)) == data


def test_f4_an_archive_of_zeros_is_kept_without_being_unpacked(portal: Client) -> None:
    bomb = zipped(**{f"zeros{n}": ZEROS * 10 for n in range(5)})
    browsing.begin(portal)
    tracemalloc.start()
    try:
        answer = browsing.answer(portal, 4, files=[browsing.file("42.zip", bomb)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 303
    assert most < MOST_MEMORY < len(ZEROS) * 10 * 5


NAMES = {
    "a folder": ("../../etc/passwd", "passwd"),
    "a drive": ("C:\\con.jpg", "con.jpg"),
    "a long name": ("あ" * 300 + ".jpg", "あ" * 300 + ".jpg"),
    "apart": ("か\u3099.jpg", "か\u3099.jpg"),
    "emoji": ("😀.jpg", "😀.jpg"),
    "a command": ("a;rm -rf.jpg", "a;rm -rf.jpg"),
    "markup": ("<img src=x onerror=x>.jpg", "<img src=x onerror=x>.jpg"),
    "turned around": ("cod\u202egpj.exe", "codgpj.exe"),  # Django drops what does not print
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
    response = browsing.answer(portal, 4, files=[sent])
    assert response.status_code == 303
    page = portal.get("/s/c/4/").content.decode()
    assert "<img src=x" not in page
    assert "x" not in portal.cookies
    browsing.answer(portal, 1, **browsing.START)
    browsing.answer(portal, 2, **browsing.CONTACT, finish="1")
    held = browsing.holding(office, browsing.receipt(portal))
    (row,) = Item.objects.all()
    assert vault_files.About.from_json(held.drawer.open("item", row.id, row.about)).name == kept
    assert vault_files.place(row.id).name == row.id.hex


def slips(response: Response) -> str:
    """The page, which must be one with something to change."""
    assert response.status_code == 422
    return response.content.decode()


def test_f12_an_empty_file_is_asked_for_again_the_others_are_safe(portal: Client) -> None:
    browsing.begin(portal)
    files = [browsing.file("good.jpg"), browsing.file("empty.jpg", b"")]
    page = slips(browsing.answer(portal, 4, text="文章", files=files))
    assert "中身のないファイル" in page
    assert "good.jpg" in page
    assert "<span>empty.jpg" not in page
    assert browsing.answer(portal, 4, text="文章").status_code == 303
    assert HeldFile.objects.count() == 1


@pytest.mark.parametrize("count", [11, 21, 60])
def test_f17_files_after_the_tenth_are_refused_the_ten_are_safe(portal: Client, count: int) -> None:
    browsing.begin(portal)
    files = [browsing.file(f"p{n:02}.jpg") for n in range(count)]
    page = slips(browsing.answer(portal, 4, text="文章", files=files))
    assert "ファイルは10個までです" in page
    assert "文章" in page
    assert [f"<span>p{n:02}.jpg" in page for n in range(11)] == [True] * 10 + [False]
    assert HeldFile.objects.count() == 10


def test_f11_files_beyond_200_mb_are_refused_the_earlier_are_safe(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    browsing.begin(portal)
    files = [browsing.file("a.jpg", b"a" * 900), browsing.file("b.mp4", b"b" * 101)]
    page = slips(browsing.answer(portal, 4, text="文章", files=files))
    assert "USBでお持ちいただくか、お電話ください" in page
    assert "<span>a.jpg" in page
    assert "<span>b.mp4" not in page


def test_f17_a_request_of_201_mb_keeps_its_words(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 4, files=[browsing.file("early.jpg")])
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    monkeypatch.setattr(upload, "SLACK", 0)
    large = [browsing.file("film.mp4", b"x" * 2_000)]
    page = slips(browsing.answer(portal, 4, text="文章は残る", files=large))
    assert "USBでお持ちいただくか、お電話ください" in page
    assert "文章は残る" in page
    assert "early.jpg" in page


def test_f17_a_full_day_still_takes_words(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DAY_BYTES", 10)
    browsing.begin(portal)
    files = [browsing.file("a.jpg", b"a" * 11)]
    page = slips(browsing.answer(portal, 4, text="文章", files=files))
    assert "文章は送れます" in page
    assert browsing.answer(portal, 4, text="文章").status_code == 303


def test_f18_the_same_file_twice_is_two_files(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 4, files=[browsing.file(), browsing.file()])
    assert HeldFile.objects.count() == 2


def test_u31_files_survive_an_error_and_can_be_taken_back(portal: Client) -> None:
    browsing.begin(portal)
    sent = browsing.answer(portal, 4, text="あ" * 20_001, files=[browsing.file("a.jpg")])
    assert "a.jpg" in slips(sent)
    (row,) = HeldFile.objects.all()
    assert browsing.answer(portal, 4, text="短い", remove=str(row.id))["Location"] == "/s/c/4/"
    page = portal.get("/s/c/4/").content.decode()
    assert "a.jpg" not in page
    assert "短い" in page
    assert not vault_files.place(row.id).exists()


def test_a_file_of_another_visit_cannot_be_taken_back(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 4, files=[browsing.file("a.jpg")])
    (row,) = HeldFile.objects.all()
    portal.cookies.clear()
    browsing.begin(portal)
    browsing.answer(portal, 4, remove=str(row.id))
    browsing.answer(portal, 4, remove="no id")
    assert HeldFile.objects.filter(pk=row.id).exists()


def test_f13_a_body_cut_short_is_not_acknowledged(portal: Client) -> None:
    browsing.begin(portal)
    boundary = "x" * 20
    whole = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n{'a' * 5_000}\r\n--{boundary}--\r\n"
    ).encode()
    cut = io.BytesIO(whole[: len(whole) * 99 // 100])
    counted = Counted(cut)
    environ: dict[str, Any] = {"wsgi.input": counted, "madoguchi.body": counted}
    environ["CONTENT_LENGTH"] = str(len(whole))
    response = portal.generic(
        "POST",
        "/s/c/4/",
        b"",
        content_type=f"multipart/form-data; boundary={boundary}",
        **environ,
    )
    assert response.status_code == 400
    assert not HeldFile.objects.exists()
    assert "a.jpg" not in portal.get("/s/c/4/").content.decode()


def test_a_form_without_its_kind_is_no_crash(portal: Client) -> None:
    browsing.begin(portal)
    for kind in ("text/plain", "multipart/form-data", "multipart/form-data; boundary="):
        assert portal.post("/s/c/4/", b"x", content_type=kind).status_code < 500


def test_one_upload_may_use_everything(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    browsing.begin(portal)
    whole = SimpleUploadedFile("a.bin", b"a" * 1_000)
    assert browsing.answer(portal, 4, files=[whole]).status_code == 303
