"""What one look says (点検の一行): in order, to be done, or to be asked of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from madoguchi.tools.misconfigured import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

OK, WRONG, ASK = "ok", "要対応", "確認"


@dataclass(frozen=True)
class Look:
    """One line: `mark` is `OK`, `WRONG` or `ASK` (what no program can see)."""

    mark: str
    about: str
    found: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        """As it is printed."""
        told = f"：{self.found}" if self.found else ""
        to_do = f" → {self.remedy}" if self.remedy else ""
        return f"{self.mark}　{self.about}{told}{to_do}"


def ok(about: str, found: str = "") -> Look:
    """In order."""
    return Look(OK, about, found)


def wrong(about: str, found: str, remedy: str) -> Look:
    """Something has to be done."""
    return Look(WRONG, about, found, remedy)


def ask(about: str, remedy: str) -> Look:
    """Somebody has to look."""
    return Look(ASK, about, "", remedy)


def each(checks: Iterable[Callable[[], Iterable[Look]]]) -> Iterator[Look]:
    """What every check says; one that falls over says so itself and stops no other."""
    for check in checks:
        try:
            yield from check()
        except Misconfigured as problem:
            found, _, remedy = str(problem).partition("\n  -> ")
            yield wrong(check.__name__, found, remedy)
        except Exception as error:  # noqa: BLE001 - the next check must be made whatever broke
            yield wrong(check.__name__, type(error).__name__, "先に、ほかの要対応を直してください")
