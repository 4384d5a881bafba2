"""A grant's page (補助金の申請一件): what was applied for, what is found of it, what to do next."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Held
from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.steps.proposal import Outcome
from madoguchi.rules.subsidy.fields import fields
from madoguchi.rules.subsidy.guardian import GUARDIAN, officer_words
from madoguchi.rules.subsidy.judge import AMOUNT, Judgement
from madoguchi.rules.subsidy.year import pays_in
from madoguchi.tools.forms.form import FieldCard, Filled
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case.files import beware, looks
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import checks, contents, corrections, letters, rows, summary
from madoguchi.web.desk.grants.acts import ACTS, TYPED, refusal_reasons
from madoguchi.web.desk.grants.contents import Step
from madoguchi.web.desk.grants.corrections import Line, Value
from madoguchi.web.desk.grants.forms import TO_SIGN, in_words
from madoguchi.web.desk.grants.opened import contradiction, too_late
from madoguchi.web.desk.grants.rows import Row
from madoguchi.web.kit.act_page import Submission
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.cases import contact
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.subsidy import second
from madoguchi.work.subsidy.budget.queries import YearCard
from madoguchi.work.subsidy.doubles import Alike, doubles
from madoguchi.work.subsidy.fiscal_year import performed_on
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import newest
from madoguchi.work.subsidy.holder import in_another_name, other_holder
from madoguchi.work.subsidy.mistaken import to_undo
from madoguchi.work.subsidy.money import Beside, beside, claimed_yen
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
UNDECIDED = (State.SENT, State.RECEIVED, State.RETURNED, State.DRAFTED)
KEPT_ASIDE = (
    *("drafted_on", "decided_on", "enforced_on", "decision_class", "deputy"),
    *("binder", "retention_years", "disclosure", "amount_why", "less"),
)
"""Fields that fold away as long as nothing has to be typed into them."""


@dataclass(frozen=True)
class ActCard:
    """An act whose form is on the page, in its row; `shown`: it stands open.

    `reasons`: why there would be no grant. `in_tool`: it is decided in this tool, not copied into
    it from the city's document system. `correcting`: the value that is corrected. `undoing`: the
    step that is taken back.
    """

    name: str
    row: str
    filled: Filled = field(repr=False)
    reasons: tuple[str, ...] = field(default=(), repr=False)
    missing: tuple[Line, ...] = field(default=(), repr=False)
    correcting: Value | None = field(default=None, repr=False)
    undoing: Step | None = field(default=None, repr=False)
    in_tool: bool = False
    second: "SecondCard | None" = None
    shown: bool = True

    @property
    def asked(self) -> tuple[FieldCard, ...]:
        """The fields that are looked at with each press."""
        return tuple(each for each in self._fields if not self._folds(each))

    @property
    def folded(self) -> tuple[FieldCard, ...]:
        """The fields that hold what is usual, or that are mostly left empty."""
        return tuple(each for each in self._fields if self._folds(each))

    @property
    def _fields(self) -> tuple[FieldCard, ...]:
        return tuple(each for each in self.filled.cards if each.field.name != "of")

    def _folds(self, each: FieldCard) -> bool:
        name, required = each.field.name, each.field.required
        open_sum = name == "amount_why" and not self.filled.words("amount_yen")
        filled = bool(each.words) or not required
        return name in KEPT_ASIDE and filled and not each.error and not open_sum

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
    state: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Annexed:
    """A file that came with the grant; `number`: on the list of the annex (別封).

    `came`: as what it came (書類の種類). `replaced_by`: the number of the file that came in its
    place; 0 where it still holds.
    """

    number: int
    card: FileCard = field(repr=False)
    came: str
    replaced_by: int

    @property
    def came_key(self) -> str:
        """The text key of what it is."""
        return f"desk.bundle.kind.{self.came}"

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
    """The sum: calculated of the estimate (`machine`) and of the cost by now, decided, fixed.

    `by_paper`: what contract and report say, of each request, and whether they differ; nothing
    before both are there. `cost_yen`: None where the estimate is all that is known of the cost.
    """

    machine: str
    by_cost: str
    by_paper: tuple[str, ...]
    papers_differ: bool
    cost_yen: int | None
    about_cost: tuple[str, ...]
    to_come_back_yen: int
    owed_yen: int
    working: tuple[str, ...]
    decided_yen: int | None
    fixed_yen: int | None
    year: str
    budget: YearCard | None
    performed_on: date | None
    pays_in: str


def draw(request: DeskRequest, view: GrantView, attempt: Submission) -> HttpResponse:
    """The page; where an act was not done, with what was typed and why."""
    names = {staff.id: staff.name for staff in colleagues(request.office.id, request.now)}
    words, role, card, protected = view.words, request.actor.role, view.card, view.applied.protected
    may_check = Verb.CHECK in view.verbs
    budget = letters.year_of(request, view)
    of = attempt.post.get("of", "") if attempt.post else request.GET.get("of", "")
    correcting = corrections.chosen(view, of)
    asked = attempt.act or request.GET.get("do", "")
    act = _shown_act(view, asked, correcting)
    second_card = _second(request, view, act)
    found = checks.rows(
        view.findings,
        view.version,
        words,
        names,
        attempt.forms,
        consents=view.applied.register_consent == "consent",
        asks=view.applied.screens_asked,
    )
    issued, sum_card = letters.issued(view, names), _sum(view, budget)
    contradicted = contradiction(view)
    same = doubles(request.actor, view.row, view.steps, now=request.now)
    cards_of_acts = _cards(view, act, attempt, second_card, correcting)
    grant_rows = rows.rows(
        view,
        names,
        act=act,
        asked=cards_of_acts[0].row if cards_of_acts and act == asked else "",
        papers=letters.offered(request, view, names, attempt),
        forms=letters.forms(view),
        issued=issued,
        reckoned=sum_card.machine,
    )
    reach, rule = contact.listed(request.office.id, card.case_id), view.opened.safe_rule
    cards = {
        "page": "grants",
        "file": card,
        "name": summary.number_of(card, words),
        "state": f"desk.grant.state.{card.state}",
        "channel": f"desk.grant.channel.{card.channel}",
        "applied_on": view.opened.known.applied_on,
        "received_number": str(view.filed.get("received_number") or ""),
        "protected": protected,
        "contact": {"key": f"desk.contact.{reach}", "shut": reach != "phone"},
        "wish": {"key": f"desk.contact.{rule}", "rule": rule},
        "to_case": rights.may(role, "case.read", "unit"),
        "next": summary.coming(view),
        "reviewing": card.state in (State.RECEIVED, State.RETURNED),
        "applied": contents.rows(
            fields(view.version) if view.version else (), view.applied, card.short_name, words
        ),
        "files": _files(view),
        "gone": len(view.opened.files) < len(set(view.applied.files)),
        "guardian": _guardian(view),
        "contradicted": contradicted,
        "heed": (
            summary.watch(view, ready=budget is not None),
            contradicted,
            _granted_before(view),
            too_late(view),
            _holder(view),
            _claim(view),
        ),
        "duplicates": tuple(_same(alike, view) for alike in same.alike),
        "uncompared": same.left,
        "checks": checks.Checks(found, may=may_check, unwritten=view.terms.unwritten),
        "rows": grant_rows,
        "sum": sum_card,
        "sum_row": _sum_row(grant_rows),
        "typed": _link(view, act) if act in TYPED else None,
        "acts": cards_of_acts,
        "act": next((each for each in cards_of_acts if each.shown), None),
        "others": _others(view, {each.name for each in cards_of_acts} | {act}),
        "home_closed": view.may_issue and view.home_is_closed,
        "closed": sum(paper.closed for paper in issued),
        "bundles": view.may_bundle and card.received_on is not None,
        "attempt": attempt,
        "why_not": in_words(attempt.reasons, words),
        "wrong": tuple(row for row in found if row.filled.wrong),
        "unshown": attempt.unshown("check" if attempt.forms and may_check else act),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/page.html", cards, status=attempt.status)


@dataclass(frozen=True)
class SecondCard:
    """What oneself has settled takes a second: why, and how far one's wish for a signature is.

    `sum`: the field of the act's form with the sum that whoever asks types, empty for none; `form`
    asks it, and `words` are what was asked for.
    """

    verb: Verb
    why: str
    state: str
    sum: str = ""
    form: Filled | None = None
    words: str = ""

    @property
    def signed(self) -> Mapping[str, str]:
        """What was signed, by its field."""
        return {self.sum: self.words} if self.sum and self.state == Outcome.CONFIRMED else {}


def _holder(view: GrantView) -> str:
    """That the account is in another name and on what it was confirmed, until it is paid."""
    holder = other_holder(view.steps) if view.card.state is State.CLAIMED else None
    if holder is None or not holder.why:
        return ""
    proof = view.words.get("desk.grant.holder.proof", "ja", proof=holder.proof).words
    why = view.words.get(f"desk.grant.form.holder.{holder.why}").words
    values = {"holder": holder.kana, "why": why, "proof": proof if holder.proof else ""}
    return view.words.get("desk.grant.holder.confirmed", "ja", **values).words


def _granted_before(view: GrantView) -> str:
    """What the person was granted by an earlier application, until this one is decided."""
    earlier = view.opened.known.granted if view.card.state in UNDECIDED else None
    if not earlier:
        return ""
    sums = {"count": len(earlier), "yen": f"{sum(each.yen for each in earlier):,}"}
    on = wareki(max(each.on for each in earlier))
    return view.words.get("desk.grant.checks.granted_before", "ja", on=on, **sums).words


def _claim(view: GrantView) -> str:
    """That the claim is for another sum than is granted by now; empty where they agree."""
    if not view.claim_differs:
        return ""
    sums = {"claimed": f"{claimed_yen(view.steps):,}", "yen": f"{view.opened.granted_yen:,}"}
    return view.words.get("desk.grant.claim.differs", "ja", **sums).words


def _second(request: DeskRequest, view: GrantView, act: str) -> SecondCard | None:
    if act not in second.SECONDED:
        return None
    reason = second.wanted(request.actor, view.steps, Verb(act), view.life)
    if reason is None:
        return None
    verb, why, name = Verb(act), f"ground.{reason.code}", second.typed_sum(view.steps, Verb(act))
    card = second.own(request.actor, view.row, verb, request.now)
    if not name:
        return SecondCard(verb, why, card.outcome if card else "")
    if card:
        yen = card.change["repay_yen" if verb is Verb.REVOKE else "yen"]
        return SecondCard(verb, why, card.outcome, name, words=f"{yen:,}")
    form, typed = TO_SIGN[name], request.POST
    pressed = request.path == reverse("grant-second", args=[view.card.id, act])
    return SecondCard(verb, why, "", name, form.check(form.take(typed)) if pressed else form.show())


def _shown_act(view: GrantView, asked: str, correcting: Value | None) -> str:
    """The act whose form is shown: the one that was asked for, else what comes next."""
    verbs, state = view.verbs, view.card.state
    if asked in verbs and (asked != Verb.AMEND or correcting):
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


def _cards(
    view: GrantView,
    act: str,
    attempt: Submission,
    second_card: SecondCard | None,
    correcting: Value | None,
) -> tuple[ActCard, ...]:
    """The form of the act that is shown; while it is reviewed, also that of a correction (補正)."""
    found = [_card(view, act, attempt, second_card, correcting)] if act in ACTS else []
    if act != Verb.RETURN and Verb.RETURN in view.verbs:
        found.append(replace(_card(view, Verb.RETURN, attempt, None, None), shown=False))
    return tuple(found)


def _card(
    view: GrantView,
    name: str,
    attempt: Submission,
    second_card: SecondCard | None,
    correcting: Value | None,
) -> ActCard:
    submitted = attempt.form if attempt.act == name else None
    post = attempt.post if attempt.act == name else None
    lines: tuple[Line, ...] = ()
    if name == "return" and view.version:
        lines = corrections.lines(view.version, view.applied, _holds(view), post, view.words)
    if name == "send_back":
        lines = corrections.later_lines(view.card.state, view.life, post)
    reasons: tuple[str, ...] = ()
    if name in ("draft", "refuse") and view.card.state is State.DRAFTED:
        reasons = tuple(reason["words"] for reason in view.drafted.get("grounds", ()))
    elif name in ("draft", "refuse"):
        reasons = tuple(reason.words for reason in refusal_reasons(view))
    filled = submitted or ACTS[name].show(view, second_card.signed if second_card else None)
    return ActCard(
        name,
        rows.row_of_value(view, correcting.of) if correcting else rows.row_of(view, name),
        filled,
        reasons,
        lines,
        correcting if name == "amend" else None,
        _undoing(view) if name == "undo" else None,
        in_tool=view.life.approval == "in_tool" and name in second.DECISIONS,
        second=second_card,
    )


def _undoing(view: GrantView) -> Step | None:
    mistaken = to_undo(view.steps)
    return contents.listed(view, [mistaken], {})[0] if mistaken else None


def _files(view: GrantView) -> tuple[Annexed, ...]:
    """The files in the order in which they came, each with what came in its place."""
    came, cards, replaced = view.opened.came_as, view.opened.files, view.opened.replaced_by
    number = {card.id: at for at, card in enumerate(cards, 1)}
    newer = {old: number.get(new, 0) for old, new in replaced.items()}
    return tuple(
        Annexed(at, card, came[card.id], newer.get(card.id, 0)) for at, card in enumerate(cards, 1)
    )


def _sum_row(of_grant: tuple[Row, ...]) -> str:
    """In which row the sum and its working stand: whose turn it is, of a review the decision."""
    now = next((row.name for row in of_grant if row.mark == "here"), "payment")
    return "decision" if now in ("application", "review") else now


def _holds(view: GrantView) -> Mapping[str, Held]:
    return {finding.machine.code: finding.holds for finding in view.findings.conditions}


def _others(view: GrantView, shown: Collection[str]) -> tuple[Other, ...]:
    """Everything else that may be done now, each on its link; a correction is beside its value."""
    unfit = {Verb.DECIDE, Verb.REFUSE, Verb.AMEND}  # of decisions the draft says which it is
    unfit |= set() if view.year_ends else {Verb.CARRY}
    unfit |= set() if view.year_is_over else {Verb.LAPSE}
    unfit |= set() if contradiction(view) else {Verb.PROCEED}
    unfit |= set() if in_another_name(view.steps) else {Verb.HOLDER}
    verbs = (verb for verb in view.verbs if verb not in shown and verb not in unfit)
    return tuple(_link(view, verb) for verb in verbs if verb in ACTS or verb in TYPED)


def _link(view: GrantView, verb: str) -> Other:
    if verb in TYPED:
        to = reverse("grant-type", args=[view.card.id, str(verb)])
    else:
        to = f"{reverse('grant', args=[view.card.id])}?do={verb}#act"
    return Other(f"desk.grant.do.{verb}", to)


def _same(alike: Alike, view: GrantView) -> Same:
    why = tuple(view.words.get(f"ground.{reason.code}").words for reason in alike.grounds)
    name = summary.grant_number(alike.fiscal_year, alike.number, view.words)
    return Same(alike.grant_id, name, f"desk.grant.state.{alike.state}", why)


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
    year, about, performed = view.budget_year, view.about_cost, performed_on(view.steps)
    sums = view.opened.money
    papers = beside(sums.contract, sums.reported)
    return Sum(
        machine=_reckoned(view, view.findings.judgement),
        by_cost=_reckoned(view, view.grantable) if about else "",
        by_paper=tuple(_by_paper(each, view.words) for each in papers),
        papers_differ=any(each.way for each in papers),
        cost_yen=sums.cost_yen,
        about_cost=about,
        to_come_back_yen=view.to_come_back_yen,
        owed_yen=sums.owed_yen,
        working=view.working,
        decided_yen=newest(view.steps, Verb.DECIDE, Verb.CHANGE).get("amount_yen"),
        fixed_yen=newest(view.steps, Verb.FIX, Verb.REDUCE).get("amount_yen"),
        year=wareki_fiscal_year(year) if year else "",
        budget=budget,
        performed_on=performed,
        pays_in=wareki_fiscal_year(pays_in(year, performed)) if year else "",
    )


def _by_paper(both: Beside, words: Texts) -> str:
    act = words.get(f"desk.grant.said.acts.{both.act}").words + "：" if both.act else ""
    sums = {"contract": f"{both.contract_yen:,}", "paid": f"{both.paid_yen:,}"}
    return words.get("desk.grant.sum.by_paper_yen", "ja", act=act, **sums).words


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
