"""What must hold for a grant (補助の条件): one flat list, each named, all of which must hold.

``source`` says where a condition stands. One that nobody confirmed (要確認) never leads to no.
"""

from dataclasses import dataclass
from typing import Literal

from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Means = Literal["phone", "face", "email", "web"]


@dataclass(frozen=True)
class Resident:
    """The person stands in the basic resident register (住民基本台帳の記録).

    ``as_of``: on which day, for who moves away between the application and the decision.
    """

    words: Words
    source: str
    as_of: Literal["application", "decision"] = "application"
    as_of_source: str = UNCONFIRMED


@dataclass(frozen=True)
class UsedDesk:
    """The person has used the city's own desk (市の相談窓口の利用), by one of these means."""

    words: Words
    source: str
    desk_used_means: tuple[Means, ...]
    desk_used_means_source: str


@dataclass(frozen=True)
class UsedAnyOf:
    """The person has used one of several consultations (前提となる相談の利用), by their keys."""

    words: Words
    source: str
    of: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list: nobody could meet it."""
        if not self.of:
            raise ValueError("of が空です。使っていればよい相談を一つは書いてください。")


@dataclass(frozen=True)
class IncomeRow:
    """One row of an income table (所得基準の表): what a household of that size may earn."""

    household: int
    at_most_yen: int
    source: str

    def __post_init__(self) -> None:
        """Refuse a household of nobody and a negative income."""
        if self.household < 1 or self.at_most_yen < 0:
            raise ValueError("household は 1 人以上、at_most_yen は 0 円以上で書いてください。")


@dataclass(frozen=True)
class IncomeWithin:
    """The household's income stays within a table (所得の条件); more people: ask."""

    words: Words
    source: str
    period: Literal["year", "month"]
    row: tuple[IncomeRow, ...]

    def __post_init__(self) -> None:
        """Refuse rows out of order and a household written twice."""
        sizes = [each.household for each in self.row]
        if not sizes or sizes != sorted(set(sizes)):
            raise ValueError("[[row]] は、household の少ない順に、一人数に一つ書いてください。")


@dataclass(frozen=True)
class EngagedLawyer:
    """Who is asked to act (依頼先): whether 弁護士等 goes further is said by ``who_source``."""

    words: Words
    source: str
    who: tuple[Literal["lawyer", "judicial_scrivener"], ...]
    who_source: str


@dataclass(frozen=True)
class Estimate:
    """There is an estimate that states the retainer (着手金の額が明記された見積書)."""

    words: Words
    source: str


@dataclass(frozen=True)
class PrintedScreens:
    """There are printed pictures of the screens (画面を印刷した書類)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NotGrantedBefore:
    """There was no grant before (交付の回数): one for each person, matter or fiscal year."""

    words: Words
    source: str
    frequency: Literal["person", "matter", "fiscal_year"]


@dataclass(frozen=True)
class NoTaxArrears:
    """The person owes the city no tax (市税の滞納がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NoGangTies:
    """The person has no ties to organised crime (暴力団との関係がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NotRefunded:
    """The lawyer has given nothing of the retainer back (着手金の返金がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NotRecovered:
    """The sender has paid no damages (損害賠償を受けていないこと)."""

    words: Words
    source: str


type Condition = (
    Resident
    | UsedDesk
    | UsedAnyOf
    | IncomeWithin
    | EngagedLawyer
    | Estimate
    | PrintedScreens
    | NotGrantedBefore
    | NoTaxArrears
    | NoGangTies
    | NotRefunded
    | NotRecovered
)

PAPERS = (Estimate, PrintedScreens)
"""Conditions that a paper meets (用意するもの): whoever lacks it can still bring it."""


def is_confirmed(condition: Condition) -> bool:
    """Whether the city says so; what is 要確認 no citizen reads as a fact.

    >>> is_confirmed(NoTaxArrears(Words("市税の滞納がないこと"), "要確認"))
    False
    """
    return condition.source != UNCONFIRMED
