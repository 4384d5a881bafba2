"""B1, B2, B5, B6: forms that no page of ours sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from tests.web.portal import browsing

if TYPE_CHECKING:
    from django.test import Client

    from madoguchi.tools.office.public import OfficeCard


def test_b1_fields_that_no_form_has_are_ignored(portal: Client, office: OfficeCard) -> None:
    browsing.begin(portal)
    more = {"is_staff": "1", "status": "approved", "municipality": "2", "token": "x", "step": "9"}
    browsing.answer(portal, 1, **browsing.START, **more)
    browsing.answer(portal, 2, **browsing.CONTACT, **more, finish="1")
    about = cases.about(browsing.holding(office, browsing.receipt(portal)).drawer)
    assert not set(more) & set(about)
    assert Case.objects.get().state == "received"


def test_b2_repeated_and_unoffered_answers_count_once_or_not(portal: Client) -> None:
    browsing.begin(portal)
    response = portal.post("/s/c/1/", {"danger": ["no", "yes"], "who": ["self", "admin"]})
    assert response.status_code == 303
    assert browsing.answer(portal, 1, danger="perhaps", who="self").status_code == 422


@pytest.mark.parametrize("path", ["/s/c/4/", "/s/f/", "/s/"])
def test_b2_thousands_of_fields_are_refused(portal: Client, path: str) -> None:
    response = portal.post(path, {f"x{n}": "1" for n in range(10_000)})
    assert response.status_code == 400
    assert "0279-25-8526" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    ["?__proto__=1", "?_connector=OR", "?order_by=password", "?user__password__startswith=a"],
)
def test_b6_a_query_changes_nothing(portal: Client, query: str) -> None:
    browsing.begin(portal)
    plain = portal.get("/s/c/2/").content
    assert portal.get(f"/s/c/2/{query}").content == plain


def test_b5_the_last_button_does_not_skip_what_is_needed(portal: Client) -> None:
    browsing.begin(portal)
    browsing.answer(portal, 4, text="とばして書いた")
    response = portal.post("/s/c/check/")
    assert response.status_code == 422
    assert 'action="/s/c/1/"' in response.content.decode()
    assert not Case.objects.exists()
