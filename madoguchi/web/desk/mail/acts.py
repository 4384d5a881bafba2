"""What becomes of a mail: what each act asks, does, keeps in the record, and where it leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from madoguchi.rules.decision import Absent
from madoguchi.rules.opening import working_day
from madoguchi.rules.proposals import Proposal
from madoguchi.rules.steps.case import CONTACT_RULES
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
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.sanitize import visible
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice, Wishes
from madoguchi.work.intake.desk.actions import TakenIn
from madoguchi.work.intake.mail import actions
from madoguchi.work.intake.mail.queries import Opened, Said
from madoguchi.work.notices import public as notices
from madoguchi.work.record.actions import MOST, Contact
from madoguchi.work.search import queries as search

CHANGED = "not_original"
MOST_OF_A_LINE = 500
WORDS = "desk.mail"
BANDS = ("under_18", "18_29", "30_39", "40_49", "50_64", "65_up")
BY_PHONE = ("phone", "no_voicemail")
NEXT_DAYS = "1"
PURPOSE = "same"
STORY = ("urls",)


def as_entry(mail: Said, request: DeskRequest) -> str:
    """The words of the entry; what is longer than an entry may be stands in the raw mail."""
    words = words_for(request)

    def say(key: str, **values: str) -> str:
        return words.get(f"desk.mail.entry.{key}", "ja", **values).words

    lines = [
        say("sender", sender=" ".join(filter(None, (mail.from_name, f"<{mail.from_address}>")))),
        say("subject", subject=mail.subject),
    ]
    if mail.at is not None:
        at, reading = mail.at.astimezone(request.now.tzinfo), Formatter(words)
        lines.append(say("at", day=reading.day(at.date()), clock=reading.clock(at)))
    lines += [
        say("changed" if CHANGED in one.flags else "file", name=one.name) for one in mail.files
    ]
    if CHANGED in mail.flags:
        lines.append(say("not_original"))
    head = "\n".join(showable(line)[:MOST_OF_A_LINE] for line in lines)
    whole = f"{head}\n\n{showable(mail.text)}"
    if len(whole) <= MOST:
        return whole
    rest = "\n" + say("cut")
    return whole[: MOST - len(rest)] + rest


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
        Whole("next_days", required=True, hint=True, least=1, most=120),
        Line("why", required=True, limit=500, guarded=True),
    ),
)
FIND = Form(WORDS, (Line("words", required=True, hint=True, limit=60),))
ADD = Form(WORDS, (Line("case", required=True, limit=40),))
PRESS = Form(WORDS, ())


@dataclass(frozen=True)
class Tick:
    """One proposal as the page draws it."""

    code: str
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
    chosen = filled.typed.get("use", [])
    return tuple(
        Question(
            filled.card[asked.name],
            tuple(
                Tick(code, visible(one.value), visible(one.found), _source(one), code in chosen)
                for code, one in _coded(asked.name, proposals)
            ),
        )
        for asked in ASKED
    )


def _source(one: Proposal) -> str:
    if not one.found:
        return f"{WORDS}.found.sender"
    return f"{WORDS}.found.{'label' if one.sure else 'looks'}"


def _coded(asked: str, proposals: Sequence[Proposal]) -> list[tuple[str, Proposal]]:
    own = [one for one in proposals if one.asked == asked]
    return [(f"{asked}_{place}", one) for place, one in enumerate(own)]


def answers(filled: Filled, proposals: Sequence[Proposal]) -> tuple[Filled, dict[str, Any]]:
    """What was typed and ticked, by question; a slip where a question got two answers."""
    told: dict[str, Any] = {}
    for asked in ASKED:
        ticked = [
            one.value
            for code, one in _coded(asked.name, proposals)
            if code in filled.typed.get("use", [])
        ]
        typed = filled.words(asked.name).strip()
        if asked.name == "urls":
            told["urls"] = "\n".join(filter(None, (*ticked, typed)))
            continue
        given = dict.fromkeys(filter(None, (*ticked, typed)))
        if len(given) > 1:
            filled = filled.refuse(asked.name, "one_answer")
        value, slip = asked.read(list(given)[:1])
        if slip is not None and not typed:
            filled = filled.refuse(asked.name, slip.code, **slip.values)
        told[asked.name] = value
        if asked.name == "phone":
            told |= {"phone": next(iter(given), ""), "phone_digits": value or ""}
    return _reachable(filled, told), {
        name: value for name, value in told.items() if value not in ("", None)
    }


def _reachable(filled: Filled, told: dict[str, Any]) -> Filled:
    """A way that was chosen needs its number or address."""
    if filled.value("contact_rule") in BY_PHONE and not told.get("phone"):
        filled = filled.refuse("phone", "required")
    if filled.value("notice") == "yes" and not told.get("email"):
        filled = filled.refuse("email", "required")
    return filled


def wishes(filled: Filled) -> Wishes:
    """How contact is safe, as far as the mail says so."""
    return Wishes(contact_rule=filled.value("contact_rule"), mail=filled.value("notice") == "yes")


@dataclass(frozen=True)
class Doing:
    """An act about to be done: on which mail, with which answers, under which key."""

    request: DeskRequest
    opened: Opened
    proposals: tuple[Proposal, ...] = field(repr=False)
    filled: Filled
    idempotency_key: str

    def in_days(self, count: int) -> date:
        """The day that lies so many working days (開庁日) ahead."""
        changes = notices.changes(self.request.office.id)
        return working_day(self.request.programme.desk, self.request.now.date(), count, changes)


@dataclass(frozen=True)
class Done:
    """Where an act that was done leads; nowhere where something has to be changed or chosen."""

    to: str
    filled: Filled
    found: search.Found | None = None


@dataclass(frozen=True)
class Act:
    """One act: its form and what is done."""

    form: Form
    do: Callable[[Doing], Done]


def _take(doing: Doing) -> Done:
    filled, told = answers(doing.filled, doing.proposals)
    if not filled.ok:
        return Done("", filled)
    contact = Contact(
        kind="received",
        way="mail",
        direction="in",
        outcome=Outcome.OTHER,
        text=as_entry(doing.opened.said, doing.request),
        next_on=doing.in_days(filled.value("next_days")),
        why=filled.value("why"),
        told={name: told[name] for name in STORY if name in told},
    )
    new = TakenIn(
        channel="mail",
        urgent=bool(filled.value("urgent")),
        about={name: value for name, value in told.items() if name not in STORY},
        wishes=wishes(filled),
        contact=contact,
    )
    request, opened = doing.request, doing.opened
    case_id = actions.take(
        request.actor,
        opened.mail,
        opened.raw,
        request.office,
        new,
        now=request.now,
        idempotency_key=doing.idempotency_key,
    )
    return Done(reverse("receipt", args=[case_id]), filled)


def _find(doing: Doing) -> Done:
    if not doing.filled.ok:
        return Done("", doing.filled)
    at, words = AtOffice(doing.request.office.id), doing.filled.value("words")
    found = search.search(doing.request.actor, at, words, PURPOSE, now=doing.request.now)
    return Done("", doing.filled, found)


def _add(doing: Doing) -> Done:
    request, opened = doing.request, doing.opened
    case = cases.find(request.actor, _chosen(doing.filled))
    case_id = actions.add(
        request.actor,
        opened.mail,
        opened.raw,
        case,
        as_entry(opened.said, request),
        doing.in_days(1),
        now=request.now,
        idempotency_key=doing.idempotency_key,
    )
    return Done(reverse("case", args=[case_id]), doing.filled)


def _chosen(filled: Filled) -> UUID:
    try:
        return UUID(filled.words("case"))
    except ValueError as error:
        raise Absent from error


def _aside(doing: Doing) -> Done:
    actions.lay_aside(
        doing.request.actor,
        doing.opened.mail,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )
    return Done(reverse("mail"), doing.filled)


def _back(doing: Doing) -> Done:
    actions.put_back(
        doing.request.actor,
        doing.opened.mail,
        now=doing.request.now,
        idempotency_key=doing.idempotency_key,
    )
    return Done(reverse("mail-one", args=[doing.opened.line.id]), doing.filled)


ACTS = {
    "take": Act(TAKE, _take),
    "find": Act(FIND, _find),
    "add": Act(ADD, _add),
    "aside": Act(PRESS, _aside),
    "back": Act(PRESS, _back),
}
