"""31. Attach what is hostile, huge, the same or gone to a grant: its file and bundle stay whole."""

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store
from madoguchi.work.evidence.models import Item
from madoguchi.work.subsidy.bundle.actions import INDEX, bundle, zipped
from tests.pdf import text
from tests.web.desk.granted import Seat, seat
from tests.work.subsidy.drawn import attach, corrected
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00"
HOSTILE: dict[str, tuple[bytes, str]] = {
    "../../etc/cron.d/x.pdf": (b"%PDF-1.7 /OpenAction /JavaScript (app.alert(1))", "pdf"),
    "見積\u202efdp.exe": (b"MZ\x90\x00 a program", "bin"),
    "a\r\nSet-Cookie: x=1.pdf": (b"%PDF-1.7 /EmbeddedFiles /AcroForm /XFA", "pdf"),
    "bomb.pdf": (b"PK\x03\x04" + bytes(5_000), "bin"),
    "huge.png": (PNG, "png"),
    "both.jpg": (b"\xff\xd8\xff\xe0 picture %PDF-1.7 PK\x03\x04 <script>alert(1)</script>", "jpg"),
    "<script>alert(1)</script>.html": (b"<!doctype html><script>alert(1)</script>", "bin"),
    "=cmd|' /C calc'!A0.txt": (b"=1+1", "txt"),
}
MUCH, TIMES = 10 * 1024 * 1024, 12
MOST_MORE_KB = 48 * 1024


def with_files(office: OfficeCard, now: datetime, given: Iterable[tuple[str, bytes]]) -> Desk:
    """A grant that names these files."""
    opened_year(office)
    desk = sent(office, now)
    desk.receive()
    ids = tuple(attach(desk.grant, name, content, now) for name, content in given)
    corrected(desk, replace(APPLIED, other_files=ids))
    return desk


def bundled(here: Seat) -> dict[str, bytes]:
    """The files of the bundle, by name."""
    answer = here.browser.post(f"{here.path}bundle/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_nothing_hostile_is_run_named_or_changed(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [(name, content) for name, (content, _) in HOSTILE.items()]
    here = seat(office, now, monkeypatch, desk=with_files(office, now, given))
    page = here.page()
    assert "<script>alert(1)" not in page
    assert "\u202e" not in page
    annexes = {name: content for name, content in bundled(here).items() if name.startswith("別封/")}
    assert sorted(name.rpartition(".")[2] for name in annexes) == sorted(
        ending for _, ending in HOSTILE.values()
    )
    assert not [name for name in annexes if ".." in name or "\\" in name or name.count("/") != 1]
    assert set(annexes.values()) == {content for content, _ in HOSTILE.values()}
    for row in Item.objects.all():
        answer = here.browser.post(f"{here.path}files/{row.pk}/")
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        said = answer.headers["Content-Disposition"]
        assert said.startswith("attachment")
        assert not set(said) & set("\r\n/\\\u202e<>")
        assert "Set-Cookie" not in answer.headers


def test_the_same_file_many_times_and_one_that_is_gone(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = with_files(office, now, [(f"{at}.jpg", b"\xff\xd8\xff the same") for at in range(30)])
    first = Item.objects.order_by("at", "id")[0]
    store.delete(first.pk)
    here = seat(office, now, monkeypatch, desk=desk)
    found = bundled(here)
    assert len([name for name in found if name.startswith("別封/")]) == 29
    words = "".join(text(found[INDEX]).split())
    assert words.count("入っていません：ファイルが見つかりません") == 1
    assert words.count(hashlib.sha256(b"\xff\xd8\xff the same").hexdigest()) == 30
    assert here.browser.post(f"{here.path}files/{first.pk}/").status_code == 410


def test_large_screens_go_through_a_bundle_piece_by_piece(
    office: OfficeCard, now: datetime
) -> None:
    screen = b"\xff\xd8\xff" + bytes(MUCH)
    desk = with_files(office, now, [(f"{at}.jpg", screen) for at in range(TIMES)])
    made = bundle(desk.officer, desk.grant, "別封", now=now)
    before = peak(anew=True)
    length = sum(len(piece) for piece in zipped(made, b"index", b"file"))
    assert length > MUCH * TIMES
    assert peak() - before < MOST_MORE_KB
    whole = b"".join(zipped(made, b"index", b"file"))  # the control: all of it at once
    assert len(whole) == length
    assert peak() - before > MOST_MORE_KB


def peak(*, anew: bool = False) -> int:
    """The most memory that this process held, in KiB; `anew`: counted from here on."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
