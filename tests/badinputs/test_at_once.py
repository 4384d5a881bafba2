"""B18, B20: everything at once. One case whatever repeats; six uploads stay six."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from madoguchi.tools.act.models import Once
from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.models import HeldFile
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.intake import public as intake
from tests.answers import squeezed
from tests.offices import PORTAL_HOST, browser_of
from tests.web.portal import browsing
from tests.work.intake.test_ask import request

TIMES = 50


def at_once[R](do: Callable[[int], R], times: int) -> list[R]:
    """Do it so often, in threads of its own connections."""

    def thread(number: int) -> R:
        try:
            return do(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=16) as pool:
        return list(pool.map(thread, range(times)))


def tab(portal: Client) -> Client:
    """Another tab of the same browser."""
    other = browser_of(PORTAL_HOST)
    other.cookies = SimpleCookie(portal.cookies.output(header="", sep=";"))
    return other


@pytest.mark.race
def test_b18_fifty_presses_make_one_case(filled: Client, office: OfficeCard) -> None:
    tabs = [tab(filled) for _ in range(TIMES)]
    answers = at_once(lambda n: tabs[n].post("/s/c/check/")["Location"], TIMES)
    assert set(answers) == {"/s/c/done/"}
    assert (Case.objects.count(), Once.objects.count()) == (1, 1)
    assert browsing.receipt(filled) == browsing.receipt(tabs[-1])
    assert chain.faults(office.id) == []


@pytest.mark.race
def test_without_the_key_fifty_presses_make_many(office: OfficeCard, now: datetime) -> None:
    """The negative control: the same press without `idempotency_key`."""
    who = visit.new_holder(office.id)
    visit.hold(who, lambda _draft: None, now)
    prepared = [receipt.prepare(f"{n:016}") for n in range(8)]
    actor, at = cases.consultee(office.id), cases.AtOffice(office.id)

    def press(n: int) -> None:
        intake._ask(actor, at, office, who, request(now), prepared[n], None, now=now)

    at_once(press, 8)
    assert Case.objects.count() == 8


@pytest.mark.race
def test_six_uploads_at_once_stay_six(begun: Client) -> None:
    tabs = [tab(begun) for _ in range(6)]
    at_once(lambda n: browsing.answer(tabs[n], "story", files=[browsing.file(f"{n}.jpg")]), 6)
    assert HeldFile.objects.count() == 6
    page = squeezed(begun.get("/s/c/story/"))
    assert all(f"{n}.jpg" in page for n in range(6))


@pytest.mark.race
def test_f17_twenty_uploads_at_once_stay_within_ten(begun: Client) -> None:
    tabs = [tab(begun) for _ in range(20)]
    sent = at_once(lambda n: browsing.answer(tabs[n], "story", files=[browsing.file()]), 20)
    assert HeldFile.objects.count() == 10
    assert sorted({response.status_code for response in sent}) == [303, 422]


@pytest.mark.race
def test_steps_saved_at_once_are_all_saved(begun: Client) -> None:
    typed: tuple[tuple[str, dict[str, Any]], ...] = (
        ("danger", browsing.START),
        ("story", browsing.STORY),
        ("contact", browsing.CONTACT),
        ("about", {"age": "32"}),
    )
    tabs = [tab(begun) for _ in typed]
    at_once(lambda n: browsing.answer(tabs[n], typed[n][0], **typed[n][1]), len(typed))
    assert browsing.send(begun)


@pytest.mark.race
def test_a_message_pressed_many_times_is_one(filled: Client) -> None:
    browsing.open_receipt(filled, *browsing.send(filled))
    tabs = [tab(filled) for _ in range(12)]
    message = {"text": "一度だけ", "token": "one-page", "case": browsing.mark(filled)}
    at_once(lambda n: tabs[n].post("/s/f/m/", message), 12)
    page = squeezed(filled.get("/s/f/"))
    assert page.count("一度だけ") == 1
