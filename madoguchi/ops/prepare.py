"""Get a house ready: both databases migrated, static files gathered, an office with its keys."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, ProgrammingError, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.db.transaction import atomic

from madoguchi.ops import databases as database
from madoguchi.ops import folders, start
from madoguchi.ops.confinement import ETC
from madoguchi.ops.databases import ROLES
from madoguchi.ops.roles import sql
from madoguchi.ops.roles.portal import TABLES
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find, names
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later import queue
from madoguchi.tools.misconfigured import Misconfigured, reason
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard, card, forget_hosts
from madoguchi.tools.transaction import transaction
from madoguchi.tools.vault.models import MasterMark
from madoguchi.tools.vault.seal import pinned


def databases() -> None:
    """Bring both databases to the newest tables, each in one transaction: all of it, or nothing.

    Django commits a migration first and notes it afterwards; killed between, it would never
    finish again. SQLite's keys between tables are checked again before it commits.

    Raises:
        Misconfigured: a row is beyond a new constraint, or the worker of before still runs; the
            tables are as they were.
    """
    if _worker_runs() and any(
        _behind(MigrationExecutor(connections[name])) for name in settings.DATABASES
    ):
        found = "自動処理（worker）が動いています。表が変わる間に、前の版のまま仕事をします"
        remedy = (
            "systemctl stop madoguchi-worker のあと、もう一度。止めたばかりなら、1分待ってください"
        )
        raise Misconfigured("madoguchi-worker", found, remedy)
    for name in settings.DATABASES:
        connection = connections[name]
        with connection.constraint_checks_disabled(), atomic(using=name):
            try:
                call_command("migrate", database=name, verbosity=0, interactive=False)
            except IntegrityError as error:
                found = str(error).partition("\n")[0]  # names alone, no row
                remedy = "画面から書かれた行ではありません：docs/running.md の Rows of before"
                raise Misconfigured(f"データベース {name}", found, remedy) from error
            connection.check_constraints()


def _worker_runs() -> bool:
    try:
        return queue.at_work(start.now())
    except (OperationalError, ProgrammingError):  # there are no tables yet
        return False


def _behind(executor: MigrationExecutor) -> bool:
    """Whether its database's tables are not the newest."""
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def static_files() -> None:
    """Gather style and script under names that change with their content.

    Raises:
        Misconfigured: their folder is not this window's to write.
    """
    try:
        call_command("collectstatic", verbosity=0, interactive=False)
    except OSError as error:
        if settings.DEMO or not isinstance(error, PermissionError | FileNotFoundError):
            raise
        remedy = folders.made_so(settings.STATIC_ROOT)
        raise Misconfigured(str(settings.STATIC_ROOT), reason(error), remedy) from error


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
                    found = f"{host} は、{taken.slug} が使っています"
                    raise Misconfigured(_option(field), found, "別の名前を付けてください")
            row, created = Office.objects.create(slug=slug, name=name, **hosts), True
        for field, host in hosts.items():
            if getattr(row, field) != host:
                found = f"{slug} はもうあり、{getattr(row, field)} を使っています"
                raise Misconfigured(_option(field), found, "いまの名前のまま、行ってください")
        made = unseal.make_office_keys(card(row)) or created
        made |= unseal.begin_macs(row.id, start.now())
    forget_hosts()
    return card(row), made


def existing_office(slug: str) -> Office:
    """The office with this folder of a programme.

    Raises:
        Misconfigured: there is none.
    """
    found = Office.objects.filter(slug=slug).first()
    if found is None:
        raise Misconfigured(
            slug, "この名前の窓口はありません", database.typed("madoguchi-desk office add")
        )
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
        if _behind(executor):
            remedy = database.newest_tables()
            raise Misconfigured(database.address(name), database.OLD_TABLES, remedy)
        loader = executor.loader
        unknown = [key for key in loader.applied_migrations if key not in loader.graph.nodes]
        newer = sorted(f"{room}.{number}" for room, number in unknown if room in ours)
        if newer:  # a newer version of the program has changed our tables already
            raise Misconfigured(
                database.address(name),
                f"新しい版のプログラムが作った表です（{newer[0]}）",
                "その版で動かすか、版を上げる前の控えから戻してください",
            )


def require_rights() -> None:
    """This window's role may do what the window needs; tried on no row, and undone.

    Raises:
        Misconfigured: naming table and verb; on SQLite there are no roles, and nothing is asked.
    """
    if not database.apart():
        return
    deeds = portals_deeds() if settings.WINDOW.name == "portal" else desks_deeds()
    with connections["default"].cursor() as cursor:
        for table, verb, statement in deeds:
            try:
                with atomic(savepoint=True):
                    cursor.execute(statement)
            except ProgrammingError as error:
                found = f"{verb} の権限がありません"
                raise Misconfigured(f"表 {table}", found, ROLES) from error


def has_no_wall() -> bool:
    """Whether a house in earnest stands on SQLite, where no role keeps the portal from anything."""
    return not settings.DEMO and not database.apart()


def desks_deeds() -> Iterator[tuple[str, str, str]]:
    """Table, verb and statement, which is about no row, of all that the desk does."""
    for model in apps.get_models():
        if router.db_for_read(model) != "default":
            continue
        name = model._meta.db_table
        verbs = ("SELECT", "INSERT") if model is Line else ("SELECT", "INSERT", "UPDATE", "DELETE")
        columns = tuple(str(field.column) for field in model._meta.concrete_fields)
        for verb in verbs:
            yield name, verb, sql.about_no_row(name, verb, columns)


def portals_deeds() -> Iterator[tuple[str, str, str]]:
    """The same of the portal, by the columns of its own."""
    for table in TABLES:
        for verb, columns in table.rights.items():
            yield table.name, verb, sql.about_no_row(table.name, verb, columns)


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
            "鍵の紙を、まだ確かめていません",
            f"紙から入れて確かめてください：{database.typed('madoguchi-desk key verify')}",
        )


def refuse_readable_key() -> None:
    """Outside the demo the portal's user must not be able to read the master key."""
    if settings.DEMO:
        return
    for path in {settings.MASTER_KEY_FILE, settings.HOME / "master.key", ETC / "master.key"}:
        if path != Path() and path.name and os.access(path, os.R_OK):
            mend = f"chmod 0400 {path}"
            if path.stat().st_uid == os.geteuid():
                mend = f"chown root:root {path} && {mend}"
            raise Misconfigured(str(path), "公開側の利用者が、マスター鍵を読めます", mend)
