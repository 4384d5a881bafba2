"""The files that a person sent before (送ってあるファイル), to be ticked on a page of the grant."""

from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.web.kit.form import Filled
from madoguchi.web.portal.own_grant.press import Press
from madoguchi.work.evidence import public as evidence


@dataclass(frozen=True)
class Tick:
    """One file that may be ticked."""

    value: str
    id: str
    name: str = field(repr=False)
    size: int
    at: date
    chosen: bool


def ticks(press: Press, filled: Filled, name: str) -> tuple[Tick, ...]:
    """The files of the case that can be read, the newest first; a locked one is not offered."""
    chosen = filled.value(name) or ()
    return tuple(
        Tick(
            str(one.id),
            f"f-{name}-{at}",
            one.name,
            one.length,
            day_in_japan(one.at),
            str(one.id) in chosen,
        )
        for at, one in enumerate(reversed(evidence.readable(press.held.drawer)))
    )
