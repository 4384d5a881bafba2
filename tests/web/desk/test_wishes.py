"""How contact is safe, written down by a colleague: once, with who said so, nothing lost."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case, Wish
from madoguchi.work.cases.public import Wishes
from tests.answers import Response
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, hidden

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
SAID = "本人。11月30日の電話で"
TOLD = {"contact_rule": "mail_only", "name_desk": "no", "mail": "yes", "words": "yes", "said": SAID}


@pytest.fixture
def at_desk(office: OfficeCard, now: datetime) -> tuple[Staff, Client, Case]:
    """A counsellor with a case of their own, whose person gave an address and no telephone."""
    staff, browser = colleague(office, "counsellor", now)
    case = asked(office, now, about={"name": "花子", "email": "h@example.jp"})
    assert do(browser, case, "take").status_code == 303
    return staff, browser, case


def write(browser: Client, case: Case, **typed: str) -> Response:
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    return browser.post(f"/wishes/{case.pk}/", {**hidden(page), **typed})


def test_what_the_person_said_is_written_down(
    at_desk: tuple[Staff, Client, Case], now: datetime
) -> None:
    staff, browser, case = at_desk
    shown = browser.get(f"/cases/{case.pk}/").content.decode()
    assert f'href="/wishes/{case.pk}/"' in shown
    assert "「お知らせがあります」とだけ書きます" in shown
    assert write(browser, case, **TOLD).status_code == 303
    opened = queries.open_case(actor_of(staff), case.pk, now=now)
    assert opened.wishes == Wishes("mail_only", mail=True, words=True, said=SAID)
    assert "そのままメールで届きます" in browser.get(f"/cases/{case.pk}/").content.decode()
    assert SAID in browser.get(f"/wishes/{case.pk}/").content.decode()


def test_sent_twice_it_is_written_once(at_desk: tuple[Staff, Client, Case]) -> None:
    _, browser, case = at_desk
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    for _ in range(2):
        answer = browser.post(f"/wishes/{case.pk}/", {**hidden(page), **TOLD})
        assert answer.status_code == 303
    assert Wish.objects.filter(case_id=case.pk).count() == 2  # the person's own, and this


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"said": ""}, "だれが、いつ、どうやって言ったかを入れてください"),
        ({"mail": "no"}, "返事の文をメールで送れません"),
        ({"contact_rule": "wait"}, "返事の文をメールで送れません"),
        ({"contact_rule": "phone"}, "電話番号を聞いていません"),
        ({"words": ""}, "「返事の文を書いたメール」の答えを選んでください"),
    ],
)
def test_what_does_not_go_together_is_said(
    at_desk: tuple[Staff, Client, Case], typed: dict[str, str], said: str
) -> None:
    _, browser, case = at_desk
    answer = write(browser, case, **{**TOLD, **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert typed.get("said", SAID) in answer.content.decode()
    assert Wish.objects.filter(case_id=case.pk).count() == 1


def test_after_a_colleagues_save_the_words_stay(
    at_desk: tuple[Staff, Client, Case], now: datetime
) -> None:
    staff, browser, case = at_desk
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    actions.set_level(actor_of(staff), Case.objects.get(pk=case.pk), "care", now=now)
    answer = browser.post(f"/wishes/{case.pk}/", {**hidden(page), **TOLD})
    assert answer.status_code == 409
    assert SAID in answer.content.decode()
    assert Wish.objects.filter(case_id=case.pk).count() == 1


def test_who_may_not_write_it_finds_no_page(
    at_desk: tuple[Staff, Client, Case], office: OfficeCard, now: datetime
) -> None:
    *_, case = at_desk
    for role in ("counsellor", "administrator", "auditor"):
        _, other = colleague(office, role, now)
        assert other.get(f"/wishes/{case.pk}/").status_code == 404
