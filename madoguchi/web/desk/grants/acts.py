"""The acts on a grant: what each asks, what stands in its fields first, what it does."""

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
from madoguchi.web.desk.grants.checks import said_of
from madoguchi.web.desk.grants.forms import Act, Doing
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
from madoguchi.work.subsidy.reviewing.findings import Finding
from madoguchi.work.subsidy.typing import actions as typing

_DECIDED: Mapping[str, When] = {"decided_on": "past", "enforced_on": "near"}
TWO_WEEKS = timedelta(days=14)
ON_DECISION: Mapping[str, When] = {
    "drafted_on": "past",
    **_DECIDED,
}

OF_BANK = ("bank_code", "branch_code", "account_number")
OF_YUCHO = ("yucho_sign", "yucho_number")


def declared(kind: type[GrantAct]) -> Act:
    """An act that says in its own class what it asks and does."""

    def do(doing: Doing) -> UUID:
        request, page = doing.request, doing.page
        act = kind.submitted(doing.filled, page)
        told = request.actor, page.row, act, page.life, page.terms
        return perform(*told, now=request.now, idempotency_key=doing.idempotency_key)

    return Act(kind.form(), do, first=kind.prefilled, more=dated)


def _return(doing: Doing) -> UUID:
    on = forms.day_of(doing.filled, "by_on", doing.today, coming=True) or doing.today
    wanted = reviewing.Wanted(corrections.wanted(doing.request.POST), on, doing.text("note"))
    row, now = doing.page.row, doing.request.now
    return reviewing.send_for_completion(
        doing.request.actor, row, wanted, now=now, idempotency_key=doing.idempotency_key
    )


def _draft(doing: Doing) -> UUID:
    page, grants = doing.page, doing.filled.value("outcome") == "grant"
    proposal = reviewing.Proposal(
        "grant" if grants else "refuse",
        doing.filing,
        doing.yen("amount_yen") if grants else None,
        () if grants else reasons(page),
        page.working,
        doing.text("amount_why"),
    )
    row, now = page.row, doing.request.now
    return reviewing.draft(
        doing.request.actor,
        row,
        proposal,
        page.terms,
        now=now,
        idempotency_key=doing.idempotency_key,
    )


def reasons(page: GrantView) -> tuple[reviewing.RefusalReason, ...]:
    """Why a grant is refused: what an officer found unmet of what the city confirmed.

    Each with its source, the facts and the officer's note.
    """
    return tuple(one for one in _unmet(page) if one.source != UNCONFIRMED)


def no_reasons(page: GrantView) -> tuple[str, ...]:
    """What is not met, and is no reason: nobody has confirmed that the city asks for it."""
    return tuple(one.words for one in _unmet(page) if one.source == UNCONFIRMED)


def _unmet(page: GrantView) -> Iterator[reviewing.RefusalReason]:
    for one in page.findings.conditions:
        if one.is_against:
            yield reviewing.RefusalReason(one.machine.code, one.machine.source, _because(one, page))


def _because(one: Finding, page: GrantView) -> str:
    """The facts and the officer's note; without either, what the condition itself says."""
    known, note = facts(one, page), one.officer.note if one.officer else ""
    return f"{known}{note}" or said_of(one.machine, page.words)


def _undraft(doing: Doing) -> UUID:
    row, now = doing.page.row, doing.request.now
    return reviewing.undraft(
        doing.request.actor, row, doing.text("why"), now=now, idempotency_key=doing.idempotency_key
    )


def _refuse(doing: Doing) -> UUID:
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return reviewing.refuse(
        doing.request.actor, row, doing.filing, life, now=now, idempotency_key=doing.idempotency_key
    )


def _change(doing: Doing) -> UUID:
    changed = granted.Changed(doing.yen("amount_yen"), doing.text("why"), doing.filing)
    page, now = doing.page, doing.request.now
    told = page.row, changed, page.life, page.terms
    return granted.change(
        doing.request.actor, *told, now=now, idempotency_key=doing.idempotency_key
    )


def _revoke(doing: Doing) -> UUID:
    by = forms.day_of(doing.filled, "repay_by_on", doing.today, coming=True)
    revoked = granted.Revoked(doing.text("why"), doing.filing, doing.yen("repay_yen"), by)
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return granted.revoke(
        doing.request.actor, row, revoked, life, now=now, idempotency_key=doing.idempotency_key
    )


def _repay(doing: Doing) -> UUID:
    row, now = doing.page.row, doing.request.now
    on, yen = doing.on("repaid_on"), doing.yen("yen")
    return granted.repay(
        doing.request.actor, row, on, yen, now=now, idempotency_key=doing.idempotency_key
    )


def _withdraw(doing: Doing) -> UUID:
    row, now = doing.page.row, doing.request.now
    return granted.withdraw(
        doing.request.actor, row, doing.text("why"), now=now, idempotency_key=doing.idempotency_key
    )


def _send_back(doing: Doing) -> UUID:
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    again = granted.Again(doing.text("why"), corrections.wanted(doing.request.POST))
    return granted.send_back(
        doing.request.actor, row, again, life, now=now, idempotency_key=doing.idempotency_key
    )


def _lapse(doing: Doing) -> UUID:
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    why = doing.text("why")
    return granted.lapse(
        doing.request.actor, row, why, life, now=now, idempotency_key=doing.idempotency_key
    )


def _carry(doing: Doing) -> UUID:
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    why = doing.text("why")
    return granted.carry(
        doing.request.actor, row, why, life, now=now, idempotency_key=doing.idempotency_key
    )


def _amend(doing: Doing) -> UUID:
    number, name = corrections.which(doing.page, doing.text("of"))
    if not name:
        raise Refused("grant.amend_field")
    value = doing.text("value")
    if name.endswith("_on"):
        on = forms.day_of(doing.filled, "value", doing.today)
        value = on.isoformat() if on else ""
    if name == PROTECTED:
        value = corrections.toggled(doing.page)
    amended = granted.Amended(number, {name: value}, doing.text("why"))
    row, now = doing.page.row, doing.request.now
    return granted.amend(
        doing.request.actor, row, amended, now=now, idempotency_key=doing.idempotency_key
    )


def _check_amended(filled: Filled, today: date) -> Filled:
    """A day has to be one; what else is typed may be anything."""
    on = filled.words("of").endswith("_on")
    return forms.days(filled, today, value="past") if on else filled


def _in_two_weeks(page: GrantView) -> Mapping[str, str]:
    """Until when it is asked for; a wish, and easily another day."""
    return {"by_on": wareki(page.today + TWO_WEEKS)}


def _outcome(page: GrantView) -> str:
    """What follows from the findings, once an officer has looked at each; before that, nothing."""
    if page.findings.unjudged:
        return ""
    return {"yes": "grant", "no": "refuse"}.get(page.findings.judgement.decision.answer, "")


def _proposed(page: GrantView) -> Mapping[str, str]:
    """A draft as the findings have it: outcome and sum, today, and how such files are kept."""
    judged = page.findings.judgement
    years = page.life.retention_years
    return {
        "outcome": _outcome(page),
        "amount_yen": _yen(judged.amount_yen or None),
        "drafted_on": wareki(page.today),
        "retention_years": str(years) if years and page.retention_is_known else "",
        "disclosure": "closed",
    }


def _as_drafted(page: GrantView) -> Mapping[str, str]:
    """A decision on what was drafted here."""
    today = wareki(page.today)
    return {"decided_on": today, "enforced_on": today}


def _at_once(page: GrantView) -> Mapping[str, str]:
    """A decision whose draft is kept in the city's own system alone."""
    return {**_as_drafted(page), "drafted_on": wareki(page.today)}


def _with_sum(page: GrantView) -> Mapping[str, str]:
    return {**_at_once(page), "amount_yen": _yen(granted_yen(page.steps) or None)}


def _to_revoke(page: GrantView) -> Mapping[str, str]:
    return {**_at_once(page), "repay_yen": _yen(paid_yen(page.steps) or None)}


def _to_repay(page: GrantView) -> Mapping[str, str]:
    owed = newest(page.steps, Verb.REVOKE).get("repay_yen")
    return {"repaid_on": wareki(page.today), "yen": _yen(owed)}


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
    return typing.report_contract(
        doing.request.actor, row, told, life, now=now, idempotency_key=doing.idempotency_key
    )


def _report(doing: Doing) -> UUID:
    back = {name: doing.yen(name) for name in BACK if doing.yen(name)}
    told = typing.Reported(doing.on("paid_on"), doing.yen("paid_yen"), back, doing.chosen("kept"))
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return typing.report(
        doing.request.actor, row, told, life, now=now, idempotency_key=doing.idempotency_key
    )


def _claim(doing: Doing) -> UUID:
    account, creditor = _account(doing.filled), doing.text("creditor_number")
    told = typing.Claimed(account, creditor, doing.chosen("kept"))
    row, life, now = doing.page.row, doing.page.life, doing.request.now
    return typing.claim(
        doing.request.actor, row, told, life, now=now, idempotency_key=doing.idempotency_key
    )


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


def _as_applied(page: GrantView) -> Mapping[str, str]:
    """The lawyer and the sum of the estimate, as long as the contract says nothing else."""
    retainer = sum(line.yen for line in page.applied.costs if line.fee == "retainer")
    return {"lawyer": page.applied.lawyer, "contract_yen": f"{retainer:,}" if retainer else ""}


def _as_contracted(page: GrantView) -> Mapping[str, str]:
    yen = newest(page.steps, Verb.CONTRACT).get("yen")
    return {"paid_yen": f"{yen:,}" if yen else ""}


PAPERS = {
    "contract": Act(CONTRACT, _contract, {"contract_on": "past"}, _as_applied),
    "report": Act(REPORT, _report, {"paid_on": "past"}, _as_contracted),
    "claim": Act(CLAIM, _claim, more=_check_claim),
}
