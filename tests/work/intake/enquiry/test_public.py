"""A question about a page: sealed to the office, filed once, and bounded by the network's day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.conf import settings
from django.db import connections

from madoguchi.rules import limits
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.fairness import DAY, DayFull, Shares
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.enquiry.models import Enquiry
from madoguchi.work.intake.enquiry.public import Question, ask
from madoguchi.work.intake.enquiry.queries import enquiries, open_enquiry, waiting
from tests import looking
from tests.offices import actor_of, make_staff

QUESTION = Question("法律相談の日はいつですか", "toi@example.jp")


@pytest.fixture(autouse=True)
def own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day nobody has used yet, and networks told apart."""
    monkeypatch.setattr(DAY, "_shared", Shares()._shared)
    monkeypatch.setattr(settings, "DEMO", False)


def test_a_question_is_sealed_and_no_case(office: OfficeCard, now: datetime) -> None:
    ask(office, QUESTION, "token", "net", now=now)
    row = Enquiry.objects.get()
    assert "法律相談".encode() not in bytes(row.words)
    assert not Case.objects.exists()
    assert list(DrawerKey.objects.values_list("drawer", "by")) == [("loose", "letter")]
    assert Line.objects.filter(verb="enquiry.ask", case_id=row.pk, outcome="done").count() == 1


def test_only_its_own_office_reads_it_with_a_line(
    office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    ask(office, QUESTION, "token", "net", now=now)
    reader = actor_of(make_staff(office, "counsellor", "木村", now))
    (card,) = enquiries(reader)
    assert open_enquiry(reader, card.id, now=now).question == QUESTION
    assert Line.objects.filter(verb="enquiry.read", case_id=card.id).count() == 1
    stranger = actor_of(make_staff(other_office, "counsellor", "他市", now))
    assert enquiries(stranger) == ()
    with pytest.raises(unseal.Forgotten):
        looking.loose(other_office.id, card.id)


@pytest.mark.parametrize("role", ["administrator", "auditor", "lawyer", "subsidy_officer"])
def test_for_other_roles_nothing_is_there(office: OfficeCard, now: datetime, role: str) -> None:
    ask(office, QUESTION, "token", "net", now=now)
    assert waiting(Actor(office.id, role, office.id)) is None


def test_a_second_press_is_one_with_the_first(office: OfficeCard, now: datetime) -> None:
    for _ in range(3):
        ask(office, QUESTION, "token", "net", now=now)
    assert Enquiry.objects.count() == 1
    ask(office, Question("別のこと"), "token", "net", now=now)
    assert Enquiry.objects.count() == 2


def test_a_network_asks_so_often_a_day_and_others_still_may(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "DAY_ENQUIRIES", 2)
    for token in "ab":
        ask(office, QUESTION, token, "net", now=now)
    with pytest.raises(DayFull):
        ask(office, QUESTION, "c", "net", now=now)
    ask(office, QUESTION, "a", "net", now=now)  # a repeat is not a new one
    ask(office, QUESTION, "c", "another", now=now)
    DAY.begin(office.id, "net", now)  # asking for help is not touched
    assert Enquiry.objects.count() == 3


@pytest.mark.race
def test_presses_at_once_file_one(office: OfficeCard, now: datetime) -> None:
    def press(_: int) -> None:
        ask(office, QUESTION, "token", "net", now=now)
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, range(8)))
    assert Enquiry.objects.count() == 1
