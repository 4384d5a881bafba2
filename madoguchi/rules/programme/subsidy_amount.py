"""How much (補助の額), in fixed places: cost, share, cap, less other aid, rounding.

Every place has its ``source``. A place that nobody confirmed (要確認) is *open*: what is written
there is one possibility among others (``Amount.readings``); a grant is calculated with all.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from typing import Literal

from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Act = Literal["deletion", "disclosure", "other"]
type Fee = Literal["retainer", "other"]
type AidMode = Literal["from_cost", "from_grant", "not_at_all"]
type RoundingMode = Literal["down"]
type RoundingOrder = Literal["before_cap", "after_cap"]


@dataclass(frozen=True)
class EligibleCost:
    """A cost that counts (補助対象経費): one kind of fee for one kind of legal act."""

    act: Act
    fee: Fee
    words: Words
    source: str


@dataclass(frozen=True)
class Share:
    """A share of the eligible cost (補助率)."""

    share: Fraction
    source: str

    def __post_init__(self) -> None:
        """Refuse a share of nothing and one above the whole."""
        if not 0 < self.share <= 1:
            raise ValueError('share は "1/2" のように、0 より大きく 1 以下の分数で書いてください。')


type Formula = Share


@dataclass(frozen=True)
class Overall:
    """One cap for all acts together (上限は全体で一つ); ``kind_source``: that it is this kind."""

    cap_yen: int
    source: str
    kind_source: str

    def __post_init__(self) -> None:
        """Refuse a cap of nothing."""
        _must_be_a_cap(self.cap_yen)


@dataclass(frozen=True)
class EachAct:
    """One cap for each act (上限は請求ごと); ``kind_source``: that it is this kind.

    While that is 要確認, the cap is reckoned with as one for all.
    """

    cap_yen: int
    source: str
    kind_source: str

    def __post_init__(self) -> None:
        """Refuse a cap of nothing."""
        _must_be_a_cap(self.cap_yen)


type Cap = Overall | EachAct


def _must_be_a_cap(yen: int) -> None:
    if yen <= 0:
        raise ValueError("cap_yen は 1 円以上の金額で書いてください。")


@dataclass(frozen=True)
class Less:
    """What other aid and insurance take (ほかの補助や保険): from the cost or from the grant."""

    other_aid: AidMode
    source: str


@dataclass(frozen=True)
class Rounding:
    """What becomes of the rest below a unit (端数の扱い), before or after the cap.

    It is always rounded down: what is above the published share is not the city's to give.
    """

    unit_yen: int
    mode: RoundingMode
    order: RoundingOrder
    source: str

    def __post_init__(self) -> None:
        """Refuse a unit of nothing."""
        if self.unit_yen <= 0:
            raise ValueError("unit_yen は 1 円以上の金額で書いてください。")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an amount with open places: each of them decided (読み方)."""

    cap: Cap
    other_aid: AidMode
    rounding: Rounding


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings among which the lowest grant is, and those among which the highest is."""

    lowest: tuple[Reading, ...]
    highest: tuple[Reading, ...]


COARSEST_YEN = 1000  # what offices round to; finer units lie between


@dataclass(frozen=True)
class Amount:
    """How much (補助の額): each place in its order, each with its source."""

    formula: Formula
    cap: Cap
    less: Less
    rounding: Rounding
    consumption_tax: Literal["counts", "does_not_count"]
    consumption_tax_source: str

    @property
    def cap_is_open(self) -> bool:
        """Whether nobody has confirmed that the cap is one for all, or one for each act."""
        return isinstance(self.cap, Overall | EachAct) and self.cap.kind_source == UNCONFIRMED

    @cached_property
    def cap_reckoned(self) -> Cap:
        """The cap that is reckoned with: an open one is one for all, never a multiple of it."""
        if not self.cap_is_open:
            return self.cap
        return Overall(self.cap.cap_yen, self.cap.source, kind_source=UNCONFIRMED)

    @property
    def rate_is_open(self) -> bool:
        """Whether nobody has confirmed the share or the cap, so that no amount is known."""
        return UNCONFIRMED in (self.formula.source, self.cap.source)

    @property
    def aid_matters(self) -> bool:
        """Whether other aid can change the grant."""
        return self.less.source == UNCONFIRMED or self.less.other_aid != "not_at_all"

    @property
    def is_open(self) -> bool:
        """Whether nobody has confirmed one of the places after the share and the cap."""
        return UNCONFIRMED in (
            self.less.source,
            self.rounding.source,
            self.consumption_tax_source,
        )

    @property
    def rounding_is_open(self) -> bool:
        """Whether nobody has confirmed what becomes of the rest."""
        return self.rounding.source == UNCONFIRMED

    @cached_property
    def readings(self) -> dict[bool, Readings]:
        """The readings that can be the lowest or the highest, made once.

        The key: is there other aid? Open aid comes from the cost or from the grant (which of them
        is lower depends on the rounding), or not at all; open rounding goes down to 1,000 yen or to
        the unit written, before or after the cap, or to the yen. No reading goes up: the share is
        the most.
        """
        return {
            aided: Readings(
                self._readings(aided=aided, lowest=True),
                self._readings(aided=aided, lowest=False),
            )
            for aided in (False, True)
        }

    def _readings(self, *, aided: bool, lowest: bool) -> tuple[Reading, ...]:
        aids: tuple[AidMode, ...] = (self.less.other_aid,)
        if aided and self.less.source == UNCONFIRMED:
            aids = ("from_cost", "from_grant") if lowest else ("not_at_all",)
        roundings: tuple[Rounding, ...] = (self.rounding,)
        if self.rounding_is_open and lowest:
            units = {self.rounding.unit_yen, COARSEST_YEN}
            coarse = sorted(
                unit for unit in units if not any(other % unit == 0 for other in units - {unit})
            )
            orders: tuple[RoundingOrder, ...] = ("before_cap", "after_cap")
            roundings = tuple(
                replace(self.rounding, unit_yen=unit, order=order)
                for unit, order in product(coarse, orders)
            )
        elif self.rounding_is_open:
            roundings = (replace(self.rounding, unit_yen=1, order="after_cap"),)
        cap = self.cap_reckoned
        return tuple(Reading(cap, aid, rounding) for aid, rounding in product(aids, roundings))
