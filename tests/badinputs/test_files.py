"""F4, F11 to F13, F17, F18: every limit of files has a sentence, and the earlier ones are safe."""

import io
import re
import tracemalloc
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.rules import limits
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import upload
from madoguchi.tools.vault.models import HeldFile
from madoguchi.web.kit.body import Counted
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from tests import lying
from tests.answers import Response, squeezed
from tests.badinputs import making
from tests.web.portal import browsing

MOST_MEMORY = 50_000_000


def test_f04_an_archive_of_zeros_is_kept_without_being_unpacked(portal: Client) -> None:
    bomb = making.zipped(**{f"zeros{n}": making.ZEROS * 10 for n in range(5)})
    browsing.begin(portal)
    tracemalloc.start()
    try:
        answer = browsing.answer(portal, "story", files=[browsing.file("42.zip", bomb)])
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 303
    assert most < MOST_MEMORY < len(making.ZEROS) * 10 * 5


def slips(response: Response) -> str:
    """The page, which must be one with something to change."""
    assert response.status_code == 422
    return squeezed(response)


def test_f12_an_empty_file_is_asked_for_again_the_others_are_safe(begun: Client) -> None:
    files = [browsing.file("good.jpg"), browsing.file("empty.jpg", b"")]
    page = slips(browsing.answer(begun, "story", text="文章", files=files))
    assert "中身のないファイル" in page
    assert "good.jpg" in page
    assert "<span>empty.jpg" not in page
    assert browsing.answer(begun, "story", text="文章").status_code == 303
    assert HeldFile.objects.count() == 1


@pytest.mark.parametrize("count", [11, 21, 60])
def test_f17_files_after_the_tenth_are_refused_the_ten_are_safe(begun: Client, count: int) -> None:
    files = [browsing.file(f"p{n:02}.jpg") for n in range(count)]
    page = slips(browsing.answer(begun, "story", text="文章", files=files))
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
    page = slips(browsing.answer(portal, "story", text="文章", files=files))
    assert "USBでお持ちいただくか、お電話ください" in page
    assert "<span>a.jpg" in page
    assert "<span>b.mp4" not in page


def test_f17_a_request_of_201_mb_keeps_its_words(
    begun: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing.answer(begun, "story", files=[browsing.file("early.jpg")])
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    monkeypatch.setattr(upload, "SLACK", 0)
    large = [browsing.file("film.mp4", b"x" * 2_000)]
    page = slips(browsing.answer(begun, "story", text="文章は残る", files=large))
    assert "USBでお持ちいただくか、お電話ください" in page
    assert "文章は残る" in page
    assert "early.jpg" in page


def test_f17_a_full_day_still_takes_words(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DAY_BYTES", 10)
    browsing.begin(portal)
    files = [browsing.file("a.jpg", b"a" * 11)]
    page = slips(browsing.answer(portal, "story", text="文章", files=files))
    assert "文章は送れます" in page
    assert browsing.answer(portal, "story", text="文章").status_code == 303


def test_files_stand_in_the_order_in_which_they_were_sent(
    portal: Client, office: OfficeCard
) -> None:
    names = [f"{number}.jpg" for number in (3, 1, 4, 5, 9, 2, 6, 8)]
    browsing.fill(portal, files=[browsing.file(name) for name in names])
    held = browsing.holding(office, browsing.send(portal))
    assert [card.name for card in evidence.cards(held.drawer)] == names


def test_f18_the_same_file_twice_is_two_files(begun: Client) -> None:
    browsing.answer(begun, "story", files=[browsing.file(), browsing.file()])
    assert HeldFile.objects.count() == 2


def test_u31_files_survive_an_error_and_can_be_taken_back(begun: Client) -> None:
    sent = browsing.answer(begun, "story", text="あ" * 20_001, files=[browsing.file("a.jpg")])
    assert "a.jpg" in slips(sent)
    (row,) = HeldFile.objects.all()
    assert (
        browsing.answer(begun, "story", text="短い", remove=str(row.id))["Location"]
        == "/s/c/story/"
    )
    page = squeezed(begun.get("/s/c/story/"))
    assert "a.jpg" not in page
    assert "短い" in page
    assert not lying.place(row.id).exists()


def test_a_file_of_another_visit_cannot_be_taken_back(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "story", files=[browsing.file("a.jpg")])
    (row,) = HeldFile.objects.all()
    portal.cookies.clear()
    browsing.begin(portal)
    browsing.answer(portal, "story", remove=str(row.id))
    browsing.answer(portal, "story", remove="no id")
    assert HeldFile.objects.filter(pk=row.id).exists()


def test_f13_a_body_cut_short_is_not_acknowledged(begun: Client) -> None:
    boundary = "x" * 20
    whole = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n{'a' * 5_000}\r\n--{boundary}--\r\n"
    ).encode()
    cut = io.BytesIO(whole[: len(whole) * 99 // 100])
    counted = Counted(cut)
    environ: dict[str, Any] = {"wsgi.input": counted, "madoguchi.body": counted}
    environ["CONTENT_LENGTH"] = str(len(whole))
    response = begun.generic(
        "POST",
        "/s/c/story/",
        b"",
        content_type=f"multipart/form-data; boundary={boundary}",
        **environ,
    )
    assert response.status_code == 400
    assert not HeldFile.objects.exists()
    assert "a.jpg" not in squeezed(begun.get("/s/c/story/"))


def test_one_upload_may_use_everything(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BYTES_A_CASE", 1_000)
    browsing.begin(portal)
    whole = SimpleUploadedFile("a.bin", b"a" * 1_000)
    assert browsing.answer(portal, "story", files=[whole]).status_code == 303


def test_f18_another_case_with_the_same_file_tells_nobody(portal: Client, now: datetime) -> None:
    pages = []
    for _ in range(2):
        browsing.fill(portal, files=[browsing.file("same.jpg", b"\xff\xd8same")])
        check = re.sub(
            rb'name="(?:mark|shown)" value="\w+"', b"", portal.get("/s/c/check/").content
        )
        pair = browsing.send(portal)
        browsing.open_receipt(portal, *pair)
        pages.append((check, portal.get("/s/f/").content.count(b"same.jpg")))
        portal.get("/s/leave/")
    assert pages[0] == pages[1]
    rows = list(Item.objects.all())
    assert len({row.case_id for row in rows}) == 2
    first, second = (lying.place(row.pk).read_bytes() for row in rows)
    assert first != second  # sealed under keys of their own: not even the bytes on disk tell
