"""What the twins do (see twin.py); each takes words of a line and gives one word back."""

import random
import time
from uuid import UUID

from madoguchi.rules.decision import Absent, Refused
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.tools.transaction import lock, transaction
from madoguchi.tools.vault import visit
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases import actions, jobs, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.intake import public as intake
from madoguchi.work.record import actions as record
from tests.redteam.requests import request


def somebody(number: str) -> Actor:
    """A colleague who needs no account."""
    return Actor(Office.objects.get().id, "supervisor", UUID(int=int(number)))


def ask(count: str) -> str:
    """Ask for help some times; the ids of all cases, joined by commas."""
    office, moment = card(Office.objects.get()), now()
    for _ in range(int(count)):
        who = visit.new_holder(office.id)
        visit.hold(who, lambda draft: draft["answers"].update(text="x"), moment)
        intake.ask(who, office, request(moment), "net", now=moment)
    return ",".join(map(str, Case.objects.values_list("pk", flat=True))) or "none"


def append() -> str:
    """Add one line to the audit."""
    with transaction():
        chain.append(somebody("1"), "case.read", None, outcome="done", now=now())
    return "done"


def audit() -> str:
    """The numbers of faulty lines, and how many lines there are."""
    faults = chain.faults(Office.objects.get().id)
    return f"{','.join(map(str, faults)) or 'none'}/{Line.objects.count()}"


def adopt(case_id: str) -> str:
    """Open a case for the first time."""
    jobs.adopt(UUID(case_id), now=now())
    return "done"


def note(case_id: str, key: str) -> str:
    """Write a note under a key; its id, which is the same for whoever comes second."""
    case = Case.objects.get(pk=case_id)
    return str(record.note(somebody("1"), case, "記録", now=now(), idempotency_key=key))


def take(case_id: str, staff: str, revision: str) -> str:
    """Become the counsellor of a case as it was when both looked at it."""
    case = Case.objects.get(pk=case_id)
    case.revision = int(revision)
    try:
        actions.take(somebody(staff), case, now=now())
    except Refused as refused:
        return str(refused.reasons[0].code)
    return "done"


def anything(case_id: str, seed: str) -> str:
    """One act on the case, drawn from all that lock something."""
    case, who = Case.objects.get(pk=case_id), somebody("1")
    acts = (
        lambda: actions.take(who, case, now=now()),
        lambda: record.note(who, case, "記録", now=now(), idempotency_key=seed),
        lambda: record.answer(
            who, case, "答え", now().date(), now=now(), idempotency_key=f"a{seed}"
        ),
        lambda: actions.plan(who, case, "call", now().date(), "電話", "chosen", now=now()),
        lambda: queries.open_case(who, case.id, now=now()),
        lambda: jobs.adopt(case.id, now=now()),
        lambda: ask("1"),
    )
    try:
        random.Random(seed).choice(acts)()
    except (Refused, Absent):
        return "refused"
    return "done"


def crossed(first: str, second: str) -> str:
    """Take two turns in the order given, with time enough for another to take the other."""
    with transaction():
        lock(first)
        time.sleep(0.1)
        lock(second)
    return "done"
