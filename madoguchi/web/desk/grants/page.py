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
from madoguchi.web.desk.grants import checks, contents, corrections, letters
from madoguchi.web.desk.grants.acts import ACTS, TYPED, no_reasons, reasons
from madoguchi.web.desk.grants.corrections import Choice, Line, amendable
from madoguchi.web.desk.grants.forms import in_words
from madoguchi.web.desk.grants.head import head, named
from madoguchi.web.desk.grants.opened import contradicted
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


@dataclass(frozen=True)
class ActCard:
    """The act whose form is on the page; `here`: it is decided in this tool, not copied into it."""

    name: str
    filled: Filled = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    no_reasons: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[Line, ...] = field(default=(), repr=False)
    amendable: tuple[Choice, ...] = field(default=(), repr=False)
    here: bool = False

    @property
    def do(self) -> str:
        """The text key of its button."""
        return f"desk.grant.do.{self.name}"

    @property
    def lead(self) -> str:
        """The text key of what to know before pressing it."""
        return f"desk.grant.lead.{self.name}{'_here' if self.here else ''}"

    @property
    def lacks(self) -> str:
        """The text key of what stands above the lines of what has to be written."""
        return f"desk.grant.told.{'again' if self.name == 'send_back' else 'missing'}"


@dataclass(frozen=True)
class Other:
    """Another act, reached by a link."""

    do: str
    to: str


@dataclass(frozen=True)
class Same:
    """Another application that shares something: its number, and what is the same."""

    id: UUID
    name: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Annexed:
    """A file that came with the application, by its number on the list of the annex (別封)."""

    id: UUID
    number: int
    name: str = field(repr=False)
    kind: str
    size: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """The sum in question: reckoned, decided, fixed, and what the year has left."""

    machine: str
    by_payment: str
    about_payment: tuple[str, ...]
    working: tuple[str, ...]
    decided_yen: int | None
    fixed_yen: int | None
    year: str
    budget: YearCard | None


def draw(request: DeskRequest, page: GrantView, attempt: Submission) -> HttpResponse:
    """The page, with what was typed where an act was not done."""
    names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
    words, role = page.words, request.actor.role
    may_check = Verb.CHECK in page.verbs
    budget = letters.year_of(request, page)
    name = _act(page, attempt.act or request.GET.get("do", ""))
    rows = checks.rows(page.findings, page.version, words, names, attempt.forms)
    file = head(page, to_case=rights.may(role, "case.read", "unit"), ready=budget is not None)
    issued = letters.issued(page, names)
    cards = {
        "page": "grants",
        "file": file,
        "applied": contents.rows(
            fields(page.version) if page.version else (), page.applied, page.card.short_name, words
        ),
        "files": tuple(_annexed(one, at) for at, one in enumerate(page.opened.files, 1)),
        "gone": len(page.opened.files) < len(set(page.applied.files)),
        "guardian": _guardian(page),
        "contradicted": contradicted(page),
        "duplicates": tuple(_same(one, page) for one in page.opened.alike),
        "checks": checks.Checks(rows, may=may_check),
        "sum": _sum(page, budget),
        "typed": _typed(page, name),
        "act": _card(page, name, attempt) if name in ACTS else None,
        "own_fixing": name == Verb.PAY and request.actor.staff_id == last_by(page.steps, *SETTING),
        "others": _others(page, name),
        "papers": letters.offered(request, page, names),
        "forms": letters.forms(page),
        "issued": issued,
        "home_closed": page.may_issue and page.home_is_closed,
        "closed": sum(one.closed for one in issued),
        "bundles": page.may_bundle and page.card.received_on is not None,
        "steps": contents.listed(page.steps, names, words, protected=page.applied.protected),
        "reported": contents.listed(
            contents.reported(page.steps), names, words, protected=page.applied.protected
        ),
        "attempt": attempt,
        "why_not": in_words(attempt.reasons, words),
        "wrong": tuple(row for row in rows if row.wrong),
        "unshown": attempt.unshown("check" if attempt.forms and may_check else name),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/page.html", cards, status=attempt.status)


def _act(page: GrantView, asked: str) -> str:
    """The act whose form is shown: the one that was asked for, else what comes next."""
    verbs = page.verbs
    if asked in verbs:
        return asked
    coming = [one for one in MAIN.get(page.card.state, ()) if one in verbs]
    if coming and page.card.state is State.DRAFTED:
        return "refuse" if page.drafted.get("outcome") == "refuse" else "decide"
    if page.card.state is State.RECEIVED and Verb.RETURN in verbs and _lacks(page):
        return Verb.RETURN
    return coming[0] if coming else ""


def _lacks(page: GrantView) -> bool:
    """Whether a paper is missing that nobody has asked for yet: that comes before a draft."""
    asked = any(step.verb is Verb.RETURN for step in page.steps)
    return not asked and bool(corrections.papers(page.applied, _holds(page)))


def _card(page: GrantView, name: str, attempt: Submission) -> ActCard:
    act = ACTS[name]
    sent = attempt.form if attempt.act == name else None
    post = attempt.post if attempt.act == name else None
    lines: tuple[Line, ...] = ()
    if name == "return" and page.version:
        lines = corrections.lines(page.version, page.applied, _holds(page), post, page.words)
    if name == "send_back":
        lines = corrections.later_lines(page.card.state, post)
    return ActCard(
        name,
        sent or act.show(page),
        _reasons(page) if name in ("draft", "refuse") else (),
        no_reasons(page) if name == "draft" else (),
        lines,
        amendable(page, post) if name == "amend" else (),
        here=page.life.approval == "in_tool" and name in DECIDING,
    )


def _holds(page: GrantView) -> Mapping[str, Held]:
    return {one.machine.code: one.holds for one in page.findings.conditions}


def _reasons(page: GrantView) -> tuple[str, ...]:
    """Why there would be no grant: of what was drafted, else of what is found now."""
    if page.card.state is State.DRAFTED:
        return tuple(each["words"] for each in page.drafted.get("grounds", ()))
    return tuple(one.words for one in reasons(page))


def _others(page: GrantView, name: str) -> tuple[Other, ...]:
    """Everything else that may be done now, each on its link."""
    unfit = {Verb.DECIDE, Verb.REFUSE}  # which of them, the draft says: it is the one on the page
    unfit |= set() if page.year_ends else {Verb.CARRY}
    unfit |= set() if page.year_is_over else {Verb.LAPSE}
    verbs = (verb for verb in page.verbs if verb != name and verb not in unfit)
    return tuple(_other(page, verb) for verb in verbs if verb in ACTS or verb in TYPED)


def _other(page: GrantView, verb: str) -> Other:
    here = reverse("grant", args=[page.card.id])
    typed = reverse("grant-type", args=[page.card.id, str(verb)])
    return Other(f"desk.grant.do.{verb}", typed if verb in TYPED else f"{here}?do={verb}#act")


def _typed(page: GrantView, name: str) -> Other | None:
    """What the person does next, and the desk types in where it comes on paper."""
    return _other(page, name) if name in TYPED else None


def _annexed(card: FileCard, number: int) -> Annexed:
    return Annexed(
        card.id,
        number,
        visible(card.name),
        f"desk.file.looks.{looks(card)}",
        card.length,
        tuple(f"desk.file.beware.{code}" for code in beware(card)),
    )


def _same(one: Alike, page: GrantView) -> Same:
    why = tuple(page.words.get(f"ground.{reason.code}").words for reason in one.grounds)
    return Same(one.grant_id, named(one.fiscal_year, one.number, page.words), why)


def _guardian(page: GrantView) -> str:
    """The key of what the officer is told where a minor applies; empty for everybody else."""
    found = [one for one in page.findings.conditions if one.machine.code == GUARDIAN]
    if page.opened.known.applied_on is not None:
        return next((officer_words(one.machine) for one in found if one.holds is not Held.MET), "")
    reason = guardian_of(page.applied, page.today)
    return officer_words(reason) if reason else ""


def _sum(page: GrantView, budget: YearCard | None) -> Sum:
    judged, year = page.findings.judgement, page.budget_year
    decided = newest(page.steps, Verb.DECIDE, Verb.CHANGE).get("amount_yen")
    return Sum(
        machine=_reckoned(page, judged),
        by_payment=_by_payment(page) if page.paid_less else "",
        about_payment=page.about_payment if page.paid_less else (),
        working=page.working,
        decided_yen=decided,
        fixed_yen=newest(page.steps, Verb.FIX).get("amount_yen"),
        year=wareki_fiscal_year(year) if year else "",
        budget=budget,
    )


def _by_payment(page: GrantView) -> str:
    """The sum by what was paid, or that somebody has to reckon it."""
    judged = page.by_payment
    return _reckoned(page, judged) if judged else page.words.get("desk.grant.sum.by_hand").words


def _reckoned(page: GrantView, judged: Judgement) -> str:
    if any(one.held is Held.UNMET and one.code != AMOUNT for one in judged.decision.reasons):
        return page.words.get("desk.grant.sum.against").words
    same = judged.at_least_yen == judged.at_most_yen
    yen = judged.at_most_yen if judged.amount_yen is None and same else judged.amount_yen
    if yen is not None:
        return page.words.get("desk.grant.yen", "ja", yen=f"{yen:,}").words
    if judged.at_most_yen is None:
        return page.words.get("desk.grant.unknown_sum").words
    between = {"least": f"{judged.at_least_yen or 0:,}", "most": f"{judged.at_most_yen:,}"}
    return page.words.get("desk.grant.between", "ja", **between).words
