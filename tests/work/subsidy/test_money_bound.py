"""Whatever is done with grants in whatever order, nobody gets one yen above the published rule.

A `Purse` is the oracle: it knows the published rule and what was typed, nothing of the product.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any
from unittest.mock import patch

import pytest

from madoguchi.rules.decision import Refused
from madoguchi.tools.office.public import OfficeCard
from tests.work.subsidy import lawful
from tests.work.subsidy.granting import Desk, looked_at
from tests.work.subsidy.lives import PROCEDURES, Lived, Procedure, emptied, live
from tests.work.subsidy.purse import TOTAL, Facts, Overspent, Purse, Rule

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
LIVES = 5
ALWAYS = {"draft", "decide", "pay", "reduce", "refund", "second"}
"""What is done in some life of each procedure, else they would say little."""


def verbs(lives: Iterable[Lived]) -> set[str]:
    """What was done in some of them."""
    return {line.split()[1] for lived in lives for line in lived.done}


def sides(lives: Iterable[Lived]) -> set[str]:
    """On which sides of the contract of a request the reports of some of them were."""
    found: set[str] = set()
    for lived in lives:
        for purse in lived.purses:
            for _, facts in purse.past:
                said = {kind: cost for kind, (_, cost) in facts.standing.items()}
                contract, report = said.get("contract", {}), said.get("report", {})
                for act in contract.keys() & report.keys():
                    found |= {"above"} if report[act] > contract[act] else set()
                    found |= {"below"} if report[act] < contract[act] else set()
    return found


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda each: each.name)
def test_nobody_gets_a_yen_above_the_rule(office: OfficeCard, procedure: Procedure) -> None:
    lives = [live(office, procedure, seed) for seed in range(LIVES)]
    assert verbs(lives) >= ALWAYS
    if "report" in procedure.stages:
        assert sides(lives) == {"above", "below"}
    assert sum(lived.refusals for lived in lives) > LIVES


def test_the_control_without_the_bound_some_life_overspends(office: OfficeCard) -> None:
    with patch(lawful.GUARDS["draft"], lambda *_, **__: ""), pytest.raises(Overspent):
        verbs(live(office, PROCEDURES[0], seed) for seed in range(LIVES))


# -- each guard, and the life that overspends without it ------------------------------------

type Script = tuple[tuple[Any, ...], ...]
ON = date(2026, 12, 10)


def one(yen: int) -> dict[str, int]:
    """What the one request costs."""
    return {"deletion": yen}


def two(deletion: int, disclosure: int) -> dict[str, int]:
    """What each of two requests costs."""
    return {"deletion": deletion, "disclosure": disclosure}


DRAFTED: Script = (("draft", 150_000), ("decide", 2026))
FIXED: Script = (
    *DRAFTED,
    ("contract", one(330_000)),
    ("report", one(330_000), {}),
    ("fix", 150_000),
)
PAID: Script = (*FIXED, ("pay", 150_000, ON))
REFUNDED = ("refund", one(130_000))
HALF_SIGNED: Script = (*DRAFTED, ("contract", one(165_000)), ("report", one(330_000), {}))
TWO_SIGNED: Script = (
    *(("draft", 232_500), ("decide", 2026), ("contract", two(165_000, 330_000))),
    ("report", two(330_000, 165_000), {}),
)
EACH = Rule(each=True)
OVERSPENDING: dict[str, tuple[Facts, Script] | tuple[Facts, Script, Rule]] = {
    "a draft above the half": (Facts(one(165_000)), (("draft", 82_501),)),
    "a draft above the cap": (Facts(one(330_000)), (("draft", 150_001),)),
    "a draft above what was applied for": (
        Facts(one(330_000), applied_yen=100_000),
        (("draft", 100_001),),
    ),
    "a change above the half of the same estimate": (
        Facts(one(165_000)),
        (("draft", 82_500), ("decide", 2026), ("change", 82_501, one(165_000))),
    ),
    "a change above the half of the new estimate": (
        Facts(one(330_000)),
        (*DRAFTED, ("change", 100_001, one(200_000))),
    ),
    "a change above what was applied for with it": (
        Facts(one(330_000)),
        (*DRAFTED, ("change", 90_001, one(200_000), 90_000)),
    ),
    "a change above the half of what is left after a refund": (
        Facts(one(330_000)),
        (*FIXED[:4], REFUNDED, ("send_back", "report"), ("change", 100_001, one(330_000))),
    ),
    "a fixing above the half of what was paid": (
        Facts(one(250_000)),
        (("draft", 125_000), ("decide", 2026), ("report", one(200_000), {}), ("fix", 100_001)),
    ),
    "a fixing above the half of the contract, by a report above it": (
        Facts(one(330_000)),
        (*HALF_SIGNED, ("fix", 82_501)),
    ),
    "the fixing that was found, of 150,000 by a contract of 165,000": (
        Facts(one(330_000)),
        (*HALF_SIGNED, ("fix", 150_000)),
    ),
    "a fixing above the half of a report below the contract": (
        Facts(one(330_000)),
        (*DRAFTED, ("contract", one(330_000)), ("report", one(165_000), {}), ("fix", 82_501)),
    ),
    "a payment without a fixing above the half of the contract": (
        Facts(one(330_000)),
        (*HALF_SIGNED, ("claim",), ("pay", 150_000, ON)),
    ),
    "a fixing by a report above the contract of one request, though the total is the same": (
        Facts(two(165_000, 330_000)),
        (*TWO_SIGNED, ("fix", 165_001)),
        EACH,
    ),
    "a payment by a report above the contract of one request, though the total is the same": (
        Facts(two(165_000, 330_000)),
        (*TWO_SIGNED, ("claim",), ("pay", 232_500, ON)),
        EACH,
    ),
    "a fixing by a total above one cap, though the contract tells of each": (
        Facts(two(165_000, 330_000)),
        (*TWO_SIGNED[:3], ("report", {TOTAL: 495_000}, {}), ("fix", 150_001)),
        EACH,
    ),
    "a fixing above the half of the contract, less what came back": (
        Facts(one(330_000)),
        (*HALF_SIGNED[:3], ("report", one(330_000), one(65_000)), ("fix", 50_001)),
    ),
    "a fixing above the half of a change between contract and report": (
        Facts(two(300_000, 300_000)),
        (
            *(("draft", 300_000), ("decide", 2026), ("contract", two(300_000, 300_000))),
            ("change", 250_000, two(200_000, 300_000)),
            ("report", two(300_000, 200_000), {}),
            ("fix", 200_001),
        ),
        EACH,
    ),
    "a payment after a refund that nobody reckoned with": (
        Facts(one(330_000)),
        (*FIXED, REFUNDED, ("pay", 150_000, ON)),
    ),
    "a payment of another sum": (Facts(one(330_000)), (*FIXED, ("pay", 149_999, ON))),
    "a payment of what was claimed before the sum was changed": (
        Facts(one(330_000)),
        (*FIXED, ("claim",), REFUNDED, ("reduce", 100_000), ("pay", 100_000, ON)),
    ),
    "a second payment": (Facts(one(330_000)), (*PAID, ("pay", 150_000, ON))),
    "a payment from closed books": (
        Facts(one(330_000)),
        (*FIXED, ("pay", 150_000, date(2027, 6, 1))),
    ),
    "a payment while something is to come back": (
        Facts(one(330_000)),
        (*PAID, REFUNDED, ("pay", 100_000, ON)),
    ),
    "a demand for less than is to come back": (
        Facts(one(330_000)),
        (*PAID, REFUNDED, ("revoke", 49_999)),
    ),
    "a later fact that grants more": (Facts(one(330_000)), (*FIXED, ("reduce", 150_000))),
    "more comes back than is owed": (
        Facts(one(330_000)),
        (*PAID, ("revoke", 50_000), ("repay", 50_001, ON)),
    ),
}


def play(facts: Facts, script: Script, rule: Rule = Rule()) -> Facts:  # noqa: B008 - frozen
    """What the oracle says to a life that was taken as it stands."""
    purse = Purse(rule, facts)
    for verb, *typed in script:
        getattr(purse, verb)(*typed)
    return purse.facts


@pytest.mark.parametrize("name", OVERSPENDING)
def test_the_control_a_life_that_overspends_is_found(name: str) -> None:
    facts, script, *rule = OVERSPENDING[name]
    play(facts, script[:-1], *rule)
    with pytest.raises(Overspent):
        play(facts, script, *rule)


def test_the_control_a_total_spread_by_the_estimate_is_found() -> None:
    """Of 165,000 + 330,000 yen, then 700,000 + 100,000: a total alone is bound by one cap."""
    for_each, facts = Rule(each=True), Facts(two(165_000, 330_000))
    script: Script = (("draft", 232_500), ("decide", 2026))
    assert play(facts, script, for_each).decided_yen == 232_500
    for most, cost in ((200_000, two(700_000, 100_000)), (150_000, {TOTAL: 800_000})):
        play(facts, (*script, ("change", most, cost)), for_each)
        with pytest.raises(Overspent):
            play(facts, (*script, ("change", most + 1, cost)), for_each)


def test_the_control_a_lawful_life_is_none() -> None:
    life = play(
        Facts(one(330_000)),
        (*PAID, REFUNDED, ("reduce", 100_000), ("repay", 1, ON), ("repay", 49_999, ON)),
    )
    assert (life.paid_yen, life.returned_yen, life.owed_yen) == (150_000, 50_000, 0)
    assert (life.executed_yen, life.open_yen) == (100_000, 0)
    late = ("repay", 150_000, date(2027, 6, 1))
    assert play(Facts(one(330_000)), (*PAID, ("revoke", 150_000), late)).executed_yen == 150_000


REPORTED_7 = (("report", one(7)),)
LAWFUL: dict[str, tuple[Facts, Script, Rule]] = {
    "a report below the contract, and that below the estimate": (
        Facts(one(330_000)),
        (*DRAFTED, ("contract", one(250_000)), ("report", one(200_000), {}), ("fix", 100_000)),
        Rule(),
    ),
    "the half of the contract, by a report above it": (
        Facts(one(330_000)),
        (*HALF_SIGNED, ("fix", 82_500)),
        Rule(),
    ),
    "the smaller of both of each request": (
        Facts(two(165_000, 330_000)),
        (*TWO_SIGNED, ("fix", 165_000)),
        EACH,
    ),
    "a new contract after the first was sent back": (
        Facts(one(330_000)),
        (
            *(*DRAFTED, ("contract", one(165_000)), ("send_back", "contract")),
            *(("contract", one(330_000)), ("report", one(330_000), {}), ("fix", 150_000)),
        ),
        Rule(),
    ),
    "a report alone, where there is no contract": (
        Facts(one(330_000)),
        (*DRAFTED, ("report", one(300_000), {}), ("fix", 150_000)),
        Rule(),
    ),
}


@pytest.mark.parametrize("name", LAWFUL)
def test_the_control_by_contract_and_report_the_most_is_taken(name: str) -> None:
    facts, script, rule = LAWFUL[name]
    most = script[-1][1]
    life = play(facts, (*script, ("claim",), ("pay", most, ON)), rule)
    assert (life.paid_yen, life.open_yen) == (most, 0)


SAID: dict[str, tuple[str, dict[str, int]]] = {
    "contract": ("contract", two(165_000, 330_000)),
    "report": ("report", two(330_000, 200_000)),
    "change": ("change", two(300_000, 300_000)),
}


@pytest.mark.parametrize("order", list(permutations(SAID)), ids="-".join)
def test_the_control_the_order_of_what_was_said_is_nothing(order: Sequence[str]) -> None:
    """But for a change before both, which is another estimate; this one lowers neither."""
    facts = Facts(two(1, 1), said=tuple(SAID[kind] for kind in order))
    assert facts.bears == two(165_000, 200_000)


@pytest.mark.parametrize(
    ("facts", "bears"),
    [
        (Facts(one(330_000)), one(330_000)),
        (Facts(one(330_000), said=(("change", one(400_000)),)), one(400_000)),
        (Facts(two(5, 5), said=(("contract", two(7, 1)), ("report", {TOTAL: 6}))), {TOTAL: 6}),
        (Facts(two(5, 5), said=(("contract", {TOTAL: 6}), ("report", two(7, 1)))), {TOTAL: 6}),
        (Facts(one(9), said=(("contract", one(7)), ("change", one(5)))), one(5)),
        (Facts(one(9), said=(("change", one(5)), ("contract", one(7)))), one(7)),
        (Facts(one(9), refunds=((0, one(2)),), told_back=one(3), said=REPORTED_7), one(4)),
        (Facts(one(9), refunds=((1, one(2)),), told_back=one(3), said=REPORTED_7), one(2)),
    ],
)
def test_the_control_what_the_person_bears(facts: Facts, bears: dict[str, int]) -> None:
    assert facts.bears == bears


DECIDED: Script = (("draft", 150_000), ("decide",))
REPORTED: Script = (*DECIDED, ("contract", 330_000), ("report", 330_000))
AT_THE_DESK: dict[str, tuple[str, int, Script]] = {  # its place, the estimate, the life
    "draft": ("draft", 165_000, (("draft", 83_000),)),
    "change": ("change", 165_000, (("draft", 82_500), ("decide",), ("change", 150_000, 165_000))),
    "fix": (
        "fix",
        330_000,
        (*DECIDED, ("contract", 330_000), ("report", 200_000), ("fix", 125_000)),
    ),
    "fix above the contract": (
        "fix",
        330_000,
        (*DECIDED, ("contract", 165_000), ("report", 330_000), ("fix", 150_000)),
    ),
    "pay": (
        "pay",
        330_000,
        (*REPORTED, ("fix", 150_000), ("claim",), ("refund", 130_000), ("pay", 150_000)),
    ),
}


def taken(office: OfficeCard, now: datetime, name: str) -> bool:
    """Whether the last verb of a life that overspends is taken at the desk."""
    _, estimate_yen, script = AT_THE_DESK[name]
    desk = looked_at(office, now, estimate_yen)
    for at, (verb, *typed) in enumerate(script):
        desk = replace(desk, now=now + timedelta(days=at))
        act = Desk.decide if verb == "decide" else getattr(lawful, verb)
        if at < len(script) - 1:
            act(desk, *typed)
        else:
            with suppress(Refused):
                act(desk, *typed)
                return True
    return False


@pytest.mark.parametrize("name", AT_THE_DESK)
def test_the_desk_refuses_what_overspends_whatever_the_reason(
    office: OfficeCard, now: datetime, name: str
) -> None:
    emptied(office)
    assert not taken(office, now, name)


@pytest.mark.parametrize("name", AT_THE_DESK)
def test_the_control_without_its_guard_it_is_taken(
    office: OfficeCard, now: datetime, name: str
) -> None:
    """The guard that is named for the place is the one that refuses there."""
    emptied(office)
    place, *_ = AT_THE_DESK[name]
    with patch(lawful.GUARDS[place], lambda *_, **__: ""):
        assert taken(office, now, name)
