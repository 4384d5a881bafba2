"""One grant, from the check to the payment in May of the next year; another city by its folder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import groupby

import pytest
from playwright.sync_api import Browser

from tests import pdf
from tests.house.source import ROOT
from tests.proof import grant_plot as plot
from tests.proof import grant_story as story
from tests.proof.clock import clock
from tests.proof.grant_stage import HEAD_OF_DESK, OFFICER, PAYER, Stage
from tests.proof.house import prepared
from tests.proof.site import add_colleagues, opened
from tests.redteam.canaries import writings

LINES = """
from madoguchi.ops.start import django
django("desk")
from django.utils.timezone import localtime
from madoguchi.tools.audit.models import Line
for line in Line.objects.order_by("seq"):
    print(localtime(line.at).date(), line.role, line.verb, line.outcome)
"""
ACTS = ("grant.", "subsidy.budget", "paper.issue")
READING = ("grant.read", "grant.list", "grant.save", "grant.watch")
SHIBUKAWA = """
2024-06-03 subsidy_officer subsidy.budget ×2
2024-06-03 consultee grant.apply
2024-06-05 subsidy_officer grant.receive
2024-06-05 subsidy_officer grant.return
2024-06-05 subsidy_officer paper.issue
2024-06-05 consultee grant.complete
2024-06-06 subsidy_officer grant.check ×8
2024-06-06 subsidy_officer grant.draft
2024-06-06 subsidy_officer paper.issue
2024-06-10 subsidy_officer grant.decide
2024-06-10 subsidy_officer paper.issue ×2
2024-06-21 consultee grant.contract
2024-07-05 consultee grant.report
2025-03-25 subsidy_officer grant.fix
2025-03-25 subsidy_officer paper.issue
2025-04-02 consultee grant.claim
2025-04-10 subsidy_officer subsidy.budget
2025-05-12 subsidy_officer grant.pay
2025-05-12 subsidy_officer paper.issue
"""
YAMANASHI = """
2023-02-01 subsidy_officer subsidy.budget ×2
2023-02-01 consultee grant.apply
2023-02-03 subsidy_officer grant.receive
2023-02-06 subsidy_officer grant.check ×6
2023-02-06 subsidy_officer grant.draft
2023-02-06 subsidy_officer paper.issue
2023-03-20 subsidy_officer grant.decide
2023-03-20 subsidy_officer paper.issue
2023-04-03 consultee grant.claim
2023-05-15 subsidy_officer grant.pay
2023-05-15 subsidy_officer paper.issue
"""


@contextmanager
def staged(
    chromium: Browser, factory: pytest.TempPathFactory, place: plot.Place
) -> Iterator[Stage]:
    """A house of the city's on the day on which its story begins, with its windows open."""
    begin = clock(factory.mktemp("clock") / "now", *place.begins.timetuple()[:3])
    begin.strike(8)
    house = prepared(
        factory.mktemp(place.slug) / "home", place.slug, **begin.variables, **place.also
    )
    officers = dict.fromkeys((OFFICER, PAYER), "subsidy_officer")
    add_colleagues(house, officers | {HEAD_OF_DESK: "supervisor"})
    with (
        ExitStack() as open_ones,
        opened(house, "portal") as portal,
        opened(house, "desk") as desk,
    ):
        yield Stage(house, begin, portal, desk, chromium, open_ones, place.city, place.budget_yen)


@pytest.fixture(scope="module")
def shibukawa(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Shibukawa's story, told: who applies has no contract yet, and reports one later."""
    place = plot.Place("shibukawa", "渋川市", date(2024, 6, 3), 400_000)
    with staged(chromium, tmp_path_factory, place) as stage:
        plot.apply_before_the_contract(stage)
        plot.ask_for_what_is_missing(stage)
        plot.draft_and_decide(stage)
        plot.carry_out(stage)
        plot.claim_and_pay(stage)
        yield stage


@pytest.fixture(scope="module")
def yamanashi(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same with another folder of rules: who applies has paid, and only claims later."""
    also = {"MADOGUCHI_PROGRAMMES": str(ROOT / "tests" / "programmes")}
    place = plot.Place("yamanashi", "山梨県", date(2023, 2, 1), 200_000, also)
    with staged(chromium, tmp_path_factory, place) as stage:
        plot.apply_after_the_payment(stage)
        plot.decide_and_pay(stage)
        yield stage


def test_from_a_complete_application_to_the_printed_draft_are_ten_presses(shibukawa: Stage) -> None:
    for errand, count in shibukawa.presses.items():
        print(f"grant: {errand}: {count} presses, typed: {', '.join(shibukawa.typed[errand])}")
    assert shibukawa.presses == plot.MOST_PRESSES


def test_nothing_is_typed_that_the_system_knows(shibukawa: Stage) -> None:
    assert shibukawa.typed == plot.WRITTEN


@pytest.mark.parametrize("city", ["shibukawa", "yamanashi"])
def test_a_whole_grant_is_small_for_officer_and_person(
    request: pytest.FixtureRequest, city: str
) -> None:
    """With a correction, from arrival to payment; the years that are opened are not of a grant."""
    stage: Stage = request.getfixturevalue(city)
    presses = sum(n for errand, n in stage.presses.items() if errand not in plot.OF_A_YEAR)
    typed = sum(len(names) for errand, names in stage.typed.items() if errand not in plot.OF_A_YEAR)
    answers = story.ANSWERED[stage.phone] + story.OPENING
    print(f"grant: {city}: {presses} presses, {typed} typed, {answers} answers of the person")
    assert presses <= plot.MOST_OF_A_GRANT
    assert typed <= plot.MOST_TYPED
    assert 0 < answers <= plot.MOST_ANSWERS


def test_the_letters_are_complete_within_and_say_nothing_without(shibukawa: Stage) -> None:
    said = {name: pdf.text(paper) for name, paper in shibukawa.letters.items()}
    for name, words in plot.LETTERS.items():
        lacking = [one for one in words if one.replace(" ", "") not in said[name]]
        assert lacking == [], (name, said[name])
    assert [one for one in (*story.TELLING, "渋川市") if one in said["envelope"]] == []
    closed = (story.HAPPENED, story.ADDRESS, story.PHONE, story.LAWYER)
    assert [one for one in closed if one in said["draft"]] == [], "the draft goes round the house"
    assert story.ACCOUNT not in said["payment"]


def test_every_act_is_a_line_in_its_order_and_the_chain_holds(shibukawa: Stage) -> None:
    assert acts(shibukawa) == SHIBUKAWA.strip().splitlines()
    assert "すべて合っています" in shibukawa.house.run("-m", "madoguchi", "verify")


def test_nothing_of_it_lies_in_a_file(shibukawa: Stage) -> None:
    marks = [(word, raw) for word in story.SECRETS for _, raw in writings(word)]
    files = [path for path in shibukawa.house.home.parent.rglob("*") if path.is_file()]
    mailed = [path for path in files if path.parent.name == "mail"]
    address = {raw for word, raw in marks if word == story.MAIL}
    found = [
        f"{word}: {path}"
        for path in files
        for word, raw in marks
        if raw in path.read_bytes() and not (path in mailed and raw in address)
    ]
    assert found == []
    sent = [path for path in mailed if path.stat().st_size]  # as in `Stage.mails`
    assert len(sent) == plot.MAILS
    assert any(plot.SECTION.encode() in path.read_bytes() for path in files), "the control"
    assert any(path.suffix == ".log" for path in files)


def test_another_city_is_another_folder(yamanashi: Stage) -> None:
    assert acts(yamanashi) == YAMANASHI.strip().splitlines()
    assert "すべて合っています" in yamanashi.house.run("-m", "madoguchi", "verify")
    for name, paper in yamanashi.letters.items():
        words = pdf.text(paper)
        assert "110,000円" in words, name
        assert not [one for one in ("渋川", "150,000") if one in words], name


def acts(stage: Stage) -> list[str]:
    """What people did with the grant, in the order of the record of acts; repeated acts counted."""
    lines = stage.house.run("-c", LINES).splitlines()
    done = [line.removesuffix(" done") for line in lines if line.endswith(" done")]
    found: list[str] = []
    for line in done:
        verb = line.split()[-1]
        if verb.startswith(ACTS) and verb not in READING:
            found.append(line)
    return [told if count == 1 else f"{told} ×{count}" for told, count in runs(found)]


def runs(lines: list[str]) -> list[tuple[str, int]]:
    """Each line with how often it stands in a row."""
    return [(line, len(list(same))) for line, same in groupby(lines)]
