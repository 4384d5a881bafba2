"""What comes on paper after the decision (契約の届・実績報告・請求書): typed in, field by field."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from madoguchi.rules import bank
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.afterwards import BACK, mark_of
from madoguchi.rules.subsidy.fields import Later
from madoguchi.web.desk.grants import forms
from madoguchi.web.desk.grants.act import Act, Doing
from madoguchi.web.desk.grants.opened import Page
from madoguchi.web.kit.account import read_parts
from madoguchi.web.kit.fields import Choice, Choices, Line, Name, Story, Yen
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.subsidy.history import newest
from madoguchi.work.subsidy.typing import actions as typing

WORDS = forms.WORDS


def _kept(form: Later, *papers: str) -> Choices:
    """What came with the paper and stays on paper, in the city's own file (簿冊)."""
    return Choices("kept", hint=True, options=(*papers, "other"), mark=mark_of(form, "kept"))


def _code(name: str, mark: str, *, hint: bool = False) -> Line:
    return Line(name, hint=hint, limit=40, width="narrow", mark=mark)


_BANK, _BRANCH = mark_of("claim", "bank_code"), mark_of("claim", "branch_code")
_KIND, _NUMBER = mark_of("claim", "kind"), mark_of("claim", "number")
_SIGN, _HOLDER = mark_of("claim", "sign"), mark_of("claim", "holder_kana")
CONTRACT = Form(
    WORDS,
    (
        forms.day("contract_on", required=True, mark=mark_of("contract", "contract_on")),
        Name(
            "lawyer",
            required=True,
            autocomplete="off",
            width="middle",
            mark=mark_of("contract", "lawyer"),
        ),
        Yen("contract_yen", required=True, mark=mark_of("contract", "yen")),
        _kept("contract", "contract"),
        Story("contract_why", hint=True, limit=2000, rows=2, guarded=True),
    ),
)
REPORT = Form(
    WORDS,
    (
        forms.day("paid_on", required=True, mark=mark_of("report", "paid_on")),
        Yen("paid_yen", required=True, mark=mark_of("report", "paid_yen")),
        *(Yen(name, hint=True, mark=mark_of("report", name)) for name in BACK),
        _kept("report", "receipt", "contract"),
    ),
)
CLAIM = Form(
    WORDS,
    (
        Choice("bank", required=True, options=("other", "yucho"), mark=_BANK),
        _code("bank_code", _BANK),
        _code("branch_code", _BRANCH),
        Choice("account_kind", options=("ordinary", "current", "savings"), mark=_KIND),
        _code("account_number", _NUMBER),
        _code("yucho_sign", _SIGN, hint=True),
        _code("yucho_number", _SIGN, hint=True),
        Line("holder_kana", required=True, hint=True, limit=100, width="middle", mark=_HOLDER),
        _kept("claim", "passbook"),
        forms.code("creditor_number"),
    ),
)


def _contract(doing: Doing) -> UUID:
    version = doing.page.version
    told = typing.Contracted(
        doing.on("contract_on"),
        doing.text("lawyer"),
        doing.yen("contract_yen"),
        doing.text("contract_why"),
        version.timing if version else None,
        doing.chosen("kept"),
    )
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return typing.report_contract(doing.request.actor, row, told, life, now=now, once=doing.once)


def _report(doing: Doing) -> UUID:
    back = {name: doing.yen(name) for name in BACK if doing.yen(name)}
    told = typing.Reported(doing.on("paid_on"), doing.yen("paid_yen"), back, doing.chosen("kept"))
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return typing.report(doing.request.actor, row, told, life, now=now, once=doing.once)


def _claim(doing: Doing) -> UUID:
    account, creditor = _account(doing.filled), doing.text("creditor_number")
    told = typing.Claimed(account, creditor, doing.chosen("kept"))
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return typing.claim(doing.request.actor, row, told, life, now=now, once=doing.once)


def _account(filled: Filled) -> bank.Account:
    said = filled.words
    if filled.value("bank") == "yucho":
        return bank.from_yucho(said("yucho_sign"), said("yucho_number"), said("holder_kana"))
    return bank.read_account(
        bank_code=said("bank_code"),
        branch_code=said("branch_code"),
        kind=filled.value("account_kind"),
        number=said("account_number"),
        holder_kana=said("holder_kana"),
    )


def _check_claim(filled: Filled, _today: date) -> Filled:
    """Each part of the account is read alone, so that every slip stands at its field."""
    yucho = filled.value("bank") == "yucho"
    if not yucho and not filled.value("account_kind"):
        filled = filled.refuse("account_kind", "choose")
    return read_parts(filled, (*(OF_YUCHO if yucho else OF_BANK), "holder_kana"))


OF_BANK = ("bank_code", "branch_code", "account_number")
OF_YUCHO = ("yucho_sign", "yucho_number")


def _as_applied(page: Page) -> Mapping[str, str]:
    """The lawyer and the sum of the estimate, as long as the contract says nothing else."""
    retainer = sum(line.yen for line in page.applied.costs if line.fee == "retainer")
    return {"lawyer": page.applied.lawyer, "contract_yen": f"{retainer:,}" if retainer else ""}


def _as_contracted(page: Page) -> Mapping[str, str]:
    yen = newest(page.steps, Verb.CONTRACT).get("yen")
    return {"paid_yen": f"{yen:,}" if yen else ""}


PAPERS = {
    "contract": Act(CONTRACT, _contract, {"contract_on": "past"}, _as_applied),
    "report": Act(REPORT, _report, {"paid_on": "past"}, _as_contracted),
    "claim": Act(CLAIM, _claim, more=_check_claim),
}
