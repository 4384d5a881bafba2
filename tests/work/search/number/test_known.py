"""Is a number known: of what one may read, the same line either way, opened for a kept reason."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import visible
from madoguchi.work.record.queries import entries
from madoguchi.work.search import queries as number_queries
from madoguchi.work.search.queries import known, open_known
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
NUMBER = "09012345678"
ABOUT = {"name": "𠮷田", "phone": "090-1234-5678", "phone_digits": NUMBER}


@pytest.fixture
def supervisor(office: OfficeCard, now: datetime) -> Actor:
    """Who adopts the case, and hides it from others."""
    return actor_of(make_staff(office, "supervisor", "佐藤", now))


@pytest.fixture
def case(office: OfficeCard, now: datetime, supervisor: Actor) -> Case:
    """A case with the number, opened once."""
    row = asked(office, now, about=ABOUT)
    queries.open_case(supervisor, row.id, now=now)
    return queries.find(supervisor, row.id)


@pytest.mark.parametrize("digits", [NUMBER, "+819012345678"])
def test_a_number_is_known_however_it_is_dialled(
    office: OfficeCard, now: datetime, case: Case, who: Actor, digits: str
) -> None:
    at = AtOffice(office.id)
    assert known(who, at, digits, now=now)
    assert not known(who, at, "0279222111", now=now)
    assert not known(who, at, "", now=now)
    (found,) = open_known(who, at, digits, "同じ人の電話か確かめる", now=now)
    assert found.id == case.id


def test_to_a_denied_colleague_it_is_as_if_nobody_had_it(
    office: OfficeCard, now: datetime, case: Case, who: Actor, supervisor: Actor
) -> None:
    at = AtOffice(office.id)
    actions.deny(supervisor, case, who.colleague, now=now)
    assert not known(who, at, NUMBER, now=now)
    forbidden = Line.objects.latest("seq")
    assert not known(who, at, "0279222111", now=now)
    miss = Line.objects.latest("seq")
    assert (forbidden.verb, forbidden.told, forbidden.case_id) == (
        miss.verb,
        miss.told,
        miss.case_id,
    )
    assert open_known(who, at, NUMBER, "理由", now=now) == ()
    assert known(supervisor, at, NUMBER, now=now)  # the control: others find it


@pytest.mark.parametrize("level", ["care", "secret"])
def test_what_one_may_not_read_is_not_looked_into(
    office: OfficeCard, now: datetime, case: Case, who: Actor, supervisor: Actor, level: str
) -> None:
    actions.take(supervisor, case, now=now)
    actions.set_level(supervisor, queries.find(supervisor, case.id), level, now=now)
    assert not known(who, AtOffice(office.id), NUMBER, now=now)
    assert known(supervisor, AtOffice(office.id), NUMBER, now=now)


@pytest.mark.opens("number.open")
def test_the_reason_lies_sealed_in_the_case_and_its_author_is_named(
    office: OfficeCard, now: datetime, case: Case, who: Actor, supervisor: Actor
) -> None:
    at = AtOffice(office.id)
    with pytest.raises(Refused):
        open_known(who, at, NUMBER, "  ", now=now)
    open_known(who, at, NUMBER, "母と名乗る人の電話", now=now)
    newest = entries(queries.open_case(supervisor, case.id, now=now))[0]
    assert (newest.kind, newest.staff_id) == ("opened", who.staff_id)
    assert newest.words == {"text": "母と名乗る人の電話"}
    line = Line.objects.filter(verb="number.open").get()
    assert (line.case_id, line.staff_id) == (case.id, who.staff_id)
    assert f"{newest.id}/entry" in line.seals
    assert "母" not in str(line.told)


def test_asking_is_one_line_without_the_number(
    office: OfficeCard, now: datetime, case: Case, who: Actor
) -> None:
    before = Line.objects.count()
    known(who, AtOffice(office.id), NUMBER, now=now)
    line = Line.objects.latest("seq")
    assert Line.objects.count() == before + 1
    assert (line.verb, line.told, line.case_id) == ("number.ask", {"hits": 1}, None)


def test_another_office_asks_of_its_own(
    offices: tuple[OfficeCard, OfficeCard], now: datetime, case: Case
) -> None:
    stranger = actor_of(make_staff(offices[1], "counsellor", "南", now))
    assert not known(stranger, AtOffice(offices[1].id), NUMBER, now=now)
    with pytest.raises(Absent):
        known(stranger, AtOffice(offices[0].id), NUMBER, now=now)


@pytest.mark.parametrize("role", ["administrator", "auditor", "lawyer"])
def test_others_may_not_ask(office: OfficeCard, now: datetime, case: Case, role: str) -> None:
    stranger = actor_of(make_staff(office, role, "西", now))
    for ask in (
        lambda: known(stranger, AtOffice(office.id), NUMBER, now=now),
        lambda: open_known(stranger, AtOffice(office.id), NUMBER, "理由", now=now),
    ):
        with pytest.raises(Absent):
            ask()


def opened_by(ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many sealed values an answer opens: what its time is made of."""
    count = 0
    plain = Drawer.open

    def counted(drawer: Drawer, label: str, row_id: UUID | str, blob: bytes) -> object:
        nonlocal count
        count += 1
        return plain(drawer, label, row_id, blob)

    with monkeypatch.context() as patched:
        patched.setattr(Drawer, "open", counted)
        ask()
    return count


def test_hit_and_miss_open_the_same_number_of_values(
    office: OfficeCard,
    now: datetime,
    case: Case,
    who: Actor,
    supervisor: Actor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(4):
        older = asked(office, now, about={"phone": "1", "phone_digits": "0279000000"})
        queries.open_case(supervisor, older.id, now=now)
    at = AtOffice(office.id)
    hit, miss = (
        opened_by(partial(known, who, at, number, now=now), monkeypatch)
        for number in ("0279000000", "0279222111")
    )
    assert hit == miss == 5
    monkeypatch.setattr(number_queries, "_holders", first_alone)  # the control: it stops early
    early = opened_by(partial(known, who, at, "0279000000", now=now), monkeypatch)
    assert early < hit


def first_alone(actor: Actor, digits: str) -> list[UUID]:
    """A twin of `_holders` that stops at the first hit."""
    for case_id in visible(actor).values_list("id", flat=True):
        for found, numbers in number_queries._numbers(actor.office_id, [case_id]):
            if digits in numbers:
                return [found]
    return []
