"""Files leave the desk unread by anything, under a harmless name, each with its own line."""

import hashlib
from datetime import datetime
from unittest.mock import Mock
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from madoguchi.config.windows import DESK, PORTAL, Window
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import store, visit
from madoguchi.tools.vault.upload import SealedUpload, SealingHandler
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.evidence.models import Item
from madoguchi.work.intake.public import Request, ask
from tests.web.desk.colleagues import colleague, do

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
NAME = 'スクショ "1"; \u202egnp.exe'
BYTES = b"GIF89a<script>alert(1)</script>" * 50_000


def upload(name: str, content: bytes) -> SealedUpload:
    """A file that arrived through the upload handler."""
    handler = SealingHandler(HttpRequest())
    handler.handle_raw_input(None, {}, len(content))
    handler.new_file("files", name, "image/svg+xml", len(content))
    for start in range(0, len(content), handler.chunk_size):
        handler.receive_data_chunk(content[start : start + handler.chunk_size], start)
    return handler.settled(len(content))


def with_file(office: OfficeCard, now: datetime) -> tuple[Case, Item]:
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now, [upload(NAME, BYTES)])
    request = Request(
        urgent=False,
        about={},
        wishes=Wishes("wait"),
        story={"text": "添えました"},
        first_due_on=now.date(),
        read_at=now,
    )
    assert ask(who, office, request, "net", now=now)
    return Case.objects.get(), Item.objects.get()


@pytest.mark.parametrize(("window", "made"), [(DESK, 0), (PORTAL, 1)], ids=["desk", "the control"])
def test_a_file_sent_to_the_desk_is_read_past(
    desk: Client,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    window: Window,
    made: int,
) -> None:
    """No form there takes one."""
    settings.FILE_UPLOAD_HANDLERS = [window.uploads]
    begin = Mock(side_effect=store.begin)
    monkeypatch.setattr(store, "begin", begin)
    picture = SimpleUploadedFile("a.jpg", b"\xff\xd8bytes")
    answer = desk.post("/sign-in/", {"login": "kimura", "password": "wrong", "file": picture})
    assert answer.status_code == 200
    assert "kimura" in answer.content.decode()
    assert begin.call_count == made


@REAL
def test_only_the_counsellor_takes_the_original_and_every_time_is_a_line(
    browser: Client, office: OfficeCard, now: datetime
) -> None:
    case, item = with_file(office, now)
    _, supervisor = colleague(office, "supervisor", now)
    address = f"/cases/{case.pk}/files/{item.pk}/"
    assert browser.post(address).status_code == 404
    assert do(browser, case, "take").status_code == 303
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "1.6 MB" in page
    assert "⟦U+202E⟧" in page
    assert "<img" not in page
    answer = browser.post(address)
    assert hashlib.sha256(answer.getvalue()).digest() == (hashlib.sha256(BYTES).digest())
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Length"] == str(len(BYTES))
    disposition = unquote(answer["Content-Disposition"])
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "\u202e" not in disposition
    assert '"1"' not in disposition
    assert supervisor.post(address).status_code == 404
    assert Line.objects.filter(verb="file.read", outcome="done").count() == 1
    assert Line.objects.filter(verb="file.read", outcome="absent").count() == 2


@REAL
def test_a_locked_file_and_lost_bytes_are_said(office: OfficeCard, now: datetime) -> None:
    case, item = with_file(office, now)
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    address = f"/cases/{case.pk}/files/{item.pk}/"
    assert browser.get(address)["Location"] == f"/cases/{case.pk}/"
    lost = "保管場所にありません"
    assert lost not in browser.get(f"/cases/{case.pk}/").content.decode()
    store.delete(item.pk)
    assert lost in browser.get(f"/cases/{case.pk}/").content.decode()
    assert browser.post(address).status_code == 410
    Item.objects.update(locked=True)
    assert browser.post(address).status_code == 404
    assert "取り出せないように" in browser.get(f"/cases/{case.pk}/").content.decode()
