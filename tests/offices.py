"""Fixtures that need Django; imported by the conftest of the folders that use it."""

import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from madoguchi.config.windows import PORTAL
from madoguchi.ops import prepare
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard, forget_hosts
from madoguchi.tools.signin.models import Staff
from madoguchi.tools.vault.seal import pinned
from madoguchi.web.portal import visits
from tests.built import HERE, built

PORTAL_HOST, DESK_HOST = "portal.test", "desk.test"
OTHER_PORTAL_HOST, OTHER_DESK_HOST = "portal.pref.test", "desk.pref.test"


@pytest.fixture
def offices(request: pytest.FixtureRequest) -> Iterator[tuple[OfficeCard, OfficeCard]]:
    """Shibukawa and Gunma Prefecture, each with keys of its own."""
    forget_hosts()
    pinned.cache_clear()
    prepare.demo_key(settings.MASTER_KEY_FILE)
    without_files()  # what a late thread of the test before wrote would be kept as a built state
    HERE.begin(race=request.node.get_closest_marker("race") is not None)
    yield two_offices()
    forget_hosts()
    pinned.cache_clear()
    without_files()


def without_files() -> None:
    for folder in (settings.FILES, settings.INBOX, settings.LOST, settings.CHECKPOINTS):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def office(offices: tuple[OfficeCard, OfficeCard]) -> OfficeCard:
    """Shibukawa."""
    return offices[0]


@pytest.fixture
def other_office(offices: tuple[OfficeCard, OfficeCard]) -> OfficeCard:
    """Gunma Prefecture."""
    return offices[1]


def browser_of(host: str) -> Client:
    """A citizen's browser: as those of today do, it says that a page of ours sent the form."""
    return Client(headers={"host": host, "sec-fetch-site": "same-origin"})


@pytest.fixture
def portal(office: OfficeCard, settings: Settings) -> Iterator[Client]:
    """A citizen's browser at the portal of Shibukawa; its counts end with the test."""
    settings.ROOT_URLCONF = PORTAL.urls
    settings.MIDDLEWARE = list(PORTAL.middleware)
    settings.FILE_UPLOAD_HANDLERS = [PORTAL.uploads]
    settings.WINDOW = PORTAL
    yield browser_of(PORTAL_HOST)
    visits.forget()


@pytest.fixture
def desk(office: OfficeCard) -> Client:
    """A colleague's browser at the desk of Shibukawa, not signed in."""
    return Client(headers={"host": DESK_HOST})


@built
def two_offices() -> tuple[OfficeCard, OfficeCard]:
    return (
        prepare.office("shibukawa", PORTAL_HOST, DESK_HOST),
        prepare.office("gunma_pref", OTHER_PORTAL_HOST, OTHER_DESK_HOST),
    )


def make_staff(office: OfficeCard, role: str, name: str, now: datetime) -> Staff:
    """A colleague; the password is `<username>-password-long`."""
    username = f"{role}-{uuid.uuid4().hex[:6]}"
    row = Staff(username=username, name=name, office_id=office.id, role=role, added_at=now)
    row.set_password(f"{username}-password-long")
    row.save()
    return row


def actor_of(staff: Staff) -> Actor:
    """The actor that a colleague is."""
    return Actor(staff.office_id, staff.role, staff.id)


@pytest.fixture
def who(office: OfficeCard, now: datetime) -> Actor:
    """A counsellor of the first office."""
    return actor_of(make_staff(office, "counsellor", "木村", now))
