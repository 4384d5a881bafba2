"""A search finds what its colleague may read, says so in one line, and keeps no word of it."""

import logging
from collections.abc import Callable
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.spelling import needles
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import forget
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases import actions
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.models import Access, Case, Consultee
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from madoguchi.work.search import queries
from madoguchi.work.search.queries import Found, Look
from tests.web.desk.colleagues import asked

WORD = "金糸雀の掲示板"
ROLES = ("counsellor", "supervisor")
ABOUT = {
    "name": "渡邊　ハナ子",
    "kana": "わたなべ　はなこ",
    "phone": "０２７９（００）１２３４",
    "email": "Hana@example.jp",
    "who": "self",
    "danger": "no",
}


def reader(office: OfficeCard, role: str = "counsellor") -> Actor:
    """Somebody of the office who has no part in any case yet."""
    return Actor(office.id, role, uuid4())


def opened(office: OfficeCard, now: datetime, **story: Any) -> Case:
    """A case that somebody has opened before, so that its keys are the office's."""
    case = asked(office, now, **{"text": f"{WORD}に書かれた", "about": ABOUT, **story})
    cases.open_case(reader(office), case.id, now=now)
    return case


def ask(actor: Actor, words: str, now: datetime) -> Found:
    """A search for these words."""
    return queries.search(actor, AtOffice(actor.office_id), words, "check", now=now)


def ids(found: Found) -> list[UUID]:
    """The cases that were found, in their order."""
    return [hit.card.id for hit in found.hits]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("掲示", "text"),
        ("渡辺", "name"),
        ("渡邉花子", ""),
        ("わたなべ", "kana"),
        ("ﾜﾀﾅﾍﾞ ﾊﾅｺ", "kana"),
        ("0279-00-1234", "phone"),
        ("1234", "phone"),
        ("hana@EXAMPLE.jp", "email"),
        ("金糸雀 渡辺", "text"),
        ("渡辺 いない語", ""),
    ],
)
def test_words_are_found_where_they_stand(
    office: OfficeCard, now: datetime, words: str, name: str
) -> None:
    case = opened(office, now)
    found = ask(reader(office), words, now)
    assert ids(found) == ([case.id] if name else [])
    assert not name or name in {place.name for place in found.hits[0].places}


def test_a_note_and_the_short_name_are_found(office: OfficeCard, now: datetime) -> None:
    case, who = opened(office, now), reader(office)
    actions.take(who, case, now=now)
    record.note(who, Case.objects.get(), "庭の椿を見たという。\n電話で", now=now)
    (hit,) = ask(who, "椿", now).hits
    (place,) = hit.places
    assert (place.name, place.snippet) == ("text", "庭の椿を見たという。 電話で")
    assert (place.before, place.word, place.after) == ("庭の", "椿", "を見たという。 電話で")
    assert ids(ask(who, case.short_name, now)) == [case.id]


def test_what_was_written_later_is_found(office: OfficeCard, now: datetime) -> None:
    case, who = opened(office, now), reader(office)
    record.add_details(who, case, {"effects": "夜も眠れない", "town": "石原"}, now=now)
    assert {place.name for place in ask(who, "眠れない", now).hits[0].places} == {"effects"}
    assert ids(ask(who, "石原", now)) == [case.id]


def test_the_newest_stand_first_and_no_more_than_a_page(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [opened(office, now) for _ in range(4)]
    newest = sorted(Case.objects.all(), key=lambda case: (-case.touched_at.timestamp(), case.id))
    assert ids(ask(reader(office), WORD, now)) == [case.id for case in newest]
    monkeypatch.setattr(queries, "AT_A_TIME", 1)
    monkeypatch.setattr(queries, "MOST_HITS", 2)
    found = ask(reader(office), WORD, now)
    assert (ids(found), found.more, found.cut) == ([one.id for one in newest[:2]], True, False)
    monkeypatch.setattr(queries, "MOST_HITS", 50)
    monkeypatch.setattr(queries, "MOST_CASES", 3)
    found = ask(reader(office), WORD, now)
    assert (found.looked, found.more, found.cut) == (3, False, True)
    monkeypatch.setattr(queries, "MOST_CASES", len(made))
    assert not ask(reader(office), WORD, now).cut


@pytest.mark.parametrize("role", ROLES)
def test_who_may_read_finds_and_nobody_else(office: OfficeCard, now: datetime, role: str) -> None:
    actor, expected = reader(office, role), set()
    for level, kinds in product(("normal", "care", "secret"), ((), ("assigned",), ("deny",))):
        case = opened(office, now)
        Case.objects.filter(pk=case.pk).update(level=level)
        for kind in kinds:
            Access.objects.create(
                office_id=office.id, case_id=case.id, staff_id=actor.colleague, kind=kind, at=now
            )
        situation = Case.objects.get(pk=case.pk).situation(actor)
        if rights.may(role, "case.search", situation):
            expected.add(case.id)
    found = ask(actor, WORD, now)
    assert set(ids(found)) == expected
    assert found.looked == len(expected), "no number betrays a case"


@pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
@pytest.mark.parametrize("role", sorted(set(rights.ROLES) - set(ROLES)))
def test_for_the_other_roles_there_is_no_search(
    office: OfficeCard, now: datetime, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "look", pytest.fail)
    with pytest.raises(Absent):
        ask(reader(office, role), WORD, now)
    line = Line.objects.latest("seq")
    assert (line.verb, line.outcome, line.told) == ("case.search", "absent", {})


def test_another_office_finds_nothing(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    case = opened(office, now)
    stranger = reader(other_office, "supervisor")
    Access.objects.create(
        office_id=other_office.id,
        case_id=case.id,
        staff_id=stranger.colleague,
        kind="assigned",
        at=now,
    )
    found = ask(stranger, WORD, now)
    assert (found.hits, found.looked) == ((), 0)


def test_one_line_tells_purpose_and_counts_and_nothing_typed(
    office: OfficeCard, now: datetime
) -> None:
    opened(office, now)
    opened(office, now, text="ほかのこと")
    who, before = reader(office), Line.objects.count()
    ask(who, WORD, now)
    assert Line.objects.count() == before + 1
    line = Line.objects.latest("seq")
    assert (line.verb, line.outcome, line.case_id) == ("case.search", "done", None)
    assert (line.staff_id, line.seals) == (who.staff_id, {})
    assert line.told == {"purpose": "check", "cases": 2, "hits": 1, "damaged": 0}
    assert chain.faults(office.id) == []
    Line.objects.filter(pk=line.pk).update(told={**line.told, "hits": 0})
    assert chain.faults(office.id) == [line.seq]


def test_no_word_is_kept_anywhere(
    office: OfficeCard, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    word = "探した言葉の金糸雀"
    with caplog.at_level(logging.DEBUG, "madoguchi"):
        ask(reader(office), word, now)
    assert word not in caplog.text
    for connection in connections.all():
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                assert word not in repr(cursor.fetchall()), table


def test_the_cost_does_not_grow_with_each_case(office: OfficeCard, now: datetime) -> None:
    opened(office, now)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connections["default"]) as captured:
            ask(reader(office), WORD, now)
        costs.append(len(captured))
        for _ in range(3):
            opened(office, now)
    assert costs[0] == costs[1]


def flip(blob: bytes) -> bytes:
    """The bytes with one of them changed."""
    return bytes([*blob[:-1], blob[-1] ^ 1])


def spoil_entry(case: Case) -> None:
    row = Entry.objects.get(case_id=case.id)
    Entry.objects.filter(pk=row.pk).update(words=flip(bytes(row.words)))


def spoil_person(case: Case) -> None:
    row = Consultee.objects.get(case_id=case.id)
    Consultee.objects.filter(pk=row.pk).update(about=flip(bytes(row.about)))


def spoil_keys(case: Case) -> None:
    row = DrawerKey.objects.get(case_id=case.id, by="office", drawer="shared")
    DrawerKey.objects.filter(pk=row.pk).update(blob=flip(bytes(row.blob)))


def spoil_line(case: Case) -> None:
    """The sealed value holds, but it is not the one of the line: an older one put back, say."""
    row = Entry.objects.get(case_id=case.id)
    for line in Line.objects.filter(case_id=case.id, verb="message.add"):
        Line.objects.filter(pk=line.pk).update(seals={f"{row.pk}/entry": "0" * 32})


@pytest.mark.parametrize("spoil", [spoil_entry, spoil_person, spoil_keys, spoil_line])
def test_what_does_not_open_is_counted_and_stops_nothing(
    office: OfficeCard, now: datetime, spoil: Callable[[Case], None]
) -> None:
    whole, broken = opened(office, now), opened(office, now)
    who = reader(office)
    assert ask(who, WORD, now).damaged == 0
    spoil(broken)
    found = ask(who, f"{WORD} 渡辺", now)
    assert (ids(found), found.looked, found.damaged) == ([whole.id], 2, 1)
    line = Line.objects.get(verb="case.search", outcome="damaged")
    assert (line.case_id, line.staff_id) == (broken.id, who.staff_id)


def test_a_case_that_nobody_has_opened_yet_is_not_called_searched(
    office: OfficeCard, now: datetime
) -> None:
    case, _, who = asked(office, now, text=WORD), opened(office, now, text="ほか"), reader(office)
    found = ask(who, WORD, now)
    assert (found.hits, found.looked, found.unopened, found.damaged) == ((), 1, 1, 0)
    assert Line.objects.latest("seq").told["cases"] == 1
    assert ids(ask(who, case.short_name, now)) == [case.id], "its number stands in the list anyhow"
    cases.open_case(who, case.id, now=now)
    found = ask(who, WORD, now)
    assert (ids(found), found.looked, found.unopened) == ([case.id], 2, 0), "the negative control"


def test_a_forgotten_case_is_neither_searched_nor_waiting(
    office: OfficeCard, now: datetime
) -> None:
    read, unread, who = opened(office, now), asked(office, now), reader(office)
    for case in (read, unread):
        forget.destroy_keys(case.id)
    found = ask(who, read.short_name, now)
    assert (found.hits, found.looked, found.unopened, found.damaged) == ((), 0, 0, 0)


def test_no_number_counts_what_the_colleague_may_not_open(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(office, now), asked(office, now)
    Case.objects.update(level="secret")
    who = reader(office, "supervisor")
    found = ask(who, WORD, now)
    assert (found.hits, found.looked, found.unopened) == ((), 0, 0)
    assert Line.objects.latest("seq").told["cases"] == 0
    monkeypatch.setattr(queries, "visible", lambda actor, _verb: Case.of(actor.office_id))
    found = ask(who, WORD, now)
    assert (found.looked, found.unopened) == (1, 1), "the negative control: rights keep them out"


@pytest.mark.parametrize("said", ["{}", "0121-7288-{}", "０１２１ ７２８８ {}", "01217288{}"])
def test_a_case_is_found_by_the_number_on_its_receipt(
    office: OfficeCard, now: datetime, said: str
) -> None:
    case = opened(office, now)
    assert ids(ask(reader(office), said.format(case.short_name), now)) == [case.id]


def forgotten(case: Case, _who: Actor, _now: datetime) -> None:
    forget.destroy_keys(case.id)


def denied(case: Case, who: Actor, now: datetime) -> None:
    Access.objects.create(
        office_id=case.office_id, case_id=case.id, staff_id=who.colleague, kind="deny", at=now
    )


@pytest.mark.parametrize("meanwhile", [forgotten, denied])
def test_what_happens_while_we_look_holds(
    office: OfficeCard,
    now: datetime,
    meanwhile: Callable[[Case, Actor, datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, who, seen = opened(office, now), reader(office), []
    look = queries.look

    def slow(actor: Actor, words: Any) -> Look:
        found = look(actor, words)
        seen.append(dict(found.places))
        meanwhile(case, who, now)
        return found

    monkeypatch.setattr(queries, "look", slow)
    assert ask(who, WORD, now).hits == ()
    assert set(seen[0]) == {case.id}, "the negative control: it had been found"
    assert Line.objects.latest("seq").told["hits"] == 0


def test_nothing_asked_opens_nothing(office: OfficeCard, now: datetime) -> None:
    opened(office, now)
    found = queries.look(reader(office), needles("・"))
    assert (found.places, found.looked, found.cut) == ({}, 0, False)
