"""33. Seal what no form of ours writes: one damaged value is drawn as such, and stops nobody (M1).

Whoever holds the portal's role may file a case of their own and seal anything into it. What they
seal opens, so it is its shape that is asked.
"""

import json
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules import sealed
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import values
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Case
from tests.answers import squeezed
from tests.redteam.house import asked_with_file
from tests.redteam.planted import Planter
from tests.redteam.unbound import unbound
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.portal.browsing import holding

DAMAGED = "この値は壊れているため表示できません（そのまま保管しています）。"
NAN = b'{"age": NaN}'
NO_AGE = b'{"age": "NaN"}'
BOOM = b'{"contact_rule": "boom", "hours": [], "name_desk": false, "mail": true}'
DEEP = b"[" * 400_000
WORDS = {
    "brackets": DEEP,
    "objects": b'{"a":' * 80_000,
    "digits": b'{"minutes": ' + b"7" * 5_000 + b"}",
    "a list for a string": b'{"text": ["a", "b"]}',
    "a string for a list": b'{"kinds": "insult"}',
    "no mapping": b"[]",
    "no JSON": b"\xff\xfe",
    "a fraction": b'{"minutes": 1e999}',
    "a day": b'{"happened_at": "9999-12-31T00:00:00+14:00"}',
    "half a character": b'{"text": "\\ud800"}',
    "nested": b'{"was": [[[[[[[[[1]]]]]]]]]}',
}


@pytest.fixture
def now() -> datetime:
    """The moment at which the browsers ask."""
    return moment()


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    return colleague(office, "supervisor", now)[1]


@pytest.fixture
def planter(office: OfficeCard, now: datetime, browser: Client) -> Planter:
    """The neighbour, whose case a colleague has taken."""
    own = asked_with_file(office, now)
    case = Case.objects.get(pk=own.case_id)
    assert do(browser, case, "take").status_code == 303
    return Planter(case, holding(office, (own.number, own.secret)).drawer, now)


def page(browser: Client, planter: Planter, query: str = "") -> str:
    answer = browser.get(f"/cases/{planter.case.pk}/{query}")
    assert answer.status_code == 200
    return squeezed(answer)


@pytest.mark.parametrize("plain", WORDS.values(), ids=WORDS)
def test_an_entry_is_drawn_as_damaged_and_the_others_stand(
    browser: Client, planter: Planter, plain: bytes
) -> None:
    planter.entry(plain)
    shown = page(browser, planter)
    assert shown.count(DAMAGED) == 1
    assert "書き込みを消したい" in shown


def test_control_a_value_of_its_shape_is_read(browser: Client, planter: Planter) -> None:
    planter.entry(json.dumps({"text": "続きです", "minutes": 10**17}).encode())
    shown = page(browser, planter)
    assert DAMAGED not in shown
    assert "続きです" in shown


@pytest.mark.parametrize("kind", ["booking", "clinic", "referral", "apart", "advice"])
def test_an_entry_of_a_kind_that_its_words_are_not(
    browser: Client, planter: Planter, kind: str
) -> None:
    planter.entry(b'{"agency": "houterasu", "step": "boom", "on": "infinity"}', kind)
    assert page(browser, planter).count(DAMAGED) == 1


def test_of_every_kind_at_once(browser: Client, planter: Planter) -> None:
    entry_id = planter.entry(b'{"text": "x"}')
    planter.about(NAN)
    planter.wishes(BOOM)
    planter.file(b'{"name": 1}', entry_id)
    planter.due(b"not sealed at all")
    shown = page(browser, planter)
    assert shown.count(DAMAGED) == 2  # the file and the day
    assert "相談者について書かれた最新の内容は壊れているため" in shown
    assert "本人に確かめるまで、窓口から連絡しないでください" in shown
    assert "窓口からは連絡しない" in shown
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("plain", [NAN, NO_AGE], ids=["NaN", "a word"])
def test_an_age_that_is_no_number_stops_no_report(
    browser: Client, planter: Planter, now: datetime, plain: bytes
) -> None:
    planter.about(plain)
    answer = browser.get(f"/reports/{now:%Y-%m}/")
    assert answer.status_code == 200
    assert "1件" in squeezed(answer)


def test_control_without_the_decoder_it_stops_them_all(
    browser: Client, planter: Planter, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "decode", lambda _, plain: json.loads(plain))
    planter.about(NO_AGE)
    with pytest.raises(TypeError):
        browser.get(f"/reports/{now:%Y-%m}/")


def test_more_than_a_page_is_read_page_by_page(browser: Client, planter: Planter) -> None:
    planter.many(sealed.ROWS_A_PAGE + 60, b'{"text": "x"}')
    first = page(browser, planter)
    assert first.count('<li class="entry') == sealed.ROWS_A_PAGE
    assert "以前の記録" in first
    assert "?entries=500" in first
    second = page(browser, planter, "?entries=500")
    assert second.count('<li class="entry') == 61
    assert "書き込みを消したい" in second
    assert "以前の記録" not in second
    assert "新しい記録に戻る" in second
    for odd in ("-1", "x", "9" * 30):
        assert browser.get(f"/cases/{planter.case.pk}/?entries={odd}").status_code == 200


def test_long_ones_are_read_by_their_bytes(browser: Client, planter: Planter) -> None:
    planter.many(8, json.dumps({"text": "あ" * 60_000}).encode())
    first = page(browser, planter)
    assert first.count('<li class="entry') < 9
    assert "以前の記録" in first


@pytest.mark.django_db(databases="__all__", transaction=True)  # the act rolls back
@pytest.mark.parametrize("by", ["letter", "office"])
def test_a_key_of_a_generation_that_never_was_damages_one_case(
    browser: Client, planter: Planter, office: OfficeCard, now: datetime, by: str
) -> None:
    """Its page says that it is kept as it is; search, report and the other case stand."""
    other = asked_with_file(office, now).case_id
    broken = other if by == "letter" else planter.case.pk  # the one nobody has opened yet
    assert DrawerKey.objects.filter(case_id=broken, by=by).update(generation=99)
    answer = browser.get(f"/cases/{broken}/")
    assert answer.status_code == 410  # nothing of ours broke
    assert "この記録は壊れているため表示できません" in squeezed(answer)
    assert "そのまま保管しています" in squeezed(answer)
    assert browser.get(f"/reports/{now:%Y-%m}/").status_code == 200
    found = browser.post("/search/", {"words": "書き込み", "purpose": "check"})
    assert found.status_code == 200, squeezed(found)
    if by == "office":
        assert browser.get(f"/cases/{other}/").status_code == 200
    else:
        page(browser, planter)


@pytest.fixture
def unchecked(planter: Planter) -> None:
    """Control: the database takes any code again."""
    codes = {"state": "zzz", "contact_rule": "<b>x", "level": "zzz"}
    with unbound("cases_case"):
        Case.objects.filter(pk=planter.case.pk).update(**codes)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("tab", ["mine", "open", "today", "waiting", "unassigned", "closed"])
def test_without_the_constraint_a_list_still_draws_what_is_no_code_as_damaged(
    browser: Client, planter: Planter, tab: str, office: OfficeCard, now: datetime
) -> None:
    Case.objects.filter(pk=asked(office, now).pk).update(assignee_id=None)
    answer = browser.get(f"/?tab={tab}")
    assert answer.status_code == 200
    drawn = planter.case.short_name in squeezed(answer)
    assert ("壊れた値" in squeezed(answer)) == drawn
    assert drawn == (tab in ("mine", "open", "today"))
