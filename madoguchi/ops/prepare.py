"""Get a house ready: both databases migrated, static files gathered, an office with its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command

from madoguchi.rules.programme.load import programme
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, card, forget_hosts
from madoguchi.tools.vault import unseal

if TYPE_CHECKING:
    from pathlib import Path


def databases() -> None:
    """Bring both databases to the newest tables."""
    for name in settings.DATABASES:
        call_command("migrate", database=name, verbosity=0, interactive=False)


def static_files() -> None:
    """Gather style and script under names that change with their content."""
    call_command("collectstatic", verbosity=0, interactive=False)


def office(slug: str, portal_host: str, desk_host: str) -> OfficeCard:
    """The office of a programme, with its keys; made when it is not there.

    Raises:
        ProgrammeError: when the programme cannot be read.
    """
    name = programme(slug).city.name
    row, created = Office.objects.get_or_create(
        slug=slug,
        defaults={"name": name, "portal_host": portal_host, "desk_host": desk_host},
    )
    if created:
        unseal.make_office_keys(card(row))
    forget_hosts()
    return card(row)


def demo_key(path: Path) -> bool:
    """Make the demo's master key when there is none; whether one was made."""
    if path.exists():
        return False
    unseal.make_master(path)
    return True
