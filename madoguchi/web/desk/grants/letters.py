"""The papers of a grant (起案用紙・通知書・用紙), written from its steps; which its page offers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.forms.form import Option
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.issued.views import Paper
from madoguchi.web.kit.handouts import contact
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.budget.queries import YearCard, year_card
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import granted_yen, newest, paid_yen
from madoguchi.work.subsidy.letters import drafting, writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.forms import writing as form_writing
from madoguchi.work.subsidy.letters.writing import LetterBasis, RefusalReason, earlier

OF_STEP: Mapping[Verb, str] = {
    Verb.DRAFT: "draft",
    Verb.RETURN: "correction",
    Verb.DECIDE: "decision",
    Verb.REFUSE: "refusal",
    Verb.CHANGE: "change",
    Verb.FIX: "fixing",
    Verb.PAY: "payment",
    Verb.REVOKE: "revocation",
}
LETTERS = tuple(name for name in OF_STEP.values() if name != "draft")
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
        )

    return PaperContext(view, names, applied, make_about, request)


def available(view: GrantView) -> tuple[str, ...]:
    """The papers that can be made now, the newest step's first.

    A draft that was taken back has none, nor has a correction that came in.
    """
    names: dict[str, None] = {}
    for step in reversed(view.steps):
        name, state = OF_STEP.get(step.verb, ""), view.card.state
        taken_back = name == "draft" and state in (State.RECEIVED, State.RETURNED)
        came_in = name == "correction" and state is not State.RETURNED
        if name and not taken_back and not came_in:
            names[name] = None
    return (*names, ENVELOPE) if set(names) & set(LETTERS) else tuple(names)


def year_of(request: DeskRequest, view: GrantView) -> YearCard | None:
    """The budget of the year that pays it; None before it is opened."""
    return year_card(request.actor, AtOffice(request.office.id), view.budget_year)


def write(name: str, context: PaperContext) -> object:
    """The fields of the paper of that name."""
    return _WRITERS[name](context)


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
    granted, back = granted_yen(view.steps), newest(view.steps, Verb.REPAY)
    returned = int(back["yen"]) if back.get("into") == "budget" else 0
    return drafting.draft(
        context.about,
        context.filing(Verb.DRAFT),
        proposed,
        view.findings.asked,
        context.names,
        year,
        reserved_yen=granted if view.card.state in RESERVING else 0,
        spent_yen=paid_yen(view.steps) - returned,
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


def _change(context: PaperContext) -> object:
    details = context.details(Verb.CHANGE)
    return writing.change(
        context.about,
        context.filing(Verb.CHANGE),
        context.earlier(),
        was_yen=int(details["was_yen"]),
        amount_yen=int(details["amount_yen"]),
    )


def _revocation(context: PaperContext) -> object:
    details, granted = context.details(Verb.REVOKE), granted_yen(context.view.steps)
    repay = int(details["repay_yen"] or 0)
    revoked = repay or granted  # of what was paid, what has to come back is what is revoked
    repay_by_on = details.get("repay_by_on")
    return writing.revocation(
        context.about,
        context.filing(Verb.REVOKE),
        earlier(context.filing(Verb.DECIDE, Verb.CHANGE), granted),
        revoked_yen=revoked,
        left_yen=granted - revoked,
        reasons=[RefusalReason("grant.revoke", "", details["why"])],
        repay_yen=repay,
        repay_by=date.fromisoformat(repay_by_on) if repay_by_on else None,
    )


_WRITERS: Mapping[str, Callable[[PaperContext], object]] = {
    "draft": _draft,
    "correction": _correction,
    "decision": Decide.letter,
    "refusal": _refusal,
    "change": _change,
    "fixing": Fix.letter,
    "payment": Pay.letter,
    "revocation": _revocation,
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
    paper = find(context.request.office.slug, f"grant_{name}").paper
    confirmed = paper.source != UNCONFIRMED
    about, yen = context.about, granted_yen(context.view.steps)
    decided = context.filing(Verb.DECIDE, Verb.CHANGE)
    match name:
        case "contract_form":
            return form_writing.contract_form(about, decided, confirmed=confirmed)
        case "report_form":
            contract_on = context.details(Verb.CONTRACT).get("contract_on")
            contracted_on = date.fromisoformat(contract_on) if contract_on else None
            return form_writing.report_form(
                about, decided, yen, confirmed=confirmed, contracted_on=contracted_on
            )
        case "claim_form":
            fixed = bool(context.details(Verb.FIX))
            settled = context.filing(Verb.FIX) if fixed else decided
            return form_writing.claim_form(about, settled, yen, confirmed=confirmed, fixed=fixed)
        case "change_form":
            return form_writing.change_form(about, decided, yen, confirmed=confirmed)
        case "withdrawal_form":
            return form_writing.withdrawal_form(
                about,
                decided if context.details(Verb.DECIDE) else None,
                confirmed=confirmed,
                applied_on=context.view.opened.known.applied_on,
            )
    raise LookupError(f"{name}: no such form of a grant")


@dataclass(frozen=True)
class Offered:
    """A paper that can be made now.

    `make`: the words of its button. `how`: how letters go to the person, in words; `hows`: the
    ways in which this one may go. `blanks`: the text keys of what is still empty in it.
    """

    name: str
    make: str
    how: str = ""
    hows: tuple[Option, ...] = ()
    blanks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"{WORDS}.paper.{self.name}"


@dataclass(frozen=True)
class Issued(Paper):
    """An issued paper of a grant; `closed`: it has an address that is protected by now."""

    closed: bool = False


def offered(
    request: DeskRequest, view: GrantView, names: Mapping[UUID, str]
) -> tuple[Offered, ...]:
    """The papers of the steps that were taken, the newest first.

    Ticked is how the person wants their letters: at the counter where none may go to their home.
    An address that they gave for letters can be chosen.
    """
    if not view.may_issue:
        return ()
    context = paper_context(request, view, names, view.applied)
    delivery = view.applied.delivery
    way = "counter" if delivery.how == "post" and view.home_is_closed else delivery.how
    how = view.words.get(f"{WORDS}.delivery.{way}").words
    closed = {"address": not delivery.address, "post": view.home_is_closed}
    found = []
    for name in available(view):
        hows: tuple[Option, ...] = ()
        if name in GOING:
            hows = tuple(
                Option(option, f"{name}-{option}", f"{WORDS}.delivery.{option}", option == way)
                for option in HOWS
                if not closed.get(option)
            )
        blanks: tuple[str, ...] = ()
        if name in LETTERS:
            letter = cast("writing.Letter", write(name, context))
            blanks = tuple(f"desk_grant_papers.blank.{key}" for key in writing.blanks(letter))
        found.append(Offered(name, _make(name, view), how, hows, blanks))
    return tuple(found)


def forms(view: GrantView) -> tuple[Offered, ...]:
    """The forms that the person fills in by hand, where they do not write on their own page."""
    names = forms_available(view) if view.may_issue else ()
    return tuple(Offered(name, _make(name, view)) for name in names)


def _make(name: str, view: GrantView) -> str:
    title = view.words.get(f"{WORDS}.paper.{name}").words
    return view.words.get(f"{WORDS}.paper.make", "ja", title=title).words


def issued(view: GrantView, names: Mapping[UUID, str]) -> tuple[Issued, ...]:
    """The grant's own papers as they were issued, the newest first."""
    protected = view.applied.protected
    return tuple(
        Issued(card, names.get(card.staff_id, ""), closed=protected and card.address)
        for card in view.opened.papers
    )
