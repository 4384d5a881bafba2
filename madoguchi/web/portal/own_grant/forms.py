"""What is asked after the decision (契約の届、実績報告、請求): one page each, one form a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit.application import Papers
from madoguchi.web.kit.fields import Choice, Choices, Day, Files, Line, Name, Story, Yen
from madoguchi.web.kit.form import Form

if TYPE_CHECKING:
    from datetime import date

    from madoguchi.web.kit.form import Filled

WORDS = 2_000

CONTRACT = Form(
    "own_grant",
    (
        Day("signed_on", required=True, hint=True),
        Name("contract_lawyer", required=True, hint=True, autocomplete="off"),
        Yen("contract_yen", required=True, hint=True),
        Story("contract_words", limit=WORDS, rows=3, guarded=True),
    ),
)
REPORT = Form(
    "own_grant",
    (
        Day("receipt_on", required=True, hint=True),
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
        Line("bank_name", required=True, limit=60),
        Line("branch_name", required=True, limit=60),
        Line("bank_code", hint=True, limit=20, width="narrow"),
        Line("branch_code", hint=True, limit=20, width="narrow"),
        Choice("account_kind", required=True, options=("ordinary", "current", "savings")),
        Line("account_number", required=True, hint=True, limit=40, width="middle"),
        Line("yucho_sign", required=True, hint=True, limit=20, width="narrow"),
        Line("yucho_number", required=True, hint=True, limit=20, width="middle"),
        Line("holder_kana", required=True, hint=True, limit=80),
    ),
)
OF_BANK = "bank_name", "branch_name", "bank_code", "branch_code", "account_kind", "account_number"
OF_YUCHO = "yucho_sign", "yucho_number"
"""What only one kind of account asks."""
WITHDRAW = Form("own_grant", (Story("withdraw_words", hint=True, limit=WORDS, rows=3),))


def past(filled: Filled, name: str, today: date) -> Filled:
    """The form with a slip where a day that has happened is written as one to come."""
    day = filled.value(name)
    return filled.refuse(name, "grant_not_yet") if day and day > today else filled
