"""The invented people of the town, as `people.toml` tells them: staff, notices, mails, cases."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madoguchi.work.clinic.bookings.actions import How

FILE = Path(__file__).with_name("people.toml")


@dataclass(frozen=True)
class Colleague:
    username: str
    name: str
    role: str


@dataclass(frozen=True)
class News:
    """One notice; `ago`: working days before the last one, None for the clinic's days."""

    kind: str
    title: str
    body: str
    ago: int | None = None


@dataclass(frozen=True)
class Letter:
    """One mail that came in and waits; `automatic`: a machine sent it."""

    ago: int
    at: str
    address: str
    subject: str
    text: str
    name: str = ""
    files: tuple[str, ...] = ()
    automatic: bool = False


@dataclass(frozen=True)
class Step:
    """What happens in a case: on which working day after it was asked, what, by whom.

    `by` names the account; the person's own steps need none. `days`: working days until the desk
    looks again, or the person comes. The meaning of `code` depends on `do`: a closing reason, a
    level, a contact rule, an agency, what is planned, the time of an interview, the account that
    is denied, the outcome of a contact. `way`: by which way a contact was; `minutes`: how long.
    """

    day: int
    do: str
    by: str = ""
    text: str = ""
    code: str = ""
    consent: str = "told_only"
    days: int = 5
    files: tuple[str, ...] = ()
    at: str = ""
    way: str = "phone"
    minutes: int = 0


@dataclass(frozen=True)
class Seat:
    """A place with the lawyer that the desk books for a case, or a wish to wait for one.

    `day`: the last one (`over`), the `coming` one, the one after it (`then`). `number`: the slot,
    0 to wait for one. `brief`: what the lawyer is told with consent. `came`, `results`, `note` and
    `told`: what came of it.
    """

    day: str
    ago: int
    by: str
    number: int = 0
    at: str = ""
    people: int = 1
    subject: str = ""
    other_party: str = ""
    names_ok: bool = False
    brief: str = ""
    came: How | None = None
    results: tuple[str, ...] = ()
    note: str = ""
    told: str = ""


@dataclass(frozen=True)
class Grant:
    """An application for the subsidy: whose it is, what the lawyer asks, what happened then.

    `then`: days count as in the case; `do` is a verb of a grant.
    """

    name: str
    kana: str
    address: str
    phone: str
    yen: int
    then: tuple[Step, ...]
    act: str = "deletion"


@dataclass(frozen=True)
class Story:
    """One case: when it was asked, the answers of the form, what happened then.

    `door`: by which way; where it is one of the desk's, `by` names who took the person in. Who asks
    for a place with the lawyer (`clinic`) asks for that slot of the coming day.
    """

    ago: int
    at: str
    tell: Mapping[str, str | list[str]]
    files: tuple[str, ...] = ()
    then: tuple[Step, ...] = ()
    shown: bool = False
    door: str = "web"
    by: str = ""
    slot: int = 0
    seat: Seat | None = None
    grant: Grant | None = None

    @property
    def answers(self) -> dict[str, list[str]]:
        """The form's answers, as it keeps them."""
        return {
            name: answer if isinstance(answer, list) else [answer]
            for name, answer in self.tell.items()
        }


@dataclass(frozen=True)
class Wonder:
    """A question about a page; `email`: where the answer is wished."""

    ago: int
    at: str
    text: str
    email: str = ""


@dataclass(frozen=True)
class People:
    """Everybody; `seed` fixes what is left to chance.

    `kept`: how many working days ago the desk kept a place of the clinic free.
    """

    seed: int
    kept: int
    staff: tuple[Colleague, ...]
    news: tuple[News, ...]
    letters: tuple[Letter, ...]
    stories: tuple[Story, ...]
    questions: tuple[Wonder, ...]


def people() -> People:
    """Everybody of `people.toml`."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    return People(
        seed=data["seed"],
        kept=data["kept"],
        staff=tuple(Colleague(**row) for row in data["staff"]),
        news=tuple(News(**row) for row in data["news"]),
        letters=tuple(_with_files(Letter, row) for row in data["letter"]),
        stories=tuple(_story(row) for row in data["story"]),
        questions=tuple(Wonder(**row) for row in data["question"]),
    )


def _story(row: dict[str, Any]) -> Story:
    steps = _steps(row)
    seat = row.pop("seat", None)
    own = Seat(**{**seat, "results": tuple(seat.get("results", ()))}) if seat else None
    applied = row.pop("grant", None)
    grant = Grant(**{**applied, "then": _steps(applied)}) if applied else None
    return _with_files(Story, {**row, "then": steps, "seat": own, "grant": grant})


def _steps(row: dict[str, Any]) -> tuple[Step, ...]:
    return tuple(_with_files(Step, step) for step in row.pop("then", ()))


def _with_files[T](kind: type[T], row: dict[str, Any]) -> T:
    return kind(**{**row, "files": tuple(row.get("files", ()))})
