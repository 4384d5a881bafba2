"""The acts on a mail: what each asks and does, what goes into the record, and where it leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from madoguchi.rules.decision import Absent
from madoguchi.rules.opening import working_day, working_days
from madoguchi.rules.proposals import Proposal
from madoguchi.rules.steps.case import BY_PHONE, CONTACT_RULES
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.forms.fields import (
    Choice,
    Choices,
    Email,
    Field,
    FieldError,
    Line,
    Name,
    Story,
    Tel,
    Typed,
    Value,
    Whole,
    showable,
)
from madoguchi.tools.forms.form import FieldCard, Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.answers import RESIDENCES
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice, Wishes
from madoguchi.work.intake.desk.actions import Intake
from madoguchi.work.intake.mail import actions
from madoguchi.work.intake.mail.queries import Contents, Opened
from madoguchi.work.notices import public as notices
from madoguchi.work.record.actions import MOST, Contact
from madoguchi.work.search import queries as search

CHANGED = "not_original"
MOST_OF_A_LINE = 500
WORDS = "desk.mail"
BANDS = ("under_18", "18_29", "30_39", "40_49", "50_64", "65_up")
PURPOSE = "same"
STORY = ("urls",)
WHOSE = ("person", "other")


def as_entry(mail: Contents, request: DeskRequest) -> str:
    """The text of the entry; what is longer than an entry may be is only in the raw mail."""
    words = texts_for(request)

    def text(key: str, **values: str) -> str:
        return words.get(f"desk.mail.entry.{key}", "ja", **values).words

    lines = [
        text("sender", sender=" ".join(filter(None, (mail.from_name, f"<{mail.from_address}>")))),
        text("subject", subject=mail.subject),
    ]
    if mail.at is not None:
        at, reading = mail.at.astimezone(request.now.tzinfo), Formatter(words)
        lines.append(text("at", day=reading.day(at.date()), clock=reading.clock(at)))
    lines += [
        text("changed" if CHANGED in each.flags else "file", name=each.name) for each in mail.files
    ]
    if CHANGED in mail.flags:
        lines.append(text("not_original"))
    head = "\n".join(showable(line)[:MOST_OF_A_LINE] for line in lines)
    entry = f"{head}\n\n{showable(mail.text)}"
    if len(entry) <= MOST:
        return entry
    cut = "\n" + text("cut")
    return entry[: MOST - len(cut)] + cut


@dataclass(frozen=True)
class Ticks(Field):
    """The proposals that were ticked (使う候補), by question and place: `name_0`."""

    kind: ClassVar[str] = "ticks"

    def read(self, given: Typed) -> tuple[Value, FieldError | None]:
        """All of them."""
        return tuple(given), None


ASKED = (
    Name("name", autocomplete="off"),
    Name("kana", autocomplete="off"),
    Tel("phone", autocomplete="off"),
    Email("email", autocomplete="off"),
    Whole("age", most=130),
    Choice("age_band", options=BANDS),
    Choice("residence", options=RESIDENCES),
    Line("town", limit=100, width="middle"),
    Story("urls", rows=2, limit=4000),
)
TAKE = Form(
    WORDS,
    (
        *ASKED,
        Ticks("use"),
        Choices("urgent", options=("yes",)),
        Choice("contact_rule", required=True, hint=True, options=CONTACT_RULES),
        Choice("notice", required=True, hint=True, options=("no", "yes")),
        Whole("next_days", hint=True, least=0, most=120),
        Line("why", required=True, limit=500, guarded=True),
    ),
)
FIND = Form(WORDS, (Line("words", required=True, hint=True, limit=60),))
ADD = Form(
    WORDS,
    (Line("case", required=True, limit=40), Choice("whose", required=True, options=WHOSE)),
)
PRESS = Form(WORDS, ())
ASIDE = Form(WORDS, (Line("aside_why", required=True, hint=True, limit=500, guarded=True),))


@dataclass(frozen=True)
class Tick:
    """The checkbox of a proposal; `key`: the text key of a coded answer, else empty."""

    code: str
    key: str
    value: str = field(repr=False)
    found: str = field(repr=False)
    source: str
    ticked: bool

    @property
    def id(self) -> str:
        return f"use-{self.code}"


@dataclass(frozen=True)
class Question:
    """A question of the sheet with the proposals for its answer."""

    card: FieldCard
    ticks: tuple[Tick, ...]


def questions(filled: Filled, proposals: Sequence[Proposal]) -> tuple[Question, ...]:
    """The questions about the person, each with what the mail seems to say."""
    chosen, found = filled.typed.get("use", []), []
    for asked in ASKED:
        ticks = []
        for code, proposal in _coded(asked.name, proposals):
            source = "sender"
            if proposal.found:
                source = "label" if proposal.sure else "looks"
            value, in_mail = visible(proposal.value), visible(proposal.found)
            key = f"{WORDS}.{asked.name}.{proposal.value}" if isinstance(asked, Choice) else ""
            ticks.append(Tick(code, key, value, in_mail, f"{WORDS}.found.{source}", code in chosen))
        found.append(Question(filled.card[asked.name], tuple(ticks)))
    return tuple(found)


def _coded(asked: str, proposals: Sequence[Proposal]) -> list[tuple[str, Proposal]]:
    """The proposals for a question, each with the code of its checkbox."""
    own = [proposal for proposal in proposals if proposal.asked == asked]
    return [(f"{asked}_{place}", proposal) for place, proposal in enumerate(own)]


def answers(filled: Filled, proposals: Sequence[Proposal]) -> tuple[Filled, dict[str, Any]]:
    """What was typed and ticked, by question; an error where a question got two answers."""
    details: dict[str, Any] = {}
    for asked in ASKED:
        ticked = [
            proposal.value
            for code, proposal in _coded(asked.name, proposals)
            if code in filled.typed.get("use", [])
        ]
        typed = filled.words(asked.name).strip()
        if asked.name == "urls":
            details["urls"] = "\n".join(filter(None, (*ticked, typed)))
            continue
        given = dict.fromkeys(filter(None, (*ticked, typed)))
        if len(given) > 1:
            filled = filled.refuse(asked.name, "one_answer")
        value, error = asked.read(list(given)[:1])
        if error is not None and not typed:
            filled = filled.refuse(asked.name, error.code, **error.values)
        details[asked.name] = value
        if asked.name == "phone":
            details |= {"phone": next(iter(given), ""), "phone_digits": value or ""}
    if filled.value("contact_rule") in BY_PHONE and not details.get("phone"):
        filled = filled.refuse("phone", "required")
    if filled.value("notice") == "yes" and not details.get("email"):
        filled = filled.refuse("email", "required")
    return filled, {name: value for name, value in details.items() if value not in ("", None)}


@dataclass(frozen=True)
class Press:
    """An act that was pressed: on which mail, with which answers, under which key."""

    request: DeskRequest
    opened: Opened
    proposals: tuple[Proposal, ...] = field(repr=False)
    filled: Filled
    idempotency_key: str

    def in_days(self, count: int) -> date:
        """The day so many working days (開庁日) from now; for none today, or the next such day."""
        desk, today = self.request.programme.desk, self.request.now.date()
        changes = notices.changes(self.request.office.id)
        return (
            next(working_days(desk, today, changes))
            if count == 0
            else working_day(desk, today, count, changes)
        )


@dataclass(frozen=True)
class Done:
    """Where an act that was done leads; nowhere where something has to be changed or chosen.

    `confirmation`: the text key of what was done, where that page does not show it by itself.
    """

    to: str
    filled: Filled
    found: search.Found | None = None
    confirmation: str = ""


@dataclass(frozen=True)
class Act:
    """An act on a mail: its form and what is done."""

    form: Form
    perform: Callable[[Press], Done]


def _take(press: Press) -> Done:
    filled, details = answers(press.filled, press.proposals)
    if not filled.ok:
        return Done("", filled)
    days = filled.value("next_days")
    if days in (None, ""):
        days = 0 if filled.value("urgent") else 1
    rung = filled.value("contact_rule") in BY_PHONE  # who has no number yet reads no answer
    contact = Contact(
        kind="received",
        way="mail",
        direction="in",
        outcome=Outcome.OTHER,
        text=as_entry(press.opened.contents, press.request),
        next_on=press.in_days(days),
        due="call" if rung else "mail",
        why=filled.value("why"),
        details={name: details[name] for name in STORY if name in details},
    )
    new = Intake(
        channel="mail",
        urgent=bool(filled.value("urgent")),
        about={name: value for name, value in details.items() if name not in STORY},
        wishes=Wishes(
            contact_rule=filled.value("contact_rule"), mail=filled.value("notice") == "yes"
        ),
        contact=contact,
    )
    request, opened = press.request, press.opened
    case_id = actions.take(
        request.actor,
        opened.mail,
        opened.raw,
        request.office,
        new,
        now=request.now,
        idempotency_key=press.idempotency_key,
    )
    return Done(reverse("receipt", args=[case_id]), filled)


def _find(press: Press) -> Done:
    if not press.filled.ok:
        return Done("", press.filled)
    at, words = AtOffice(press.request.office.id), press.filled.value("words")
    found = search.search(press.request.actor, at, words, PURPOSE, now=press.request.now)
    return Done("", press.filled, found)


def _add(press: Press) -> Done:
    request, opened = press.request, press.opened
    try:
        chosen = UUID(press.filled.words("case"))
    except ValueError as error:
        raise Absent from error
    whose = press.filled.value("whose")
    if whose not in WHOSE:  # the buttons say it
        raise Absent
    case = cases.find(request.actor, chosen)
    case_id = actions.add(
        request.actor,
        opened.mail,
        opened.raw,
        case,
        as_entry(opened.contents, request),
        press.in_days(1),
        by_person=whose == "person",
        now=request.now,
        idempotency_key=press.idempotency_key,
    )
    return Done(reverse("case", args=[case_id]), press.filled)


def _aside(press: Press) -> Done:
    if not press.filled.ok:
        return Done("", press.filled)
    actions.lay_aside(
        press.request.actor,
        press.opened.mail,
        why=press.filled.words("aside_why") if press.filled.form is ASIDE else "",
        now=press.request.now,
        idempotency_key=press.idempotency_key,
    )
    return Done(reverse("mail"), press.filled, confirmation="desk.done.mail.aside")


def _back(press: Press) -> Done:
    actions.put_back(
        press.request.actor,
        press.opened.mail,
        now=press.request.now,
        idempotency_key=press.idempotency_key,
    )
    here = reverse("mail-one", args=[press.opened.line.id])
    return Done(here, press.filled, confirmation="desk.done.mail.back")


ACTS = {
    "take": Act(TAKE, _take),
    "find": Act(FIND, _find),
    "add": Act(ADD, _add),
    "aside": Act(PRESS, _aside),
    "aside-danger": Act(ASIDE, _aside),
    "back": Act(PRESS, _back),
}
