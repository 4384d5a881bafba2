"""Many cases or grants at once for benchmarks and tests: real seals, real audit lines."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.steps.case import CLOSING_REASONS, CONTACT_RULES, State
from madoguchi.rules.steps.grant import State as GrantState
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault import receipt, seal, unseal
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases.models import Access, Case, Consultee, Due, OfOffice, Wish
from madoguchi.work.cases.public import Wishes
from madoguchi.work.record.models import Entry
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.history import DETAILS_LABEL
from madoguchi.work.subsidy.models import Grant, Step

BATCH = 500
SECRET = "0000000000000000"  # noqa: S105 - every receipt of a benchmark has this one
TEXT = "書き込みを消したいのですが、どこに頼めばよいか分かりません。" * 6
NOTE = "電話で様子を聞いた。書き込みは先週から続き、家族には話していないという。\n" * 8
WAITING, ASSIGNED, CLOSED = 0.25, 0.5, 0.8  # from which share of the cases on
SPREAD_DAYS = 365
type PastStep = tuple[Verb, GrantState, int, Mapping[str, Any]]  # days after receipt, details
ENDS = (  # in turn
    GrantState.PAID,
    GrantState.DECIDED,
    GrantState.PAID,
    GrantState.REFUSED,
    GrantState.PAID,
    GrantState.RECEIVED,
    GrantState.PAID,
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


@dataclass
class Batch:
    """Rows that are inserted together, and the lines of the cases, which are chained then."""

    rows: dict[type[OfOffice], list[OfOffice]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def add(self, *rows: OfOffice) -> None:
        """Keep the rows until the batch is inserted."""
        for row in rows:
            self.rows.setdefault(type(row), []).append(row)

    def write(self, case: Case, verb: str, actor: Actor, **more: Any) -> None:
        """Keep a line of an act on the case, as of its first moment."""
        own = {"office_id": case.office_id, "case_id": case.id, "at": case.opened_at}
        who = {"role": actor.role, "staff_id": actor.staff_id}
        self.lines.append(Line(**own, **who, verb=verb, outcome="done", **more))

    def insert_rows(self) -> None:
        """Insert all rows, table by table."""
        for kind, rows in self.rows.items():
            kind._default_manager.bulk_create(rows)  # noqa: SLF001 - Django's documented name

    def insert(self, office_id: UUID) -> None:
        """Insert all rows, then the lines, after the office's last one."""
        self.insert_rows()
        head = chain.locked_head(office_id)
        before = bytes(head.hash)
        for seq, line in enumerate(self.lines, head.seq + 1):
            line.seq, line.before = seq, before
            line.hash = before = chain.digest(line)
            line.mac = chain.mac(line)
        Line.objects.bulk_create(self.lines)
        Head.objects.filter(pk=head.pk).update(seq=head.seq + len(self.lines), hash=before)


def cases(
    office: OfficeCard, count: int, now: datetime, staff: Sequence[uuid.UUID], seed: int = 8
) -> str:
    """Make that many cases of the past year; the secret that all their receipts share.

    Some are closed, some assigned, as in a busy office. All keys still lie in the letterbox: the
    first opening adopts a case as it does in life.
    """
    chance = random.Random(seed)  # noqa: S311 - the same cases every time
    prepared = receipt.prepare(SECRET)
    for numbers in batched(range(count), BATCH):
        with transaction():
            batch = Batch()
            for _ in numbers:
                own = replace(prepared, number=receipt.new_number())
                _case(office, own, now, staff, chance, batch)
            batch.insert(office.id)
    return SECRET


def listed(
    office: OfficeCard, count: int, now: datetime, staff: Sequence[uuid.UUID], seed: int = 8
) -> None:
    """Make that many cases for lists alone: nothing is sealed in them, they cannot be opened."""
    chance = random.Random(seed)  # noqa: S311 - the same cases every time
    for numbers in batched(range(count), BATCH):
        batch = Batch()
        for number in numbers:
            case = _unread(office, uuid.uuid4(), f"{number % 100_000:05}", now, chance)
            _progress(case, chance, staff, batch)
            batch.add(case)
        with transaction():
            batch.insert_rows()


def add_notes(actor: Actor, notes: int, now: datetime) -> None:
    """Open every case of the actor's office for the first time and give each that many notes."""
    _add_entries(
        actor, lambda staff, _: [_note(staff, number, now) for number in range(notes)], now
    )


def add_calls(actor: Actor, calls: int, now: datetime, seed: int = 8) -> None:
    """Open every case of the actor's office for the first time and give each that many calls."""
    chance = random.Random(seed)  # noqa: S311 - the same calls every time

    def made(staff: Drawer, opened_at: datetime) -> list[Entry]:
        return [_call(staff, number, opened_at, now, chance) for number in range(calls)]

    _add_entries(actor, made, now)


def _add_entries(
    actor: Actor, make: Callable[[Drawer, datetime], list[Entry]], now: datetime
) -> None:
    for case_id, opened_at in Case.of(actor.office_id).values_list("id", "opened_at"):
        with transaction():
            _adopt(actor, case_id, now)
            with opening.recorded(actor, "case.note", case_id, now=now):
                _, staff = unseal.drawers(actor.office_id, case_id)
                Entry.objects.bulk_create(make(staff, opened_at))


def _note(drawer: Drawer, number: int, now: datetime) -> Entry:
    own = {"office_id": drawer.office_id, "case_id": drawer.case_id}
    entry = Entry(**own, number=number + 2, kind="note", drawer=drawer.name, at=now)
    entry.words = drawer.seal("entry", entry.id, {"text": NOTE})
    return entry


def _call(
    drawer: Drawer, number: int, opened_at: datetime, now: datetime, chance: random.Random
) -> Entry:
    at = opened_at + (now - opened_at) * chance.random() / 4
    own = {"office_id": drawer.office_id, "case_id": drawer.case_id}
    entry = Entry(**own, number=number + 2, kind="call", drawer=drawer.name, at=at)
    outcome = chance.choice(tuple(Outcome))
    words = {"way": "phone", "direction": "in", "outcome": outcome, "minutes": 20, "text": NOTE}
    entry.words = drawer.seal("entry", entry.id, words)
    return entry


def _case(
    office: OfficeCard,
    prepared: receipt.Prepared,
    now: datetime,
    staff: Sequence[uuid.UUID],
    chance: random.Random,
    batch: Batch,
) -> None:
    with chain.seals() as sealed:
        drawer = seal.new_shared(office, uuid.uuid4(), prepared.key)
        receipt.file(prepared, drawer)
        case = _unread(office, drawer.case_id, prepared.number[-5:], now, chance)
        _progress(case, chance, staff, batch)
        batch.add(case, *_sealed(drawer, case))
    batch.write(case, "case.open", Actor(office.id, "consultee"), seals=sealed)
    if case.assignee_id is not None:
        counsellor = Actor(office.id, "counsellor", case.assignee_id)
        batch.write(case, "case.take", counsellor)
        if case.state == State.CLOSED:
            batch.write(case, "case.close", counsellor, told={"state": case.state})


def _unread(
    office: OfficeCard, case_id: uuid.UUID, name: str, now: datetime, chance: random.Random
) -> Case:
    """A case of the past year, as it came in."""
    at = now - timedelta(minutes=chance.randrange(SPREAD_DAYS * 24 * 60))
    rule = chance.choice(CONTACT_RULES)
    return Case(
        id=case_id,
        office_id=office.id,
        short_name=name,
        channel="web",
        state=State.RECEIVED,
        contact_asked=rule,
        contact_rule=rule,
        urgent=chance.random() < 0.02,  # noqa: PLR2004 - one in fifty
        opened_at=at,
        touched_at=at,
        next_on=(at + timedelta(days=chance.randrange(30))).date(),
    )


def _progress(case: Case, chance: random.Random, staff: Sequence[uuid.UUID], batch: Batch) -> None:
    """How far the case has come: unread, waiting, with somebody, or closed."""
    share = chance.random()
    if share < WAITING or not staff:
        return
    case.state = State.WAITING if share < ASSIGNED else State.ACTIVE
    case.assignee_id = chance.choice(staff)
    batch.add(
        Access(
            office_id=case.office_id,
            case_id=case.id,
            staff_id=case.assignee_id,
            kind="assigned",
            at=case.opened_at,
        )
    )
    if share >= CLOSED:
        case.state, case.closing = State.CLOSED, chance.choice(CLOSING_REASONS)
        case.closed_at, case.next_on = case.opened_at, None


def _sealed(drawer: Drawer, case: Case) -> tuple[OfOffice, ...]:
    """The person's own details, wishes and story, sealed; the first due."""
    own = {"office_id": case.office_id, "case_id": case.id}
    about = Consultee(**own, number=1, at=case.opened_at)
    about.about = drawer.seal("consultee", about.id, {"name": "例 太郎", "phone": "0279-00-0000"})
    wish = Wish(**own, number=1, by="consultee", at=case.opened_at, adopted=True)
    wish.wishes = drawer.seal("wish", wish.id, asdict(Wishes(case.contact_rule)))
    entry = Entry(**own, number=1, kind="received", drawer=drawer.name, at=case.opened_at)
    entry.words = drawer.seal("entry", entry.id, {"text": TEXT})
    if case.next_on is None:
        return about, wish, entry
    return about, wish, entry, Due(**own, kind="first_answer", on=case.next_on, how="next_opening")


def grants(
    actor: Actor,
    year: int,
    now: datetime,
    seed: int = 7,
    applied: Applied = APPLIED,
    ends: Sequence[GrantState] = ENDS,
) -> None:
    """Give every case of the actor's office one grant of a fiscal year, most of them paid."""
    chance = random.Random(seed)  # noqa: S311 - the same grants every time
    cases = Case.of(actor.office_id).order_by("opened_at", "id").values_list("id", flat=True)
    for numbered in batched(enumerate(cases, 1), BATCH):
        with transaction():
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
    with opening.recorded(actor, "case.adopt", case_id, now=now):
        unseal.adopt(actor.office_id, case_id)


def _grant(
    actor: Actor,
    case_id: UUID,
    year: int,
    number: int,
    chance: random.Random,
    applied: Applied,
    ends: Sequence[GrantState],
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
    life = _life(replace(applied, costs=costs), number, received_on, yen, end)
    with opening.recorded(actor, "grant.type_in", case_id, now=now):
        drawers = unseal.drawers(actor.office_id, case_id)
        steps = list(_steps(grant, life, drawers, actor, now))
    grant.revision = len(steps)
    return grant, steps


def _steps(
    grant: Grant,
    life: Iterator[PastStep],
    drawers: tuple[Drawer, Drawer],
    actor: Actor,
    now: datetime,
) -> Iterator[Step]:
    shared, staff = drawers
    for number, (verb, state, days, details) in enumerate(life, 1):
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
        step.told = drawer.seal(DETAILS_LABEL, step.id, dict(details), step.associated_data)
        yield step


def _life(
    applied: Applied, number: int, received_on: date, yen: int, end: GrantState
) -> Iterator[PastStep]:
    """What happened to a grant: verb, state, days after it was received, and details."""

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

    numbered = {
        "applied_on": received_on.isoformat(),
        "fiscal_year": fiscal_year(received_on),
        "number": number,
    }
    yield Verb.TYPE_IN, GrantState.RECEIVED, 0, {"application": applied.to_json(), **numbered}
    yield Verb.RECEIVE, GrantState.RECEIVED, 0, {"received_number": f"{number:04}", **numbered}
    if end is GrantState.RECEIVED:
        return
    proposed = {"amount_yen": yen, "filing": filing(12, "1"), "working": ["計算"] * 4}
    proposed["outcome"] = "refuse" if end is GrantState.REFUSED else "grant"
    yield Verb.DRAFT, GrantState.DRAFTED, 10, proposed
    if end is GrantState.DRAFTED:
        return
    if end is GrantState.REFUSED:
        yield Verb.REFUSE, end, 12, {"grounds": [], "filing": filing(12, "1")}
        return
    decided = {"amount_yen": yen, "filing": filing(12, "1"), "commitment_number": f"{number:06}"}
    yield Verb.DECIDE, GrantState.DECIDED, 12, decided
    if end is GrantState.DECIDED:
        return
    signed = {"contract_on": after(20), "lawyer": "見本 一郎", "yen": yen * 2}
    yield Verb.CONTRACT, GrantState.CONTRACTED, 21, signed
    reported = {"paid_on": after(30), "paid_yen": yen * 2, "files": []}
    yield Verb.REPORT, GrantState.REPORTED, 35, reported
    yield Verb.FIX, GrantState.FIXED, 40, {"amount_yen": yen, "filing": filing(40, "2")}
    yield Verb.CLAIM, GrantState.CLAIMED, 45, {"account": {}}
    if end is GrantState.CLAIMED:
        return
    paid = {"paid_on": after(60), "amount_yen": yen, "order_number": f"{number:05}"}
    yield Verb.PAY, GrantState.PAID, 60, {**paid, "creditor_number": f"{number:08}"}
