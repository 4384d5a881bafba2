"""A field marked 任意 never refuses, and what is written so far can always be sent."""

import re
from datetime import datetime
from itertools import product
from typing import Any

import pytest
from django.test import Client

from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.record import public as record
from tests.answers import Response, squeezed
from tests.web.portal import applying, browsing

MAY = ("（任意）", "書かなくても いい", "(optional)")
FIELD = re.compile(r'<(div|fieldset)\s+class="field wrong".*?</(?:label|legend)>', re.DOTALL)
COLUMNS = pytest.mark.parametrize("column", ["", "/easy", "/en"])


def refusing(answer: Response) -> list[str]:
    """The heads of the fields that refuse."""
    return [found[0] for found in FIELD.finditer(answer.content.decode())]


@COLUMNS
def test_a_contact_step_refuses_no_field_that_it_calls_optional(begun: Client, column: str) -> None:
    seen = 0
    for rule, mail in product((*CONTACT_RULES, ""), ("yes", "no", "")):
        typed = {"contact_rule": rule, "mail": mail}
        for head in refusing(begun.post(f"{column}/s/c/contact/", typed)):
            seen += 1
            assert not [word for word in MAY if word in head], (typed, head)
    assert seen > 5


@COLUMNS
def test_an_enquiry_that_wants_an_answer_says_that_it_needs_the_address(
    portal: Client, column: str
) -> None:
    page = portal.post(f"{column}/enquiry/ask/", {"text": "x", "wants": "mail"})
    heads = refusing(page)
    assert heads
    assert not [word for head in heads for word in MAY if word in head]


CHOICES: tuple[tuple[int, dict[str, Any]], ...] = (
    (1, {"by": "representative"}),
    (1, {"by": "minor"}),
    (3, {"contract": "signed", "contract_on": ["", "", ""]}),
    (3, {"yen_deletion": ""}),
    (4, {"estimate_brought": []}),
    (4, {"screens_brought": []}),
    (5, {"delivery": "address"}),
    (5, {"sender": "own"}),
)


@pytest.mark.usefixtures("clock")
def test_an_application_refuses_no_field_that_it_calls_optional(portal: Client) -> None:
    applying.come(portal)
    for number, chosen in CHOICES:
        typed = {**applying.TASKS[number], **chosen, **applying.hidden(portal, number)}
        for column in ("", "/easy", "/en"):
            heads = refusing(portal.post(f"{column}/s/h/{number}/", typed))
            assert heads, chosen
            assert not [word for head in heads for word in MAY if word in head], chosen


def test_under_each_choice_stands_what_it_makes_necessary(begun: Client) -> None:
    page = re.sub(r"<[^>]+>", "", squeezed(begun.get("/s/c/contact/")))
    assert "電話番号 （「電話で連絡してよい」を選んだ方は必須）" in page
    order = [page.index(each) for each in ("窓口からの連絡について", "電話番号 ", "つながりやすい")]
    assert order == sorted(order)


def sent(browser: Client, office: OfficeCard, now: datetime) -> tuple[cases.Wishes, dict[str, str]]:
    """The wishes and the words of what was just sent."""
    case = browsing.holding(office, browsing.receipt(browser))
    (entry,) = record.read(cases.consultee(office.id), case, now=now).rows
    return cases.wishes(case.drawer), entry.words


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"contact_rule": "phone"},
        {"contact_rule": "phone", "phone": "0279-00-0000"},
        {"contact_rule": "phone", "phone": "０９０ー１２３４", "name_desk": "yes"},
        {"contact_rule": "mail_only", "email": "だれか"},
        {"contact_rule": "wait", "mail": "yes"},
        {"phone": "0279-00-0000"},
    ],
)
def test_what_is_written_so_far_is_sent_and_nobody_is_rung_whose_rule_is_not_settled(
    begun: Client, office: OfficeCard, now: datetime, typed: dict[str, str]
) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    answer = browsing.answer(begun, "contact", **typed, finish="1")
    if typed:  # a way of contact would be dropped: the person is told once, before it is sent
        assert not Case.objects.exists()
        assert "このまま送ると、窓口からは連絡しません" in squeezed(answer)
        assert "#f-" in squeezed(answer)
        answer = begun.post("/s/c/check/", {"finish": "as_it_is"})
    assert (answer.status_code, answer["Location"]) == (303, "/s/c/done/")
    wishes, words = sent(begun, office, now)
    assert (wishes.contact_rule, wishes.mail) == ("wait", False)
    said = squeezed(begun.get("/s/c/done/")).split("これからのこと")[0]  # beside the number
    assert "窓口からは連絡しません。番号で返事を読んでください" in said
    browsing.open_receipt(begun, *browsing.receipt(begun))
    page = squeezed(begun.get("/s/f/"))
    assert page.index("窓口からは連絡しません") < page.index("やりとり</h2>")
    assert "だれか" not in typed.values() or "だれか" in words["text"]  # nothing typed is lost


def test_a_rule_that_is_settled_stays(begun: Client, office: OfficeCard, now: datetime) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", **browsing.CONTACT)
    browsing.answer(begun, "about", age="もうすぐ18", finish="1")
    wishes, words = sent(begun, office, now)
    assert wishes.contact_rule == "no_voicemail"
    assert "年齢\nもうすぐ18" in words["text"]


def test_it_is_sent_without_the_first_page_too(begun: Client) -> None:
    answer = browsing.answer(begun, "story", text="消したい", finish="1")
    assert answer["Location"] == "/s/c/done/"
    assert not Case.objects.get().urgent


def test_words_of_danger_show_the_lines_and_are_then_sent(begun: Client) -> None:
    answer = browsing.answer(begun, "story", text="死にたい", finish="1")
    page = squeezed(begun.get(answer["Location"]))
    assert 'name="finish"' in page
    assert begun.post("/s/c/check/", {"finish": "1"})["Location"] == "/s/c/done/"
    assert Case.objects.get().urgent


def test_before_it_is_sent_it_says_that_nobody_calls(begun: Client) -> None:
    for column, said in (("", "窓口からは連絡しません"), ("/en", "we do not contact you")):
        assert said in squeezed(begun.get(f"{column}/s/c/contact/"))


def test_control_the_last_button_of_the_whole_form_still_asks_for_the_rule(begun: Client) -> None:
    browsing.answer(begun, "story", text="消したい")
    assert begun.post("/s/c/check/").status_code == 422
    assert not Case.objects.exists()


def test_what_was_left_blank_is_folded_on_the_check_page(begun: Client) -> None:
    browsing.answer(begun, "story", text="消したい")
    page = squeezed(begun.get("/s/c/check/"))
    assert "書いていません" not in page
    assert page.count("書いていない項目") == 5
    outside = re.sub(r"<details>.*?</details>", "", page.split("<main")[1])
    assert outside.count("変更する") == 1
    assert "/s/c/contact/?back#f-phone" in page
