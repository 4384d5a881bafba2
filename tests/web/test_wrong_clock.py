"""A clock that is wrong and put right again: order by number, short secrets, sessions, codes."""

from datetime import date, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)

from madoguchi.rules.programme.changes import DeskClosed, DeskHours
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions, public
from madoguchi.work.record.models import Entry
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked, colleague, do

DAY = timedelta(days=1)
WRONG = (timedelta(minutes=10), -timedelta(minutes=10), -DAY)


@pytest.mark.parametrize("by", WRONG)
def test_lines_and_cases_hold_whatever_the_clock_says(
    office: OfficeCard, now: datetime, by: timedelta
) -> None:
    first, second = asked(office, now), asked(office, now + by)
    seqs = list(Line.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
    assert chain.faults(office.id) == []
    cases = Line.objects.exclude(case_id=None).order_by("seq").values_list("case_id", flat=True)
    assert list(dict.fromkeys(cases)) == [first.pk, second.pk]


@pytest.mark.usefixtures("stopped")
def test_entries_stand_in_the_order_in_which_they_came(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now + DAY)  # the portal's clock was ahead
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    assert do(browser, case, "note", note_text="あとの記録").status_code == 303
    rows = Entry.of(office.id).filter(case_id=case.pk)
    assert list(rows.order_by("number").values_list("kind", flat=True)) == ["received", "note"]
    assert list(rows.order_by("at").values_list("kind", flat=True)) == ["note", "received"]


def test_the_later_decision_holds_though_its_clock_was_behind(
    office: OfficeCard, now: datetime
) -> None:
    actor, at = actor_of(make_staff(office, "supervisor", "係長", now)), AtOffice(office.id)
    on = date(2026, 12, 28)
    hours = {"on": on.isoformat(), "hours": "8:30-12:00"}
    actions.publish(actor, at, "desk_hours", "時間", "", on, hours, now=now)
    closed = {"on": on.isoformat()}
    actions.publish(actor, at, "desk_closed", "休み", "", on, closed, now=now - DAY)
    assert public.changes(office.id) == (DeskHours(on, "8:30-12:00"), DeskClosed(on))


@pytest.mark.parametrize(("kind", "kept"), [("opened", False), ("done", False), ("draft", True)])
def test_a_secret_held_by_a_clock_that_was_ahead_is_not_held_for_a_day(
    office: OfficeCard,
    now: datetime,
    kind: str,
    kept: bool,  # noqa: FBT001 - a draft is kept
) -> None:
    who = visit.new_holder(office.id)
    visit.remember(who, kind, {"word": "x"}, now + DAY)
    assert (visit.recall(who, kind, now) is not None) is kept


def test_two_portals_may_differ_by_a_minute(office: OfficeCard, now: datetime) -> None:
    who = visit.new_holder(office.id)
    visit.remember(who, "opened", {"word": "x"}, now + visit.SKEW)
    assert visit.recall(who, "opened", now) is not None


@pytest.mark.parametrize(("by", "inside"), [(timedelta(0), True), (DAY, False), (-DAY, False)])
def test_a_session_begun_by_a_wrong_clock_ends(
    office: OfficeCard,
    now: datetime,
    by: timedelta,
    inside: bool,  # noqa: FBT001 - the control: a session of this moment goes on
) -> None:
    _, browser = colleague(office, "counsellor", now)
    session = browser.session
    session[SIGNED_IN_AT] = (moment() + by).isoformat()
    session.save()
    assert (browser.get("/").status_code == 200) is inside


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_may_be_one_step_early_or_late(steps: int, taken: bool) -> None:  # noqa: FBT001 - as above
    counters = list(yield_hotp_counters_from_time())
    here = counters[len(counters) // 2]
    code = format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", here + steps))
    assert validate_totp_code("JBSWY3DPEHPK3PXP", str(code)) is taken


def test_an_urgent_case_of_a_wrong_clock_stands_in_the_list(
    office: OfficeCard, now: datetime
) -> None:
    case = asked(office, now + DAY, urgent=True)
    _, browser = colleague(office, "counsellor", now)
    assert Case.objects.get().next_on == (now + DAY).date()
    assert case.short_name in browser.get("/").content.decode()
