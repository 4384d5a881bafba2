"""B15 to B17: ages, telephones and nobody's name: a person is taken as they say they are."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from tests.answers import squeezed
from tests.badinputs.ends import case_page, story, words
from tests.web.portal import browsing


@pytest.mark.parametrize(
    "number",
    ["+1 202 555 0143", "0120-000-000", "(0279) 00 0000 内線12", "０９０ー００００ー００００"],
)
def test_b16_any_telephone_is_kept_as_it_was_written(
    begun: Client, office: OfficeCard, number: str
) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", **browsing.CONTACT | {"phone": number}, finish="1")
    assert cases.about(browsing.holding(office, browsing.receipt(begun)).drawer)["phone"] == number


@pytest.mark.parametrize("age", ["32", "３２", "32歳", "三十二", "32さい", "0", "119"])
def test_b15_ages_in_any_digits(begun: Client, age: str) -> None:
    assert browsing.answer(begun, "about", age=age).status_code == 303


@pytest.mark.parametrize("age", ["-1", "150", "さんじゅうに", "2月30日"])
def test_b15_what_is_no_age_is_shown_again(begun: Client, age: str) -> None:
    response = browsing.answer(begun, "about", age=age)
    assert response.status_code == 422
    assert f'value="{age}"' in squeezed(response)


def test_b17_nobody_needs_a_name_or_a_telephone(
    begun: Client, office: OfficeCard, now: datetime
) -> None:
    browsing.answer(begun, "danger", danger="no_answer", who="no_answer")
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    pair = browsing.receipt(begun)
    about = cases.about(browsing.holding(office, pair).drawer)
    assert about == {"danger": "no_answer", "who": "no_answer"}
    assert story(office, pair, now) == {}
    assert "窓口からは連絡しません" in words(begun.get("/s/c/done/"))


@pytest.mark.parametrize("words", ["非通知", "なし", "０９０ー１２３４", "内線12", "#9110"])
def test_b16_what_cannot_be_dialled_is_asked_again(begun: Client, words: str) -> None:
    response = browsing.answer(begun, "contact", **browsing.CONTACT | {"phone": words})
    assert response.status_code == 422
    assert f'value="{words}"' in squeezed(response)
    waiting = {"contact_rule": "wait"}
    assert (
        browsing.answer(begun, "contact", **waiting).status_code == 303
    )  # nobody needs a telephone


@pytest.mark.parametrize("rule", ["wait", "mail_only"])
def test_b16_a_number_that_was_given_does_not_make_it_safe_to_ring(
    begun: Client, office: OfficeCard, now: datetime, settings: Settings, rule: str
) -> None:
    """The number may be the abuser's, or shared: the rule decides, and nothing rings by itself."""
    browsing.answer(begun, "danger", **browsing.START)
    contact = browsing.CONTACT | {"contact_rule": rule, "email": "h@example.jp", "mail": "no"}
    browsing.answer(begun, "contact", **contact, finish="1")
    assert browsing.receipt(begun)
    assert not Outgoing.objects.filter(withheld="").exclude(template="received").exists()
    page = case_page(settings, office, now)
    assert "safety silent" in page
    assert "tel:" not in page


@pytest.mark.parametrize("who", ["guardian", "child"])
def test_b14_a_guardian_is_never_informed_by_itself(
    begun: Client, office: OfficeCard, now: datetime, settings: Settings, who: str
) -> None:
    """Who asks is recorded; contact follows the same one rule as for everybody."""
    browsing.answer(begun, "danger", danger="no", who=who)
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    assert browsing.receipt(begun)
    assert not Outgoing.objects.exists()
    assert "safety silent" in case_page(settings, office, now)


@pytest.mark.parametrize("age", ["", "90代"])
def test_b15_an_age_may_stay_unknown(begun: Client, age: str) -> None:
    response = browsing.answer(begun, "about", age=age, age_band="65_up")
    assert response.status_code == (422 if age else 303)
    assert browsing.answer(begun, "about", age_band="no_answer").status_code == 303
