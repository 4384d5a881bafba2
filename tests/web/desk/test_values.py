"""No value of the program reaches a page of the desk or its paper: each has words (finding F9)."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from html import unescape

import pytest
from django.test import Client

import madoguchi.rules
import madoguchi.web.desk
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.outcome import UNREACHED, Outcome, what_next
from madoguchi.tools.forms.fields import Choices
from madoguchi.tools.forms.form import Form
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.case.acts import HOW, PLANS
from madoguchi.web.desk.case.cards import CODED, PERSON, STORY, facts
from madoguchi.web.desk.heard.views import HEARD
from madoguchi.work.cases.models import Case
from tests.answers import squeezed
from tests.offices import make_staff
from tests.tools.papers.looking import joined
from tests.web.desk.colleagues import ABOUT, asked, do, inside
from tests.web.desk.test_refer import make, step

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
UNSEEN = re.compile(
    r"<(head|script|style|template|textarea)\b.*?</\1>|<kbd>.*?</kbd>|<code>.*?</code>", re.DOTALL
)
FIELD = re.compile(
    r'<input(?=[^>]*type="text")[^>]*value="([^"]*)"|<textarea(?![^>]*hidden)[^>]*>(.*?)<',
    re.DOTALL,
)
TOKEN = re.compile(r"(?<![\w./@:#?=&-])[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*(?![\w@/:=])")
COMMAND = "madoguchi-desk doctor desk"  # what an administrator types
JAPANESE = re.compile("[ぁ-ヿ㐀-鿿]")
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(-|$)")
PLACES = (
    *("/", "/?tab=open", "/?tab=closed", "/mail/", "/phone/", "/reports/", "/clinic/"),
    *("/interviews/", "/search/", "/notices/", "/danger/", "/settings/"),
    *(f"/settings/{name}/" for name in ("hours", "days", "agencies", "clinic", "owner", "texts")),
    *("/settings/year/", "/settings/agencies/moj_110/"),
    *("/settings/change/contact/", "/settings/change/division/"),
    *(f"/settings/change/hours/?channel={name}" for name in ("desk", "phone", "email")),
    "/settings/change/words/?key=landing.lead",
)


def modules(package: object) -> Iterator[object]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):  # type: ignore[attr-defined]
        yield importlib.import_module(found.name)


def codes() -> frozenset[str]:
    """Every value of an enum, every option of a form, every tuple of codes."""
    found = set[str]()
    for module in (*modules(madoguchi.rules), *modules(madoguchi.web.desk)):
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, StrEnum):
                found |= {each.value for each in value}
            elif isinstance(value, Form):
                found |= {
                    str(each) for field in value.fields for each in getattr(field, "options", ())
                }
            elif name.isupper() and isinstance(value, tuple | frozenset):
                found |= {each for each in value if isinstance(each, str)}
    return frozenset(each for each in found if CODE.fullmatch(each))


CODES = codes()
ASKED = {each.name: chosen for each in HEARD.fields if (chosen := getattr(each, "options", ()))}


def seen(page: str) -> str:
    """What a person reads of a page, and what its fields hold, line by line."""
    held = "\n".join(one or two for one, two in FIELD.findall(page))
    read = re.sub(r"<[^>]*>", " ", UNSEEN.sub(" ", page)) + "\n" + held
    return unescape(read).replace(COMMAND, " ")


def raw(words: str) -> set[str]:
    """The values of the program in what a person reads; lines in English may say "phone"."""
    keys = texts("shibukawa").words
    found = set[str]()
    for line in words.split("\n"):
        tokens = set(TOKEN.findall(line))
        coded = CODES if JAPANESE.search(line) or len(line.split()) == 1 else frozenset[str]()
        found |= {each for each in tokens if each in coded or each in keys or WEEKDAY.match(each)}
    return found


def test_control_values_are_found() -> None:
    assert {"no_voicemail", "aloud", "under_18", "given", "wait"} <= CODES
    page = (
        '<p>話す方法：aloud</p><input type="text" name="h" value="mon-fri 8:30-17:15"> landing.lead'
    )
    assert raw(seen(page)) == {"aloud", "mon-fri", "landing.lead"}
    assert raw(seen('<a href="/settings/texts/">https://example.com/wait</a>')) == set()


@pytest.mark.parametrize(("name", "options"), ASKED.items())
def test_every_answer_of_a_person_has_words(name: str, options: tuple[str, ...]) -> None:
    assert name in CODED
    words = texts("shibukawa")
    for option in options:
        (fact,) = facts((name,), {name: option}, words)
        assert raw(fact.said.words) == set(), option
        assert fact.said.words


@pytest.fixture
def case(office: OfficeCard, now: datetime, browser: Client) -> Case:
    """A case in which everything was answered, said and done that a form offers."""
    answers = {
        field.name: [*ASKED[field.name]] if isinstance(field, Choices) else ASKED[field.name][0]
        for field in HEARD.fields
        if field.name in ASKED
    }
    about = {**ABOUT, **{name: answers[name] for name in PERSON if name in answers}}
    story = {name: answers[name] for name in STORY if name in answers}
    row = asked(office, now, urgent=True, about=about, **story)
    assert do(browser, row, "take").status_code == 303
    for number, outcome in enumerate(Outcome):
        if what_next(outcome).closes or outcome in UNREACHED[1:]:
            continue
        told = {"log_how": [*HOW][number % len(HOW)], "log_text": "話した", "log_outcome": outcome}
        if what_next(outcome).asks_for_day:
            told["log_next_on"] = "令和8年12月4日"
        assert do(browser, row, "log", **told).status_code == 303, outcome
    for kind in PLANS:
        planned = {"plan_kind": kind, "plan_days": "3", "plan_why": "理由"}
        assert do(browser, row, "plan", **planned).status_code == 303
    do(browser, row, "danger", danger_now="stays", danger_text="まだ")
    do(browser, row, "danger", danger_now="over", danger_text="終わった")
    for how in ("aloud", "paper", "screen"):
        path = make(browser, row, agency="step_gunma")["Location"]
        for name in (f"approve_{how}", "give", "accept", "miss", "remind", "answer"):
            assert step(browser, path, name).status_code == 303, name
    return row


def test_no_page_and_no_paper_shows_one(
    office: OfficeCard, now: datetime, browser: Client, case: Case
) -> None:
    path = f"/cases/{case.pk}/"
    page = squeezed(browser.get(path))
    assert raw(seen(page)) == set()
    referrals = set(re.findall(rf'href="(/refer/{case.pk}/[^"]*)"', page))
    assert len(referrals) > len(("aloud", "paper", "screen"))
    for link in (*referrals, f"/heard/{case.pk}/"):
        assert raw(seen(squeezed(browser.get(link)))) == set(), link
    sheet = browser.post(f"/sheets/{case.pk}/", {"notes": "1"})
    assert sheet["Content-Type"] == "application/pdf"
    assert raw(joined(sheet.content)) == set()
    for role in ("supervisor", "auditor", "administrator", "subsidy_officer"):
        colleague = inside(make_staff(office, role, "林", now))
        opened = 0
        for path in (*PLACES, "/audit/", "/staff/", "/grants/", "/grants/audit/"):
            answer = colleague.get(path)
            if answer.status_code == 200:
                opened += 1
                words = seen(squeezed(answer))
                assert raw(words) == set(), (role, path, words)
        assert opened, role


def test_hours_are_typed_as_they_are_shown(browser: Client) -> None:
    page = squeezed(browser.get("/settings/change/hours/?channel=desk"))
    assert 'value="月-金 8:30-17:15"' in page
    typed = {"channel": "desk", "hours": "月-金 8:30-17:15", "from_on": "令和9年1月4日"}
    answer = browser.post("/settings/change/hours/look/", {**typed, "title": "", "body": ""})
    assert answer.status_code in (200, 422)
    assert "受付時間を読めません" not in squeezed(answer)


def test_who_wrote_in_english_and_named_no_interpreter_is_said_to_have_done_so() -> None:
    words = texts("shibukawa")
    (fact,) = facts(("language",), {"pages": "en"}, words)
    assert "英語の画面" in str(fact.said.words)
    (named,) = facts(("language",), {"pages": "en", "language": "タガログ語"}, words)
    assert str(named.said.words) == "タガログ語"
    (nothing,) = facts(("language",), {}, words)
    assert not nothing.said.words
