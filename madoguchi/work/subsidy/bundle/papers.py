"""What the papers of a bundle say (綴りの目次・申請の内容と経過), already in reading form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a bundle; `lacking`: why it is not in it, empty where it is.

    `sha256` is that of its bytes; `who` issued or sent it.
    """

    number: str
    file: str
    title: str = field(repr=False)
    who: str = field(repr=False)
    on: str = ""
    pages: str = ""
    size: str = ""
    sha256: str = ""
    lacking: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """The list of all that a bundle holds (目次), and of what it should hold and does not."""

    reference: str
    state: str
    made_on: str
    made_by: str
    entries: tuple[Entry, ...] = field(repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One detail of an application or a step; `mark`: the number of its field on the form."""

    label: str
    words: str = field(repr=False)
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One step of the grant (経過); `told`: its details."""

    on: str
    what: str
    who: str
    told: tuple[Line, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Checked:
    """One condition (条件): what the machine found, its source, one verdict on it (判定)."""

    condition: str
    machine: str
    source: str
    verdict: str
    who: str = ""
    on: str = ""
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """A grant's application, checks and steps (申請の内容と経過), without a protected address."""

    reference: str
    state: str
    application: tuple[Line, ...] = field(repr=False)
    received_on: str = ""
    checks: tuple[Checked, ...] = field(default=(), repr=False)
    steps: tuple[Happened, ...] = field(default=(), repr=False)
