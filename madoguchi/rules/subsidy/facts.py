"""What is known of an application (申請の事実), as an officer may also write it in TOML.

None means unknown (わからない) everywhere; it never counts as no.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from madoguchi.rules.programme.subsidy_amount import Act, Fee

type CostByNow = int | Mapping[str, int]
"""What the person bears of the retainers by now: of each act, or only in all (請求ごと・合計)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One line of the estimate (見積書の一行); ``yen`` includes ``tax_yen``."""

    act: Act | None = None
    fee: Fee | None = None
    yen: int | None = None
    tax_yen: int | None = None

    def __post_init__(self) -> None:
        """Refuse less than nothing, and more tax than there is money."""
        if self.yen is not None and self.yen < 0:
            raise ValueError("yen は 0 円以上の金額で書いてください。")
        if self.tax_yen is not None and not 0 <= self.tax_yen <= (self.yen or 0):
            raise ValueError("tax_yen は 0 円以上、yen（税込み）以下の金額で書いてください。")


@dataclass(frozen=True, slots=True)
class Granted:
    """An earlier grant (これまでの交付)."""

    on: date
    yen: int
    same_matter: bool

    def __post_init__(self) -> None:
        """Refuse negative amounts."""
        if self.yen < 0:
            raise ValueError("yen は 0 円以上の金額で書いてください。")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an application (申請の事実); ``granted = ()`` says that there was none.

    ``applied_on``: the day of the application; ``registered``: on that day. ``refunded_yen``,
    ``recovered_yen``, ``other_aid_yen``: 0 says that there was nothing. ``consulted``: keys as in
    ``used_any_of``.
    ``in_words``: whether the condition that is only in words holds, as a human found.
    ``moved_out_on``: the last day in the register, where somebody left before the decision (転出).
    """

    applied_on: date | None = None
    applied_by: Literal["counter", "post", "web"] | None = None
    registered: bool | None = None
    used_desk: Literal["no", "phone", "face", "email", "web"] | None = None
    contract: Literal["none", "signed"] | None = None
    contract_on: date | None = None
    engaged: Literal["lawyer", "judicial_scrivener", "other"] | None = None
    estimate: bool | None = None
    estimate_on: date | None = None
    screens_printed: bool | None = None
    costs: tuple[Cost, ...] = ()
    other_aid_yen: int | None = None
    refunded_yen: int | None = None
    recovered_yen: int | None = None
    granted: tuple[Granted, ...] | None = None
    tax_arrears: bool | None = None
    gang_ties: bool | None = None
    consulted: tuple[str, ...] | None = None
    household: int | None = None
    income_yen: int | None = None
    paid_on: date | None = None
    legal_aid: Literal["none", "repaying", "suspended"] | None = None
    moved_out_on: date | None = None
    in_words: bool | None = None

    def __post_init__(self) -> None:
        """Refuse negative amounts."""
        for name in ("other_aid_yen", "refunded_yen", "recovered_yen", "income_yen"):
            yen = getattr(self, name)
            if yen is not None and yen < 0:
                raise ValueError(f"{name} は 0 円以上の金額で書いてください。")
        if self.household is not None and self.household < 1:
            raise ValueError("household は 1 人以上で書いてください。")
