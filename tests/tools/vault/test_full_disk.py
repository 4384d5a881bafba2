"""A disk without room for files: the words arrive, the file is named, nothing half stays."""

import errno
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.vault import files, store
from madoguchi.tools.vault.upload import UNKEPT, SealedUpload
from tests.lying import on_disk
from tests.tools.vault.uploads import arriving, body
from tests.web.portal import browsing

CONTENT = bytes(range(256)) * 20_000


def no_room(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


PLACES = {
    "begin": (store, "begin"),
    "first bytes": (files.Sealer, "__init__"),
    "bytes": (files.Sealer, "write"),
    "bytes on the disk": (store._Part, "write"),
    "last bytes": (files.Sealer, "finish"),
    "settle": (store, "settle"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_the_words_arrive_and_nothing_half_stays(
    place: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OSError(code, "refused")

    monkeypatch.setattr(*PLACES[place], refuse)
    request = arriving(body("a.jpg", CONTENT, "消したい書き込み"))
    assert request.POST["text"] == "消したい書き込み"
    assert not request.FILES
    assert request.META[UNKEPT] == "files_room"
    assert on_disk() == []


def test_control_with_room_the_file_is_there() -> None:
    request = arriving(body("a.jpg", CONTENT))
    (kept,) = (request.FILES[name] for name in request.FILES)
    assert isinstance(kept, SealedUpload)
    assert UNKEPT not in request.META
    kept.close()  # no row names it: it goes


def test_the_person_reads_it_and_may_go_on_without_the_file(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsing.begin(portal)
    with monkeypatch.context() as during:
        during.setattr(store, "settle", no_room)
        answer = browsing.answer(portal, "story", text="消したい書き込み", files=[browsing.file()])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "いまは新しいファイルをお預かりできません" in page
    assert "消したい書き込み" in page
    assert browsing.answer(portal, "story", text="消したい書き込み").status_code == 303
