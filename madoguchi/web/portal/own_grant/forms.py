"""The forms of a person for their grant (契約の届、実績報告、請求、取下げ); an account is read."""

from collections.abc import Mapping
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
CLAIM_NAMES = tuple(field.name for field in CLAIM.fields)


def past(filled: Filled, name: str, today: date) -> Filled:
    """The form with an error where a day that lies ahead is given for what has happened."""
    day = filled.value(name)
    return filled.refuse(name, "grant_not_yet") if day and day > today else filled


def checked(typed: Typed) -> Filled:
    """The form with errors for what is no account; what the other kind of bank asks is left out."""
    filled = CLAIM.check(typed)
    kind = filled.value("bank")
    left_out = {"bank": OF_YUCHO, "yucho": OF_BANK}.get(kind, (*OF_BANK, *OF_YUCHO))
    filled = replace(
        filled, errors=tuple(each for each in filled.errors if each.name not in left_out)
    )
    asked = (name for name in PARTS if name not in left_out and filled.words(name).strip())
    return read_parts(filled, asked)


def understood(filled: Filled) -> Account:
    """The account as a step holds it; `sign` and `sign_number`: as a post bank's passbook says it.

    The names of bank and branch are as they were written, codes only where they were known.
    """
    words = {name: filled.words(name).strip() for name in CLAIM_NAMES}
    if filled.value("bank") == "yucho":
        found = bank.from_yucho(words["yucho_sign"], words["yucho_number"], words["holder_kana"])
        return {
            "bank_code": found.bank_code,
            "branch_code": found.branch_code,
            "kind": found.kind,
            "number": found.number,
            "holder_kana": found.holder_kana,
            "bank_name": "ゆうちょ銀行",
            "branch_name": "",
            "sign": words["yucho_sign"],
            "sign_number": words["yucho_number"],
        }
    bank_code, branch_code = words["bank_code"], words["branch_code"]
    return {
        "bank_name": words["bank_name"],
        "branch_name": words["branch_name"],
        "bank_code": bank.read_bank_code(bank_code) if bank_code else "",
        "branch_code": bank.read_branch_code(branch_code) if branch_code else "",
        "kind": filled.value("account_kind"),
        "number": bank.read_number(words["account_number"]),
        "holder_kana": bank.read_holder(words["holder_kana"]),
    }


def last_digits(account: Mapping[str, Any]) -> str:
    """The last three digits of an account; empty where there is none."""
    return str(account.get("number", ""))[-bank.SHOWN :]
