"""What the record sheet prints (相談記録票), in reading form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with its answer; empty: not told (未聴取). `aside`: what is said beside it."""

    label: str
    words: str = field(default="", repr=False)
    aside: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Due:
    """A day by which something happens, and why."""

    on: str
    what: str
    why: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Referral:
    """One agency that the person was told of."""

    on: str
    agency: str
    state: str
    consent: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the record (経過).

    `who`: which colleague wrote it, empty for the person. `written`: when it was put down, where
    that was later. `reason`: why it corrects another.
    """

    number: str
    on: str
    at: str
    kind: str
    who: str = ""
    about: str = ""
    written: str = ""
    corrected: bool = False
    reason: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    aside: str = field(default="", repr=False)
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """A case on paper, oldest entry first.

    `circulated`: the titles over the boxes of 供覧. `internal`: how many notes of the desk's own
    the case has; `notes`: those of them that were asked for. `urgent`: somebody meant the flag of
    danger; `noticed`: words of danger came that nobody has read. `unread`: how many entries that do
    not open are left out.
    """

    office: str
    case: str
    opened: str
    channel: str
    assignee: str
    state: str
    contact: str
    circulated: tuple[str, ...]
    urgent: bool = False
    noticed: bool = False
    minutes: str = ""
    internal: int = 0
    unread: int = 0
    dues: tuple[Due, ...] = field(default=(), repr=False)
    person: tuple[Answer, ...] = field(default=(), repr=False)
    story: tuple[Answer, ...] = field(default=(), repr=False)
    referrals: tuple[Referral, ...] = ()
    entries: tuple[Entry, ...] = field(default=(), repr=False)
    notes: tuple[Entry, ...] = field(default=(), repr=False)
