"""The forms of a person for their grant (契約の届、実績報告、請求、取下げ); an account is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from madoguchi.rules import bank
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.rules.subsidy.fields import BACK, Later, mark_of
from madoguchi.tools.forms.fields import Choice, Choices, Day, Field, Files, Line, Name, Story, Yen
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.kit.application import Papers, read_parts
from madoguchi.work.subsidy import requests
from madoguchi.work.subsidy.history import contracted, current
from madoguchi.work.subsidy.money import said
from madoguchi.work.subsidy.own.public import OwnGrant

WORDS = 2_000


def _contract(form: Later) -> tuple[Field, ...]:
    """What is asked of the contract, under the numbers of the form."""
    return (
        Day("signed_on", required=True, hint=True, mark=mark_of(form, "contract_on")),
        Name(
            "contract_lawyer",
            required=True,
            hint=True,
            autocomplete="off",
            mark=mark_of(form, "lawyer"),
        ),
        Yen("contract_yen", required=True, hint=True, mark=mark_of(form, "yen")),
    )


def _payment(form: Later) -> tuple[Field, ...]:
    """What is asked of the payment, under the numbers of the form."""
    return (
        Day("receipt_on", required=True, hint=True, mark=mark_of(form, "paid_on")),
        Yen("paid_yen", required=True, hint=True, mark=mark_of(form, "paid_yen")),
        *(Yen(name, mark=mark_of(form, name)) for name in BACK),
        Papers("have", mark=mark_of(form, "files")),
        Files("files", must_if=True, hint=True, mark=mark_of(form, "files")),
        Choices("receipt_bring", options=("yes",), mark=mark_of(form, "bring")),
        Story("report_words", limit=WORDS, rows=3, guarded=True),
    )


_CONTRACT_WORDS = Story("contract_words", limit=WORDS, rows=3, guarded=True)
CONTRACT = Form("own_grant", (*_contract("contract"), _CONTRACT_WORDS))
REPORT = Form("own_grant", _payment("report"))
ONE_REPORT = Form("own_grant", (*_contract("one_report"), *_payment("one_report")))
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


def asked(form: Form, own: OwnGrant) -> Form:
    """The form, with its sums asked of each request of the person's application."""
    return requests.asked_of_each(form, current(own.steps).requests)


def estimate(own: OwnGrant) -> CostByNow:
    """What the newest estimate says that the retainers cost."""
    change = own.last(Verb.CHANGE)
    changed = said(change.public_details, "estimate_yen") if change else None
    return changed or current(own.steps).retainers


def _sum(name: str, cost: CostByNow | None) -> Typed:
    return {name: [words] for name, words in requests.typed(name, cost).items()}


def contract_by_now(own: OwnGrant) -> Typed:
    """The contract as it was sent and sent back, else by the application."""
    told, applied = contracted(own.steps), current(own.steps)
    return {
        "signed_on": _parts(told.get("contract_on")),
        "contract_lawyer": [str(told.get("lawyer") or applied.lawyer)],
        **_sum("contract_yen", said(told, "yen") or estimate(own)),
        "contract_words": [str(told.get("words", ""))],
    }


def report_by_now(own: OwnGrant) -> Typed:
    """The report as it was sent and sent back, else by the contract, which may be a part of it."""
    told, contract = _sent(own, Verb.REPORT), contract_by_now(own)
    paid = said(told, "paid_yen") or said(contracted(own.steps), "yen")
    back = (_sum(name, said(told, name)) for name in BACK)
    return {
        **contract,
        "receipt_on": _parts(told.get("paid_on")),
        **_sum("paid_yen", paid),
        **{name: words for of in back for name, words in of.items()},
        "have": [str(file_id) for file_id in told.get("files", ())],
        "receipt_bring": ["yes"] if told.get("bring") else [],
        "report_words": [str(told.get("words", ""))],
    }


def claim_by_now(own: OwnGrant) -> Typed:
    """The account as it was sent and sent back, else that of an earlier grant of the case.

    Without either, most people's: an ordinary one of a bank in their own name.
    """
    account = _sent(own, Verb.CLAIM).get("account") or own.account_before
    if not account:
        return {"bank": ["bank"], "account_kind": ["ordinary"], "holder_kana": [own.kana]}
    yucho = {"yucho_sign": "sign", "yucho_number": "sign_number"}
    other = {
        **{name: name for name in ("bank_name", "branch_name", "bank_code", "branch_code")},
        "account_kind": "kind",
        "account_number": "number",
    }
    names = {**(yucho if account.get("sign") else other), "holder_kana": "holder_kana"}
    typed = {name: [str(account.get(key) or "")] for name, key in names.items()}
    return {"bank": ["yucho" if account.get("sign") else "bank"], **typed}


def paid_first(own: OwnGrant, filled: Filled) -> bool:
    """Whether a report says that it was paid before the contract was signed."""
    told = contracted(own.steps).get("contract_on")
    if "signed_on" in filled.values:
        signed_on = filled.value("signed_on")
    else:
        signed_on = date.fromisoformat(told) if told else None
    paid_on = filled.value("receipt_on")
    return bool(signed_on and paid_on and paid_on < signed_on)


def agreed(own: OwnGrant, filled: Filled) -> CostByNow | None:
    """What the retainers cost by the contract, which may be a part of the report; None for none."""
    if requests.names(filled.form, "contract_yen"):
        return requests.read(filled, "contract_yen")
    return said(contracted(own.steps), "yen")


def _sent(own: OwnGrant, verb: Verb) -> Mapping[str, Any]:
    step = own.last(verb)
    return step.details if step else {}


def _parts(iso: str | None) -> list[str]:
    """A day as its three fields hold it."""
    return [str(int(part)) for part in iso.split("-")] if iso else []


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
