"""Red team 7: data put back with newer, older, missing or other keys; killed at every step."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.ops.safekeeping import artefact, put_back
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases.public import Thing
from madoguchi.work.intake.enquiry import jobs as enquiries
from madoguchi.work.intake.enquiry.actions import end
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from madoguchi.work.intake.mail import jobs as mails
from madoguchi.work.intake.mail.actions import lay_aside
from madoguchi.work.intake.mail.models import Mail
from tests.offices import actor_of, make_staff
from tests.proof.house import House, prepared
from tests.redteam.house import asked_with_file, read_and_answered
from tests.redteam.kept import Places
from tests.work.intake.mail.writing import mail

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection

BOTH = {"person": True, "office": True}
EVERY = "7"  # of the steps; the proof kills at each


def test_newer_keys_open_all_of_older_data(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    """Cases that came since are not in the data; cases first opened since still open."""
    old = asked_with_file(office, now)
    before = places.back_up(now)
    read_and_answered(office, old, now)
    asked_with_file(office, now)
    after = places.back_up(now + timedelta(days=1))
    code, said = places.restore(before.data, after.keys, "home")
    assert code == 0, said
    assert places.tried("home", old) == [BOTH]


def test_what_was_decided_between_the_two_waits_for_nobody(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    """A mail was taken in, a question ended and forgotten: the older data has them wait still."""
    who = actor_of(make_staff(office, "supervisor", "西", now))
    kept = mails.receive(office.id, mail(), now=now)
    gone = mails.receive(office.id, mail(headers={"Message-ID": "<2@example.jp>"}), now=now)
    ask(office, Question("日はいつですか"), "token", "net", now=now)
    before = places.back_up(now)
    laid = Mail.objects.get(pk=gone)
    lay_aside(who, laid, now=now)
    end(who, Thing(office.id, Enquiry.objects.get().pk), now=now)
    later = now + timedelta(days=40)
    mails.sweep(later)
    enquiries.sweep(later)
    after = places.back_up(later)
    code, said = places.restore(before.data, after.keys, "home")
    assert code == 0, said
    assert places.verify("home")[0] == 0, places.verify("home")[1]
    with closing(sqlite3.connect(places.root / "home" / "cases.sqlite3")) as opened:
        states = dict(opened.execute("SELECT id, state FROM intake_mail_mail"))
        assert states == {kept.hex: "waiting", gone.hex: "forgotten"}
        assert opened.execute("SELECT count(*) FROM enquiry_enquiry").fetchone() == (0,)


def require(data: Path, keys: Path) -> None:
    put_back.require_pair(artefact.opened(data, "data"), artefact.opened(keys, "keys"))


def test_older_keys_are_refused_and_the_right_ones_named(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    before, after = places.back_up(now), places.back_up(now + timedelta(days=1))
    require(before.data, before.keys)  # the control
    require(after.data, after.keys)
    with pytest.raises(
        Misconfigured, match="2026-11-30 01:00 UTC よりあとの相談が失われます"
    ) as no:
        require(after.data, before.keys)
    assert "2026-12-01 01:00 UTC か、それより新しい keys" in str(no.value)


def test_missing_and_damaged_parts_are_named(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    taken = places.back_up(now)
    with pytest.raises(Misconfigured, match="keys-日時"):
        require(taken.data, places.keys / "keys-20200101T000000Z")
    with pytest.raises(Misconfigured, match="data ではなく keys です"):
        require(taken.keys, taken.keys)
    wraps = taken.keys / "tables/vault.drawerkey.jsonl"
    whole = wraps.read_bytes()
    for spoilt in (whole[:-1], whole[:-2] + b"x\n", b""):
        wraps.write_bytes(spoilt)
        with pytest.raises(
            Misconfigured, match="1 個のファイルが、ないか変わっています（最初は tables/vault"
        ):
            require(taken.data, taken.keys)
    wraps.unlink()
    with pytest.raises(Misconfigured, match=r"tables/vault\.drawer"):
        require(taken.data, taken.keys)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ab" * 32, "データの鍵は"),
        ("ab" * 31, "31 バイトです"),
        ("not a key", "鍵ではありません"),
        (None, "ありません"),
    ],
)
def test_another_master_key_is_refused(
    office: OfficeCard,
    places: Places,
    now: datetime,
    settings: Settings,
    key: str | None,
    words: str,
) -> None:
    taken = places.back_up(now)
    settings.MASTER_KEY_FILE = places.root / "master.key"
    if key is not None:
        settings.MASTER_KEY_FILE.write_text(key)
    with pytest.raises(Misconfigured, match=words):
        require(taken.data, taken.keys)


def test_nothing_is_ever_overwritten(office: OfficeCard, places: Places, now: datetime) -> None:
    asked_with_file(office, now)
    taken = places.back_up(now)
    with pytest.raises(Misconfigured, match="空ではありません"):  # the files of the living house
        put_back.put_back(
            artefact.opened(taken.data, "data"), artefact.opened(taken.keys, "keys"), now
        )
    assert places.restore(taken.data, taken.keys, "home")[0] == 0
    home = places.root / "home"
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for name in ("files", "public"):
        shutil.rmtree(home / name)
    code, said = places.restore(taken.data, taken.keys, "home")
    assert (code, "もう行が入っています" in said) == (2, True), said
    assert (home / "cases.sqlite3").read_bytes() == before[home / "cases.sqlite3"]


def test_what_is_put_back_is_shared_as_its_folder_is(
    office: OfficeCard, places: Places, now: datetime
) -> None:
    """Portal and desk are two system users: the keys are for both, the files the desk's alone."""
    asked_with_file(office, now)
    taken = places.back_up(now)
    files, public = (places.root / "home" / name for name in ("files", "public"))
    for folder, mode in ((files, 0o710), (public, 0o750)):
        folder.mkdir(parents=True)
        folder.chmod(mode)
    assert places.restore(taken.data, taken.keys, "home")[0] == 0
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.glob("*")} == {0o710}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.glob("*/*")} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in public.glob("*")} == {0o640}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house to be backed up in processes of its own."""
    return prepared(tmp_path_factory.mktemp("built") / "home")


def test_killed_in_the_middle_no_half_backup_has_a_good_name(built: House, tmp_path: Path) -> None:
    steps, *half = built.run("-m", "tests.redteam.killed_backup", str(tmp_path), EVERY).split("\n")
    assert int(steps) > 40
    assert half == [""] * len(half)
    assert not list(tmp_path.rglob("*.part"))  # the last one, which was not killed, swept them
    assert len(artefact.whole(tmp_path / "data", "data")) >= 2


def test_control_written_under_the_good_name_halves_would_stand(
    built: House, tmp_path: Path
) -> None:
    _, *half = built.run("-m", "tests.redteam.killed_backup", str(tmp_path), EVERY, "naive").split(
        "\n"
    )
    assert any(half)
