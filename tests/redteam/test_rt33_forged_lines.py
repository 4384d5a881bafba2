"""33. Write lines in a colleague's name, empty a MAC, write the whole chain anew, change a column.

Whoever holds the portal's role can add a line, whoever holds the database can change all of them;
neither has the key of the MACs. Each control is the house of before, in which lines carry none.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from madoguchi.ops import checkpoints
from madoguchi.ops.findings import Finding
from madoguchi.ops.soundness import findings, unwitnessed
from madoguchi.rules.decision import Absent
from madoguchi.tools.audit import chain, looked_into, macs, opening
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, card
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.models import LineKey
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import consultee
from madoguchi.work.intake import public as intake
from madoguchi.work.record import actions as record_actions
from madoguchi.work.record.models import Entry
from tests.redteam.house import Asked, read_and_answered
from tests.web.desk.colleagues import colleague
from tests.web.portal.browsing import holding

CHANGED = "f" * 32


@pytest.fixture
def row(asked: Asked, now: datetime, tmp_path: Path, settings: Settings) -> Office:
    """An office with one case, read and answered; its last checkpoint is kept outside."""
    settings.CHECKPOINTS = tmp_path
    office = Office.objects.get(slug="shibukawa")
    read_and_answered(card(office), asked, now)
    checkpoints.write(now)
    return office


@contextmanager
def without_keys() -> Iterator[None]:
    """As the portal writes, and as a program before MACs believes every line."""

    def believed(line: macs.Said, _hashed: bytes, _keys: macs.Keys | None) -> macs.Voice:
        return macs.Voice.PERSON if line.role == "consultee" else macs.Voice.DESK

    with patch.object(macs, "keys_of", lambda _: None), patch.object(macs, "voice", believed):
        yield


def forge(
    office: Office,
    asked: Asked,
    who: tuple[str, UUID | None],
    verb: str,
    sealed: dict[str, str] | None = None,
) -> int:
    """One more line by the portal's role, chained as it should be; its number."""
    role, staff_id = who
    at = Line.objects.latest("at").at
    with without_keys(), transaction():
        actor = Actor(office.pk, role, staff_id)
        return chain.append(actor, verb, asked.case_id, outcome="done", now=at, sealed=sealed).seq


def counsellor() -> Actor:
    line = Line.objects.filter(verb="case.take").latest("seq")
    return Actor(line.office_id, line.role, line.staff_id)


def said(office: Office) -> list[tuple[str, str]]:
    return [(finding.kind, finding.what) for finding in findings(office)]


COLLEAGUE = ("supervisor", UUID(int=7))
FORGED = {
    "read by a colleague": (COLLEAGUE, "case.read"),
    "denied by a colleague": (COLLEAGUE, "case.deny"),
    "forgotten by the worker": (("worker", None), "case.forget"),
    "a colleague's verb by a person": (("consultee", None), "case.forget"),
    "a person's verb by a colleague": (("consultee", UUID(int=7)), "message.add"),
}


@pytest.mark.parametrize("line", FORGED)
def test_a_line_in_anothers_name_is_named_and_vouched_for_by_no_checkpoint(
    row: Office, asked: Asked, now: datetime, line: str
) -> None:
    assert said(row) == []
    before = checkpoints.newest(row.pk, row.slug)
    seq = forge(row, asked, *FORGED[line])
    assert ("forged", str(seq)) in said(row)
    assert chain.newest_lines({})[row.pk].faulty
    checkpoints.write(now + timedelta(hours=1))
    assert checkpoints.newest(row.pk, row.slug) == before
    with without_keys():
        assert chain.faults(row.pk) == []  # control: it fits into the chain
        checkpoints.write(now + timedelta(hours=1))
    assert checkpoints.newest(row.pk, row.slug) != before


TWO = (("supervisor", UUID(int=1)), ("auditor", UUID(int=2)))


def look_into(row: Office, seq: int, who: tuple[tuple[str, UUID], ...], now: datetime) -> None:
    actors = [Actor(row.pk, role, staff_id) for role, staff_id in who]
    looked_into.write(actors, [seq], "portal", "2026-114", now=now)


def test_a_line_that_two_looked_into_lets_checkpoints_be_signed_and_counts_for_nothing(
    row: Office, asked: Asked, now: datetime
) -> None:
    before = checkpoints.newest(row.pk, row.slug)
    seq = forge(row, asked, ("worker", None), "case.forget")
    look_into(row, seq, (TWO[0], TWO[0]), now)  # control: two words of one person
    assert (looked_into.of(row.pk), ("forged", str(seq)) in said(row)) == ({}, True)
    look_into(row, seq, TWO, now)
    (seen,) = looked_into.of(row.pk).values()
    assert (seen.seq, len(seen.by), seen.why, seen.record) == (seq, 2, "portal", "2026-114")
    assert said(row) == []
    checkpoints.write(now + timedelta(hours=1))
    assert checkpoints.newest(row.pk, row.slug) != before
    assert chain.faults(row.pk) == [seq]
    assert chain.cases_with(row.pk, "case.forget") == frozenset()
    Line.objects.filter(seq=seq, office_id=row.pk).update(verb="case.deny")
    assert looked_into.of(row.pk) == {}  # nobody looked into that
    assert ("line", str(seq)) in said(row)


def test_nobody_without_the_key_says_that_a_line_was_looked_into(
    row: Office, asked: Asked, now: datetime
) -> None:
    seq = forge(row, asked, COLLEAGUE, "case.read")
    with without_keys():
        look_into(row, seq, TWO, now)
    assert looked_into.of(row.pk) == {}
    assert ("forged", str(seq)) in said(row)


def test_what_a_person_does_stands_without_a_mac(row: Office, asked: Asked) -> None:
    forge(row, asked, ("consultee", None), "message.read")
    assert said(row) == []


def test_no_forgetting_is_believed(row: Office, asked: Asked) -> None:
    forge(row, asked, ("worker", None), "case.forget")
    assert chain.cases_with(row.pk, "case.forget") == frozenset()
    with without_keys():
        assert chain.cases_with(row.pk, "case.forget") == {asked.case_id}  # control


SEALS: dict[str, Callable[[], str]] = {
    "a note": lambda: f"{Entry.objects.get(kind='note').pk}/entry",
    "an answer": lambda: f"{Entry.objects.get(kind='sent').pk}/entry",
}


@pytest.mark.parametrize("who", [COLLEAGUE, ("consultee", None)], ids=["colleague", "person"])
@pytest.mark.parametrize("place", SEALS)
def test_a_hash_that_the_desk_wrote_down_is_not_replaced(
    row: Office, asked: Asked, place: str, who: tuple[str, UUID | None]
) -> None:
    forge(row, asked, who, "message.add", sealed={SEALS[place](): CHANGED})
    hashes = chain.sealed_hashes(row.pk, asked.case_id)
    assert CHANGED not in (*hashes.by_desk.values(), *hashes.by_any.values())
    with without_keys():
        assert CHANGED in chain.sealed_hashes(row.pk, asked.case_id).by_any.values()  # control


def test_a_person_vouches_for_what_persons_seal_alone(row: Office, asked: Asked) -> None:
    fresh = {f"{uuid4()}/{label}": CHANGED for label in ("grant_shown", "wrap/shared", "due")}
    own = {f"{uuid4()}/{label}": CHANGED for label in ("entry", "wish", "grant_told")}
    forge(row, asked, ("consultee", None), "message.add", sealed=fresh | own)
    hashes = chain.sealed_hashes(row.pk, asked.case_id)
    assert {place for place, hashed in hashes.by_any.items() if hashed == CHANGED} == own.keys()
    assert CHANGED not in hashes.by_desk.values()  # by which the staff drawer is known


def test_a_case_is_not_made_unopenable_by_a_line(
    office: OfficeCard, asked: Asked, now: datetime
) -> None:
    """A wrap that a person's line names was never adopted: the letter still opens."""
    row = Office.objects.get(pk=office.id)
    wrap = {f"{uuid4()}/wrap/shared": CHANGED}
    forge(row, asked, ("consultee", None), "message.add", sealed=wrap)
    unwritten = opening.lineless("unwritable")
    with without_keys(), transaction(), unwritten, pytest.raises(unseal.Forgotten):
        unseal.adopt(office.id, asked.case_id)  # control
    read_and_answered(office, asked, now)


def test_an_emptied_mac_is_named(row: Office) -> None:
    line = Line.objects.get(verb="case.take")
    Line.objects.filter(pk=line.pk).update(mac=None)
    assert said(row)[0] == ("forged", str(line.seq))
    Line.objects.update(mac=None)
    with without_keys():
        assert chain.faults(row.pk) == []  # control


def test_a_chain_written_anew_is_named_without_any_checkpoint(
    row: Office, now: datetime, tmp_path: Path
) -> None:
    for file in tmp_path.glob("*.txt"):
        file.unlink()
    before = chain.START
    for line in Line.objects.filter(office_id=row.pk).order_by("seq"):
        line.at += timedelta(minutes=1)
        line.before = before
        line.hash = before = chain.digest(line)
        line.save()
    Head.objects.filter(pk=row.pk).update(hash=before)
    by_desk = Line.objects.exclude(role="consultee").order_by("seq").values_list("seq", flat=True)
    assert [what for kind, what in said(row) if kind == "forged"] == [str(seq) for seq in by_desk]
    Line.objects.update(mac=None)
    with without_keys():
        assert chain.faults(row.pk) == []  # control: the chain fits


def test_no_checkpoint_or_an_old_one_is_named(row: Office, now: datetime, tmp_path: Path) -> None:
    soon, late = now + timedelta(hours=1), now + timedelta(hours=3)
    last = Head.objects.get(pk=row.pk).seq
    assert unwitnessed(row, late) == []  # nothing was written since
    forge(row, Asked(None, uuid4(), "", ""), ("consultee", None), "message.read")  # type: ignore[arg-type]
    assert unwitnessed(row, soon) == []
    assert unwitnessed(row, late) == [Finding("unwitnessed", f"{last + 1}〜")]
    for file in tmp_path.glob("*.txt"):
        file.unlink()
    assert unwitnessed(row, late) == [Finding("unwitnessed", "1〜")]
    assert unwitnessed(row, now) == []  # a house of today


def close(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=case.opened_at, closing="other"
    )


def lower(_case: Case) -> None:
    Case.objects.update(level="normal")


def let_see(_case: Case) -> None:
    Access.objects.filter(kind="deny").delete()


def hand_over(_case: Case) -> None:
    Case.objects.update(assignee_id=UUID(int=9))


def let_in(case: Case) -> None:
    Access.objects.create(
        office_id=case.office_id,
        case_id=case.pk,
        staff_id=UUID(int=9),
        kind="assigned",
        at=case.opened_at,
    )


COLUMNS = {
    close: "state",
    lower: "level",
    let_see: "access",
    let_in: "access",
    hand_over: "access",
}


@pytest.fixture
def case(row: Office, now: datetime) -> Case:
    """The case, set to 配慮 and denied to a colleague."""
    who = counsellor()
    found = Case.objects.get()
    actions.set_level(who, found, "care", now=now)
    actions.deny(who, Case.objects.get(), UUID(int=8), now=now)
    return Case.objects.get()


@pytest.mark.parametrize("change", COLUMNS)
def test_a_column_changed_by_hand_is_said_by_opening_and_verify(
    row: Office, case: Case, now: datetime, change: Callable[[Case], None]
) -> None:
    who = counsellor()
    assert (said(row), queries.open_case(who, case.pk, now=now).differs) == ([], ())
    change(case)
    name = COLUMNS[change]
    assert said(row) == [("case", f"相談 {case.pk} {name}")]
    looks = Actor(row.pk, "supervisor", UUID(int=5))
    assert queries.open_case(looks, case.pk, now=now).differs == (name,)


def test_the_page_says_what_differs(
    office: OfficeCard, row: Office, asked: Asked, now: datetime
) -> None:
    _, browser = colleague(office, "supervisor", now)
    words = "この相談の次の項目が、記録と食い違っています。"
    path = f"/cases/{asked.case_id}/"
    assert words not in browser.get(path).content.decode()
    close(Case.objects.get())
    page = browser.get(path).content.decode()
    assert words in page
    assert "継続中か、終わったか" in page


@pytest.mark.race
def test_whom_the_lines_deny_the_case_opens_nothing(row: Office, case: Case, now: datetime) -> None:
    Access.objects.all().delete()
    Case.objects.update(level="normal")
    denied = Actor(row.pk, "counsellor", UUID(int=8))
    with pytest.raises(Absent):
        queries.open_case(denied, case.pk, now=now)
    other = Actor(row.pk, "counsellor", UUID(int=6))
    assert queries.open_case(other, case.pk, now=now).differs  # control: it is open to others


def test_a_person_who_writes_again_opens_a_closed_case(
    row: Office, case: Case, asked: Asked, now: datetime
) -> None:
    Due.objects.filter(case_id=case.pk).update(done_at=now)  # a promise keeps a case open
    record_actions.close(counsellor(), case, "solved", now=now)
    assert said(row) == []
    held = holding(card(row), (asked.number, asked.secret))
    intake.add(consultee(row.pk), held, {"text": "また"}, asked.who, now.date(), now=now)
    assert (said(row), Case.objects.get().state) == ([], "active")
    close(case)
    assert said(row) == [("case", f"相談 {case.pk} state")]


def test_lines_of_before_leave_open_what_they_did_not_tell(row: Office, case: Case) -> None:
    """Of a level and of a denial they told that it was, not which."""
    with without_keys():
        before = chain.START
        for line in Line.objects.filter(office_id=row.pk).order_by("seq"):
            line.told, line.mac, line.before = {}, None, before
            line.hash = before = chain.digest(line)
            line.save()
        Head.objects.filter(pk=row.pk).update(hash=before)
    LineKey.objects.filter(office_id=row.pk).delete()
    macs.forget()
    assert unseal.begin_macs(row.pk, case.touched_at)
    assert said(row) == []
    lower(case)
    let_see(case)
    assert said(row) == []
    close(case)
    assert said(row) == [("case", f"相談 {case.pk} state")]  # no line ever closed it


@pytest.mark.race
def test_macs_begin_in_an_old_house_with_a_line_of_their_own(row: Office, now: datetime) -> None:
    assert not unseal.begin_macs(row.pk, now)
    LineKey.objects.filter(office_id=row.pk).delete()
    macs.forget()
    with pytest.raises(Misconfigured, match="印の鍵が、なくなって"):
        unseal.begin_macs(row.pk, now)
    Line.objects.update(mac=None)
    (told,) = unwitnessed(row, now)
    assert told.kind == "unmarked"
    assert unseal.begin_macs(row.pk, now)
    newest = Line.objects.filter(office_id=row.pk).latest("seq")
    assert (newest.verb, LineKey.objects.get(office_id=row.pk).since) == ("audit.begin", newest.seq)
    assert (said(row), unwitnessed(row, now)) == ([], [])
    Line.objects.filter(pk=newest.pk).update(mac=None)
    assert said(row) == [("forged", str(newest.seq))]


@pytest.mark.race
def test_a_tail_cut_where_macs_had_just_begun_is_told_as_cut(row: Office, now: datetime) -> None:
    """Not as forged: what stands at those numbers is the desk's own, written on after the cut."""
    LineKey.objects.filter(office_id=row.pk).delete()
    Line.objects.update(mac=None)
    macs.forget()
    assert unseal.begin_macs(row.pk, now)
    since = LineKey.objects.get(office_id=row.pk).since
    Line.objects.filter(office_id=row.pk, seq__gt=since - 3).delete()
    last = Line.objects.get(office_id=row.pk, seq=since - 3)
    Head.objects.filter(pk=row.pk).update(seq=last.seq, hash=last.hash)
    assert ("cut", str(since - 2)) in said(row)
    with transaction():
        for _ in range(3):
            chain.append(Actor(row.pk, "worker"), "case.tell", None, outcome="done", now=now)
    told = [each for each in said(row) if each[0] in {"cut", "forged", "line"}]
    assert told == [("cut", str(since - 2)), ("cut", str(since - 1))]
    Line.objects.filter(office_id=row.pk, seq__gte=since - 1).delete()  # and the head was left
    assert ("cut", str(since - 1)) in said(row)


def test_a_key_that_was_exchanged_opens_no_office(row: Office) -> None:
    LineKey.objects.filter(office_id=row.pk).update(since=10**6)
    macs.forget()
    with pytest.raises(Misconfigured, match="書きかえられて"):
        chain.faults(row.pk)


def test_an_act_asks_for_the_keys_once(row: Office, now: datetime) -> None:
    macs.forget()
    with patch.object(macs, "_load", wraps=macs._load) as asked_for:
        for _ in range(3):
            chain.append(Actor(row.pk, "worker"), "case.tell", None, outcome="done", now=now)
    assert asked_for.call_count == 1
