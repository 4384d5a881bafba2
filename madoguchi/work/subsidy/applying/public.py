"""What the person does to apply (申請): begin a draft, go on with it anywhere, send it once.

There is one draft (下書き) for each case, sealed in the shared drawer, as it was typed. Its keys:
`answers` by field; `count`: how often it was saved; `changed`: the count at which each field got
its value; `saved`: the tasks that were saved; `token`: under which it is sent only once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.steps.grant import OVER, State, Verb
from madoguchi.tools.act.action import action, earlier_result
from madoguchi.tools.later.queue import enqueue
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.subsidy.application import (
    APPLICATION,
    Applied,
    Promise,
    facts,
    promises,
    represented,
)
from madoguchi.work.subsidy.history import NewStep, begin, current, end_protection, hides, history
from madoguchi.work.subsidy.models import Draft, Grant

__all__ = [
    "Applied",
    "Promise",
    "Saved",
    "apply",
    "draft",
    "facts",
    "is_protected",
    "last_application",
    "missing",
    "promises",
    "represented",
    "result_of",
    "running",
    "running_application",
    "save",
    "sent_at",
]

type Typed = Mapping[str, list[str]]

DRAFT = "grant_draft"
DUE = "grant_sent"


@dataclass(frozen=True)
class Saved:
    """A draft after saving; `lost`: what another page had saved meanwhile and this one replaced."""

    draft: dict[str, Any] = field(repr=False)
    lost: Typed = field(default_factory=dict, repr=False)


def draft(held: cases.Holding) -> dict[str, Any]:
    """What the person has written so far; an empty draft where nothing was begun."""
    row = Draft.of(held.office_id).filter(case_id=held.case_id).first()
    return _opened(held, row)


def running(held: cases.Holding) -> UUID | None:
    """The case's grant that is not over; None where a new application may begin."""
    grants = Grant.of(held.office_id).filter(case_id=held.case_id).exclude(state__in=OVER)
    return grants.values_list("id", flat=True).first()


def is_protected(held: cases.Holding) -> bool:
    """Whether the person's address is hidden by now, whoever wrote that down (支援措置)."""
    return hides(held.office_id, held.case_id, held.drawer)


def last_application(held: cases.Holding) -> Applied | None:
    """The newest application that is over; None where there was none."""
    over = Grant.of(held.office_id).filter(case_id=held.case_id, state__in=OVER)
    ended = [history(grant, held.drawer) for grant in over]
    newest = max(ended, key=lambda steps: steps[0].at, default=())
    return current(newest) if newest else None


def sent_at(held: cases.Holding) -> datetime | None:
    """When the application that is running was sent; None where it came on paper, or none is."""
    grants = Grant.of(held.office_id).filter(case_id=held.case_id).exclude(state__in=OVER)
    return grants.values_list("sent_at", flat=True).first()


def running_application(held: cases.Holding) -> Applied | None:
    """The application that is running; None where none is."""
    grant_id = running(held)
    if grant_id is None:
        return None
    grant = Grant(id=grant_id, office_id=held.office_id, case_id=held.case_id)
    return current(history(grant, held.drawer))


@action("grant.save")
def save(
    _actor: Actor, held: cases.Holding, task: str, typed: Typed, seen: int, *, now: datetime
) -> Saved:
    """Save the answers of one task's page; the last saving of a field counts.

    `seen`: the count of the draft that the page showed. What another page has saved since and this
    one replaced comes back as `lost`, so that it can be shown.

    Raises:
        Refused: the application was sent meanwhile (`grant.apply`).
    """
    if running(held):
        raise Refused(Reason("grant.apply"))
    row = Draft.of(held.office_id).filter(case_id=held.case_id).first()
    draft = _opened(held, row)
    before, changed = draft["answers"], draft["changed"]
    replaced = {name for name, words in typed.items() if before.get(name, []) != words}
    lost = {name: before[name] for name in replaced if changed.get(name, 0) > seen and before[name]}
    draft["count"] += 1
    draft["answers"] = {**before, **typed}
    draft["changed"] = changed | dict.fromkeys(replaced, draft["count"])
    draft["saved"] = sorted({*draft["saved"], task})
    _write(held, row, draft, now)
    return Saved(draft, lost)


def result_of(actor: Actor, held: cases.Holding, token: str) -> UUID | None:
    """The grant that the draft with this token has become, however often its button is pressed."""
    return earlier_result(actor, "grant.apply", idempotency_key(held, token))


def idempotency_key(held: cases.Holding, token: str) -> str:
    """The key under which a draft is sent once, from whatever device."""
    return f"{held.drawer.mark}/{token}"[:64]


@action("grant.apply")
def apply(
    actor: Actor,
    held: cases.Holding,
    applied: Applied,
    look_on: date,
    *,
    ended: bool = False,
    now: datetime,
) -> UUID:
    """Send the application: the desk finds it by `look_on`; the draft is empty from then on.

    `ended`: the person says that their measures of support ended (支援措置).

    Raises:
        Refused: another application of this case is running (`grant.apply`), or a file that it
            names cannot be read any more (`grant.attachment`).
    """
    if running(held):
        raise Refused(Reason("grant.apply"))
    if missing(held, applied):
        raise Refused(Reason("grant.attachment"))
    grant = Grant(
        office_id=held.office_id,
        case_id=held.case_id,
        state=State.SENT,
        channel="web",
        sent_at=now,
    )
    details: dict[str, Any] = {APPLICATION: applied.to_json()}
    if ended:
        details |= end_protection(actor, held, now=now)
    step = begin(grant, NewStep(Verb.APPLY, now.date(), held.drawer, details), now=now)
    row = Draft.of(held.office_id).filter(case_id=held.case_id).first()
    if row is not None:
        _write(held, row, {}, now)
    cases.desks_turn(held, look_on, DUE, now)
    enqueue("subsidy.notice", step.id, at=now)
    return grant.id


def missing(held: cases.Holding, applied: Applied) -> tuple[UUID, ...]:
    """The files that an application names and that cannot be read any more."""
    readable = {card.id for card in evidence.readable(held.drawer)}
    return tuple(file_id for file_id in applied.files if file_id not in readable)


def _opened(held: cases.Holding, row: Draft | None) -> dict[str, Any]:
    """The draft; a new one where there is none, or where it was sent and is empty since."""
    draft: dict[str, Any] = held.drawer.open(DRAFT, row.id, row.told) if row else {}
    empty = {"answers": {}, "count": 0, "changed": {}, "saved": [], "token": uuid4().hex}
    return draft or empty


def _write(held: cases.Holding, row: Draft | None, draft: dict[str, Any], now: datetime) -> None:
    """Seal the draft anew; its row stays, since the audit knows it."""
    new = row is None
    row = row or Draft(office_id=held.office_id, case_id=held.case_id)
    row.told, row.at = held.drawer.seal(DRAFT, row.id, draft), now
    row.save(force_insert=new)
