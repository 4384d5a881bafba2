"""A desk with people at it: colleagues who signed in, and cases that somebody asked for."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault import visit
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.web.kit import arrival
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request, ask
from tests.answers import Response, squeezed
from tests.built import built
from tests.offices import DESK_HOST, make_staff

ABOUT = {"name": "𠮷田 花子", "phone": "0279-00-0000", "who": "self", "danger": "no"}


def sign_in(staff: Staff, host: str = DESK_HOST) -> Client:
    """The browser of a colleague who signed in with user name and password."""
    browser = Client(headers={"host": host})
    answer = browser.post(
        "/sign-in/", {"login": staff.username, "password": f"{staff.username}-password-long"}
    )
    assert answer.status_code == 302, squeezed(answer)
    return browser


def colleague(office: OfficeCard, role: str, now: datetime) -> tuple[Staff, Client]:
    """A new colleague of a role, already inside."""
    staff = make_staff(office, role, f"{role}の人", now)
    return staff, inside(staff)


@pytest.fixture
def browser(office: OfficeCard, now: datetime) -> Client:
    """The browser of a counsellor who is inside."""
    return colleague(office, "counsellor", now)[1]


def inside(staff: Staff, host: str = DESK_HOST) -> Client:
    """The browser of a colleague whose session began at this moment."""
    browser = Client(headers={"host": host})
    browser.force_login(staff)
    session = browser.session
    session[SIGNED_IN_AT] = arrival.now().isoformat()
    session.save()
    return browser


@built
def asked(office: OfficeCard, now: datetime, **story: Any) -> Case:
    """The case of a person who asked for help through the portal."""
    known = set(Case.objects.values_list("pk", flat=True))
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now)
    urgent = bool(story.pop("urgent", False))
    request = Request(
        urgent=urgent,
        about=story.pop("about", ABOUT),
        wishes=story.pop("wishes", Wishes("phone", mail=True)),
        story={"text": "書き込みを消したい", **story},
        first_due_on=now.date(),
        read_at=now,
    )
    assert ask(who, office, request, "net", now=now)
    return Case.objects.exclude(pk__in=known).get()


def do(browser: Client, case: Case, act: str, **typed: str) -> Response:
    """Press a verb on the case page as a browser does it, with the page's hidden fields."""
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    return browser.post(f"/cases/{case.pk}/{act}/", {**hidden(page), **typed})


def hidden(page: str) -> dict[str, str]:
    """The token and the revision of a page's forms."""
    found = dict(re.findall(r'name="(token|revision)" value="([^"]+)"', page))
    assert set(found) == {"token", "revision"}
    return found
