"""Asked after the decision (契約の届、実績報告、請求、取下げ), and an account read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from madoguchi.rules import bank
from madoguchi.rules.subsidy.fields import BACK, mark_of
from madoguchi.tools.forms.fields import Choice, Choices, Day, Files, Line, Name, Story, Yen
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.kit.application import Papers, read_parts

WORDS = 2_000
CONTRACT = Form(
    "own_grant",
    (
        Day("signed_on", required=True, hint=True, mark=mark_of("contract", "contract_on")),
        Name(
            "contract_lawyer",
            required=True,
            hint=True,
            autocomplete="off",
            mark=mark_of("contract", "lawyer"),
        ),
        Yen("contract_yen", required=True, hint=True, mark=mark_of("contract", "yen")),
        Story("contract_words", limit=WORDS, rows=3, guarded=True),
    ),
)
REPORT = Form(
    "own_grant",
    (
        Day("receipt_on", required=True, hint=True, mark=mark_of("report", "paid_on")),
        Yen("paid_yen", required=True, hint=True, mark=mark_of("report", "paid_yen")),
        *(Yen(name, mark=mark_of("report", name)) for name in BACK),
        Papers("have", mark=mark_of("report", "files")),
        Files("files", hint=True, mark=mark_of("report", "files")),
        Choices("receipt_bring", options=("yes",), mark=mark_of("report", "bring")),
        Story("report_words", limit=WORDS, rows=3, guarded=True),
    ),
)
BANK, BRANCH = mark_of("claim", "bank_name"), mark_of("claim", "branch_name")
KIND, NUMBER = mark_of("claim", "kind"), mark_of("claim", "number")
YUCHO, HOLDER = mark_of("claim", "sign"), mark_of("claim", "holder_kana")
CLAIM = Form(
    "own_grant",
    (
        Choice("bank", required=True, options=("bank", "yucho"), mark=BANK),
        Line("bank_name", required=True, limit=60, mark=BANK),
        Line("bank_code", hint=True, limit=20, width="narrow", mark=BANK),
        Line("branch_name", required=True, limit=60, mark=BRANCH),
        Line("branch_code", hint=True, limit=20, width="narrow", mark=BRANCH),
        Choice(
            "account_kind", required=True, options=("ordinary", "current", "savings"), mark=KIND
        ),
        Line("account_number", required=True, hint=True, limit=40, width="middle", mark=NUMBER),
        Line("yucho_sign", required=True, hint=True, limit=20, width="narrow", mark=YUCHO),
        Line("yucho_number", required=True, hint=True, limit=20, width="middle", mark=YUCHO),
        Line("holder_kana", required=True, hint=True, limit=80, mark=HOLDER),
    ),
)
OF_BANK = "bank_name", "branch_name", "bank_code", "branch_code", "account_kind", "account_number"
OF_YUCHO = "yucho_sign", "yucho_number"
"""What only one kind of account asks."""
_WHY = mark_of("withdraw", "why")
WITHDRAW = Form("own_grant", (Story("withdraw_words", hint=True, limit=WORDS, rows=3, mark=_WHY),))
type Account = dict[str, str]
PARTS = ("bank_code", "branch_code", "account_number", *OF_YUCHO, "holder_kana")
CLAIM_NAMES = tuple(one.name for one in CLAIM.fields)


def past(filled: Filled, name: str, today: date) -> Filled:
    """The form with a slip where a day that has happened is written as one to come."""
    day = filled.value(name)
    return filled.refuse(name, "grant_not_yet") if day and day > today else filled


def checked(typed: Typed) -> Filled:
    """The form with slips for what is no account; what the other kind of bank asks is left out."""
    filled = CLAIM.check(typed)
    kind = filled.value("bank")
    left_out = {"bank": OF_YUCHO, "yucho": OF_BANK}.get(kind, (*OF_BANK, *OF_YUCHO))
    filled = replace(filled, errors=tuple(one for one in filled.errors if one.name not in left_out))
    asked = (name for name in PARTS if name not in left_out and filled.words(name).strip())
    return read_parts(filled, asked)


def understood(filled: Filled) -> Account:
    """The account as a step holds it; `sign` and `sign_number`: as a post bank's passbook says it.

    The names of bank and branch are as they were written, codes only where they were known.
    """
    told: dict[str, str] = {name: filled.words(name).strip() for name in CLAIM_NAMES}
    if filled.value("bank") == "yucho":
        found = bank.from_yucho(told["yucho_sign"], told["yucho_number"], told["holder_kana"])
        return _told(found) | {
            "bank_name": "ゆうちょ銀行",
            "branch_name": "",
            "sign": told["yucho_sign"],
            "sign_number": told["yucho_number"],
        }
    return {
        "bank_name": told["bank_name"],
        "branch_name": told["branch_name"],
        "bank_code": _known(told["bank_code"], bank.read_bank_code),
        "branch_code": _known(told["branch_code"], bank.read_branch_code),
        "kind": filled.value("account_kind"),
        "number": bank.read_number(told["account_number"]),
        "holder_kana": bank.read_holder(told["holder_kana"]),
    }


def last_digits(told: Mapping[str, Any]) -> str:
    """The last three digits of an account that was told; empty where none was."""
    return str(told.get("number", ""))[-bank.SHOWN :]


def _told(found: bank.Account) -> Account:
    return {
        "bank_code": found.bank_code,
        "branch_code": found.branch_code,
        "kind": found.kind,
        "number": found.number,
        "holder_kana": found.holder_kana,
    }


def _known(words: str, read: Callable[[str], str]) -> str:
    return read(words) if words else ""
