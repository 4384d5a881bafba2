"""At the desk only marked views take files, sealed as they arrive, and only from colleagues."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from madoguchi.config.windows import DESK, PORTAL
from madoguchi.tools.vault import files
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.door import Uploads, takes_files
from tests import lying

WORDS = "証拠の画面".encode()


@takes_files
def scan(_request: HttpRequest) -> HttpResponse:
    """A page whose form has a file field."""
    return HttpResponse()


def words_only(_request: HttpRequest) -> HttpResponse:
    """A page whose form has none."""
    return HttpResponse()


pytestmark = pytest.mark.usefixtures("office")  # its files go with it


def arrived(view: Any, session: dict[str, str]) -> list[Any]:
    """The files that a post to a view leaves in the request."""
    sent = {"text": "ことば", "scan": SimpleUploadedFile("a.png", WORDS)}
    request = RequestFactory().post("/", sent)
    request.session = session  # type: ignore[assignment] # all that is looked at
    Uploads(view).process_view(request, view)
    assert request.POST["text"] == "ことば"
    return request.FILES.getlist("scan")


def test_a_marked_view_takes_a_colleagues_file_sealed() -> None:
    (one,) = arrived(scan, {SESSION_KEY: "1"})
    assert isinstance(one, SealedUpload)
    assert b"".join(files.read(one.file_id, one.about)) == WORDS
    assert WORDS not in lying.place(one.file_id).read_bytes()
    one.close()
    assert not lying.place(one.file_id).exists()  # no row names it


@pytest.mark.parametrize(("view", "session"), [(scan, {}), (words_only, {SESSION_KEY: "1"})])
def test_others_leave_none(view: Any, session: dict[str, str]) -> None:
    assert arrived(view, session) == []
    assert not list(settings.FILES.glob("*/*"))


def test_the_handler_is_chosen_before_the_body_is_read() -> None:
    order = DESK.middleware.index
    assert order("django.contrib.sessions.middleware.SessionMiddleware") < order(
        "madoguchi.web.desk.door.Uploads"
    )
    assert order("madoguchi.web.desk.door.Uploads") < order(
        "django.middleware.csrf.CsrfViewMiddleware"
    )
    assert "madoguchi.web.desk.door.Uploads" not in PORTAL.middleware
