"""A request sent fifty times at once is one case; without its key it is many."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from madoguchi.tools.act.models import Once
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import RECEIPTS
from madoguchi.tools.vault.models import DrawerKey, Receipt, Visit
from madoguchi.work.cases.models import Case
from madoguchi.work.intake import public as intake
from tests.work.intake.test_ask import request

TIMES = 50
pytestmark = pytest.mark.race


@pytest.fixture
def who(office: OfficeCard, now: datetime) -> visit.Holder:
    visitor = visit.new_holder(office.id)
    visit.hold(visitor, lambda draft: draft["answers"].update(text="x"), now)
    return visitor


def send_at_once(
    who: visit.Holder, office: OfficeCard, now: datetime, times: int = TIMES
) -> list[bool]:
    def send(number: int) -> bool:
        try:
            return intake.ask(who, office, request(now), f"net-{number}", now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(send, range(times)))


def counts() -> tuple[int, ...]:
    return tuple(table.objects.count() for table in (Case, Receipt, Once, Job))


def test_fifty_at_once_are_one_case(who: visit.Holder, office: OfficeCard, now: datetime) -> None:
    answers = send_at_once(who, office, now)
    assert any(answers)
    assert counts() == (1, 1, 1, 2)  # jobs: adopt, tell
    assert DrawerKey.objects.count() == 2
    verbs = list(Line.objects.order_by("seq").values_list("verb", flat=True))
    assert verbs == ["case.open", "message.add", "intake.ask"]
    assert chain.faults(office.id) == []
    assert list(Visit.objects.values_list("kind", flat=True)) == ["done"]


def test_control_without_the_key_they_are_many(
    who: visit.Holder, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither looked up before nor inside the act: every sender that held the draft files it."""
    act = intake._ask
    drafts = visit.recall(who, "draft", now)
    monkeypatch.setattr(visit, "recall", lambda *_: drafts)
    monkeypatch.setattr(intake, "done_before", lambda *_: False)
    monkeypatch.setattr(intake, "_ask", lambda *args, idempotency_key, now: act(*args, now=now))  # noqa: ARG005
    send_at_once(who, office, now)
    assert Case.objects.count() == TIMES


def test_control_the_look_up_outside_the_transaction_is_not_enough(
    who: visit.Holder, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the key only looked up before, two senders who have looked both file."""
    act, looked = intake._ask, Barrier(2, timeout=20)

    def ask_together(*args: Any, idempotency_key: str, now: datetime) -> UUID:  # the control
        looked.wait()
        return act(*args, now=now)

    monkeypatch.setattr(intake, "_ask", ask_together)
    send_at_once(who, office, now, times=2)
    assert Case.objects.count() == 2


def test_the_look_up_inside_the_transaction_alone_is_enough(
    who: visit.Holder, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RECEIPTS, "place", lambda _network: nullcontext())
    monkeypatch.setattr(intake, "done_before", lambda *_: False)
    send_at_once(who, office, now)
    assert counts() == (1, 1, 1, 2)


def test_another_cookie_with_the_same_token_is_another_request(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    """The key is bound to the cookie: nobody closes another's request by knowing its token."""
    mine = visit.recall(who, "draft", now)
    assert mine is not None
    other = visit.new_holder(office.id)
    visit.hold(other, lambda draft: draft.update(mine), now)
    assert intake.ask(other, office, request(now), "net", now=now)
    assert intake.ask(who, office, request(now), "net", now=now)
    assert Case.objects.count() == 2
