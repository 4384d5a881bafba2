"""The papers of a grant (起案用紙・通知書・用紙), written from its steps; which its page offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.paper import Need, find
from madoguchi.rules.steps.case import NO_CONTACT
from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.forms.fields import Choice
from madoguchi.tools.forms.form import Filled, Form, Option
from madoguchi.tools.papers.engine import Enclosed
from madoguchi.web.desk.case import acts
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.issued.views import Paper
from madoguchi.web.kit.act_page import Submission
from madoguchi.web.kit.handouts import contact
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.acts.afterwards import Reduce, Revoke
from madoguchi.work.subsidy.acts.decision import Change, Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.budget.queries import YearCard, year_card
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import SETTING, StepCard, contracted, last, undone
from madoguchi.work.subsidy.letters import drafting, writing
from madoguchi.work.subsidy.letters.context import OF_STEP, LetterContext, issued_for
from madoguchi.work.subsidy.letters.forms import writing as form_writing
from madoguchi.work.subsidy.letters.papers import Correction, Payment
from madoguchi.work.subsidy.letters.writing import LetterBasis, RefusalReason

LETTERS = tuple(name for name in OF_STEP.values() if name != "draft")
ENDED_UNPAID = (State.WITHDRAWN, State.REVOKED, State.LAPSED)
ENVELOPE = "envelope"
GOING = (*LETTERS, ENVELOPE)  # what is handed to the person or posted
KNOWN = (*OF_STEP.values(), ENVELOPE)
FORM_OF_VERB: Mapping[Verb, str] = {
    Verb.CONTRACT: "contract_form",
    Verb.REPORT: "report_form",
    Verb.CLAIM: "claim_form",
    Verb.CHANGE: "change_form",
    Verb.WITHDRAW: "withdrawal_form",
}
WORDS = "desk.grant"
HOWS = ("counter", "post", "address")
ISSUING = "paper."
HANDING = Form(WORDS, (Choice("how", options=HOWS), *acts.AGAINST))
"""How a letter goes, and why it is posted if the person's wish forbids that (`cases.contact`)."""


@dataclass(frozen=True)
class PaperContext(LetterContext):
    """What a paper of a grant is written from at the desk."""

    request: DeskRequest


def paper_context(
    request: DeskRequest, view: GrantView, names: Mapping[UUID, str], applied: Applied
) -> PaperContext:
    """The context of a grant's papers; `applied` says how this one is to reach the person."""

    def make_about(applied: Applied) -> LetterBasis:
        rules = public.published_under(request.programme, view.words, view.terms)
        if rules is None:
            raise Absent
        return LetterBasis(
            rules,
            applied,
            contact(request),
            view.card.fiscal_year,
            view.card.number,
            view.budget_year,
            officer=request.frame.name,
            law=view.law,
            silent=view.opened.safe_rule == NO_CONTACT,
        )

    return PaperContext(view, names, applied, make_about, request)


def available(view: GrantView) -> tuple[str, ...]:
    """The papers that can be made now, the newest step's first.

    A draft that was taken back has none, nor has a correction that came in. Of a grant that was
    withdrawn or revoked only what ended it is still written.
    """
    names: dict[str, None] = {}
    for step in reversed(view.steps):
        name, state = OF_STEP.get(step.verb, ""), view.card.state
        taken_back = name == "draft" and state in (State.RECEIVED, State.RETURNED)
        came_in = name == "correction" and state is not State.RETURNED
        ended = state in ENDED_UNPAID and step.state is not state
        if name and not taken_back and not came_in and not ended:
            names[name] = None
    return (*names, ENVELOPE) if set(names) & set(LETTERS) else tuple(names)


def year_of(request: DeskRequest, view: GrantView) -> YearCard | None:
    """The budget of the year that pays it; None before it is opened."""
    return year_card(request.actor, AtOffice(request.office.id), view.budget_year)


def write(name: str, context: PaperContext) -> object:
    """The fields of the paper of that name; a letter that lacks something is a draft (下書き)."""
    fields = _WRITERS[name](context)
    if name not in LETTERS:
        return fields
    letter = cast("writing.Letter", fields)
    if lacks(name, letter, context) and not isinstance(letter, Correction | Payment):
        return replace(letter, head=replace(letter.head, draft=True))
    return letter


def lacks(name: str, letter: writing.Letter, context: PaperContext) -> tuple[Need, ...]:
    """What the letter needs and the year's law has not."""
    paper = find(context.request.office.slug, f"grant_{name}").paper
    return writing.lacks(context.about, paper, letter)


def enclosed(name: str, letter: object, context: PaperContext) -> Enclosed | None:
    """The claim form behind the letter of the sum that may be claimed now; None behind any other.

    A draft has none, and a form of the city's own is printed by itself.
    """
    sets = last(context.view.steps, *SETTING)
    settles = sets is not None and OF_STEP.get(sets.verb) == name
    claimed = Verb.CLAIM not in context.view.verbs and not context.view.claim_differs
    if not settles or claimed or _is_draft(letter):
        return None
    form = FORM_OF_VERB[Verb.CLAIM]
    template = find(context.request.office.slug, f"grant_{form}")
    return None if template.official else Enclosed(template, write_form(form, context))


def waits_for(name: str, context: PaperContext) -> str:
    """The letter that has to be issued before this one; empty for none."""
    about = _step_of(name, context.view)
    return context.waits_for(about.verb) if about else ""


def issuable(first: str, name: str, view: GrantView) -> bool:
    """Whether the letter that comes first can still be made: not where a later one is its kind."""
    return first != name and first in available(view)


def _is_draft(letter: object) -> bool:
    return getattr(getattr(letter, "head", None), "draft", False)


def _draft(context: PaperContext) -> object:
    view, details = context.view, context.details(Verb.DRAFT)
    year = year_of(context.request, view)
    if year is None or not details:
        raise Absent
    drafters = (step.staff_id for step in reversed(view.steps) if step.verb is Verb.DRAFT)
    proposed = drafting.Proposed(
        outcome=details["outcome"],
        applied_on=context.applied_on,
        received_on=view.card.received_on or context.applied_on,
        drafter=context.names.get(cast("UUID", next(drafters)), ""),
        amount_yen=int(details["amount_yen"] or 0),
        received_number=str(view.filed.get("received_number") or ""),
        working=tuple(details["working"]),
        why=details.get("why", ""),
    )
    sums = view.opened.money
    return drafting.draft(
        context.about,
        context.filing(Verb.DRAFT),
        proposed,
        view.findings.asked,
        context.names,
        year,
        reserved_yen=sums.granted_yen if view.card.state in RESERVING else 0,
        spent_yen=sums.executed_yen,
    )


def _correction(context: PaperContext) -> object:
    details = context.details(Verb.RETURN)
    return writing.correction(
        context.about,
        Filing(enforced_on=context.on(Verb.RETURN)),
        applied_on=context.applied_on,
        missing=[(missing["field"], missing["what"]) for missing in details["missing"]],
        by=date.fromisoformat(details["by_on"]),
        online=context.view.card.channel == "web",
    )


def _refusal(context: PaperContext) -> object:
    details = context.details(Verb.REFUSE)
    return writing.refusal(
        context.about,
        context.filing(Verb.REFUSE),
        applied_on=context.applied_on,
        reasons=[
            RefusalReason(reason["code"], reason["source"], reason["words"])
            for reason in details["grounds"]
        ],
    )


_WRITERS: Mapping[str, Callable[[PaperContext], object]] = {
    "draft": _draft,
    "correction": _correction,
    "decision": Decide.letter,
    "refusal": _refusal,
    "change": Change.letter,
    "fixing": Fix.letter,
    "payment": Pay.letter,
    "reduction": Reduce.letter,
    "revocation": Revoke.letter,
    ENVELOPE: lambda context: writing.envelope(context.about),
}


def forms_available(view: GrantView) -> tuple[str, ...]:
    """The forms that the person may bring next, in the order in which they follow."""
    return tuple(name for verb, name in FORM_OF_VERB.items() if verb in view.verbs)


def write_form(name: str, context: PaperContext) -> object:
    """The fields of the form of that name; what only the person knows is a blank.

    Raises:
        LookupError: no form has that name.
    """
    about, yen = context.about, context.view.opened.granted_yen
    decided = context.filing(Verb.DECIDE, Verb.CHANGE)
    match name:
        case "contract_form":
            return form_writing.contract_form(about, decided)
        case "report_form":
            contract_on = contracted(context.view.steps).get("contract_on")
            contracted_on = date.fromisoformat(contract_on) if contract_on else None
            return form_writing.report_form(about, decided, yen, contracted_on=contracted_on)
        case "claim_form":
            fixed = bool(context.details(Verb.FIX, Verb.REDUCE))
            settled = context.filing(*SETTING)
            return form_writing.claim_form(about, settled, yen, fixed=fixed)
        case "change_form":
            return form_writing.change_form(about, decided, yen)
        case "withdrawal_form":
            return form_writing.withdrawal_form(
                about,
                decided if context.details(Verb.DECIDE) else None,
                applied_on=context.view.opened.known.applied_on,
            )
    raise LookupError(f"{name}: no such form of a grant")


@dataclass(frozen=True)
class Offered:
    """A paper that can be made now.

    `make`: the words of its button. `how`: how letters go to the person, in words; `hows`: the
    ways in which this one may go. `blanks`: the text keys of what is still empty in it. `verb`:
    what it is about. `is_owed`: it was not issued since that was done. `against`: the form that
    asks why it is posted against the person's wish; None unless that was pressed.
    """

    name: str
    make: str
    verb: Verb
    is_owed: bool = False
    how: str = ""
    hows: tuple[Option, ...] = ()
    blanks: tuple[str, ...] = ()
    against: Filled | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"{WORDS}.paper.{self.name}"


@dataclass(frozen=True)
class Issued(Paper):
    """An issued paper of a grant; `closed`: it has an address that is protected by now.

    `verb`: what it is about. `undone`: that was taken back as recorded by mistake (誤記録).
    """

    closed: bool = False
    verb: Verb = Verb.DECIDE
    undone: bool = False


def offered(
    request: DeskRequest, view: GrantView, names: Mapping[UUID, str], pressed: Submission
) -> tuple[Offered, ...]:
    """The papers of the steps that were taken, the newest first.

    Ticked is how the person wants their letters: at the counter where none may go to their home.
    An address that they gave for letters can be chosen. `pressed`: a letter that was not issued
    (`act` is its name after `ISSUING`) keeps the way in which it was to go.
    """
    if not view.may_issue:
        return ()
    context = paper_context(request, view, names, view.applied)
    delivery = view.applied.delivery
    way = "counter" if delivery.how == "post" and view.home_is_closed else delivery.how
    how = view.words.get(f"{WORDS}.delivery.{way}").words
    closed = {"address": not delivery.address, "post": view.home_is_closed}
    found: list[Offered] = []
    for name in available(view):
        hows: tuple[Option, ...] = ()
        again = pressed.form if pressed.act == f"{ISSUING}{name}" else None
        if name in GOING:
            ticked = (again and again.value("how")) or way
            hows = tuple(
                Option(option, f"{name}-{option}", f"{WORDS}.delivery.{option}", option == ticked)
                for option in HOWS
                if not closed.get(option)
            )
        blanks: tuple[str, ...] = ()
        make = "make"
        if name in LETTERS:
            letter = cast("writing.Letter", write(name, context))
            needs = lacks(name, letter, context)
            first = waits_for(name, context)
            if first and not issuable(first, name, view):
                first = "never"
            keys = (*writing.blanks(letter), *needs, *([f"first_{first}"] if first else []))
            blanks = tuple(f"desk_grant_papers.blank.{key}" for key in keys)
            make = "make_with_claim" if enclosed(name, letter, context) else make
        about = _step_of(name, view)
        owed = about is not None and not issued_for(about, view.opened.papers)
        verb = about.verb if about else found[0].verb
        found.append(Offered(name, _make(name, view, make), verb, owed, how, hows, blanks, again))
    return tuple(found)


def _step_of(name: str, view: GrantView) -> StepCard | None:
    """The step that a letter is about; None for what is about none, as an envelope."""
    steps = (step for step in reversed(view.steps) if OF_STEP.get(step.verb) == name)
    return next(steps, None)


def forms(view: GrantView) -> tuple[Offered, ...]:
    """The forms that the person fills in by hand, where they do not write on their own page."""
    names = forms_available(view) if view.may_issue else ()
    verbs = {name: verb for verb, name in FORM_OF_VERB.items()}
    return tuple(Offered(name, _make(name, view, "print"), verbs[name]) for name in names)


def _make(name: str, view: GrantView, how: str) -> str:
    title = view.words.get(f"{WORDS}.paper.{name}").words
    return view.words.get(f"{WORDS}.paper.{how}", "ja", title=title).words


def issued(view: GrantView, names: Mapping[UUID, str]) -> tuple[Issued, ...]:
    """The grant's own papers as they were issued, the newest first."""
    protected, by_number = view.applied.protected, undone(view.past)
    mistaken = [step for step in view.past if step.number in by_number]
    undone_papers = {
        card.id
        for step in mistaken
        for card in issued_for(step, view.opened.papers)
        if card.at <= by_number[step.number].at
    }
    verbs = {name: verb for verb, name in OF_STEP.items()}
    verbs |= {name: verb for verb, name in FORM_OF_VERB.items()}
    return tuple(
        Issued(
            card,
            names.get(card.staff_id, ""),
            closed=protected and card.address,
            verb=verbs.get(card.paper.removeprefix("grant_"), Verb.DECIDE),
            undone=card.id in undone_papers,
        )
        for card in view.opened.papers
    )
