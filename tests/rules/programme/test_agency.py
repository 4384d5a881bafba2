"""Agencies: complete records, and only what is confirmed reaches a citizen."""

from dataclasses import replace
from datetime import date

import pytest

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.agency import NEEDS, Agency, Need, ReadFrom, SpecialHours
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import UNCONFIRMED

SHIBUKAWA = programme("shibukawa")
SEED = ["moj_web", "moj_110", "moj_kodomo", "ihaho", "mhlw_portal", "kodomo_sos", "sia_hotline"]


def test_every_agency_of_the_citys_page_is_shown() -> None:
    assert set(SEED) <= {agency.id for agency in SHIBUKAWA.directory}


@pytest.mark.parametrize("need", NEEDS)
def test_every_need_leads_somewhere(need: Need) -> None:
    assert SHIBUKAWA.agencies_for(need)


@pytest.mark.parametrize("agency", SHIBUKAWA.agencies, ids=lambda agency: agency.id)
def test_an_agency_says_what_for_whom_and_who_says_so(agency: Agency) -> None:
    assert agency.needs
    assert agency.languages
    assert agency.checked_on >= date(2026, 11, 24)
    said = [agency.name, agency.operator, agency.can, agency.audience, agency.cost]
    said += [words for words in (agency.cannot, agency.note) if words]
    said += [line.note for line in agency.lines if line.note]
    said += [phone.label for phone in agency.phone if phone.label]
    for words in said:
        assert words.easy
        assert words.en
    assert agency.confirmed is (agency.status == "confirmed")
    assert not agency.listed or agency.source != UNCONFIRMED


@pytest.mark.parametrize("agency", SHIBUKAWA.agencies, ids=lambda agency: agency.id)
def test_an_officer_reads_when_and_how_to_use_it(agency: Agency) -> None:
    for words in (agency.when_to_use, agency.how_to_use):
        assert words.endswith("。")
        assert all(len(sentence) <= 80 for sentence in words.split("。"))
    assert agency.when_to_use != agency.how_to_use


@pytest.mark.parametrize("months", [0, 37])
def test_a_review_that_never_comes_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="review_months"):
        replace(SHIBUKAWA.agencies[0], review_months=months)


def test_the_review_follows_the_day_it_was_read() -> None:
    agency = replace(SHIBUKAWA.agency("moj_line"), checked_on=date(2026, 8, 31))
    assert agency.review_months == 6
    assert agency.review_on == date(2027, 2, 28)


def test_no_unconfirmed_fact_is_shown() -> None:
    for agency in SHIBUKAWA.directory:
        assert UNCONFIRMED not in (agency.source, agency.status, *agency.languages)
        assert all(phone.source != UNCONFIRMED for phone in agency.phone)
        assert all(link.source != UNCONFIRMED for link in agency.link)
        assert all(phone.hours_source != UNCONFIRMED for phone in agency.phone)


def test_an_unconfirmed_link_is_left_out_and_the_name_stays() -> None:
    whole = SHIBUKAWA.agency("mhlw_portal")
    links = (replace(whole.link[0], source=UNCONFIRMED), *whole.link[1:])
    assert replace(whole, link=links).shown.link == whole.link[1:]


LOOK = ("curetime", "dv_navi", "stopncii", "bengoshikai", "paps", "tell", "fresc", "gunma_inochi")
HOLD = ("gunma_bar", "moj_josei", "shohi", "tomarigi", "yometel")


def test_what_has_to_be_looked_up_shows_its_page_and_no_number() -> None:
    """The advice of 29 November 2026 on each line: show, look or hold."""
    shown = {agency.id: agency for agency in SHIBUKAWA.directory}
    assert {each.id for each in SHIBUKAWA.agencies if each.status == "look"} == set(LOOK)
    for name in LOOK:
        assert shown[name].phone == ()
        assert [link.kind for link in shown[name].link] == ["page"]
        assert shown[name].note is None
    assert {each.id for each in SHIBUKAWA.agencies if not each.listed} == set(HOLD)
    assert not set(HOLD) & set(shown)


def test_a_look_at_no_page_is_refused() -> None:
    with pytest.raises(ValueError, match="公式ページが要ります"):
        replace(SHIBUKAWA.agency("tell"), link=())


def test_a_source_that_is_younger_than_its_reading_is_refused() -> None:
    with pytest.raises(ValueError, match="2027年の資料"):
        replace(SHIBUKAWA.agency("tell"), as_of=2027)


@pytest.mark.parametrize(
    ("read_from", "as_of"), [("page", 2026), ("record", None), ("known", 2026)]
)
def test_only_a_copy_or_a_record_is_of_a_year(read_from: ReadFrom, as_of: int | None) -> None:
    with pytest.raises(ValueError, match="資料の年"):
        replace(SHIBUKAWA.agency("tell"), read_from=read_from, as_of=as_of)


@pytest.mark.parametrize("agency", SHIBUKAWA.agencies, ids=lambda agency: agency.id)
def test_who_read_is_said_as_in_the_source(agency: Agency) -> None:
    """Of 29 November 2026: nobody had opened the pages themselves."""
    assert agency.read_from != "page" or agency.checked_on > date(2026, 11, 29)
    assert (agency.read_from == "record") is ("読んだ方の公開の記録" in agency.source)
    assert (agency.read_from == "known") is (agency.source == "全国共通の緊急通報番号")


@pytest.mark.parametrize(
    ("agency", "numbers"),
    [
        ("inochi_sos", ["0120-061-338"]),
        ("yorisoi", ["0120-279-338", "050-3655-0279"]),
        ("child_189", ["189", "0120-189-783"]),
        ("onestop_8891", ["#8891", "0120-8891-77"]),
        ("houterasu_multi", ["0570-078377", "050-3754-5430"]),
        ("houterasu_victim", ["0120-079714"]),
        ("ibasho", []),
        ("tell", []),
        ("gunma_inochi", []),
    ],
)
def test_the_numbers_a_citizen_sees(agency: str, numbers: list[str]) -> None:
    shown = next(each for each in SHIBUKAWA.directory if each.id == agency)
    assert [str(line.number) for line in shown.phone] == numbers


def test_an_image_of_ones_childhood_is_for_adults_too() -> None:
    assert SHIBUKAWA.agency("takeitdown").only_for == ()


def test_the_citys_own_facts_stand_in_its_own_folder() -> None:
    assert SHIBUKAWA.agency("kodomo_sos").operator.ja == "群馬県教育委員会"
    hours = SHIBUKAWA.agency("kokoro_dial").phone[0].hours
    assert hours is not None
    assert hours.text == "mon-fri 9:00-22:00"


def test_an_agency_of_another_prefecture_is_in_no_list_of_this_city() -> None:
    elsewhere = replace(SHIBUKAWA, city=replace(SHIBUKAWA.city, prefecture="青森県"))
    assert "gunma_inochi" in {each.id for each in SHIBUKAWA.directory}
    assert not {"gunma_inochi", "step_gunma"} & {each.id for each in elsewhere.directory}


def test_the_strip_and_the_lines_that_never_close() -> None:
    strip = [agency.id for agency in SHIBUKAWA.emergency]
    assert strip[:3] == ["police_110", "fire_119", "yorisoi"]
    always = {"police_110", "kodomo_sos", "dv_plus", "inochi_sos", "yorisoi"}
    assert always <= {agency.id for agency in SHIBUKAWA.always_open}
    assert not {"moj_110", "police_9110"} & {agency.id for agency in SHIBUKAWA.always_open}


@pytest.mark.parametrize(
    ("agency", "number"),
    [
        ("moj_110", "0570-003-110"),
        ("moj_kodomo", "0120-007-110"),
        ("kodomo_sos", "0120-0-78310"),
        ("kokoro_dial", "0570-064-556"),
        ("police_9110", "#9110"),
    ],
)
def test_numbers_that_old_pages_print_wrongly(agency: str, number: str) -> None:
    assert str(SHIBUKAWA.agency(agency).phone[0].number) == number


@pytest.mark.parametrize(
    ("printed", "number", "tel"),
    [
        ("0279−25-8526", "0279-25-8526", "tel:0279258526"),
        ("０２７９ー２５ー８５２６", "0279-25-8526", "tel:0279258526"),
        ("0570‐003‐110", "0570-003-110", "tel:0570003110"),
        ("(0279)25-8526", "0279-25-8526", "tel:0279258526"),
        ("＃９１１０", "#9110", "tel:%239110"),
        ("110", "110", "tel:110"),
    ],
)
def test_numbers_as_printed(printed: str, number: str, tel: str) -> None:
    found = Phone.from_text(printed)
    assert (found.number, found.tel) == (number, tel)


@pytest.mark.parametrize("printed", ["", "代表", "0279-25-85X6", "javascript:1", "+81 279"])
def test_what_is_no_number_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="電話番号"):
        Phone.from_text(printed)


def test_links_lead_where_they_say() -> None:
    links = {link.kind: link.href for agency in SHIBUKAWA.directory for link in agency.link}
    assert links["line"] is None
    assert (links["mail"] or "").startswith("mailto:")
    assert (links["form"] or "").startswith("http")


@pytest.mark.parametrize(
    ("day", "evening"),
    [("2025-08-26", 1035), ("2025-08-27", 1140), ("2025-09-02", 1140), ("2025-09-03", 1035)],
)
def test_a_campaign_week_has_longer_hours(day: str, evening: int) -> None:
    on = date.fromisoformat(day)
    first, last = date(2025, 8, 27), date(2025, 9, 2)
    longer = Week.from_text("mon-fri 8:30-19:00; sat-sun 10:00-17:00")
    line = SHIBUKAWA.agency("moj_kodomo").phone[0]
    week = replace(line, special=(SpecialHours(first, last, longer),)).hours_on(on)
    assert week is not None
    assert week.spans_on(on)[-1].ends_min == evening


@pytest.mark.parametrize(
    ("agency", "day", "closed"),
    [
        ("childline", "2026-12-29", True),
        ("childline", "2027-01-03", True),
        ("childline", "2027-01-04", False),
        ("childline", "2026-11-23", False),  # a holiday
        ("moj_110", "2026-11-23", True),
        ("moj_110", "2026-12-31", True),
        ("inochi_sos", "2026-12-31", False),
    ],
)
def test_the_end_of_the_year_is_data(agency: str, day: str, *, closed: bool) -> None:
    assert SHIBUKAWA.agency(agency).phone[0].closed_on(date.fromisoformat(day)) is closed
