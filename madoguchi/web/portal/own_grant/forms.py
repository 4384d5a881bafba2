"""What is asked after the decision (契約の届、実績報告、請求): one page each, one form a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from madoguchi.web.kit.fields import Choice, Choices, Day, Field, Files, Line, Name, Story, Yen
from madoguchi.web.kit.form import Form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from madoguchi.web.kit.fields import Slip, Value
    from madoguchi.web.kit.form import Filled

WORDS = 2_000
MOST_FILES = 20


@dataclass(frozen=True)
class Papers(Field):
    """Files that are here already, ticked by their ids; the page draws those it knows."""

    kind: ClassVar[str] = "papers"

    def read(self, given: Sequence[str]) -> tuple[Value, Slip | None]:
        """The ids, each once; what is no id counts as not ticked."""
        return tuple(dict.fromkeys(word for word in given if _is_id(word)))[:MOST_FILES], None


def _is_id(word: str) -> bool:
    try:
        return str(UUID(word)) == word
    except ValueError:
        return False


CONTRACT = Form(
    "own_grant",
    (
        Day("contract_on", required=True, hint=True),
        Name("contract_lawyer", required=True, hint=True, autocomplete="off"),
        Yen("contract_yen", required=True, hint=True),
        Story("contract_words", limit=WORDS, rows=3, guarded=True),
    ),
)
REPORT = Form(
    "own_grant",
    (
        Day("paid_on", required=True, hint=True),
        Yen("paid_yen", required=True, hint=True),
        Papers("have"),
        Files("files", hint=True),
        Choices("receipt_bring", options=("yes",)),
        Story("report_words", limit=WORDS, rows=3, guarded=True),
    ),
)
CLAIM = Form(
    "own_grant",
    (
        Choice("bank", required=True, options=("bank", "yucho")),
        Line("bank_name", limit=60),
        Line("branch_name", limit=60),
        Line("bank_code", hint=True, limit=20, width="narrow"),
        Line("branch_code", hint=True, limit=20, width="narrow"),
        Choice("account_kind", options=("ordinary", "current", "savings")),
        Line("account_number", hint=True, limit=40, width="middle"),
        Line("yucho_sign", hint=True, limit=20, width="narrow"),
        Line("yucho_number", hint=True, limit=20, width="middle"),
        Line("holder_kana", required=True, hint=True, limit=80),
    ),
)
WITHDRAW = Form("own_grant", (Story("withdraw_words", hint=True, limit=WORDS, rows=3),))


def past(filled: Filled, name: str, today: date) -> Filled:
    """The form with a slip where a day that has happened is written as one to come."""
    day = filled.value(name)
    return filled.refuse(name, "grant_not_yet") if day and day > today else filled
