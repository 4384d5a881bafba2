"""Which agency fits: by need, place, audience and hour, each with its reason."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.agency import AUDIENCES, NEEDS, Agency
from madoguchi.rules.programme.load import programme
from madoguchi.rules.referral import Wanted, fit, fits, lines, review_due

JST = timezone(timedelta(hours=9))
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=JST)
NIGHT = datetime(2026, 11, 28, 23, 0, tzinfo=JST)
SHIBUKAWA = programme("shibukawa")
HERE = ("群馬県", "渋川市")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)).map(  # noqa: DTZ001 - given a zone next
    lambda at: at.replace(microsecond=0, tzinfo=JST)
)
wishes = st.builds(
    Wanted,
    need=st.sampled_from([None, *NEEDS]),
    places=st.sampled_from([None, (), HERE, ("東京都", "新宿区")]),
    audience=st.sampled_from([None, *AUDIENCES]),
    now=st.booleans(),
)


def ids(wanted: Wanted, at: datetime = NOON) -> list[str]:
    return [one.agency.id for one in fits(SHIBUKAWA.directory, wanted, at)]


@given(wishes, moments)
def test_nothing_that_a_wish_rules_out_is_offered_and_nothing_else_is_lost(
    wanted: Wanted, at: datetime
) -> None:
    offered = {one.agency.id for one in fits(SHIBUKAWA.agencies, wanted, at)}
    for agency in SHIBUKAWA.agencies:
        states = [line.open for line in lines(agency, at)]
        ruled_out = (
            (wanted.need is not None and wanted.need not in agency.needs)
            or (
                wanted.places is not None
                and agency.areas
                and not {*agency.areas} & {*wanted.places}
            )
            or (wanted.audience and agency.only_for and wanted.audience not in agency.only_for)
            or (wanted.now and states and not any(states) and None not in states)
        )
        assert (agency.id in offered) is not bool(ruled_out)


@given(wishes, moments)
def test_asking_for_less_never_takes_an_agency_away(wanted: Wanted, at: datetime) -> None:
    less = replace(wanted, now=False)
    assert set(ids(wanted, at)) <= set(ids(less, at)) <= set(ids(Wanted(wanted.need), at))


@given(wishes, moments)
def test_made_for_them_comes_first_then_near_then_the_order_of_the_files(
    wanted: Wanted, at: datetime
) -> None:
    found = [one.agency for one in fits(SHIBUKAWA.agencies, wanted, at)]
    for before, after in pairwise(found):
        assert _rank(before, wanted) <= _rank(after, wanted)


def _rank(agency: Agency, wanted: Wanted) -> tuple[bool, bool, int]:
    made_for = (*agency.only_for, *agency.first_for)
    return (wanted.audience not in made_for, not agency.areas, agency.order)


@pytest.mark.parametrize("need", NEEDS)
def test_every_need_has_an_agency_for_somebody_who_lives_far_away(need: str) -> None:
    assert ids(Wanted(need, places=()))  # type: ignore[arg-type] # one of NEEDS


def test_danger_at_night_leads_to_lines_that_answer_at_night() -> None:
    found = fits(SHIBUKAWA.directory, Wanted("danger", now=True), NIGHT)
    assert [one.agency.id for one in found][:2] == ["police_110", "fire_119"]
    assert "police_9110" not in {one.agency.id for one in found}
    assert all(one.open for one in found if one.decision.answer == "yes")


def test_who_serves_only_some_places_is_not_said_to_be_for_anybody() -> None:
    near = [one for one in SHIBUKAWA.directory if one.areas]
    assert near
    for one in near:
        assert "どなたでも" not in one.audience.ja, one.id
        assert "だれでも" not in (one.audience.easy or ""), one.id
        assert "Anyone" not in (one.audience.en or ""), one.id


def test_the_prefectures_desk_is_for_its_people() -> None:
    assert "step_gunma" in ids(Wanted(places=HERE))
    assert "step_gunma" not in ids(Wanted(places=("埼玉県",)))
    unknown = fit(SHIBUKAWA.agency("step_gunma"), Wanted(), NOON)
    assert unknown.decision.answer == "ask"
    assert [(one.code, one.held) for one in unknown.decision.reasons] == [
        ("referral.place", Held.UNKNOWN)
    ]


def test_a_child_line_is_not_offered_to_an_adult() -> None:
    assert "moj_kodomo" not in ids(Wanted("delete", audience="adult"))
    assert ids(Wanted("talk", audience="child"))[:3] == ["kodomo_sos", "child_189", "moj_kodomo"]


def test_who_fears_for_a_neighbours_child_is_led_to_the_child_guidance_centre() -> None:
    for audience in AUDIENCES:
        assert "child_189" in ids(Wanted("danger", audience=audience)), audience


def test_hours_that_nobody_confirmed_are_asked_about_not_promised() -> None:
    found = fit(SHIBUKAWA.agency("onestop_8891"), Wanted(now=True), NIGHT)
    assert found.decision.answer == "ask"
    assert not found.open


def test_what_is_sent_and_answered_later_does_not_answer_now() -> None:
    for name in ("moj_web", "sia_hotline", "safeline"):
        found = fit(SHIBUKAWA.agency(name), Wanted(now=True), NOON)
        assert (found.decision.answer, found.open) == ("no", False)


def test_an_agency_is_due_on_the_day_of_its_review_and_not_before() -> None:
    agency = replace(SHIBUKAWA.agency("moj_line"), checked_on=date(2026, 11, 24))
    due = datetime(2027, 5, 24, 0, 0, tzinfo=JST)
    assert review_due(agency, due)
    assert not review_due(agency, due - timedelta(minutes=1))
    assert not review_due(replace(agency, review_months=12), due)
