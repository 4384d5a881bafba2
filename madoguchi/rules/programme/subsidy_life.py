"""How a grant goes on after the application (交付の手続): which stages a city has, and their times.

A city that writes none has every stage, and all of it waits to be confirmed (要確認).
"""

from dataclasses import dataclass
from typing import Literal

from madoguchi.rules.programme.words import UNCONFIRMED

type Stage = Literal["contract", "report", "fixing", "claim"]
type Approval = Literal["outside", "in_tool"]

STAGES: tuple[Stage, ...] = ("contract", "report", "fixing", "claim")
"""契約の届、実績報告、額の確定、請求: in the order in which they come."""


@dataclass(frozen=True)
class Life:
    """What follows the decision (決定の後の手続), in the order in which it comes.

    ``approval``: whether the decision is taken in the city's own system or in this one.
    ``report_within_days``: days from the payment to the report; 31 March comes first in any case.
    """

    stages: tuple[Stage, ...] = STAGES
    stages_source: str = UNCONFIRMED
    approval: Approval = "outside"
    report_within_days: int | None = None
    report_within_days_source: str = UNCONFIRMED
    retention_years: int | None = None
    retention_years_source: str = UNCONFIRMED

    def __post_init__(self) -> None:
        """Refuse stages out of order or written twice, and times of less than one day or year."""
        if self.stages != tuple(each for each in STAGES if each in self.stages):
            raise ValueError(
                "stages は、contract・report・fixing・claim の順に、"
                "要るものを一度だけ書いてください。"
            )
        for name in ("report_within_days", "retention_years"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ValueError(f"{name} は 1 以上の数で書くか、決まりがなければ消してください。")
