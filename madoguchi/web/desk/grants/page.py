"""A grant's page (補助金の申請一件): what was applied for, what is found of it, what to do next."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Held
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.fields import fields
from madoguchi.rules.subsidy.guardian import GUARDIAN, officer_words
from madoguchi.rules.subsidy.judge import AMOUNT, Judgement
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case.files import beware, looks
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import checks, contents, corrections, letters, summary
from madoguchi.web.desk.grants.acts import ACTS, TYPED, refusal_reasons, unconfirmed_reasons
from madoguchi.web.desk.grants.corrections import Choice, Line, amendable
from madoguchi.web.desk.grants.forms import in_words
from madoguchi.web.desk.grants.opened import contradiction
from madoguchi.web.kit.act_page import Submission
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy.budget.queries import YearCard
from madoguchi.work.subsidy.files.queries import Alike
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import SETTING, last_by, newest
from madoguchi.work.subsidy.reviewing.findings import guardian_of

MAIN = {
    State.SENT: ("receive",),
    State.RECEIVED: ("draft",),
    State.RETURNED: ("complete",),
    State.DRAFTED: ("decide", "refuse"),
    State.DECIDED: ("contract", "report", "fix", "claim", "pay"),
    State.CONTRACTED: ("report", "fix", "claim", "pay"),
    State.REPORTED: ("fix", "claim", "pay"),
    State.FIXED: ("claim", "pay"),
    State.CLAIMED: ("pay",),
    State.RECLAIMED: ("repay",),
}
DECIDING = ("decide", "refuse", "change", "revoke")
REVIEWING = (State.RECEIVED, State.RETURNED)  # the conditions stand above the acts


@dataclass(frozen=True)
class ActCard:
    """The act whose form is on the page.

    `reasons` and `unconfirmed`: why there would be no grant, and what is unmet but no reason.
    `in_tool`: it is decided in this tool, not copied into it from the city's document system.
    """

    name: str
    filled: Filled = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    unconfirmed: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[Line, ...] = field(default=(), repr=False)
    amendable: tuple[Choice, ...] = field(default=(), repr=False)
    in_tool: bool = False

    @property
    def do(self) -> str:
        """The text key of its button."""
        return f"desk.grant.do.{self.name}"

    @property
    def lead(self) -> str:
        """The text key of what to know before pressing it."""
        return f"desk.grant.lead.{self.name}{'_here' if self.in_tool else ''}"

    @property
    def missing_title(self) -> str:
        """The text key of the heading of the lines of what is missing."""
        return f"desk.grant.told.{'again' if self.name == 'send_back' else 'missing'}"


@dataclass(frozen=True)
class Other:
    """Another act, reached by a link."""

    do: str
    to: str


@dataclass(frozen=True)
class Same:
    """Another application that may be the same person's: its number, and what is the same."""

    id: UUID
    name: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Annexed:
    """A file that came with the application; `number`: on the list of the annex (別封)."""

    number: int
    card: FileCard = field(repr=False)

    @property
    def name(self) -> str:
        """The name under which it was sent, made safe to look at."""
        return visible(self.card.name)

    @property
    def kind(self) -> str:
        """The text key of what it looks like."""
        return f"desk.file.looks.{looks(self.card)}"

    @property
    def warnings(self) -> tuple[str, ...]:
        """The text keys of what to beware of before opening it."""
        return tuple(f"desk.file.beware.{code}" for code in beware(self.card))


@dataclass(frozen=True)
class Sum:
    """The sum: calculated (`machine`), by what was paid, decided, fixed; the year's budget."""

    machine: str
    by_payment: str
    about_payment: tuple[str, ...]
    working: tuple[str, ...]
    decided_yen: int | None
    fixed_yen: int | None
    year: str
    budget: YearCard | None


def draw(request: DeskRequest, view: GrantView, attempt: Submission) -> HttpResponse:
    """The page; where an act was not done, with what was typed and why."""
    names = {staff.id: staff.name for staff in colleagues(request.office.id, request.now)}
    words, role, card, protected = view.words, request.actor.role, view.card, view.applied.protected
    may_check = Verb.CHECK in view.verbs
    budget = letters.year_of(request, view)
    act = _shown_act(view, attempt.act or request.GET.get("do", ""))
    rows = checks.rows(view.findings, view.version, words, names, attempt.forms)
    issued = letters.issued(view, names)
    fixed_by = last_by(view.steps, *SETTING)
    cards = {
        "page": "grants",
        "file": card,
        "name": summary.number_of(card, words),
        "state": f"desk.grant.state.{card.state}",
        "channel": f"desk.grant.channel.{card.channel}",
        "applied_on": view.opened.known.applied_on,
        "received_number": str(view.filed.get("received_number") or ""),
        "protected": protected,
        "watch": summary.watch(view, ready=budget is not None),
        "to_case": rights.may(role, "case.read", "unit"),
        "next": summary.coming(view),
        "way": summary.way(view),
        "reviewing": card.state in REVIEWING,
        "printing": card.state is State.DRAFTED,
        "applied": contents.rows(
            fields(view.version) if view.version else (), view.applied, card.short_name, words
        ),
        "files": tuple(Annexed(*numbered) for numbered in enumerate(view.opened.files, 1)),
        "gone": len(view.opened.files) < len(set(view.applied.files)),
        "guardian": _guardian(view),
        "contradicted": contradiction(view),
        "duplicates": tuple(_same(alike, view) for alike in view.opened.alike),
        "checks": checks.Checks(rows, may=may_check),
        "sum": _sum(view, budget),
        "typed": _link(view, act) if act in TYPED else None,
        "act": _card(view, act, attempt) if act in ACTS else None,
        "own_fixing": act == Verb.PAY and request.actor.staff_id == fixed_by,
        "others": _others(view, act),
        "papers": letters.offered(request, view, names),
        "forms": letters.forms(view),
        "issued": issued,
        "home_closed": view.may_issue and view.home_is_closed,
        "closed": sum(paper.closed for paper in issued),
        "bundles": view.may_bundle and card.received_on is not None,
        "steps": contents.listed(view.steps, names, words, protected=protected),
        "reported": contents.listed(
            contents.reported(view.steps), names, words, protected=protected
        ),
        "attempt": attempt,
        "why_not": in_words(attempt.reasons, words),
        "wrong": tuple(row for row in rows if row.filled.wrong),
        "unshown": attempt.unshown("check" if attempt.forms and may_check else act),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/page.html", cards, status=attempt.status)


def _shown_act(view: GrantView, asked: str) -> str:
    """The act whose form is shown: the one that was asked for, else what comes next."""
    verbs, state = view.verbs, view.card.state
    if asked in verbs:
        return asked
    coming = [verb for verb in MAIN.get(state, ()) if verb in verbs]
    if coming and state is State.DRAFTED:
        return "refuse" if view.drafted.get("outcome") == "refuse" else "decide"
    if state is State.RECEIVED and Verb.RETURN in verbs:
        # a missing paper that nobody has asked for yet comes before a draft
        returned = any(step.verb is Verb.RETURN for step in view.steps)
        if not returned and corrections.missing_papers(view.applied, _holds(view)):
            return Verb.RETURN
    return coming[0] if coming else ""


def _card(view: GrantView, name: str, attempt: Submission) -> ActCard:
    submitted = attempt.form if attempt.act == name else None
    post = attempt.post if attempt.act == name else None
    lines: tuple[Line, ...] = ()
    if name == "return" and view.version:
        lines = corrections.lines(view.version, view.applied, _holds(view), post, view.words)
    if name == "send_back":
        lines = corrections.later_lines(view.card.state, post)
    reasons: tuple[str, ...] = ()
    if name in ("draft", "refuse") and view.card.state is State.DRAFTED:
        reasons = tuple(reason["words"] for reason in view.drafted.get("grounds", ()))
    elif name in ("draft", "refuse"):
        reasons = tuple(reason.words for reason in refusal_reasons(view))
    return ActCard(
        name,
        submitted or ACTS[name].show(view),
        reasons,
        unconfirmed_reasons(view) if name == "draft" else (),
        lines,
        amendable(view, post) if name == "amend" else (),
        in_tool=view.life.approval == "in_tool" and name in DECIDING,
    )


def _holds(view: GrantView) -> Mapping[str, Held]:
    return {finding.machine.code: finding.holds for finding in view.findings.conditions}


def _others(view: GrantView, name: str) -> tuple[Other, ...]:
    """Everything else that may be done now, each on its link."""
    unfit = {Verb.DECIDE, Verb.REFUSE}  # the draft says which of them: it is the one on the page
    unfit |= set() if view.year_ends else {Verb.CARRY}
    unfit |= set() if view.year_is_over else {Verb.LAPSE}
    verbs = (verb for verb in view.verbs if verb != name and verb not in unfit)
    return tuple(_link(view, verb) for verb in verbs if verb in ACTS or verb in TYPED)


def _link(view: GrantView, verb: str) -> Other:
    if verb in TYPED:
        to = reverse("grant-type", args=[view.card.id, str(verb)])
    else:
        to = f"{reverse('grant', args=[view.card.id])}?do={verb}#act"
    return Other(f"desk.grant.do.{verb}", to)


def _same(alike: Alike, view: GrantView) -> Same:
    why = tuple(view.words.get(f"ground.{reason.code}").words for reason in alike.grounds)
    return Same(
        alike.grant_id, summary.grant_number(alike.fiscal_year, alike.number, view.words), why
    )


def _guardian(view: GrantView) -> str:
    """The text key of the warning where a minor applies; empty for everybody else."""
    if view.opened.known.applied_on is None:
        reason = guardian_of(view.applied, view.today)
        return officer_words(reason) if reason else ""
    for finding in view.findings.conditions:
        if finding.machine.code == GUARDIAN and finding.holds is not Held.MET:
            return officer_words(finding.machine)
    return ""


def _sum(view: GrantView, budget: YearCard | None) -> Sum:
    year, by_payment = view.budget_year, ""
    if view.paid_less:
        judged = view.by_payment
        by_hand = view.words.get("desk.grant.sum.by_hand").words
        by_payment = _reckoned(view, judged) if judged else by_hand
    return Sum(
        machine=_reckoned(view, view.findings.judgement),
        by_payment=by_payment,
        about_payment=view.about_payment if view.paid_less else (),
        working=view.working,
        decided_yen=newest(view.steps, Verb.DECIDE, Verb.CHANGE).get("amount_yen"),
        fixed_yen=newest(view.steps, Verb.FIX).get("amount_yen"),
        year=wareki_fiscal_year(year) if year else "",
        budget=budget,
    )


def _reckoned(view: GrantView, judged: Judgement) -> str:
    """The sum, or between which sums it lies, or why there is none."""
    reasons = judged.decision.reasons
    if any(reason.held is Held.UNMET and reason.code != AMOUNT for reason in reasons):
        return view.words.get("desk.grant.sum.against").words
    same = judged.at_least_yen == judged.at_most_yen
    yen = judged.at_most_yen if judged.amount_yen is None and same else judged.amount_yen
    if yen is not None:
        return view.words.get("desk.grant.yen", "ja", yen=f"{yen:,}").words
    if judged.at_most_yen is None:
        return view.words.get("desk.grant.unknown_sum").words
    between = {"least": f"{judged.at_least_yen or 0:,}", "most": f"{judged.at_most_yen:,}"}
    return view.words.get("desk.grant.between", "ja", **between).words
