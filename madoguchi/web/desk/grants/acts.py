"""The acts on a grant: what each asks, what its fields hold at first, what it does."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from uuid import UUID

from madoguchi.rules import bank
from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import BACK, Later, mark_of
from madoguchi.tools.forms.days import When, dated
from madoguchi.tools.forms.fields import Choice, Choices, Line, Name, Story, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.grants import corrections, forms
from madoguchi.web.desk.grants.checks import condition_words
from madoguchi.web.desk.grants.forms import Act, Press
from madoguchi.web.desk.grants.opened import facts
from madoguchi.web.kit.application import read_parts
from madoguchi.work.subsidy.acts.act import WORDS, GrantAct, perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import PROTECTED, granted_yen, newest, paid_yen
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.typing import actions as typing

_DECIDED: Mapping[str, When] = {"decided_on": "past", "enforced_on": "near"}
TWO_WEEKS = timedelta(days=14)
ON_DECISION: Mapping[str, When] = {"drafted_on": "past", **_DECIDED}

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

    return Act(kind.form(), do, first=kind.prefilled, more=dated)


def _return(press: Press) -> UUID:
    by_on = forms.day_of(press.filled, "by_on", press.today, coming=True) or press.today
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
    )
    return press.perform(reviewing.draft, proposal, view.terms)


def refusal_reasons(view: GrantView) -> tuple[reviewing.RefusalReason, ...]:
    """Why a grant is refused: what an officer found unmet of what the city confirmed.

    Each with its source, the facts and the officer's note.
    """
    return tuple(reason for reason in _unmet(view) if reason.source != UNCONFIRMED)


def unconfirmed_reasons(view: GrantView) -> tuple[str, ...]:
    """What is unmet but no reason to refuse: nobody confirmed that the city asks for it."""
    return tuple(reason.words for reason in _unmet(view) if reason.source == UNCONFIRMED)


def _unmet(view: GrantView) -> Iterator[reviewing.RefusalReason]:
    """In words the facts and the officer's note; without either, what the condition itself says."""
    for finding in view.findings.conditions:
        if finding.is_against:
            note = finding.officer.note if finding.officer else ""
            words = f"{facts(finding, view)}{note}" or condition_words(finding.machine, view.words)
            yield reviewing.RefusalReason(finding.machine.code, finding.machine.source, words)


def _undraft(press: Press) -> UUID:
    return press.perform(reviewing.undraft, press.text("why"))


def _refuse(press: Press) -> UUID:
    return press.perform(reviewing.refuse, press.filing, press.view.life)


def _change(press: Press) -> UUID:
    return press.perform(
        granted.change,
        granted.NewSum(press.yen("amount_yen"), press.text("why"), press.filing),
        press.view.life,
        press.view.terms,
    )


def _revoke(press: Press) -> UUID:
    by_on = forms.day_of(press.filled, "repay_by_on", press.today, coming=True)
    return press.perform(
        granted.revoke,
        granted.Revocation(press.text("why"), press.filing, press.yen("repay_yen"), by_on),
        press.view.life,
    )


def _repay(press: Press) -> UUID:
    return press.perform(granted.repay, press.on("repaid_on"), press.yen("yen"))


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
    number, name = corrections.chosen_field(press.view, press.text("of"))
    if not name:
        raise Refused("grant.amend_field")
    value = press.text("value")
    if name.endswith("_on"):
        on = forms.day_of(press.filled, "value", press.today)
        value = on.isoformat() if on else ""
    if name == PROTECTED:
        value = corrections.toggled_protection(press.view)
    return press.perform(
        granted.amend, granted.Correction(number, {name: value}, press.text("why"))
    )


def _check_amended(filled: Filled, today: date) -> Filled:
    """Check the value where the chosen field holds a day; any other field takes any text."""
    is_day = filled.words("of").endswith("_on")
    return forms.days(filled, today, value="past") if is_day else filled


def _in_two_weeks(view: GrantView) -> Mapping[str, str]:
    """Until when a correction is asked for; the officer may choose another day."""
    return {"by_on": wareki(view.today + TWO_WEEKS)}


def _proposed(view: GrantView) -> Mapping[str, str]:
    """A draft as the findings have it: outcome and sum, today, and how such files are kept.

    There is no outcome before an officer has looked at each condition.
    """
    judged = view.findings.judgement
    outcome = {"yes": "grant", "no": "refuse"}.get(judged.decision.answer, "")
    years = view.life.retention_years
    return {
        "outcome": "" if view.findings.unjudged else outcome,
        "amount_yen": _yen(judged.amount_yen or None),
        "drafted_on": wareki(view.today),
        "retention_years": str(years) if years and view.retention_is_known else "",
        "disclosure": "closed",
    }


def _as_drafted(view: GrantView) -> Mapping[str, str]:
    """A decision on what was drafted here."""
    today = wareki(view.today)
    return {"decided_on": today, "enforced_on": today}


def _at_once(view: GrantView) -> Mapping[str, str]:
    """A decision whose draft is kept in the city's own system alone."""
    return {**_as_drafted(view), "drafted_on": wareki(view.today)}


def _with_sum(view: GrantView) -> Mapping[str, str]:
    return {**_at_once(view), "amount_yen": _yen(granted_yen(view.steps) or None)}


def _to_revoke(view: GrantView) -> Mapping[str, str]:
    return {**_at_once(view), "repay_yen": _yen(paid_yen(view.steps) or None)}


def _to_repay(view: GrantView) -> Mapping[str, str]:
    owed_yen = newest(view.steps, Verb.REVOKE).get("repay_yen")
    return {"repaid_on": wareki(view.today), "yen": _yen(owed_yen)}


def _yen(yen: int | None) -> str:
    return "" if yen is None else f"{yen:,}"


ACTS = {
    "receive": declared(Receive),
    "return": Act(forms.RETURN, _return, {"by_on": "ahead"}, _in_two_weeks),
    "draft": Act(forms.PROPOSE, _draft, {"drafted_on": "past"}, _proposed),
    "undraft": Act(forms.REASON, _undraft),
    "decide": declared(Decide),
    "refuse": Act(forms.REFUSE, _refuse, _DECIDED, _as_drafted),
    "change": Act(forms.CHANGE, _change, ON_DECISION, _with_sum),
    "fix": declared(Fix),
    "send_back": Act(forms.SEND_BACK, _send_back),
    "pay": declared(Pay),
    "withdraw": Act(forms.WITHDRAW, _withdraw),
    "revoke": Act(forms.REVOKE, _revoke, {**ON_DECISION, "repay_by_on": "ahead"}, _to_revoke),
    "repay": Act(forms.REPAY, _repay, {"repaid_on": "past"}, _to_repay),
    "lapse": Act(forms.REASON, _lapse),
    "carry": Act(forms.REASON, _carry),
    "amend": Act(forms.AMEND, _amend, more=_check_amended),
}
TYPED = ("complete", "contract", "report", "claim")  # from paper, on a page of their own


def _kept(form: Later, *papers: str) -> Choices:
    """What came with the paper and stays on paper, in the city's own file (簿冊)."""
    return Choices("kept", hint=True, options=(*papers, "other"), mark=mark_of(form, "kept"))


def _code(name: str, mark: str, *, hint: bool = False) -> Line:
    return Line(name, hint=hint, limit=40, width="narrow", mark=mark)


_BANK, _YUCHO_SIGN = mark_of("claim", "bank_code"), mark_of("claim", "sign")
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
        _kept("claim", "passbook"),
        forms.code("creditor_number"),
    ),
)


def _contract(press: Press) -> UUID:
    version = press.view.version
    contracted = typing.ContractReport(
        press.on("contract_on"),
        press.text("lawyer"),
        press.yen("contract_yen"),
        press.text("contract_why"),
        version.timing if version else None,
        press.chosen("kept"),
    )
    return press.perform(typing.report_contract, contracted, press.view.life)


def _report(press: Press) -> UUID:
    back = {name: press.yen(name) for name in BACK if press.yen(name)}
    return press.perform(
        typing.report,
        typing.CostReport(press.on("paid_on"), press.yen("paid_yen"), back, press.chosen("kept")),
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
        typing.Claim(account, press.text("creditor_number"), press.chosen("kept")),
        press.view.life,
    )


def _check_claim(filled: Filled, _today: date) -> Filled:
    """Read each part of the account on its own, so that an error is shown at its field."""
    yucho = filled.value("bank") == "yucho"
    if not yucho and not filled.value("account_kind"):
        filled = filled.refuse("account_kind", "choose")
    return read_parts(filled, (*(OF_YUCHO if yucho else OF_BANK), "holder_kana"))


def _as_applied(view: GrantView) -> Mapping[str, str]:
    """The lawyer and the sum of the estimate, as long as the contract says nothing else."""
    retainer = sum(line.yen for line in view.applied.costs if line.fee == "retainer")
    return {"lawyer": view.applied.lawyer, "contract_yen": f"{retainer:,}" if retainer else ""}


def _as_contracted(view: GrantView) -> Mapping[str, str]:
    yen = newest(view.steps, Verb.CONTRACT).get("yen")
    return {"paid_yen": f"{yen:,}" if yen else ""}


PAPERS = {
    "contract": Act(CONTRACT, _contract, {"contract_on": "past"}, _as_applied),
    "report": Act(REPORT, _report, {"paid_on": "past"}, _as_contracted),
    "claim": Act(CLAIM, _claim, more=_check_claim),
}
