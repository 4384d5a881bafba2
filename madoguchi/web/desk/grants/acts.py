"""The acts on a grant: what each asks, what its fields hold at first, what it does."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from madoguchi.rules import bank
from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import BACK, Later, mark_of
from madoguchi.tools.forms.days import DayLine, read
from madoguchi.tools.forms.fields import Choice, Choices, Field, Line, Name, Story, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.grants import corrections, forms
from madoguchi.web.desk.grants.checks import condition_words
from madoguchi.web.desk.grants.forms import Act, Press
from madoguchi.web.desk.grants.opened import facts
from madoguchi.web.kit.application import read_parts
from madoguchi.work.subsidy import requests
from madoguchi.work.subsidy.acts.act import WORDS, GrantAct, perform
from madoguchi.work.subsidy.acts.afterwards import Reduce, Refund, Repay, Revoke
from madoguchi.work.subsidy.acts.decision import Change, Decide
from madoguchi.work.subsidy.acts.payment import ConfirmHolder, Fix, Pay
from madoguchi.work.subsidy.acts.review import Proceed, Receive
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import PROTECTED, contracted, newest
from madoguchi.work.subsidy.money import said, total_yen
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.typing import actions as typing

TWO_WEEKS = timedelta(days=14)

OF_BANK = ("bank_code", "branch_code", "account_number")
OF_YUCHO = ("yucho_sign", "yucho_number")


def declared(kind: type[GrantAct]) -> Act:
    """An act whose own class says what it asks and does."""

    def do(press: Press) -> UUID:
        return perform(
            press.request.actor,
            press.view.row,
            kind.submitted(press.filled, press.view),
            press.view.life,
            press.view.terms,
            now=press.request.now,
            idempotency_key=press.idempotency_key,
        )

    return Act(kind.form(), do, first=kind.prefilled)


def _return(press: Press) -> UUID:
    by_on = press.on("by_on")
    missing = corrections.missing(press.request.POST)
    return press.perform(
        reviewing.send_for_completion,
        reviewing.CompletionRequest(missing, by_on, press.text("note")),
    )


def _draft(press: Press) -> UUID:
    view, grants = press.view, press.filled.value("outcome") == "grant"
    proposal = reviewing.Proposal(
        "grant" if grants else "refuse",
        press.filing,
        press.yen("amount_yen") if grants else None,
        () if grants else refusal_reasons(view),
        view.working,
        press.text("amount_why"),
        press.text("less"),
    )
    return press.perform(reviewing.draft, proposal, view.terms)


def refusal_reasons(view: GrantView) -> tuple[reviewing.RefusalReason, ...]:
    """Why a grant is refused: what an officer found unmet of what the city confirmed.

    Each with its source, the facts and the officer's note; without either, what the condition says.
    """
    return tuple(_reasons(view))


def _reasons(view: GrantView) -> Iterator[reviewing.RefusalReason]:
    for finding in view.findings.conditions:
        code, officer = finding.machine.code, finding.officer
        if finding.is_against and officer:
            words = f"{facts(finding, view)}{officer.note}"
            words = words or condition_words(finding.machine, view.words)
            yield reviewing.RefusalReason(code, source_of(code, view.version), words)


def source_of(code: str, version: SubsidyVersion | None) -> str:
    """Where a condition is written, however open a point of it may be."""
    rules = (*version.condition, version.timing) if version else ()
    of_code = (rule.source for rule in rules if f"subsidy.{snake(type(rule).__name__)}" == code)
    return next(of_code, version.source if version else UNCONFIRMED)


def _undraft(press: Press) -> UUID:
    return press.perform(reviewing.undraft, press.text("why"))


def _refuse(press: Press) -> UUID:
    return press.perform(reviewing.refuse, press.filing, press.view.life)


def _withdraw(press: Press) -> UUID:
    return press.perform(granted.withdraw, press.text("why"))


def _send_back(press: Press) -> UUID:
    return press.perform(
        granted.send_back,
        granted.SentBack(press.text("why"), corrections.missing(press.request.POST)),
        press.view.life,
    )


def _lapse(press: Press) -> UUID:
    return press.perform(granted.lapse, press.text("why"), press.view.life)


def _carry(press: Press) -> UUID:
    return press.perform(granted.carry, press.text("why"), press.view.life)


def _amend(press: Press) -> UUID:
    chosen = corrections.chosen(press.view, press.text("of"))
    if chosen is None:
        raise Refused("grant.amend_field")
    name, value = chosen.name, press.text("value")
    if name.endswith("_on"):
        on = read(press.filled, "value", press.today, "past")[1]
        value = on.isoformat() if on else ""
    if name == PROTECTED:
        value = corrections.toggled_protection(press.view)
    return press.perform(
        granted.amend,
        granted.Correction(int(chosen.of.partition(":")[0]), {name: value}, press.text("why")),
    )


def _check_amended(filled: Filled, today: date) -> Filled:
    """Check the value where the chosen field holds a day; any other field takes any text."""
    is_day = filled.words("of").endswith("_on")
    return read(filled, "value", today, "past")[0] if is_day else filled


def _in_two_weeks(view: GrantView) -> Mapping[str, str]:
    """Until when a correction is asked for; the officer may choose another day."""
    return {"by_on": wareki(view.today + TWO_WEEKS)}


def _proposed(view: GrantView) -> Mapping[str, str]:
    """A draft as the findings have it: outcome and sum, today, and how such files are kept.

    There is no outcome before an officer has looked at each condition.
    """
    judged = view.findings.judgement
    outcome = {"yes": "grant", "no": "refuse"}.get(judged.decision.answer, "")
    years, law = view.life.retention_years, view.law
    kept = str(years) if years and view.retention_is_known else ""
    return {
        "outcome": "" if view.findings.unjudged else outcome,
        "amount_yen": _yen(_lawful_yen(view) or None),
        "drafted_on": wareki(view.today),
        "binder": law.binder if law else "",
        "retention_years": str(law.retention_years or "") if law else kept,
        "disclosure": (law.disclosure if law else "") or "closed",
    }


def _lawful_yen(view: GrantView) -> int | None:
    """The sum that may be granted, where it is one; no more than was applied for."""
    found, applied_yen = view.grantable.amount_yen, view.applied.applied_yen
    return found if found is None or applied_yen is None else min(found, applied_yen)


def _as_drafted(view: GrantView) -> Mapping[str, str]:
    """A decision on what was drafted here."""
    today = wareki(view.today)
    return {"decided_on": today, "enforced_on": today, "decision_class": view.usual_class}


def _yen(yen: int | None) -> str:
    return "" if yen is None else f"{yen:,}"


ACTS = {
    "receive": declared(Receive),
    "return": Act(forms.RETURN, _return, _in_two_weeks),
    "draft": Act(forms.PROPOSE, _draft, _proposed),
    "undraft": Act(forms.REASON, _undraft),
    "decide": declared(Decide),
    "refuse": Act(forms.REFUSE, _refuse, _as_drafted),
    "change": declared(Change),
    "fix": declared(Fix),
    "send_back": Act(forms.SEND_BACK, _send_back),
    "pay": declared(Pay),
    "withdraw": Act(forms.WITHDRAW, _withdraw),
    "refund": declared(Refund),
    "reduce": declared(Reduce),
    "revoke": declared(Revoke),
    "repay": declared(Repay),
    "lapse": Act(forms.REASON, _lapse),
    "carry": Act(forms.REASON, _carry),
    "proceed": declared(Proceed),
    "holder": declared(ConfirmHolder),
    "undo": declared(Undo),
    "amend": Act(forms.AMEND, _amend, more=_check_amended),
}
TYPED = ("complete", "contract", "report", "claim")  # from paper, on a page of their own


def _kept(form: Later, *papers: str) -> Choices:
    """What came with the paper and stays on paper, in the city's own file (簿冊)."""
    return Choices("kept", hint=True, options=(*papers, "other"), mark=mark_of(form, "kept"))


CAME = DayLine("received_on", hint=True)  # 収受日


def _code(name: str, mark: str, *, hint: bool = False) -> Line:
    return Line(name, hint=hint, limit=40, width="narrow", mark=mark)


_BANK, _YUCHO_SIGN = mark_of("claim", "bank_code"), mark_of("claim", "sign")
_WHY = Story("contract_why", hint=True, limit=2000, rows=2, guarded=True)


def _of_contract(form: Later) -> tuple[Field, ...]:
    return (
        DayLine("contract_on", required=True, mark=mark_of(form, "contract_on")),
        Name(
            "lawyer",
            required=True,
            autocomplete="off",
            width="middle",
            mark=mark_of(form, "lawyer"),
        ),
        Yen("contract_yen", required=True, mark=mark_of(form, "yen")),
    )


def _of_payment(form: Later) -> tuple[Field, ...]:
    return (
        DayLine("paid_on", required=True, mark=mark_of(form, "paid_on")),
        Yen("paid_yen", required=True, mark=mark_of(form, "paid_yen")),
        *(Yen(name, hint=True, mark=mark_of(form, name)) for name in BACK),
        CAME,
        _kept(form, "receipt", "contract"),
    )


CONTRACT = Form(WORDS, (*_of_contract("contract"), CAME, _kept("contract", "contract"), _WHY))
REPORT = Form(WORDS, (*_of_payment("report"), _WHY))
ONE_REPORT = Form(WORDS, (*_of_contract("one_report"), *_of_payment("one_report"), _WHY))
CLAIM = Form(
    WORDS,
    (
        Choice("bank", required=True, options=("other", "yucho"), mark=_BANK),
        _code("bank_code", _BANK),
        _code("branch_code", mark_of("claim", "branch_code")),
        Choice(
            "account_kind",
            options=("ordinary", "current", "savings"),
            mark=mark_of("claim", "kind"),
        ),
        _code("account_number", mark_of("claim", "number")),
        _code("yucho_sign", _YUCHO_SIGN, hint=True),
        _code("yucho_number", _YUCHO_SIGN, hint=True),
        Line(
            "holder_kana",
            required=True,
            hint=True,
            limit=100,
            width="middle",
            mark=mark_of("claim", "holder_kana"),
        ),
        CAME,
        Line("received_why", limit=500, guarded=True),
        _kept("claim", "passbook"),
        forms.code("creditor_number"),
    ),
)


def _contracted(press: Press) -> typing.ContractReport:
    version = press.view.version
    return typing.ContractReport(
        press.on("contract_on"),
        press.text("lawyer"),
        press.cost("contract_yen"),
        press.text("contract_why"),
        version.timing if version else None,
        press.chosen("kept"),
        press.on("received_on"),
    )


def _contract(press: Press) -> UUID:
    return press.perform(typing.report_contract, _contracted(press), press.view.life)


def _report(press: Press) -> UUID:
    back = {name: press.cost(name) for name in BACK}
    return press.perform(
        typing.report,
        typing.CostReport(
            press.on("paid_on"),
            press.cost("paid_yen"),
            {name: yen for name, yen in back.items() if total_yen(yen)},
            press.chosen("kept"),
            press.on("received_on"),
            _contracted(press) if press.view.life.one_report else None,
            press.text("contract_why"),
        ),
        press.view.life,
    )


def _claim(press: Press) -> UUID:
    words = press.filled.words
    if press.filled.value("bank") == "yucho":
        account = bank.from_yucho(words("yucho_sign"), words("yucho_number"), words("holder_kana"))
    else:
        account = bank.read_account(
            bank_code=words("bank_code"),
            branch_code=words("branch_code"),
            kind=press.filled.value("account_kind"),
            number=words("account_number"),
            holder_kana=words("holder_kana"),
        )
    return press.perform(
        typing.claim,
        typing.Claim(
            account,
            press.text("creditor_number"),
            press.chosen("kept"),
            press.on("received_on"),
            press.text("received_why"),
        ),
        press.view.life,
    )


def _check_claim(filled: Filled, _today: date) -> Filled:
    """Read each part of the account on its own, so that an error is shown at its field."""
    yucho = filled.value("bank") == "yucho"
    if not yucho and not filled.value("account_kind"):
        filled = filled.refuse("account_kind", "choose")
    return read_parts(filled, (*(OF_YUCHO if yucho else OF_BANK), "holder_kana"))


def _as_applied(view: GrantView) -> Mapping[str, str]:
    """The lawyer and the sum of the estimate, or of the contract that was sent back."""
    told = contracted(view.steps) or newest(view.steps, Verb.CHANGE)
    cost = said(told, "yen") or said(told, "estimate_yen") or view.applied.retainers
    return {
        "lawyer": str(told.get("lawyer") or view.applied.lawyer),
        **requests.typed("contract_yen", cost),
        **_came(view),
    }


def _as_contracted(view: GrantView) -> Mapping[str, str]:
    return {**requests.typed("paid_yen", view.opened.money.cost), **_came(view)}


def _came(view: GrantView) -> Mapping[str, str]:
    return {"received_on": wareki(view.today)}


PAPERS = {
    "contract": Act(CONTRACT, _contract, _as_applied),
    "report": Act(REPORT, _report, _as_contracted),
    "claim": Act(CLAIM, _claim, _came, more=_check_claim),
}
WHOLE_REPORT = Act(ONE_REPORT, _report, _as_applied)


def paper_of(name: str, life: Life) -> Act:
    """The form for a paper that came; one report has the contract in it."""
    return WHOLE_REPORT if name == "report" and life.one_report else PAPERS[name]
