"""A grant in its rows (申請から支払まで), each with its day, number, sum, papers and who did it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from madoguchi.rules.steps.grant import OVER, State, Verb, path
from madoguchi.web.desk.grants import contents
from madoguchi.web.desk.grants.contents import Step
from madoguchi.web.desk.grants.letters import ENVELOPE, LETTERS, Issued, Offered
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import StepCard, with_corrections
from madoguchi.work.subsidy.mistaken import to_undo
from madoguchi.work.subsidy.money import claimed_yen

WORDS = "desk.grant"
VERBS: Mapping[str, tuple[Verb, ...]] = {
    "application": (Verb.APPLY, Verb.TYPE_IN, Verb.RECEIVE),
    "review": (Verb.RETURN, Verb.COMPLETE, Verb.CHECK),
    "decision": (
        *(Verb.DRAFT, Verb.UNDRAFT, Verb.DECIDE, Verb.REFUSE, Verb.CHANGE),
        *(Verb.WITHDRAW, Verb.PROCEED),
    ),
    "report": (Verb.CONTRACT, Verb.REPORT),
    "fixing": (Verb.FIX, Verb.REDUCE),
    "claim": (Verb.CLAIM, Verb.HOLDER),
    "payment": (
        *(Verb.PAY, Verb.REFUND, Verb.REVOKE, Verb.REPAY),
        *(Verb.LAPSE, Verb.CARRY),
    ),
}
"""Which verbs belong to which row; what is sent back, corrected or taken back where that is."""
NEXT = {  # what comes next is in which row
    State.CONTRACTED: "report",
    State.REPORTED: "report",
    State.FIXED: "fixing",
    State.CLAIMED: "claim",
    State.PAID: "payment",
}
READ = {State.RECEIVED: "application", State.REPORTED: "report", State.CLAIMED: "claim"}
"""What the person sent last and an officer reads for the next act: its row stands open too."""
_OF_VERB = {verb: name for name, verbs in VERBS.items() for verb in verbs}
NO_HEADLINE = (Verb.AMEND, Verb.SEND_BACK, Verb.REFUND)
"""What is listed in its row and is never what the row says of itself."""
OF_ITS_OWN = {"claim": Verb.CLAIM, "payment": Verb.PAY}
"""Rows that go on speaking of this step, whatever followed it there."""
_NUMBERS = ("document_number", "received_number", "order_number")
_SUMS = ("amount_yen", "paid_yen", "yen", "repay_yen")


@dataclass(frozen=True)
class Row:
    """A row; `mark`: whether it is done, here or next. `open`: whether it stands open.

    `owed`: the text keys of the letters that are still to be issued, of whatever stands.
    """

    name: str
    mark: str
    open: bool
    on: date | None
    number: str = field(repr=False)
    sum: str = field(repr=False)
    who: str = field(repr=False)
    owed: tuple[str, ...]
    steps: tuple[Step, ...] = field(repr=False)
    reported: tuple[Step, ...] = field(repr=False)
    papers: tuple[Offered, ...] = field(repr=False)
    forms: tuple[Offered, ...] = field(repr=False)
    issued: tuple[Issued, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"{WORDS}.row.{self.name}"

    @property
    def paper(self) -> str:
        """The title of what was issued last; of an envelope's sheet (宛名) only where it is all."""
        titles = [one.card.title for one in self.issued if one.card.paper != f"grant_{ENVELOPE}"]
        return next(iter(titles), self.issued[0].card.title)


def row_of(view: GrantView, verb: str) -> str:
    """The row in which an act stands."""
    if verb == Verb.UNDO:
        mistaken = to_undo(view.steps)
        return _OF_VERB[mistaken.verb] if mistaken else ""
    if verb == Verb.SEND_BACK:
        return "claim" if view.card.state is State.CLAIMED else "report"
    return _OF_VERB.get(Verb(verb), "") if verb else ""


def row_of_value(view: GrantView, of: str) -> str:
    """The row in which a value stands that is corrected (`Value.of`)."""
    number = int(of.partition(":")[0])
    return _OF_VERB[next(step.verb for step in view.steps if step.number == number)]


def here(view: GrantView, act: str) -> str:
    """The row whose turn it is; empty once it is over. `act`: what comes next."""
    state, way = view.card.state, path(view.life.stages)
    if state in OVER:
        return ""
    if state is State.SENT:
        return "application"
    if state in (State.RECEIVED, State.RETURNED):
        judged = state is State.RECEIVED and not view.findings.unjudged
        return "decision" if judged and act != Verb.RETURN else "review"
    if state is State.DRAFTED:
        return "decision"
    following = way[way.index(state) + 1] if state in way else State.PAID
    return NEXT[following]


def rows(
    view: GrantView,
    names: Mapping[UUID, str],
    *,
    act: str,
    asked: str,
    papers: Sequence[Offered],
    forms: Sequence[Offered],
    issued: Sequence[Issued],
    reckoned: str,
) -> tuple[Row, ...]:
    """The rows that this city's grants have. `asked`: the row of an act that was asked for."""
    now = here(view, act)
    way = {NEXT.get(state, "decision") for state in path(view.life.stages)}
    listed = tuple(name for name in VERBS if name in {"application", "review", *way})
    past, steps = with_corrections(view.past), with_corrections(view.steps)
    by_number = {step.number: step for step in past}
    of_row: dict[str, list[StepCard]] = {name: [] for name in VERBS}
    for step in past:
        of_row[_row_of_step(step, by_number)].append(step)
    told = contents.listed(view, view.past[::-1], names)
    reported = contents.listed(view, contents.reported(view.steps), names)
    newest = next((step for step in reversed(steps) if step.verb is not Verb.AMEND), None)
    sheets = (one.card for one in issued if one.card.paper == f"grant_{ENVELOPE}")
    addressed = any(newest and sheet.at >= newest.at for sheet in sheets)
    found = []
    for at, name in enumerate(listed):
        done = [step for step in of_row[name] if step in steps and step.verb not in NO_HEADLINE]
        if main := OF_ITS_OWN.get(name):
            done = [step for step in done if step.verb is main] or done
        own = tuple(paper for paper in papers if _OF_VERB[paper.verb] == name)
        owed = tuple(
            one
            for one in own
            if one.is_owed and (one.name in LETTERS or (newest and one.verb is newest.verb))
        )
        asks = any(newest and one.verb is newest.verb for one in owed) or any(
            newest and one.name == ENVELOPE and one.verb is newest.verb and not addressed
            for one in own
        )
        latest = _latest(view, name, done)
        mark = "here" if name == now else "done" if latest else "next"
        if mark == "done" and now and at > listed.index(now):
            mark = "next"
        found.append(
            Row(
                name=name,
                mark=mark,
                open=name in (now, asked)
                or asks
                or _is_read(view, name, now)
                or any(paper.against for paper in own),
                on=latest.on if latest else None,
                number=_number(latest),
                sum=_sum(view, name, latest, reckoned),
                who=_who(view, latest, names),
                owed=tuple(one.key for one in owed),
                steps=tuple(each for each in told if by_number[each.card.number] in of_row[name]),
                reported=tuple(each for each in reported if _OF_VERB[each.card.verb] == name),
                papers=own,
                forms=tuple(form for form in forms if _OF_VERB[form.verb] == name),
                issued=tuple(one for one in issued if _OF_VERB[one.verb] == name),
            )
        )
    return tuple(found)


def _is_read(view: GrantView, name: str, now: str) -> bool:
    return READ.get(view.card.state) == name and now != "decision"


def _row_of_step(step: StepCard, by_number: Mapping[int, StepCard]) -> str:
    if step.verb in (Verb.AMEND, Verb.UNDO) and (about := by_number.get(step.details["step"])):
        return _row_of_step(about, by_number)
    if step.verb is Verb.SEND_BACK:
        before = by_number.get(step.number - 1)
        return "claim" if before and before.state is State.CLAIMED else "report"
    return _OF_VERB.get(step.verb, "decision")


@dataclass(frozen=True)
class _Latest:
    """What was done last in a row: a step, or of the review the newest verdict."""

    on: date
    staff_id: UUID | None
    details: Mapping[str, Any] = field(repr=False)


def _latest(view: GrantView, name: str, done: Sequence[StepCard]) -> _Latest | None:
    checks = view.opened.checks if name == "review" else ()
    if checks and (not done or checks[-1].at > done[-1].at):
        return _Latest(checks[-1].confirmed_on, checks[-1].staff_id, {})
    return _Latest(done[-1].on, done[-1].staff_id, done[-1].details) if done else None


def _number(latest: _Latest | None) -> str:
    details = {**latest.details.get("filing", {}), **latest.details} if latest else {}
    return next((str(details[name]) for name in _NUMBERS if details.get(name)), "")


def _sum(view: GrantView, name: str, latest: _Latest | None, reckoned: str) -> str:
    if name == "review":
        return reckoned
    details = latest.details if latest else {}
    yen = next((details[key] for key in _SUMS if details.get(key) is not None), None)
    if name == "application":
        yen = view.applied.applied_yen or view.applied.retainers_yen or None
    elif name == "payment":
        paid_yen, back_yen = view.opened.money.paid_yen, view.opened.money.returned_yen
        if paid_yen and back_yen:
            sums = {"yen": f"{paid_yen:,}", "back": f"{back_yen:,}"}
            return view.words.get(f"{WORDS}.row.paid_and_back", "ja", **sums).words
        yen = paid_yen or None
    elif name == "claim":
        yen = claimed_yen(view.steps)
    return "" if yen is None else view.words.get(f"{WORDS}.yen", "ja", yen=f"{yen:,}").words


def _who(view: GrantView, latest: _Latest | None, names: Mapping[UUID, str]) -> str:
    if latest is None:
        return ""
    if latest.staff_id is None:
        return view.words.get(f"{WORDS}.by_person").words
    return names.get(latest.staff_id, view.words.get(f"{WORDS}.somebody").words)
