"""What the portal says when it takes nothing reaches the person through the proxy.

An answer to a body that still comes is lost only sometimes, so it is asked for many times.
"""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from html import unescape
from http.client import HTTPException, HTTPResponse
from pathlib import Path

import pytest

from madoguchi.rules import limits
from tests.proof import attackers, earnest
from tests.proof.caller import BOUNDARY, Caller, dial, expect, headers, multipart
from tests.proof.earnest import Door
from tests.proof.house import House, prepared
from tests.proof.nginx import SITE
from tests.proof.site import free_port

PERSON = "127.5.5.5"
STORY = "消したい書き込みがあります。\n二行目です <b>&amp;"
PHONE = "0279-25-8526"
NOT_TAKEN = "受け付けできていません"
NO_FILES_NOW = "ただいまファイルを受け取れません"
TOO_LARGE = "ファイルが大きすぎて、受け取れませんでした"
TOO_LONG = "文章が長すぎて、受け取れませんでした"
CLOSED = "closed"
PICTURES = {"short": b"x" * 1_000, "long": b"x" * 3 * limits.LARGE}
TIMES = 12
PLACES = "SELECT pid FROM body"
type Told = tuple[int, str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose portal is served in earnest."""
    house = prepared(tmp_path_factory.mktemp("refusals") / "home")
    earnest.ready(house)
    return house


@pytest.fixture(scope="module")
def portal(home: House) -> Iterator[Door]:
    """Its portal, which does not wait long for the database."""
    with earnest.bare(home, "tests.proof.hasty") as one:
        yield one


@pytest.fixture
def door(portal: Door, tmp_path: Path) -> Iterator[Door]:
    """The portal behind the proxy of docs/running."""
    with earnest.in_public(portal, tmp_path / "proxy") as one:
        yield one


def changed(monkeypatch: pytest.MonkeyPatch, folder: Path, said: str, instead: str) -> None:
    """Let the proxy's configuration say something else."""
    text = SITE.read_text("utf-8")
    assert said in text
    other = folder / "other.conf"
    other.write_text(text.replace(said, instead), "utf-8")
    monkeypatch.setattr("tests.proof.nginx.SITE", other)


@contextmanager
def locked(home: House) -> Iterator[None]:
    """Nothing can be written while the block lasts."""
    with closing(sqlite3.connect(home.home / "cases.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def asked_once(door: Door, body: bytes, kind: str) -> Told:
    """What comes of a form that is sent once; (0, "") when no whole answer does."""
    with Caller(door, PERSON) as person:
        try:
            return person._ask("POST", "/s/c/story/", body, kind)
        except (HTTPException, OSError):
            return 0, ""


def sent(door: Door, words: str, file: bytes) -> Told:
    """What comes of words and a file."""
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return asked_once(door, multipart({"text": words}, file), kind)


def not_stored(home: House, door: Door, picture: bytes) -> Told:
    """What comes of them while nothing can be stored; afterwards the same is taken."""
    with locked(home):
        told = sent(door, STORY, picture)
    expect(303, sent(door, STORY, picture)[0], "afterwards")
    return told


def wait_for(home: House, places: int, otherwise: str) -> None:
    """Until so many processes that live have a place for a long body."""
    until = time.monotonic() + 30
    with closing(sqlite3.connect(home.home / "shared" / "bodies.sqlite3")) as table:
        while sum(Path(f"/proc/{pid}").exists() for (pid,) in table.execute(PLACES)) != places:
            assert time.monotonic() < until, otherwise
            time.sleep(0.05)


@contextmanager
def large_places_taken(home: House, door: Door) -> Iterator[None]:
    """Sixteen slow senders of four networks have every place for a long body in the block."""
    senders = attackers.addresses(4, 1) * 4
    wait_for(home, 0, "those of before did not leave")
    with attackers.at_work(attackers.slow_uploaders(door, senders)):
        wait_for(home, limits.LARGE_BODIES, "they never had them all")
        yield


def announced(door: Door) -> Told:
    """What comes of a form that announces more than is read."""
    with Caller(door, PERSON) as person:
        more = limits.BYTES_OF_A_BODY + 1
        return person.announce("/s/c/story/", more)


def long_words(door: Door, times: int = TIMES) -> Iterator[Told]:
    """What comes of 30 MB of words, far more than are read, again and again."""
    body = b"text=" + b"a" * 30 * limits.MEGABYTE
    kind = "application/x-www-form-urlencoded"
    return (asked_once(door, body, kind) for _ in range(times))


@pytest.mark.parametrize("picture", PICTURES)
def test_what_cannot_be_stored_comes_back_with_its_words(
    home: House, door: Door, picture: str
) -> None:
    status, page = not_stored(home, door, PICTURES[picture])
    assert status == 503
    assert NOT_TAKEN in page
    assert PHONE in page
    (kept,) = re.findall(r'<textarea name="text" hidden>\n(.*?)</textarea>', page, re.DOTALL)
    assert unescape(kept) == STORY


@pytest.mark.parametrize("picture", PICTURES)
def test_control_a_proxy_that_puts_its_own_page_in_place_loses_them(
    home: House, portal: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, picture: str
) -> None:
    changed(
        monkeypatch,
        tmp_path,
        "proxy_buffering on;",
        "proxy_buffering on; proxy_intercept_errors on;",
    )
    with earnest.in_public(portal, tmp_path / "proxy") as door:
        assert not_stored(home, door, PICTURES[picture]) == (503, CLOSED)


def test_files_without_a_place_are_asked_to_follow_later(home: House, door: Door) -> None:
    with large_places_taken(home, door):
        for _ in range(TIMES):
            status, page = sent(door, STORY, b"x" * 30 * limits.MEGABYTE)
            assert status == 503
            assert NO_FILES_NOW in page
            assert PHONE in page


def handed_back(door: Door, size: int) -> bool:
    """Whether the answer has the proxy ask once more, without the body that comes here."""
    said = headers(door, PERSON, f"Content-Length: {size}", "Connection: close")
    with dial(door, PERSON) as line:
        line.sendall(b"POST /s/c/story/ HTTP/1.1\r\n" + said + b"a" * min(size, limits.LARGE - 1))
        head, _, _ = line.makefile("rb").read().partition(b"\r\n\r\n")
    return b"\r\nx-accel-redirect: @full_files" in head.lower()


def test_the_portal_hands_back_long_bodies_alone(home: House, portal: Door) -> None:
    files = replace(portal, port=portal.files)
    with large_places_taken(home, files):
        assert handed_back(files, limits.LARGE)
        assert not handed_back(portal, limits.LARGE - 1)


def test_a_long_body_at_the_door_for_words_is_not_read(portal: Door) -> None:
    """Whatever the proxy says: a slow one would keep the worker, and what it remembers."""
    with Caller(portal, PERSON) as person:
        status, page = person.announce("/s/c/story/", limits.LARGE)
    assert status == 413
    assert TOO_LARGE in page


def cut(home: House, folder: Path) -> Told:
    """What comes of a long body that takes longer than the portal waits for one."""
    said = headers(Door(0, tls=True, pid=0), PERSON, f"Content-Length: {limits.LARGE}")
    with (
        earnest.proxied(home, folder / "proxy", "tests.proof.cut") as door,
        dial(door, PERSON) as line,
    ):
        line.sendall(b"POST /s/c/story/ HTTP/1.1\r\n" + said + b"text=")
        answer = HTTPResponse(line, method="POST")
        answer.begin()
        return answer.status, answer.read().decode()


def test_whoever_takes_longer_than_half_an_hour_is_asked_for_words(
    home: House, tmp_path: Path
) -> None:
    status, page = cut(home, tmp_path)
    assert status == 503
    assert NO_FILES_NOW in page
    assert PHONE in page


def test_control_a_proxy_that_does_not_ask_again_says_that_all_is_closed(
    home: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, tmp_path, "error_page 502 = @full_files;", "error_page 502 /closed.html;")
    assert cut(home, tmp_path) == (502, CLOSED)


def test_a_request_of_more_than_260_mb_is_asked_to_send_fewer(door: Door) -> None:
    status, page = announced(door)
    assert status == 413
    assert TOO_LARGE in page
    assert PHONE in page


def test_control_the_proxy_alone_says_that_all_is_closed(
    portal: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch, tmp_path, "error_page 413 = @too_large;", "error_page 413 /closed.html;")
    with earnest.in_public(portal, tmp_path / "proxy") as door:
        assert announced(door) == (413, CLOSED)


def test_more_words_than_are_read_are_reported(door: Door) -> None:
    for status, page in long_words(door):
        assert status == 413
        assert TOO_LONG in page


def test_control_a_portal_that_does_not_read_them_is_not_heard(home: House) -> None:
    with earnest.bare(home, "tests.proof.undrained") as door:
        assert any(TOO_LONG not in page for _, page in long_words(door, TIMES * 10))


def claimed(door: Door) -> int:
    """What a visitor is answered who says that the proxy kept a body."""
    said = headers(door, PERSON, "X-Unread: too_large", "Connection: close")
    with dial(door, PERSON) as line:
        line.sendall(b"GET /accessibility/ HTTP/1.1\r\n" + said)
        return int(line.makefile("rb").readline().split()[1])


def test_nobody_but_the_proxy_says_that_a_body_was_kept(portal: Door, door: Door) -> None:
    assert claimed(door) == 200
    assert claimed(portal) == 413  # the control: where no proxy stands before it


def test_when_the_portal_is_away_the_page_of_the_proxy_stands(tmp_path: Path) -> None:
    away = earnest.Door(free_port(), tls=False, pid=0, files=free_port())
    with earnest.in_public(away, tmp_path / "proxy") as door:
        assert [sent(door, STORY, picture) for picture in PICTURES.values()] == [(502, CLOSED)] * 2
        assert announced(door) == (502, CLOSED)
