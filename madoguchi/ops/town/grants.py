"""Many grants at once for benchmarks and tests: real seals and audit lines, inserted in bulk."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from madoguchi.ops.town.bulk import BATCH
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.audit import chain
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.tools.write import write
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.history import TOLD
from madoguchi.work.subsidy.models import Grant, Step

type Told = tuple[Verb, State, int, Mapping[str, Any]]


ENDS = (  # in turn
    State.PAID,
    State.DECIDED,
    State.PAID,
    State.REFUSED,
    State.PAID,
    State.RECEIVED,
    State.PAID,
)
SHARED = (Verb.APPLY, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
APPLIED = Applied(
    name="例 太郎",
    kana="レイ タロウ",
    postal_code="377-8501",
    address="見本県見本市石原80番地",
    phone="0279-00-0000",
    acts=("deletion",),
    engaged="lawyer",
    lawyer="見本 一郎",
    contract="none",
)


def grants(
    actor: Actor,
    year: int,
    now: datetime,
    seed: int = 7,
    applied: Applied = APPLIED,
    ends: Sequence[State] = ENDS,
) -> None:
    """Give every case of the actor's office one grant of a fiscal year, most of them paid."""
    chance = random.Random(seed)  # noqa: S311 - the same grants every time
    cases = Case.of(actor.office_id).order_by("opened_at", "id").values_list("id", flat=True)
    for numbered in batched(enumerate(cases, 1), BATCH):
        with write():
            rows: list[Grant] = []
            steps: list[Step] = []
            for number, case_id in numbered:
                _adopt(actor, case_id, now)
                grant, own = _grant(actor, case_id, year, number, chance, applied, ends, now)
                rows.append(grant)
                steps += own
            Grant.objects.bulk_create(rows)
            Step.objects.bulk_create(steps)


def _adopt(actor: Actor, case_id: UUID, now: datetime) -> None:
    with chain.seals() as sealed:
        unseal.adopt(actor.office_id, case_id)
    chain.append(actor, "case.adopt", case_id, outcome="done", now=now, sealed=sealed)


def _grant(
    actor: Actor,
    case_id: UUID,
    year: int,
    number: int,
    chance: random.Random,
    applied: Applied,
    ends: Sequence[State],
    now: datetime,
) -> tuple[Grant, list[Step]]:
    """A grant with its steps, and one line for all of them."""
    received_on = date(year, 4, 1) + timedelta(days=chance.randrange(200))
    end, yen = ends[(number - 1) % len(ends)], chance.randrange(20, 151) * 1000
    costs = (CostLine("deletion", "retainer", yen * 2 + chance.randrange(1000)),)
    grant = Grant(
        office_id=actor.office_id,
        case_id=case_id,
        state=end,
        channel="paper",
        received_on=received_on,
        fiscal_year=year,
        number=number,
    )
    drawers = unseal.drawers(actor.office_id, case_id)
    told = _life(replace(applied, costs=costs), number, received_on, yen, end)
    with chain.seals() as sealed:
        steps = list(_steps(grant, told, drawers, actor, now))
    grant.revision = len(steps)
    chain.append(actor, "grant.type_in", case_id, outcome="done", now=now, sealed=sealed)
    return grant, steps


def _steps(
    grant: Grant,
    told: Iterator[Told],
    drawers: tuple[Drawer, Drawer],
    actor: Actor,
    now: datetime,
) -> Iterator[Step]:
    shared, staff = drawers
    for number, (verb, state, days, said) in enumerate(told, 1):
        drawer = shared if verb in SHARED else staff
        step = Step(
            office_id=grant.office_id,
            case_id=grant.case_id,
            grant_id=grant.id,
            number=number,
            verb=verb,
            state=state,
            on=(grant.received_on or now.date()) + timedelta(days=days),
            staff_id=actor.staff_id,
            drawer=drawer.name,
            at=now,
        )
        step.told = drawer.seal(TOLD, step.id, dict(said), step.beside)
        yield step


def _life(applied: Applied, number: int, received_on: date, yen: int, end: State) -> Iterator[Told]:
    """What happened to a grant: verb, state, days after it was received, and what was told."""

    def after(days: int) -> str:
        return (received_on + timedelta(days=days)).isoformat()

    def filing(days: int, kind: str) -> dict[str, Any]:
        return {
            "received_number": f"{number}",
            "drafted_on": after(days - 2),
            "decided_on": after(days),
            "decision_class": "delegated",
            "enforced_on": after(days + 1),
            "document_number": f"見人第{number}号の{kind}",
            "binder": "補助金交付",
            "retention_years": 5,
            "disclosure": "partly",
        }

    numbered = {"fiscal_year": fiscal_year(received_on), "number": number}
    yield Verb.TYPE_IN, State.RECEIVED, 0, {"application": applied.to_json(), **numbered}
    yield Verb.RECEIVE, State.RECEIVED, 0, {"received_number": f"{number:04}", **numbered}
    if end is State.RECEIVED:
        return
    proposed = {"amount_yen": yen, "filing": filing(12, "1"), "working": ["計算"] * 4}
    proposed["outcome"] = "refuse" if end is State.REFUSED else "grant"
    yield Verb.DRAFT, State.DRAFTED, 10, proposed
    if end is State.DRAFTED:
        return
    if end is State.REFUSED:
        yield Verb.REFUSE, end, 12, {"grounds": [], "filing": filing(12, "1")}
        return
    decided = {"amount_yen": yen, "filing": filing(12, "1"), "commitment_number": f"{number:06}"}
    yield Verb.DECIDE, State.DECIDED, 12, decided
    if end is State.DECIDED:
        return
    signed = {"contract_on": after(20), "lawyer": "見本 一郎", "yen": yen * 2}
    yield Verb.CONTRACT, State.CONTRACTED, 21, signed
    reported = {"paid_on": after(30), "paid_yen": yen * 2, "files": []}
    yield Verb.REPORT, State.REPORTED, 35, reported
    yield Verb.FIX, State.FIXED, 40, {"amount_yen": yen, "filing": filing(40, "2")}
    yield Verb.CLAIM, State.CLAIMED, 45, {"account": {}}
    if end is State.CLAIMED:
        return
    paid = {"paid_on": after(60), "amount_yen": yen, "order_number": f"{number:05}"}
    yield Verb.PAY, State.PAID, 60, {**paid, "creditor_number": f"{number:08}"}
