"""A window that is not set up right does not open: at once, with file, key and remedy."""

import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import madoguchi
from tests.house.source import ROOT
from tests.proof.house import House, prepared

AT_ONCE_S = 2.0
OTHER_KEY = "ab" * 32
SECRET = "s" * 50
WAITING = """
from madoguchi.ops.start import django
django("portal")
from uuid import UUID
from madoguchi.tools.later.queue import enqueue
from madoguchi.web.kit.arrival import now
enqueue("cases.adopt", UUID(int=1), at=now())
"""
SHIBUKAWA = Path(madoguchi.__file__).parent / "programmes" / "shibukawa"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house that is set up right, with an errand that waits."""
    house = prepared(tmp_path_factory.mktemp("built") / "home")
    house.run("-c", WAITING, window="portal")
    return house


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    """A copy of it, to be spoiled."""
    shutil.copytree(built.home, tmp_path / "home")
    return House(tmp_path / "home")


def look(house: House, window: str, **more: str) -> tuple[int, str]:
    """Exit code and words of the look before a window opens."""
    return said(house, "preflight", window, **more)


def said(house: House, *command: str, **more: str) -> tuple[int, str]:
    """Exit code and words of a command; a refusal must be over at once.

    Counted in seconds of work, so that a busy machine fails nobody.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi", *command],
        cwd=ROOT,
        env=house.surroundings(**more),
        capture_output=True,
        text=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert done.returncode == 0 or worked < AT_ONCE_S
    return done.returncode, done.stdout + done.stderr


def refused(answer: tuple[int, str], *words: str) -> None:
    """Assert a short refusal that holds these words and a remedy, without a traceback."""
    code, said = answer
    assert code == 2, said
    assert "Traceback" not in said
    for word in (*words, "→"):
        assert word in said, said


def test_a_house_that_is_right_opens(house: House) -> None:
    assert look(house, "desk")[0] == 0


def test_the_portal_opens_without_the_key(house: House) -> None:
    (house.home / "master.key").unlink()
    assert look(house, "portal")[0] == 0


def other_key(key: Path) -> None:
    key.unlink()
    key.write_text(OTHER_KEY)


def no_key(key: Path) -> None:
    key.unlink()
    key.write_text("not a key")


def cut_key(key: Path) -> None:
    whole = key.read_text("ascii").strip()
    key.unlink()
    key.write_text(whole[:-2])


def rows(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the case database, by table."""
    with closing(sqlite3.connect(house.home / "cases.sqlite3")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for (name,) in tables}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (Path.unlink, ("開けません（ありません）", "key init")),
        (other_key, ("別の鍵です", "データの鍵は", "その確認値の紙")),
        (no_key, ("鍵ではありません", "key init")),
        (cut_key, ("31 バイトです。鍵は32バイト", "key init")),
    ],
    ids=["missing", "wrong", "no key", "cut"],
)
def test_the_master_key(
    house: House, spoil: Callable[[Path], None], words: tuple[str, ...]
) -> None:
    key = house.home / "master.key"
    spoil(key)
    left, before = key.exists(), rows(house)
    looks = [("preflight", "desk"), ("preflight", "worker")] if spoil is Path.unlink else []
    for command in (*looks, ("worker", "--once")):
        refused(said(house, *command), "MADOGUCHI_MASTER_KEY_FILE", *words)
    assert key.exists() is left  # none is ever made silently
    assert rows(house) == before


def test_control_the_worker_with_its_key_does_what_waits(house: House) -> None:
    before = rows(house)
    assert said(house, "worker", "--once")[0] == 0
    assert rows(house) != before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"MADOGUCHI_MASTERKEY_FILE": "x"}, ("MADOGUCHI_MASTER_KEY_FILE ではありませんか",)),
        ({"MADOGUCHI_MODE": "test"}, ("MADOGUCHI_MODE", "demo、production")),
        ({"MADOGUCHI_HOME": "/proc/madoguchi"}, ("MADOGUCHI_HOME", "/proc/madoguchi")),
        ({"MADOGUCHI_SECRET_FILE": "/nowhere"}, ("MADOGUCHI_SECRET_FILE", "/nowhere")),
        ({"MADOGUCHI_MODE": "production"}, ("MADOGUCHI_RECEIPT_COST",)),
        (
            {"MADOGUCHI_MODE": "production", "MADOGUCHI_RECEIPT_COST": ""},
            ("SECRET_FILE", "docs/running.md の2"),
        ),
        ({"MADOGUCHI_DATABASE": "mysql://x"}, ("MADOGUCHI_DATABASE", "postgresql://")),
        ({"MADOGUCHI_FONTS": "/nowhere"}, ("MADOGUCHI_FONTS", "/nowhere", "消してください")),
    ],
    ids=["unknown", "mode", "folder", "secret file", "cost", "no secret", "database", "fonts"],
)
def test_a_setting(built: House, more: dict[str, str], words: tuple[str, ...]) -> None:
    refused(look(built, "desk", **more), *words)


def test_a_folder_that_cannot_be_written(house: House) -> None:
    shutil.rmtree(house.home)
    house.home.write_text("a file stands here")
    refused(look(house, "portal"), "MADOGUCHI_HOME", str(house.home))


def test_a_misspelt_key_of_the_programme(house: House, tmp_path: Path) -> None:
    city = tmp_path / "programmes" / "shibukawa"
    shutil.copytree(SHIBUKAWA, city)
    desk = city / "desk.toml"
    desk.write_text(desk.read_text("utf-8").replace("\nasked =", "\naksed =", 1), "utf-8")
    code, said = look(house, "portal", MADOGUCHI_PROGRAMMES=str(city.parent))
    assert code == 2, said
    assert "Traceback" not in said
    for word in ("desk.toml", "aksed", "asked"):
        assert word in said


def test_a_misspelt_key_of_a_paper(house: House, tmp_path: Path) -> None:
    city = tmp_path / "programmes" / "shibukawa"
    shutil.copytree(SHIBUKAWA, city)
    paper = city / "papers" / "subsidy_application" / "paper.toml"
    paper.write_text(paper.read_text("utf-8").replace("title =", "tilte =", 1), "utf-8")
    code, said = look(house, "desk", MADOGUCHI_PROGRAMMES=str(city.parent))
    assert code == 2, said
    for word in ("shibukawa/papers/subsidy_application/paper.toml", "tilte", "title"):
        assert word in said


def test_tables_that_are_not_there(house: House) -> None:
    for file in house.home.glob("cases.sqlite3*"):
        file.unlink()
    refused(look(house, "portal"), "cases.sqlite3", "madoguchi migrate")


@pytest.mark.parametrize("window", ["portal", "desk"])
def test_tables_of_a_newer_version(house: House, window: str) -> None:
    with closing(sqlite3.connect(house.home / "cases.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('cases', '0099_later', '2027-01-01')"
        )
    refused(look(house, window), "cases.sqlite3", "cases.0099_later", "控え")


def test_a_public_key_that_is_not_pinned(house: House) -> None:
    pinned = house.home / "public" / "shibukawa.json"
    pinned.unlink()
    refused(look(house, "portal"), str(pinned), "office add")


@pytest.fixture
def production(house: House, tmp_path: Path) -> dict[str, str]:
    """The variables of a house that is not the demo."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    return {
        "MADOGUCHI_MODE": "production",
        "MADOGUCHI_RECEIPT_COST": "",
        "MADOGUCHI_SECRET_FILE": str(secret),
        "MADOGUCHI_MAIL_FROM": "shimin@city.example.jp",
        "MADOGUCHI_HOME": str(house.home),
    }


def test_the_portal_that_can_read_the_master_key(house: House, production: dict[str, str]) -> None:
    key = house.home / "master.key"
    refused(look(house, "portal", **production), str(key), "0400")
    moved = key.rename(key.with_name("other.key"))
    assert look(house, "portal", **production)[0] == 0
    named = {**production, "MADOGUCHI_MASTER_KEY_FILE": str(moved)}
    refused(look(house, "portal", **named), str(moved), "0400")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("MADOGUCHI_MAIL_FROM", "", "設定がありません"),
        ("MADOGUCHI_MAIL_FROM", "city.example.jp", "@ のあるアドレス"),
        ("MADOGUCHI_SMTP", "mail.example.jp:25", "暗号なし"),
        ("MADOGUCHI_SMTP", "mail.example.jp", "ポートがありません"),
    ],
)
def test_mail_in_production(
    house: House, production: dict[str, str], name: str, value: str, word: str
) -> None:
    refused(look(house, "portal", **{**production, name: value}), name, word)


def test_the_desk_whose_key_was_never_verified(house: House, production: dict[str, str]) -> None:
    named = {**production, "MADOGUCHI_MASTER_KEY_FILE": str(house.home / "master.key")}
    refused(look(house, "desk", **named), "鍵の紙を、まだ確かめていません", "madoguchi key verify")


def test_a_house_in_earnest_on_sqlite_is_told_that_no_role_stands_there(house: House) -> None:
    secret = house.home / "long"
    secret.write_text(SECRET)
    earnest = {
        "MADOGUCHI_MODE": "production",
        "MADOGUCHI_RECEIPT_COST": "",
        "MADOGUCHI_SECRET_FILE": str(secret),
        "MADOGUCHI_MAIL_FROM": "koho@example.lg.jp",
    }
    assert "間の壁はプログラムだけ" in look(house, "portal", **earnest)[1]
    assert "間の壁" not in look(house, "portal")[1]  # the demo says so elsewhere
