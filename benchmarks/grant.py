"""The decision on a grant with its working, beside the same case as bare arithmetic, and a peer.

Bare: a few comparisons and one share of a whole number, written for this one rule; it says neither
why nor what is unknown. Times are processor time, since other programs share the machine.
"""

import os
import statistics
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from benchmarks.parts import grant_budget, grant_ledger, grant_peer
from benchmarks.parts.command import arguments, busy, finish
from benchmarks.parts.report import Figure
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.programme.subsidy_amount import Act
from madoguchi.rules.subsidy.judge import Judgement

os.environ.setdefault(
    "MADOGUCHI_PROGRAMMES", str(Path(__file__).resolve().parent.parent / "tests" / "programmes")
)

from madoguchi.rules.programme import load
from madoguchi.rules.programme.read import read
from madoguchi.rules.programme.subsidy import Subsidy
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.rules.subsidy.judge import judge, quote

BAR_US = 50.0
ROUNDS, SHORT_ROUNDS = 60, 10
PEOPLE = 200  # of a round: each has another retainer
SHIBUKAWA_ON, YAMANASHI_ON, YEARS_LATER = date(2024, 6, 3), date(2022, 6, 3), date(2026, 6, 3)
ACTS: tuple[Act, ...] = ("disclosure", "deletion")
CAP_YEN, UNIT_YEN, HALF = 150_000, 1_000, Fraction(1, 2)
SEEN = Facts(
    applied_on=SHIBUKAWA_ON,
    registered=True,
    used_desk="phone",
    contract="none",
    engaged="lawyer",
    estimate=True,
    estimate_on=date(2024, 5, 20),
    screens_printed=True,
    other_aid_yen=0,
    refunded_yen=0,
    recovered_yen=0,
    granted=(),
    tax_arrears=False,
    gang_ties=False,
)
SAID = Facts(registered=True, used_desk="phone", contract="none")
PAID = replace(
    SEEN,
    applied_on=YAMANASHI_ON,
    contract="signed",
    contract_on=date(2022, 5, 6),
    paid_on=date(2022, 5, 20),
    consulted=("houterasu",),
    household=1,
    income_yen=150_000,
    legal_aid="none",
)
BARE = """Bare: a few comparisons, half of a whole number, the cap and the rounding that stand in
Shibukawa's data, written out for a person who meets all; no reason, no source, nothing unknown.
Ours tries every reading of what is 要確認, names each ground with its source and writes the working
line by line; the words of a line are looked up by the page that shows it."""
PEER = """OpenFisca is asked for the same case with the same conditions as variables, one person a
simulation; it reckons with one reading, in floating-point numbers of 32 bits."""
NOTES = [" ".join(note.split()) for note in (BARE, PEER, grant_ledger.NOTE, grant_budget.NOTE)]


def main() -> int:
    """Measure each case beside the bare one, the peer, and the reading of a programme; print."""
    short = arguments(__doc__).parse_args().short
    rounds = SHORT_ROUNDS if short else ROUNDS
    city, pref, sure = _subsidy("shibukawa"), _subsidy("yamanashi"), _confirmed()
    figures = [
        _case("Shibukawa, judged, all seen", city, SEEN, judge, SHIBUKAWA_ON, rounds),
        _case("of it nothing 要確認 any more", sure, SEEN, judge, SHIBUKAWA_ON, rounds),
        _case("for two kinds of act", city, SEEN, judge, SHIBUKAWA_ON, rounds, acts=2),
        _case("not registered", city, NOBODY, judge, SHIBUKAWA_ON, rounds),
        _case("under the rules of years ago", city, LATER, judge, YEARS_LATER, rounds),
        _case("quoted on three answers", city, SAID, quote, SHIBUKAWA_ON, rounds),
        _case("Yamanashi, judged, all seen", pref, PAID, judge, YAMANASHI_ON, rounds),
        _peer(city, rounds),
        _load(rounds),
        grant_ledger.ledger(short=short),
        *grant_budget.decisions(short=short),
    ]
    return finish("Grant", figures, [*NOTES, busy()], short=short)


NOBODY = replace(SEEN, registered=False)
LATER = replace(SEEN, applied_on=YEARS_LATER, estimate_on=date(2026, 5, 20))


def _subsidy(slug: str) -> Subsidy:
    found = load.programme(slug).subsidy
    assert found is not None
    return found


def _confirmed() -> Subsidy:
    """Shibukawa's rules, had somebody confirmed every place of them as it is written."""
    told = (load.folder("shibukawa") / "subsidy.toml").read_text("utf-8")
    return read(Subsidy, tomllib.loads(told.replace(UNCONFIRMED, "見本")), "subsidy.toml")


def _case(
    what: str,
    subsidy: Subsidy,
    given: Facts,
    how: Callable[[Facts, Terms], Judgement],
    on: date,
    rounds: int,
    *,
    acts: int = 1,
) -> Figure:
    """One decision with the rules of its day looked up, by turns with the bare one."""
    people = [replace(given, costs=_costs(number, acts)) for number in range(PEOPLE)]
    met = [replace(SEEN, costs=one.costs) for one in people]
    ours, floors = [], []
    for _ in range(rounds):
        ours.append(_us(lambda facts: how(facts, subsidy.terms_on(on)), people))
        floors.append(_us(_bare, met))
    told = how(people[0], subsidy.terms_on(on))
    took, floor = statistics.median(ours), statistics.median(floors)
    ratio = statistics.median(one / other for one, other in zip(ours, floors, strict=True))
    grounds, lines = len(told.decision.reasons), len(told.working)
    return Figure(
        f"{what}: {told.decision.answer}, {grounds} grounds, {lines} lines",
        f"{took:.1f} µs",
        f"bare arithmetic {floor:.1f} µs, ratio {ratio:.0f}",
        f"≤ {BAR_US:.0f} µs",
        took <= BAR_US,
    )


def _costs(number: int, acts: int) -> tuple[Cost, ...]:
    """The retainer of one person; no two have the same."""
    yen = 299_999 - 777 * number
    return tuple(Cost(act, "retainer", yen // acts) for act in ACTS[:acts])


def _us[T](work: Callable[[T], object], many: Sequence[T]) -> float:
    """Microseconds of processor time for one of many."""
    began = time.thread_time()
    for one in many:
        work(one)
    return (time.thread_time() - began) * 1_000_000 / len(many)


def _bare(facts: Facts) -> int:
    may = (
        facts.registered
        and facts.used_desk in ("phone", "face", "email")
        and facts.contract == "none"
        and facts.estimate
        and facts.screens_printed
        and not facts.tax_arrears
    )
    if not may:
        return 0
    half = min(sum(cost.yen or 0 for cost in facts.costs) * HALF, Fraction(CAP_YEN))
    return half // UNIT_YEN * UNIT_YEN


def _peer(subsidy: Subsidy, rounds: int) -> Figure:
    """The same case and the same people at OpenFisca, with its trace and without."""
    people = [replace(SEEN, costs=_costs(number, 1)) for number in range(PEOPLE)]
    took = statistics.median(
        _us(lambda facts: judge(facts, subsidy.terms_on(SHIBUKAWA_ON)), people)
        for _ in range(rounds)
    )
    peer = grant_peer.run([facts.costs[0].yen or 0 for facts in people], max(3, rounds // 10))
    assert list(peer.yen) == [_bare(facts) for facts in people]
    return Figure(
        "the first case at the peer",
        f"{took:.1f} µs",
        f"openfisca-core {peer.version}: {peer.traced_us:.0f} µs with its trace,"
        f" {peer.plain_us:.0f} without; to import it {peer.import_ms:.0f} ms",
    )


def _load(rounds: int) -> Figure:
    """The whole folder of a city read and checked, beside its TOML parsed and thrown away."""
    here, national = load.folder("shibukawa"), load.folder(load.NATIONAL)
    texts = [
        path.read_text("utf-8")
        for path in (
            *here.glob("*.toml"),
            *here.glob("agencies/*.toml"),
            *national.glob("*.toml"),
            *national.glob("agencies/*.toml"),
        )
    ]
    ours, floors = [], []
    for _ in range(max(5, rounds // 6)):
        ours.append(_us(lambda _: load._programme.__wrapped__("shibukawa", here, national), [0]))  # noqa: SLF001 - without what it keeps
        floors.append(_us(lambda _: [tomllib.loads(text) for text in texts], [0]))
    took, floor = statistics.median(ours) / 1000, statistics.median(floors) / 1000
    return Figure(
        "a city's programme, read and checked; once a process",
        f"{took:.0f} ms",
        f"the same {len(texts)} files parsed bare {floor:.0f} ms, ratio {took / floor:.1f}",
    )


if __name__ == "__main__":
    sys.exit(main())
