"""One sum for everybody (決定55): the command, the check, the application, the guide and the desk.

A story is what somebody answers. It is written as a file of facts for `madoguchi subsidy quote`,
and typed into the pages of the portal and the desk as a browser without a script sends it; neither
way knows of the other.
"""

import json
import os
import random
import re
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, NamedTuple

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.ops.commands import subsidy as duty
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.facts import Facts
from madoguchi.rules.subsidy.judge import Judgement, quote
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival
from madoguchi.web.portal.check import result
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.application import CostLine
from madoguchi.work.subsidy.papers import Contact
from tests.answers import Response, squeezed
from tests.offices import DESK_HOST, PORTAL_HOST, browser_of, make_staff
from tests.outside.command import empty
from tests.web.desk.colleagues import inside
from tests.web.desk.granted import Seat, slips
from tests.web.portal import applying, checking
from tests.work.subsidy.granting import APPLIED, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
PEOPLE = 500
WALKS, APPLICATIONS, AT_THE_DESK = 8, 20, 12
STALE = date(2026, 11, 30)
"""A day of which the rules of an earlier year are known alone."""


@dataclass(frozen=True)
class Town:
    """A city with a subsidy, and a day on which its published rules are known to hold."""

    slug: str
    day: date
    questions: Mapping[str, tuple[str, ...]]
    untold: Mapping[str, tuple[str, ...]]
    published: Mapping[int, int]


COMMON = {
    "registered": ("yes", "yes", "yes", "yes", "no", "unknown"),
    "act": ("deletion", "disclosure", "both", "both", "unknown", "other", "income"),
    "other_aid": ("no", "no", "yes", "unknown"),
}
UNASKED = {
    "granted": ("[]", "[{on = 2024-04-10, yen = 150000, same_matter = true}]"),
    "screens_printed": ("true", "false"),
}
SHIBUKAWA = Town(
    "shibukawa",
    date(2024, 6, 3),
    COMMON
    | {
        "used_desk": ("phone", "face", "email", "phone", "later", "no", "unknown"),
        "contract": ("none", "none", "none", "none", "earlier", "today", "unknown"),
        "another": ("yes", "no", "unknown"),
        "engaged": ("lawyer", "lawyer", "judicial_scrivener", "other", "unknown"),
        "estimate": ("yes", "other_year", "no", "unknown"),
    },
    UNASKED
    | {
        "tax_arrears": ("true", "false"),
        "gang_ties": ("true", "false"),
        "refunded_yen": ("0", "50000"),
        "recovered_yen": ("0", "50000"),
    },
    {1: 0, 165_000: 82_500, 330_000: 150_000},
)
YAMANASHI = Town(
    "yamanashi",
    date(2022, 6, 3),
    COMMON
    | {
        "consulted": ("yes", "yes", "later", "no", "unknown"),
        "paid": ("yes", "yes", "yes", "repaying", "suspended", "no", "unknown"),
    },
    UNASKED | {"household": ("1", "2"), "income_yen": ("100000", "900000")},
    {1: 0, 165_000: 82_500, 330_000: 110_000},
)
TOWNS = pytest.mark.parametrize("town", [SHIBUKAWA, YAMANASHI], ids=lambda town: town.slug)

# -- what somebody answers -----------------------------------------------------------------

YEN = (0, 1, 2, 999, 1_999, 2_000, 165_000, 219_999, 220_001, 299_999, 300_000, 300_001, 330_000)
COSTS = ("yen_deletion", "yen_disclosure", "yen_either")


@dataclass(frozen=True)
class Story:
    """The answers to the check's questions, and what only the command can be told."""

    answers: Mapping[str, str]
    untold: Mapping[str, str]

    def yen(self, name: str) -> int | None:
        """A retainer; None where it is not known."""
        word = self.answers[name]
        return None if word == "unknown" else int(word)


def stories(town: Town, many: int) -> list[Story]:
    """The same ones each time."""
    chance = random.Random(f"{town.slug} 55")
    return [
        Story(
            {name: chance.choice(words) for name, words in town.questions.items()}
            | {name: _retainer(chance) for name in COSTS},
            {name: chance.choice(words) for name, words in town.untold.items()},
        )
        for _ in range(many)
    ]


def _retainer(chance: random.Random) -> str:
    kind = chance.randrange(10)
    if kind == 0:
        return "unknown"
    if kind < 4:
        return str(chance.choice(YEN))
    return str(chance.randrange(1, 10 ** chance.randrange(4, 11)))


# -- as a file of facts --------------------------------------------------------------------

TOLD = {
    ("registered", "yes"): "registered = true",
    ("registered", "no"): "registered = false",
    ("used_desk", "phone"): 'used_desk = "phone"',
    ("used_desk", "face"): 'used_desk = "face"',
    ("used_desk", "email"): 'used_desk = "email"',
    ("used_desk", "no"): 'used_desk = "no"',
    ("consulted", "yes"): 'consulted = ["houterasu"]',
    ("consulted", "no"): "consulted = []",
    ("contract", "none"): 'contract = "none"',
    ("contract", "earlier"): 'contract = "signed"',
    ("contract", "today"): 'contract = "signed"\ncontract_on = {day}',
    ("paid", "yes"): 'contract = "signed"\npaid_on = {day}',
    ("paid", "no"): 'contract = "none"',
    ("paid", "repaying"): 'legal_aid = "repaying"',
    ("paid", "suspended"): 'legal_aid = "suspended"',
    ("engaged", "lawyer"): 'engaged = "lawyer"',
    ("engaged", "judicial_scrivener"): 'engaged = "judicial_scrivener"',
    ("engaged", "other"): 'engaged = "other"',
    ("estimate", "yes"): "estimate = true\nestimate_on = {day}",
    ("estimate", "other_year"): "estimate = true\nestimate_on = 2020-03-31",
    ("estimate", "no"): "estimate = false",
    ("other_aid", "no"): "other_aid_yen = 0",
}
"""How an answer is written as a fact; what is not known is left out."""
ABOUT_ANOTHER = {"yes": 'contract = "none"', "unknown": ""}
"""Who signed for one act may apply for another."""
LINES = {
    "deletion": (("deletion", "retainer", "yen_deletion"),),
    "disclosure": (("disclosure", "retainer", "yen_disclosure"),),
    "both": (
        ("deletion", "retainer", "yen_deletion"),
        ("disclosure", "retainer", "yen_disclosure"),
    ),
    "unknown": (("", "retainer", "yen_either"),),
    "other": (("other", "retainer", ""),),
    "income": (("other", "other", ""),),
}


def written(story: Story, on: date, *, untold: bool = False) -> str:
    """The story as a file of facts for an application of a day."""
    answers = dict(story.answers)
    told = {name: TOLD.get((name, word), "") for name, word in answers.items()}
    if answers.get("contract") in ("earlier", "today") and answers["another"] != "no":
        told["contract"] = ABOUT_ANOTHER[answers["another"]]
        if answers["another"] == "unknown":
            told["contract"] = TOLD["contract", answers["contract"]]
    lines = [line.format(day=on) for line in told.values() if line]
    if untold:
        lines += [f"{name} = {word}" for name, word in story.untold.items()]
    for act, fee, name in LINES[answers["act"]]:
        lines += ["[[costs]]", f'fee = "{fee}"']
        lines += [f'act = "{act}"'] if act else []
        yen = story.yen(name) if name else None
        lines += [] if yen is None else [f"yen = {yen}"]
    return "\n".join(lines)


class Sum(NamedTuple):
    """A sum as somebody is told it; None where it cannot be worked out yet."""

    least: int
    most: int


type Told = Sum | None
AGAINST = Sum(0, 0)


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Ask `madoguchi subsidy quote`: as data and as words, which have to say the same."""
    parser = ArgumentParser()  # main makes one for all duties, each time: see the processes below
    duty.arguments(parser)

    def ask(town: Town, facts: str, on: date) -> Told:
        path = tmp_path / "facts.toml"
        path.write_text(facts, "utf-8")
        asked = ("quote", town.slug, "--facts", str(path), "--on", on.isoformat())
        assert duty.run(parser.parse_args((*asked, "--json"))) == 0
        found = as_data(capsys.readouterr().out)
        assert duty.run(parser.parse_args(asked)) == 0
        said = capsys.readouterr().out
        assert in_words(said.splitlines()[1]) == found, (facts, said)
        return found

    return ask


def as_data(out: str) -> Told:
    found = json.loads(out)
    if found["at_most_yen"] is None:
        assert found["amount_yen"] is None
        return None
    told = Sum(found["at_least_yen"], found["at_most_yen"])
    assert found["amount_yen"] in (None, told.most)
    assert (told == AGAINST) or found["decision"] != "no", found
    return told


def in_words(said: str) -> Told:
    """The sums that a sentence names: one, at most one, or from one to another."""
    if "条件に合わない" in said:
        return AGAINST
    sums = [int(yen.replace(",", "")) for yen in re.findall(r"([\d,]+)円", said)]
    if not sums:
        return None
    return Sum(0 if "多くても" in said else sums[0], sums[-1])


# -- on the pages --------------------------------------------------------------------------


def spelled(story: Story, number: int) -> dict[str, str]:
    """The answers as they are typed; people write sums in many ways."""
    typed = dict(story.answers)
    for name in COSTS:
        yen = story.yen(name)
        if yen is None:
            continue
        spellings = [f"{yen}", f"{yen:,}", f"{yen:,}円", f"¥{yen}"]
        spellings.append(
            f"{yen:,}".translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789,"})
        )
        spellings.append(f"{yen // 10_000}万円" if yen and yen % 10_000 == 0 else f"税込{yen:,}円")
        typed[name] = spellings[number % len(spellings)]
    return typed


def checked(browser: Client, typed: Mapping[str, str]) -> Response:
    """The check's last page: all answers at once, as the page before it carries them."""
    unknown = [name for name in COSTS if typed[name] == "unknown"]
    sent_in = {name: word for name, word in typed.items() if name not in unknown}
    page = browser.post(
        checking.HERE, {**sent_in, "unknown": unknown, "at": "aid", "changing": "1"}
    )
    assert page.status_code == 200
    assert not checking.asked(page), (typed, squeezed(page))
    return page


def shown(page: Response | str) -> Told:
    """The sum on a page; an ending has none, and grants nothing."""
    found = re.search(
        r'<p class="number">(.*?)</p>', page if isinstance(page, str) else squeezed(page)
    )
    return in_words(found[1]) if found else AGAINST


HOSTS = {"shibukawa": (PORTAL_HOST, DESK_HOST), "yamanashi": ("portal.one.test", "desk.one.test")}


@pytest.fixture
def both(office: OfficeCard) -> dict[str, OfficeCard]:
    """Both cities have their windows here."""
    return {slug: prepare.office(slug, *hosts) for slug, hosts in HOSTS.items()}


@pytest.fixture
def browse(
    both: dict[str, OfficeCard], portal: Client, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Town, date], Client]:
    """A citizen's browser at a city's portal, on the morning of a day."""

    def open_portal(town: Town, on: date) -> Client:
        moment = datetime.combine(on, time(10), JAPAN)
        monkeypatch.setattr(arrival, "now", lambda: moment)
        return browser_of(HOSTS[town.slug][0])

    return open_portal


type Ask = Callable[[Town, str, date], Told]
type Browse = Callable[[Town, date], Client]


def differing(
    town: Town, people: Sequence[Story], ask: Ask, browse: Browse
) -> Iterator[tuple[Story, object, object]]:
    """Those to whom the check tells another sum than the command.

    Half of them come while the rules are known to hold, half in a year whose rules are not known
    yet; whom the check then leads to an ending is one to whom last year's rules grant nothing.
    """
    for on in (town.day, STALE):
        browser = browse(town, on)
        for number, story in enumerate(people):
            if (number % 2 == 0) != (on == town.day):
                continue
            page = checked(browser, spelled(story, number))
            ended, on_page = 'class="number"' not in squeezed(page), shown(page)
            told = ask(town, written(story, on), on)
            if ended and on == STALE:
                told = ask(town, written(story, town.day), town.day)
            if told != on_page:
                yield story, told, on_page


@TOWNS
def test_five_hundred_people_read_the_sum_that_the_command_says(
    town: Town, command: Ask, browse: Browse
) -> None:
    sums: set[Told] = set()

    def ask(*asked: Any) -> Told:
        sums.add(told := command(*asked))
        return told

    assert list(differing(town, stories(town, PEOPLE), ask, browse)) == []
    assert AGAINST in sums
    assert len(sums) > PEOPLE // 10, "else this would say little"


@TOWNS
def test_what_the_check_does_not_ask_changes_no_sum(town: Town, command: Ask) -> None:
    """Earlier grants, taxes, refunds, income: nobody confirmed that they are conditions."""
    for story in stories(town, PEOPLE):
        facts = (written(story, town.day, untold=untold) for untold in (False, True))
        assert len({command(town, each, town.day) for each in facts}) == 1, story


@TOWNS
def test_the_published_sums(town: Town, command: Ask, browse: Browse) -> None:
    for yen, most in town.published.items():
        for act in ("disclosure", "deletion"):
            story = full(town, act, yen)
            told = command(town, written(story, town.day), town.day)
            assert told is not None
            assert told.most == most, (act, yen)
            page = checked(browse(town, town.day), story.answers)
            assert shown(page) == told
    two = full(town, "both", 330_000)
    told = command(town, written(two, town.day), town.day)
    assert told is not None
    assert told.most == max(town.published.values()), "a cap that may be for each is one for all"


def full(town: Town, act: str, yen: int) -> Story:
    """Who meets everything that is asked."""
    answers = {name: words[0] for name, words in town.questions.items()}
    return Story(answers | {"act": act} | dict.fromkeys(COSTS, str(yen)), {})


@TOWNS
def test_screen_after_screen_leads_to_the_same_sum(
    town: Town, command: Ask, browse: Browse
) -> None:
    for story in stories(town, PEOPLE)[-WALKS:]:
        page = checking.walk(browse(town, town.day), **story.answers)
        assert shown(page) == command(town, written(story, town.day), town.day), story


@TOWNS
def test_a_process_of_its_own_says_the_same(town: Town, command: Ask, tmp_path: Path) -> None:
    house = empty(tmp_path)
    for story in stories(town, 3):
        path = tmp_path / "事実.toml"
        path.write_text(written(story, town.day), "utf-8")
        line = f"subsidy quote {town.slug} --facts {path} --on {town.day} --json"
        env = house.surroundings(MADOGUCHI_PROGRAMMES=os.environ["MADOGUCHI_PROGRAMMES"])
        done = house.run(line, env=env, cwd=tmp_path)
        assert as_data(done.out) == command(town, written(story, town.day), town.day)


@TOWNS
def test_the_guide_says_what_the_command_says(town: Town, command: Ask) -> None:
    of = public.published(programme(town.slug), texts(town.slug), town.day)
    assert of
    guide = public.guide(of, Contact("窓口", "1階", ()), confirmed=True)
    assert len(guide.samples) == 3
    for sample in guide.samples:
        yen = re.sub(r"\D", "", sample.retainer)
        facts = f'other_aid_yen = 0\n[[costs]]\nact = "disclosure"\nfee = "retainer"\nyen = {yen}'
        told = command(town, facts, town.day)
        assert told is not None
        assert re.sub(r"\D", "", sample.grant) == str(told.most)


# -- an estimate with its tax, and a sum of other aid: as the application and the desk ask ----


@dataclass(frozen=True)
class Estimate:
    """What the lawyer asks for each act, and the tax in it; None for aid of a sum unknown."""

    costs: tuple[CostLine, ...]
    aid: Literal["no", "yes"]
    aid_yen: int | None

    def facts(self) -> str:
        """As a file of facts."""
        known = 0 if self.aid == "no" else self.aid_yen
        lines = [] if known is None else [f"other_aid_yen = {known}"]
        for cost in self.costs:
            lines += ["[[costs]]", f'act = "{cost.act}"', 'fee = "retainer"', f"yen = {cost.yen}"]
            lines += [] if cost.tax_yen is None else [f"tax_yen = {cost.tax_yen}"]
        return "\n".join(lines)

    def typed(self) -> dict[str, Any]:
        """As the application asks it."""
        found: dict[str, Any] = {"acts": [cost.act for cost in self.costs], "other_aid": self.aid}
        for act in ("deletion", "disclosure"):
            found |= {f"yen_{act}": "", f"tax_{act}": ""}
        for cost in self.costs:
            found[f"yen_{cost.act}"] = f"{cost.yen:,}"
            found[f"tax_{cost.act}"] = "" if cost.tax_yen is None else str(cost.tax_yen)
        return found | {"other_aid_yen": "" if self.aid_yen is None else f"{self.aid_yen:,}円"}


def estimates(town: Town, many: int) -> list[Estimate]:
    """The same ones each time; the first are those of the published sums."""
    found = [
        Estimate((CostLine("disclosure", "retainer", yen),), "no", None) for yen in town.published
    ]
    chance = random.Random(f"{town.slug} 56")
    while len(found) < many:
        acts = chance.choice((("deletion",), ("disclosure",), ("deletion", "disclosure")))
        costs = []
        for act in acts:
            yen = chance.choice((*YEN[3:], chance.randrange(1, 2_000_000)))
            costs.append(CostLine(act, "retainer", yen, chance.choice((None, 0, yen // 11))))
        if chance.random() < 0.5:
            found.append(Estimate(tuple(costs), "no", None))
        else:
            aid_yen = chance.choice((None, 0, 1, 50_000, 400_000))
            found.append(Estimate(tuple(costs), "yes", aid_yen))
    return found


YAMANASHI_TASKS: dict[int, dict[str, Any]] = {
    1: {**applying.PERSON, "household": "1", "income_yen": "10万円"},
    2: {"consulted": "yes"},
    3: {
        "acts": ["disclosure"],
        "engaged": "lawyer",
        "lawyer": "例示 太郎",
        "yen_disclosure": "330,000",
        "paid_on": ["2026", "11", "2"],
        "legal_aid": "none",
        "other_aid": "no",
    },
    4: {},
    5: {"delivery": "counter", "sender": "city"},
}
TASKS = {"shibukawa": applying.TASKS, "yamanashi": YAMANASHI_TASKS}


@TOWNS
def test_the_applications_last_page_says_what_the_command_says(
    town: Town, command: Ask, browse: Browse
) -> None:
    browser = browse(town, STALE)
    applying.come(browser)
    tasks = TASKS[town.slug]
    for number in range(1, 6):
        assert applying.answer(browser, number, **tasks[number]).status_code == 303
    for one in estimates(town, APPLICATIONS):
        answer = applying.answer(browser, 3, **{**tasks[3], **one.typed()})
        assert answer.status_code == 303, (one, squeezed(answer))
        page = browser.get("/s/h/6/")
        assert 'class="number"' in squeezed(page)
        assert shown(page) == command(town, one.facts(), STALE), one


MACHINE = re.compile(r'<dt>[^<]*計算[^<]*</dt><dd class="amount">([^<]*)</dd>')


@TOWNS
def test_the_desk_grants_what_the_command_says_and_no_yen_more(
    town: Town,
    command: Ask,
    both: dict[str, OfficeCard],
    now: datetime,
    stopped: None,
) -> None:
    office = both[town.slug]
    opened_year(office)
    staff = make_staff(office, "subsidy_officer", "係", now)
    browser = inside(staff, HOSTS[town.slug][1])
    for one in estimates(town, AT_THE_DESK):
        acts = tuple(cost.act for cost in one.costs)
        told = replace(
            APPLIED, acts=acts, costs=one.costs, other_aid=one.aid, other_aid_yen=one.aid_yen
        )
        if town is YAMANASHI:
            told = replace(told, contract="", paid_on="2026-11-02", legal_aid="none")
            told = replace(told, consulted=("houterasu",), household=1, income_yen=100_000)
        here = Seat(browser, sent(office, now, told).id, staff.pk)
        here.done("receive")
        assert here.check().status_code == 303
        said = command(town, one.facts(), STALE)
        assert said is not None
        found = MACHINE.search(here.page())
        assert found, here.page()
        assert in_words(found[1]) == said, one

        draft = {"outcome": "grant", "amount_why": "見積の着手金の半分"}
        refused = here.do("draft", **draft, amount_yen=f"{said.most + 1:,}")
        assert refused.status_code == 422
        if said.most:
            assert f"{said.most:,}円まで" in slips(refused), one
            here.done("draft", **draft, amount_yen=f"{said.most:,}")


# -- the control: another rule is found ------------------------------------------------------


def yen_more(facts: Facts, terms: Terms) -> Judgement:
    """A share of one yen more."""
    found = quote(facts, terms)
    if not found.at_most_yen:
        return found
    return replace(found, at_most_yen=found.at_most_yen + 1, amount_yen=None)


def finer(facts: Facts, terms: Terms) -> Judgement:
    """A rule that rounds to a hundred yen, as if somebody had confirmed that."""
    version = terms.version
    assert version
    rounding = replace(version.amount.rounding, unit_yen=100, source="要領第5条")
    amount = replace(version.amount, rounding=rounding)
    return quote(facts, replace(terms, version=replace(version, amount=amount)))


def one_line(facts: Facts, terms: Terms) -> Judgement:
    """Of two requests the second is left out."""
    return quote(replace(facts, costs=facts.costs[:1]), terms)


@pytest.mark.parametrize("where", [duty, result], ids=["command", "check"])
@pytest.mark.parametrize("rule", [yen_more, finer, one_line])
@TOWNS
def test_the_control_another_sum_is_found(
    town: Town,
    command: Ask,
    browse: Browse,
    monkeypatch: pytest.MonkeyPatch,
    where: ModuleType,
    rule: Callable[[Facts, Terms], Judgement],
) -> None:
    monkeypatch.setattr(where, "quote", rule)
    assert next(differing(town, stories(town, PEOPLE), command, browse), None)
