"""Each line is taken away in turn, and what it was the line of does not open (開封と行).

What opens, and where lines are written, is read from the syntax trees: a new opening, act, block or
run is asked for here without being listed.
"""

import argparse
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from madoguchi.ops import ledgers
from madoguchi.ops.soundness import findings
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.audit.chain import NoLine
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.mail import actions as mailing
from madoguchi.work.record.models import Entry
from madoguchi.work.reports import actions as settling
from madoguchi.work.reports import queries as reports
from madoguchi.work.search import queries as search
from madoguchi.work.subsidy.budget import queries as budgets
from madoguchi.work.subsidy.ledger import queries as ledger
from madoguchi.work.subsidy.releasing import actions as releasing
from tests.house.openings import OPENING, blocks, keyholders, openers
from tests.house.source import PACKAGE, files, name
from tests.work.intake.mail import test_mails as mails
from tests.work.intake.mail.writing import mail
from tests.work.reports.day import NEEDS, somebody
from tests.work.subsidy.granting import YEAR, Desk, opened_year, sent

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

KEEPERS = {
    "madoguchi/tools/vault/unseal.py",
    "madoguchi/tools/vault/seal.py",
    "madoguchi/tools/vault/receipt.py",  # a person's own, with the key they bring
    "madoguchi/tools/vault/visit.py",  # a draft, with its writer's key
    "madoguchi/tools/signin/adapter.py",  # a colleague's second factor
}
OWN_ENDS = {  # these use the office's key and give back nothing of a person's: PURPOSES, and checks
    "make_office_keys",
    "fits",
    "office_drawer_key",
    "desk_holder",
    "sign",
    "line_keys",
    "begin_macs",
    "signed",
}


def test_only_the_vault_can_open() -> None:
    assert {name(path) for path in files(PACKAGE, "*.py") if keyholders(path)} == KEEPERS


def test_each_door_of_the_vault_asks_under_what(desk: Desk) -> None:
    assert openers() - OWN_ENDS == {*OPENING, "new_loose"}
    office_id, case_id = desk.office.id, desk.grant.case_id
    for door in (*OPENING, "new_loose"):
        given: list[Any] = [[case_id] if door == "drawers_of" else case_id]
        with pytest.raises(NoLine):
            list(getattr(unseal, door)(office_id, *given[: door != "drawers_held"]))


type Call = Callable[[Desk, datetime], object]


def head(desk: Desk) -> tuple[Actor, AtOffice]:
    return somebody(desk.office, "supervisor"), AtOffice(desk.office.id)


def named(desk: Desk, now: datetime) -> object:
    """A ledger with names, asked for by one and released by another."""
    (one, at), (two, _) = head(desk), head(desk)
    request = releasing.ask(one, at, YEAR, now=now)
    releasing.release(two, at, request, now=now)
    return releasing.take(one, at, request, now=now)


def settle(desk: Desk, now: datetime) -> object:
    who, at = head(desk)
    later, month = now + timedelta(days=31), now.date().replace(day=1)
    return settling.settle(who, at.office_id, month, NEEDS, now=later, idempotency_key=uuid4().hex)


def people(desk: Desk, now: datetime) -> object:
    row, months = ("all", "all"), frozenset({now.date().replace(day=1)})
    return reports.people(*head(desk), row, months, NEEDS, now=now)


def budget(desk: Desk, _now: datetime) -> object:
    return ledgers.budget(
        argparse.Namespace(office=desk.office.slug, fiscal_year=YEAR, check=True, json=True)
    )


def misfiled(desk: Desk, now: datetime) -> object:
    """A mail of somebody else is added to the case, and taken out of it."""
    who, case = somebody(desk.office, "counsellor"), Case.objects.get(pk=desk.grant.case_id)
    row = mails.come(desk.office, mail(uuid4().hex), now)
    mails.add(who, row, case, now)
    case.refresh_from_db()
    entry = Entry.objects.filter(case_id=case.pk, drawer="staff", kind="received").latest("number")
    key = uuid4().hex
    return mailing.take_out(who, case, entry.id, "取り違え", now=now, idempotency_key=key)


WORK = "madoguchi.work."
CALLS: dict[tuple[str, str], Call] = {
    (f"{WORK}search.queries", "search"): lambda desk, now: search.search(
        *head(desk), "花子", "caller", now=now
    ),
    (f"{WORK}search.queries", "_found"): lambda desk, now: search.known(
        *head(desk), "0279000000", now=now
    ),
    (f"{WORK}reports.queries", "_read"): lambda desk, now: reports.month(
        *head(desk), now.date().replace(day=1), NEEDS, now=now
    ),
    (f"{WORK}reports.queries", "people"): people,
    (f"{WORK}reports.actions", "settle"): settle,
    (f"{WORK}subsidy.budget.queries", "books"): lambda desk, now: budgets.books(
        *head(desk), YEAR, now=now
    ),
    (f"{WORK}subsidy.ledger.queries", "ledger"): lambda desk, now: ledger.ledger(
        *head(desk), YEAR, now=now
    ),
    (f"{WORK}subsidy.releasing.actions", "take"): named,
    ("madoguchi.ops.soundness", "findings"): lambda desk, now: findings(
        Office.objects.get(pk=desk.office.id), now=now
    ),
    ("madoguchi.ops.ledgers", "budget"): budget,
    (f"{WORK}intake.mail.actions", "take_out"): misfiled,
}


@pytest.fixture
def desk(office: OfficeCard, now: datetime, stopped: None) -> Desk:
    """A case of which everything was opened, with a grant that is paid."""
    opened_year(office)
    return sent(office, now).until("paid")


def test_the_blocks_and_runs_are_all_there_are() -> None:
    assert blocks("ahead") | blocks("unattended") == CALLS.keys()


@pytest.mark.parametrize("place", CALLS, ids=".".join)
def test_a_block_or_run_without_its_line_gives_nothing(
    desk: Desk, now: datetime, place: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Line.objects.count()
    CALLS[place](desk, now)  # the control
    assert Line.objects.count() > before
    with monkeypatch.context() as patch:
        for kind in ("ahead", "unattended"):
            patch.setattr(opening, kind, lambda *_, **__: nullcontext())
        with pytest.raises(NoLine):
            CALLS[place](desk, now)
    if place[1] not in ("take", "settle", "take_out"):  # these ask before, by acts of their own
        monkeypatch.setattr(chain, "append", lambda *_, **__: Line(id=None))
        with pytest.raises(NoLine):
            CALLS[place](desk, now)
