"""The subsidy for a lawyer's retainer (弁護士費用の補助), in the words of the published page."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy_amount import (
    Act,
    Amount,
    Cap,
    EachAct,
    EligibleCost,
    Fee,
    Formula,
    Less,
    Overall,
    Rounding,
    Share,
)
from madoguchi.rules.programme.subsidy_condition import (
    PAPERS,
    Condition,
    EngagedLawyer,
    Estimate,
    IncomeRow,
    IncomeWithin,
    NoGangTies,
    NoTaxArrears,
    NotGrantedBefore,
    NotRecovered,
    NotRefunded,
    PrintedScreens,
    Resident,
    UsedAnyOf,
    UsedDesk,
    is_confirmed,
)
from madoguchi.rules.programme.subsidy_life import Life
from madoguchi.rules.programme.versions import must_be_in_order, version_on
from madoguchi.rules.programme.words import UNCONFIRMED, Words

__all__ = [
    "Act",
    "AfterPayment",
    "Amount",
    "Appeal",
    "BeforeContract",
    "Cap",
    "Condition",
    "EachAct",
    "EligibleCost",
    "EngagedLawyer",
    "Estimate",
    "Fee",
    "Formula",
    "IncomeRow",
    "IncomeWithin",
    "Less",
    "Life",
    "NoGangTies",
    "NoTaxArrears",
    "NotGrantedBefore",
    "NotRecovered",
    "NotRefunded",
    "Overall",
    "PrintedScreens",
    "Resident",
    "Rounding",
    "Share",
    "Subsidy",
    "SubsidyVersion",
    "Terms",
    "Timing",
    "UsedAnyOf",
    "UsedDesk",
]


@dataclass(frozen=True)
class BeforeContract:
    """To be applied for before the contract (契約前の申請).

    ``same_day``: whether a contract on the day of the application still comes after it.
    ``contract_after``: what the contract has to wait for.
    """

    source: str
    same_day: bool
    same_day_source: str
    contract_after: Literal["application", "decision"]
    contract_after_source: str
    online_counts_as_application: bool
    online_counts_as_application_source: str


@dataclass(frozen=True)
class AfterPayment:
    """To be applied for after the retainer is paid (支払い後の申請).

    ``or_legal_aid``: paying legal aid back counts, a suspended repayment does not (償還の猶予).
    """

    source: str
    or_legal_aid: bool
    or_legal_aid_source: str


type Timing = BeforeContract | AfterPayment


@dataclass(frozen=True)
class Appeal:
    """What a decision says of appeal (教示文)."""

    words: Words
    source: str


@dataclass(frozen=True)
class OwnForm:
    """What the city's own form (市の様式) asks beside what the rules need: the day of birth."""

    asks_birth: bool = False
    asks_birth_source: str = UNCONFIRMED


@dataclass(frozen=True)
class SubsidyVersion:
    """The rules (交付要領) from a day on; ``reissued = "yearly"``: for that year only."""

    since: date
    title: str
    reissued: Literal["yearly", "never"]
    condition: tuple[Condition, ...]
    cost: tuple[EligibleCost, ...]
    amount: Amount
    timing: Timing
    caution: tuple[Words, ...]
    source: str
    appeal: Appeal | None = None
    form: OwnForm = OwnForm()
    life: Life = Life()  # noqa: RUF009 - frozen, so that one may stand for all

    def __post_init__(self) -> None:
        """Refuse rules under which nothing could ever be paid, or that say a thing twice."""
        if not self.cost:
            raise ValueError(
                "[[version.cost]] がありません。補助の対象になる費用を書いてください。"
            )
        kinds = [type(each) for each in self.condition]
        if len(kinds) != len(set(kinds)):
            raise ValueError("同じ is の条件が二つあります。一つにまとめてください。")
        costs = [(each.act, each.fee) for each in self.cost]
        if len(costs) != len(set(costs)):
            raise ValueError("同じ act と fee の費用が二つあります。一つを消してください。")

    def known_for(self, day: date) -> bool:
        """Whether these are surely that day's rules: not after their year if reissued yearly."""
        if day < self.since:
            return False
        return self.reissued == "never" or fiscal_year(day) == fiscal_year(self.since)

    @property
    def who(self) -> tuple[Words, ...]:
        """For whom it is (対象になる方): what is confirmed of the person, the papers apart."""
        told = (each for each in self.condition if is_confirmed(each))
        return tuple(each.words for each in told if not isinstance(each, (*PAPERS, EngagedLawyer)))

    @property
    def counted(self) -> tuple[Words, ...]:
        """Which costs count (対象になる費用), as far as the city says."""
        return tuple(each.words for each in self.cost if each.source != UNCONFIRMED)

    @property
    def needs(self) -> tuple[Words, ...]:
        """What to bring (用意するもの), in the order written."""
        papers = (each for each in self.condition if isinstance(each, PAPERS))
        return tuple(each.words for each in papers if is_confirmed(each))


@dataclass(frozen=True)
class Terms:
    """The rules as they stand on a day (その日の決まり).

    ``stale``: reissued yearly and the year is over, so the newest known version is only a hint.
    ``before``: nothing had begun; ``ended``: the programme is closed. Both have no version.
    """

    version: SubsidyVersion | None
    on: date
    state: Literal["known", "stale", "before", "ended"]


@dataclass(frozen=True)
class Subsidy:
    """The subsidy through the years; only ``ended_on`` closes it."""

    name: Words
    version: tuple[SubsidyVersion, ...]
    ended_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse no version at all, versions out of order and an end before the beginning."""
        if not self.version:
            raise ValueError("[[version]] がありません。一つは書いてください。")
        must_be_in_order(self.version, "補助の版 [[version]] ")
        if self.ended_on and self.ended_on < self.version[-1].since:
            raise ValueError(
                f"ended_on（{self.ended_on}）が、最後の版の since（{self.version[-1].since}）より"
                "前になっています。終わった日を直すか、始まらなかった版を消してください。"
            )

    def version_on(self, day: date) -> SubsidyVersion | None:
        """The newest version that had begun by a day; None before the first and after the end."""
        if self.ended_on is not None and day > self.ended_on:
            return None
        return version_on(self.version, day)

    def terms_on(self, day: date) -> Terms:
        """The rules of a day, and how sure they are.

        >>> from madoguchi.rules.programme.load import programme
        >>> found = programme("shibukawa").subsidy
        >>> [found.terms_on(date(year, 4, 1)).state for year in (2023, 2024, 2025)]
        ['before', 'known', 'stale']
        """
        version = self.version_on(day)
        if version is None:
            ended = self.ended_on is not None and day > self.ended_on
            return Terms(None, day, "ended" if ended else "before")
        return Terms(version, day, "known" if version.known_for(day) else "stale")
