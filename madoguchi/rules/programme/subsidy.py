"""The subsidy for a lawyer's retainer (弁護士費用の補助), in the words of the published page."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.versions import must_be_in_order, version_on
from madoguchi.rules.programme.words import Words


@dataclass(frozen=True)
class Resident:
    """The person stands in the basic resident register (住民基本台帳の記録)."""

    words: Words
    source: str


@dataclass(frozen=True)
class UsedDesk:
    """The person has used the city's own desk (市の相談窓口の利用)."""

    words: Words
    source: str


type Condition = Resident | UsedDesk


@dataclass(frozen=True)
class EligibleCost:
    """A cost that counts (補助対象経費): the retainer for one kind of legal act."""

    act: Literal["deletion", "disclosure"]
    fee: Literal["retainer"]
    words: Words
    source: str


@dataclass(frozen=True)
class Amount:
    """How much (補助金の額): a share of the eligible cost up to a cap; what is assumed says so."""

    share: Fraction
    cap_yen: int
    source: str
    rounding_yen: int
    rounding_source: str
    cap_holds_for: Literal["all_acts", "each_act"]
    cap_holds_for_source: str

    def __post_init__(self) -> None:
        """Refuse a share above the whole, a cap of nothing and a rounding of nothing."""
        if not 0 < self.share <= 1:
            raise ValueError('share は "1/2" のように、0 より大きく 1 以下の分数で書いてください。')
        if self.cap_yen <= 0:
            raise ValueError("cap_yen は 1 円以上の金額で書いてください。")
        if self.rounding_yen <= 0:
            raise ValueError("rounding_yen は 1 円以上の金額で書いてください。")


@dataclass(frozen=True)
class Timing:
    """When to apply (申請の時期)."""

    mode: Literal["before_contract", "after_payment"]
    source: str
    wait_for_decision: bool
    wait_for_decision_source: str
    online_form_counts: bool
    online_form_counts_source: str


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
    needs: tuple[Words, ...]
    caution: tuple[Words, ...]
    source: str

    def known_for(self, day: date) -> bool:
        """Whether these are surely that day's rules: not after their year if reissued yearly."""
        if day < self.since:
            return False
        return self.reissued == "never" or fiscal_year(day) == fiscal_year(self.since)


@dataclass(frozen=True)
class Subsidy:
    """The subsidy through the years; only ``ended_on`` closes it."""

    name: Words
    version: tuple[SubsidyVersion, ...]
    ended_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse versions out of order and an end before the beginning."""
        must_be_in_order(self.version, "補助の版 [[version]] ")
        if self.ended_on and self.version and self.ended_on < self.version[0].since:
            raise ValueError("ended_on が最初の版の since より前になっています。")

    def version_on(self, day: date) -> SubsidyVersion | None:
        """The newest version that had begun by a day; None before the first and after the end."""
        if self.ended_on is not None and day > self.ended_on:
            return None
        return version_on(self.version, day)
