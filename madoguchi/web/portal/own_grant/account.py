"""The account of a claim (振込先): understood as banks write it, said back, never shown again."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from madoguchi.rules import bank
from madoguchi.web.kit.account import read_parts
from madoguchi.web.kit.form import Filled, Typed
from madoguchi.web.portal.own_grant.forms import CLAIM, OF_BANK, OF_YUCHO

type Account = dict[str, str]


def checked(typed: Typed) -> Filled:
    """The form with slips for what is no account; what the other kind of bank asks is left out."""
    filled = CLAIM.check(typed)
    kind = filled.value("bank")
    left_out = {"bank": OF_YUCHO, "yucho": OF_BANK}.get(kind, (*OF_BANK, *OF_YUCHO))
    filled = replace(filled, slips=tuple(one for one in filled.slips if one.name not in left_out))
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


PARTS = ("bank_code", "branch_code", "account_number", *OF_YUCHO, "holder_kana")
CLAIM_NAMES = tuple(one.name for one in CLAIM.fields)


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
