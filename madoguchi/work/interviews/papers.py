"""What the sheet of a day's interviews prints (面談の日の一覧), in reading form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Visit:
    """One place of a time; without `who` nobody comes: `state` says whether it is free."""

    starts: str
    ends: str
    state: str
    who: str = ""
    assignee: str = ""
    needs: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Stranded:
    """An interview whose time is not given any more, because the day was closed."""

    who: str
    starts: str


@dataclass(frozen=True, slots=True)
class InterviewDay:
    """The interviews of a day, place by place."""

    office: str
    on: str
    holiday: str = ""
    visits: tuple[Visit, ...] = field(default=(), repr=False)
    stranded: tuple[Stranded, ...] = ()
