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
from madoguchi.work.subsidy.history import StepCard, granted_yen, newest, paid_yen
from madoguchi.work.subsidy.letters import drafting, writing
from madoguchi.work.subsidy.letters.context import LetterContext
from madoguchi.work.subsidy.letters.forms import writing as form_writing
from madoguchi.work.subsidy.letters.writing import About, Why, earlier

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
class Writing(LetterContext):
    """A paper about to be written at the desk."""

    request: DeskRequest


def writing_of(
    request: DeskRequest, page: GrantView, names: Mapping[UUID, str], applied: Applied
) -> Writing:
    """The context of a grant's papers; `applied` says how this one is to reach the person."""

    def make_about(applied: Applied) -> About:
        rules = public.told(request.programme, page.words, page.terms)
        if rules is None:
            raise Absent
        return About(
            rules,
            applied,
            contact(request),
            page.card.fiscal_year,
            page.card.number,
            page.budget_year,
            officer=request.frame.name,
        )

    return Writing(page, names, applied, make_about, request)


def available(page: GrantView) -> tuple[str, ...]:
    """The papers that can be made now, the newest step's first."""
    made = [name for step in reversed(page.steps) if (name := _of(step, page))]
    names = tuple(dict.fromkeys(made))
    return (*names, ENVELOPE) if set(names) & set(LETTERS) else names


def _of(step: StepCard, page: GrantView) -> str:
    """The paper of a step; a draft that was taken back and a correction that came have none."""
    name, state = OF_STEP.get(step.verb, ""), page.card.state
    reviewing = state in (State.RECEIVED, State.RETURNED)
    gone = (name == "draft" and reviewing) or (name == "correction" and state is not State.RETURNED)
    return "" if gone else name


def year_of(request: DeskRequest, page: GrantView) -> YearCard | None:
    """The budget of the year that pays it; None before it is opened."""
    return year_card(request.actor, AtOffice(request.office.id), page.budget_year)


def write(name: str, of: Writing) -> object:
    """What the paper of that name says."""
    return _WRITERS[name](of)


def blanks(name: str, of: Writing) -> tuple[str, ...]:
    """The text keys of what is empty in a letter as it would be written now."""
    if name not in LETTERS:
        return ()
    letter = cast("writing.Letter", _WRITERS[name](of))
    return tuple(f"desk_grant_papers.blank.{one}" for one in writing.blanks(letter))


def _draft(of: Writing) -> object:
    told, year = of.details(Verb.DRAFT), year_of(of.request, of.view)
    if year is None or not told:
        raise Absent
    page = of.view
    proposed = drafting.Proposed(
        outcome=told["outcome"],
        applied_on=of.applied_on,
        received_on=page.card.received_on or of.applied_on,
        drafter=of.names.get(_drafter(page), ""),
        amount_yen=int(told["amount_yen"] or 0),
        received_number=str(page.filed.get("received_number") or ""),
        working=tuple(told["working"]),
        why=told.get("why", ""),
    )
    back = newest(page.steps, Verb.REPAY)
    return drafting.draft(
        of.about,
        of.filing(Verb.DRAFT),
        proposed,
        page.findings.asked,
        of.names,
        year,
        reserved_yen=granted_yen(page.steps) if page.card.state in RESERVING else 0,
        spent_yen=paid_yen(page.steps) - (int(back["yen"]) if back.get("into") == "budget" else 0),
    )


def _drafter(page: GrantView) -> UUID:
    steps = (step.staff_id for step in reversed(page.steps) if step.verb is Verb.DRAFT)
    return cast("UUID", next(steps))


def _correction(of: Writing) -> object:
    told = of.details(Verb.RETURN)
    filed = Filing(enforced_on=of.on(Verb.RETURN))
    return writing.correction(
        of.about,
        filed,
        applied_on=of.applied_on,
        missing=[(each["field"], each["what"]) for each in told["missing"]],
        by=date.fromisoformat(told["by_on"]),
        online=of.view.card.channel == "web",
    )


def _refusal(of: Writing) -> object:
    told = of.details(Verb.REFUSE)
    why = [Why(each["code"], each["source"], each["words"]) for each in told["grounds"]]
    return writing.refusal(of.about, of.filing(Verb.REFUSE), applied_on=of.applied_on, reasons=why)


def _change(of: Writing) -> object:
    told = of.details(Verb.CHANGE)
    return writing.change(
        of.about,
        of.filing(Verb.CHANGE),
        of.earlier(),
        was_yen=int(told["was_yen"]),
        amount_yen=int(told["amount_yen"]),
    )


def _revocation(of: Writing) -> object:
    told, granted = of.details(Verb.REVOKE), granted_yen(of.view.steps)
    repay = int(told["repay_yen"] or 0)
    revoked = repay or granted  # of what was paid, what has to come back is what is revoked
    reason = Why("grant.revoke", "", told["why"])
    by = date.fromisoformat(told["repay_by_on"]) if told.get("repay_by_on") else None
    return writing.revocation(
        of.about,
        of.filing(Verb.REVOKE),
        earlier(of.filing(Verb.DECIDE, Verb.CHANGE), granted),
        revoked_yen=revoked,
        left_yen=granted - revoked,
        reasons=[reason],
        repay_yen=repay,
        repay_by=by,
    )


def _envelope(of: Writing) -> object:
    return writing.envelope(of.about)


_WRITERS: Mapping[str, Callable[[Writing], object]] = {
    "draft": _draft,
    "correction": _correction,
    "decision": Decide.letter,
    "refusal": _refusal,
    "change": _change,
    "fixing": Fix.letter,
    "payment": Pay.letter,
    "revocation": _revocation,
    ENVELOPE: _envelope,
}


def forms_available(page: GrantView) -> tuple[str, ...]:
    """The forms of what the person may bring next, in the order of the way."""
    return tuple(name for verb, name in FORM_OF_VERB.items() if verb in page.verbs)


def write_form(name: str, of: Writing) -> object:
    """What the form of that name says; what only the person knows is a blank."""
    paper = find(of.request.office.slug, f"grant_{name}").paper
    return _FORM_WRITERS[name](of, paper.source != UNCONFIRMED)


def _contract_form(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    return form_writing.contract_form(of.about, _decided(of), confirmed=confirmed)


def _report_form(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    return form_writing.report_form(
        of.about,
        _decided(of),
        granted_yen(of.view.steps),
        confirmed=confirmed,
        contracted_on=_contracted_on(of),
    )


def _claim_form(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    fixed = bool(of.details(Verb.FIX))
    settled = of.filing(Verb.FIX) if fixed else _decided(of)
    yen = granted_yen(of.view.steps)
    return form_writing.claim_form(of.about, settled, yen, confirmed=confirmed, fixed=fixed)


def _change_form(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    yen = granted_yen(of.view.steps)
    return form_writing.change_form(of.about, _decided(of), yen, confirmed=confirmed)


def _withdrawal_form(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    decided = _decided(of) if of.details(Verb.DECIDE) else None
    return form_writing.withdrawal_form(
        of.about, decided, confirmed=confirmed, applied_on=of.view.opened.known.applied_on
    )


def _decided(of: Writing) -> Filing:
    """The letter that the form is about: of the decision, or of what changed it."""
    return of.filing(Verb.DECIDE, Verb.CHANGE)


def _contracted_on(of: Writing) -> date | None:
    told = of.details(Verb.CONTRACT).get("contract_on")
    return date.fromisoformat(told) if told else None


_FORM_WRITERS: Mapping[str, Callable[[Writing, bool], object]] = {
    "contract_form": _contract_form,
    "report_form": _report_form,
    "claim_form": _claim_form,
    "change_form": _change_form,
    "withdrawal_form": _withdrawal_form,
}


@dataclass(frozen=True)
class Offered:
    """A paper that can be made now; `hows`: the ways in which a letter may go to the person.

    `blanks`: the text keys of what is still empty in it.
    """

    name: str
    make: str
    how: str
    hows: tuple[Option, ...]
    blanks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The text key of its name."""
        return f"{WORDS}.paper.{self.name}"


@dataclass(frozen=True)
class Issued(Paper):
    """An issued paper of a grant; `closed`: it says an address that is protected by now."""

    closed: bool = False


def offered(
    request: DeskRequest, page: GrantView, names: Mapping[UUID, str]
) -> tuple[Offered, ...]:
    """The papers of the steps that were taken, the newest first."""
    if not page.may_issue:
        return ()
    of = writing_of(request, page, names, page.applied)
    return tuple(_offered(name, of) for name in available(page))


def forms(page: GrantView) -> tuple[Offered, ...]:
    """The forms that the person fills in by hand, where they do not write on their own page."""
    names = forms_available(page) if page.may_issue else ()
    return tuple(Offered(name, _make(name, page), "", ()) for name in names)


def _offered(name: str, of: Writing) -> Offered:
    page = of.view
    goes = name != "draft"
    hows = _hows(name, page) if goes else ()
    return Offered(name, _make(name, page), said_how(page), hows, blanks(name, of))


def _make(name: str, page: GrantView) -> str:
    title = page.words.get(f"{WORDS}.paper.{name}").words
    return page.words.get(f"{WORDS}.paper.make", "ja", title=title).words


def said_how(page: GrantView) -> str:
    """How letters go to the person, in words."""
    return page.words.get(f"{WORDS}.delivery.{_way(page)}").words


def _way(page: GrantView) -> str:
    """How the person wants their letters; at the counter where none may go to their home."""
    how = page.applied.delivery.how
    return "counter" if how == "post" and page.home_is_closed else how


def _hows(name: str, page: GrantView) -> tuple[Option, ...]:
    """The person's own choice is ticked; an address that they gave for it can be chosen."""
    closed = {
        "address": not page.applied.delivery.address,
        "post": page.home_is_closed,
    }
    return tuple(
        Option(way, f"{name}-{way}", f"{WORDS}.delivery.{way}", way == _way(page))
        for way in HOWS
        if not closed.get(way)
    )


def issued(page: GrantView, names: Mapping[UUID, str]) -> tuple[Issued, ...]:
    """The grant's own papers as they were issued, the newest first."""
    hides = page.applied.protected
    return tuple(
        Issued(card, names.get(card.staff_id, ""), closed=hides and card.address)
        for card in page.opened.papers
    )
