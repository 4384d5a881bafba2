"""What the pages of interviews show of one, and of what the person wished."""

from dataclasses import dataclass, field
from datetime import datetime

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.interview import State, Verb, follows
from madoguchi.web.desk.case.facts import Fact, facts
from madoguchi.web.kit.reveal import Said, said
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.interviews.public import Wanted
from madoguchi.work.interviews.queries import OfCase, Planned
from madoguchi.work.record import queries as record

CONTACTS = ("received", "call", "interview", "letter")
ASKED = ("officer", "language", "support")
AT_INTAKE = ("how", "visit_when")


@dataclass(frozen=True)
class Needs:
    """What the person needs for an interview, as the pages show it."""

    support: tuple[str, ...]
    officer: str
    language: Said = field(repr=False)
    note: Said = field(repr=False)


def needs(wanted: Wanted) -> Needs:
    """The needs, with what was typed made safe to look at."""
    return Needs(
        support=tuple(f"visit.support.{code}" for code in wanted.support),
        officer=f"visit.officer.{wanted.officer}" if wanted.officer else "",
        language=said(wanted.language),
        note=said(wanted.note),
    )


@dataclass(frozen=True)
class Row:
    """One interview of the case: when, what for, and which verbs are possible now."""

    planned: Planned
    needs: Needs
    may: frozenset[str]

    @property
    def mark(self) -> str:
        """What tells the fields of its form from those of another's."""
        return self.planned.id.hex


def row(one: OfCase, now: datetime) -> Row:
    """An interview of an opened case."""
    return Row(one.planned, needs(one.wanted), possible(one.planned, now))


def possible(planned: Planned, now: datetime) -> frozenset[str]:
    """The verbs that its state and the time of day leave."""
    state = State(planned.state)
    verbs = {str(verb) for verb in Verb if follows(state, verb)}
    if planned.on > now.date():
        verbs -= {"come", "miss"}
    elif datetime.combine(planned.on, planned.starts, tzinfo=now.tzinfo) > now:
        verbs -= {"miss"}
    return frozenset(verbs)


def wished(opened: OpenedCase, words: Texts) -> tuple[Fact, ...]:
    """What the person said of a visit when they asked for help; nothing that they left out."""
    entries = record.entries(opened)
    first = next((entry for entry in reversed(entries) if entry.kind in CONTACTS), None)
    told = first.words if first else {}
    found = (*facts(AT_INTAKE, told, words), *facts(ASKED, opened.about, words))
    return tuple(fact for fact in found if fact.said.words)
