"""Get a house ready: both databases migrated, static files gathered, an office with its keys."""

import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.transaction import atomic

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find, names
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, card, forget_hosts
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault.models import MasterMark
from madoguchi.tools.vault.seal import pinned


def databases() -> None:
    """Bring both databases to the newest tables, each in one transaction: all of it, or nothing.

    Django commits a migration first and notes it afterwards; killed between, it would never
    finish again. SQLite's keys between tables are checked again before it commits.
    """
    for name in settings.DATABASES:
        connection = connections[name]
        with connection.constraint_checks_disabled(), atomic(using=name):
            call_command("migrate", database=name, verbosity=0, interactive=False)
            connection.check_constraints()


def static_files() -> None:
    """Gather style and script under names that change with their content."""
    call_command("collectstatic", verbosity=0, interactive=False)


def office(slug: str, portal_host: str, desk_host: str) -> OfficeCard:
    """The office of a programme, with its keys; what is not there is made, all of it or nothing.

    Raises:
        ProgrammeError: when the programme cannot be read.
        Misconfigured: no master key, other host names than it has, or names of another office.
    """
    return completed_office(slug, portal_host, desk_host)[0]


def completed_office(slug: str, portal_host: str, desk_host: str) -> tuple[OfficeCard, bool]:
    """The same, and whether anything of it had to be made."""
    from madoguchi.tools.vault import unseal

    name = programme(slug).city.name.ja
    hosts = {"portal_host": portal_host, "desk_host": desk_host}
    with transaction():
        row, created = Office.objects.filter(slug=slug).first(), False
        if row is None:
            for field, host in hosts.items():
                taken = Office.objects.filter(**{field: host}).first()
                if taken:
                    remedy = "give each office its own"
                    raise Misconfigured(_option(field), f"{host} is {taken.slug}'s", remedy)
            row, created = Office.objects.create(slug=slug, name=name, **hosts), True
        for field, host in hosts.items():
            if getattr(row, field) != host:
                found = f"{slug} is there already, at {getattr(row, field)}"
                raise Misconfigured(_option(field), found, "repeat it with the names it has")
        made = unseal.make_office_keys(card(row)) or created
    forget_hosts()
    return card(row), made


def existing_office(slug: str) -> Office:
    """The office with this folder of a programme.

    Raises:
        Misconfigured: there is none.
    """
    found = Office.objects.filter(slug=slug).first()
    if found is None:
        raise Misconfigured(slug, "no such office", "see `madoguchi office add`")
    return found


def _option(field: str) -> str:
    return "--" + field.replace("_", "-")


def demo_key(path: Path) -> bool:
    """Make the demo's master key when there is none; whether one was made."""
    from madoguchi.tools.vault import masterkey

    if path.exists():
        return False
    masterkey.make(path)
    return True


def require_tables() -> None:
    """Both databases are there with the newest tables.

    Raises:
        Misconfigured: naming the database and the command that makes them.
    """
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("madoguchi.")}
    for name in settings.DATABASES:
        executor = MigrationExecutor(connections[name])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise Misconfigured(
                f"database {name}", "its tables are not the newest", "run `madoguchi migrate`"
            )
        unknown = [
            key
            for key in executor.loader.applied_migrations
            if key not in executor.loader.graph.nodes
        ]
        newer = sorted(f"{room}.{number}" for room, number in unknown if room in ours)
        if newer:  # a newer version of the program has changed our tables already
            raise Misconfigured(
                f"database {name}",
                f"a newer version made its tables ({newer[0]})",
                "start that version; to go back, restore the backup from before the upgrade",
            )


def require_programmes() -> None:
    """The programme of every office can be read, and its papers.

    Raises:
        ProgrammeError: with file, key, what was expected and what to do.
    """
    for slug in Office.objects.values_list("slug", flat=True):
        programme(slug)
        for name in names(slug):
            find(slug, name)


def require_pinned_keys() -> None:
    """The public key of every office is pinned.

    Raises:
        Misconfigured: naming the file and the remedy.
    """
    for slug in Office.objects.values_list("slug", flat=True):
        pinned(slug)


def require_master_key() -> None:
    """The key is there, is the right one and, in production, was verified on paper once."""
    from madoguchi.tools.vault import masterkey

    masterkey.current()
    mark = MasterMark.objects.first()
    if not settings.DEMO and (mark is None or mark.verified_at is None):
        raise Misconfigured(
            masterkey.KEY_VARIABLE,
            "no `key verify` is on record",
            "type the key from the recovery sheet: `madoguchi key verify`",
        )


def refuse_readable_key() -> None:
    """Outside the demo the portal's user must not be able to read the master key."""
    if settings.DEMO:
        return
    for path in {settings.MASTER_KEY_FILE, settings.HOME / "master.key"}:
        if path != Path() and path.name and os.access(path, os.R_OK):
            raise Misconfigured(
                str(path), "the portal can read the master key", "give it to the desk's user, 0400"
            )
