"""What `doctor` looks at on either side: mode, folders, secrets, keys, databases (点検)."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, connections
from django.db.backends.utils import CursorWrapper

from madoguchi.config import sqlite
from madoguchi.ops import confinement, databases, prepare
from madoguchi.ops import folders as house
from madoguchi.ops.confinement import WINDOW_NAMES
from madoguchi.ops.diagnostics.result import CheckResult, ask, misconfigured, ok, wrong
from madoguchi.ops.roles import compared, sql
from madoguchi.ops.roles.portal import CONNECTIONS, MOST_LOCKS, ROLE
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.network import UNNAMED
from madoguchi.tools.vault.files import fullness_of
from madoguchi.tools.vault.seal import pinned, pinned_file

NAMES = {  # of the checks, for the line of one that falls over
    "answers": "データベース",
    "mode": "MADOGUCHI_MODE",
    "entrances": "窓口の入口",
    "confined": "窓口の囲い",
    "named": "接続元",
    "memory": "メモリ上の場所",
    "folders": "フォルダー",
    "secret": "MADOGUCHI_SECRET_FILE",
    "tables": "データベースの表",
    "database": "データベース",
    "hosts": "ホスト名",
    "public_keys": "公開鍵",
    "master_key_is_shut": "マスター鍵のファイル",
    "master_key": "マスター鍵",
    "pairs": "公開鍵と秘密鍵",
    "adders": "職員を加える2人",
    "signs": "システムからの知らせ",
    "mail": "メール",
    "reading": "メールを読む処理の隔離",
    "mailbox": "受信箱",
    "checkpoints": "検証点",
    "verified": "記録とファイルの点検",
    "backups": "控え",
    "programmes": "制度",
    "papers": "書類",
    "proxy": "nginx",
}
SAFE_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes")
QUIET_SETTINGS = {  # otherwise statements, or rows, with people's values land in its log
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_error_verbosity": "terse",
}
OLDEST_POSTGRESQL = 17
RESTART = "systemctl restart postgresql"
SAFE_CONNECTIONS, SAFE_LOCKS, SAFE_NOTES = 150, 256, 64  # as docs/running.md has them
MOST_NOTES = 1024  # pages of NOTIFY, which no program of ours uses: 8 MB
FULL = 0.95  # of the portal's connections: what is left is taken in a moment
DESKS_CONNECTIONS = 48  # two workers while one replaces the other, the worker's two, the doctor's
PUBLIC, SHARED = 0o007, 0o077
IN_MEMORY = (Path("/run"), Path("/dev/shm"), Path("/tmp"))  # noqa: S108 - looked at, not written
FULL_MEMORY = 90  # per cent, of bytes or of files
RUN = Path("/run")  # where systemd gives each window a folder
OWN = {"portal": "madoguchi/own/portal", "desk": "madoguchi-desk"}  # while the window is open
UNITS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"))
SOCKETS = {  # below /run/madoguchi, whose folders only the proxy enters
    "portal/http": "madoguchi-portal.socket",
    "portal/files": "madoguchi-portal-files.socket",
    "desk/http": "madoguchi-desk.socket",
}


def common_checks() -> list[Callable[[], Iterable[CheckResult]]]:
    """The checks for either window's user."""
    of_machine = [mode, entrances, confined, named, memory, folders, secret]
    return [answers, *of_machine, tables, database, hosts, public_keys]


def portal_checks() -> list[Callable[[], Iterable[CheckResult]]]:
    """The checks for the portal's user."""

    def master_key_is_shut() -> Iterable[CheckResult]:
        prepare.refuse_readable_key()
        yield ok("マスター鍵は、公開側から読めません")

    return [*common_checks(), master_key_is_shut]


def run_checks(checks: Iterable[Callable[[], Iterable[CheckResult]]]) -> Iterator[CheckResult]:
    """The results of all checks; one that raises gives a result, and stops no other.

    What needs a database that does not answer is not looked at, and said in one line.
    """
    unanswered = []
    for check in checks:
        try:
            yield from (replace(look, remedy=databases.typed(look.remedy)) for look in check())
        except Misconfigured as problem:
            yield misconfigured(problem)
        except Error as error:
            trouble = databases.trouble(error)
            if any(databases.unreachable()) or (trouble and trouble.found == databases.OLD_TABLES):
                unanswered.append(NAMES[check.__name__])  # a line of its own says why
            elif trouble:
                yield wrong(NAMES[check.__name__], trouble.found, trouble.remedy)
            else:
                yield _fell_over(check, error)
        except Exception as error:  # noqa: BLE001 - the next check must be made whatever broke
            yield _fell_over(check, error)
    if unanswered:
        about = "データベースの要対応を直してから、もう一度 doctor で確かめるもの"
        yield ask(about, "、".join(unanswered))


def _fell_over(check: Callable[[], Iterable[CheckResult]], error: Exception) -> CheckResult:
    found = f"確かめられませんでした（{type(error).__name__}）"
    return wrong(
        NAMES[check.__name__],
        found,
        "ほかの要対応を直しても出るときは、作った会社に知らせてください",
    )


def answers() -> Iterator[CheckResult]:
    """Each database lets us in."""
    away = [misconfigured(problem) for problem in databases.unreachable()]
    yield from away
    if not away:
        yield ok("データベース", "、".join(databases.address(name) for name in settings.DATABASES))


def entrances() -> Iterator[CheckResult]:
    """The windows' sockets are held by systemd, and both windows run."""
    about = NAMES["entrances"]
    booted = (RUN / "systemd" / "system").is_dir()  # sd_booted(3)
    units = [place for place in UNITS if (place / "madoguchi-portal.service").exists()]
    if settings.DEMO or not booted or not units:
        yield ask(about, "systemd で動かす窓口ではないので、見ていません（docs/running.md の2と6）")
        return
    found = []
    if not (RUN / "madoguchi" / "tried").is_dir():
        remedy = "systemd-tmpfiles --create madoguchi.conf（docs/running.md の2）"
        found.append(wrong(f"{RUN}/madoguchi/tried", "ありません。窓口を開けられません", remedy))
    listening = Path("/proc/self/net/unix").read_text("utf-8", errors="replace").split()
    for place, unit in SOCKETS.items():
        if f"{RUN}/madoguchi/{place}" not in listening:
            remedy = f"systemctl enable --now {unit}"
            found.append(wrong(f"{RUN}/madoguchi/{place}", f"{unit} が待ち受けていません", remedy))
    for window, name in WINDOW_NAMES.items():
        if not (RUN / OWN[window]).is_dir():
            unit = f"madoguchi-{window}"
            lines = f"journalctl --namespace=+{unit} -u {unit}"  # the portal's are apart
            remedy = (
                f"systemctl enable --now {unit}"
                f"。動かないときは {lines} のことを直し、systemctl reset-failed {unit}"
            )
            found.append(wrong(unit, f"{name}の窓口が動いていません", remedy))
    yield from found or [ok(about, f"{len(SOCKETS)} つの入口と、{len(WINDOW_NAMES)} つの窓口")]


def mode() -> Iterator[CheckResult]:
    if settings.DEMO:
        yield wrong("MADOGUCHI_MODE", "demo です", "production にしてください")
    else:
        yield ok("MADOGUCHI_MODE", "production")


def confined() -> Iterator[CheckResult]:
    """What each window's unit refuses, as it was tried inside it when the window opened."""
    for window, name in WINDOW_NAMES.items():
        about = f"{name}の囲い"
        results = confinement.reported(window)
        if not results and not (RUN / OWN[window]).exists():  # it has not been opened
            yield ask(
                about, "systemd のユニットから動かすと、ここで確かめます（docs/running.md の6）"
            )
            continue
        deeds = confinement.deeds(window, settings.HOME)
        done = [deed for deed in deeds if results.get(deed.code) == confinement.DONE]
        restart = f"systemctl restart madoguchi-{window}"
        for deed in done:
            remedy = f"{deed.held_by} を docs/running のとおりに直し、{restart}"
            yield wrong(about, f"「{deed.about}」ことができます", remedy)
        if results.keys() != {deed.code for deed in deeds}:
            yield wrong(about, "試し終えていません", restart)
        elif not done:
            yield ok(about, f"{len(deeds)} とおり試し、どれもできません")


def named() -> Iterator[CheckResult]:
    """The proxy names whoever comes; a window notes when it did not."""
    for window, name in WINDOW_NAMES.items():
        about = f"{name}に来る人の接続元"
        try:
            last = (RUN / OWN[window] / UNNAMED).stat().st_mtime
        except OSError:
            continue
        found = (
            f"nginx が伝えていません（最後は {datetime.fromtimestamp(last, JAPAN):%m-%d %H:%M}）"
        )
        remedy = "X-Forwarded-For を docs/running/nginx.conf のとおりに直し、"
        yield wrong(about, found, f"{remedy}systemctl restart madoguchi-{window}")


def memory() -> Iterator[CheckResult]:
    """Nobody has filled what all programs of the machine share: without it units do not start."""
    full = [place for place in IN_MEMORY if place.is_dir() and fullness_of(place) >= FULL_MEMORY]
    for place in full:
        remedy = f"df -h {place} と df -i {place} で確かめ、だれが埋めたかを調べて、空けてください"
        found = "ほとんど空きがありません。ほかのプログラムが動かなくなります"
        yield wrong(f"{NAMES['memory']} {place}", found, remedy)
    if not full:
        yield ok(NAMES["memory"], "、".join(map(str, IN_MEMORY)))


def _open_to(path: Path, bits: int) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & bits)


def folders() -> Iterator[CheckResult]:
    """Each folder is as the page makes it, for whichever window; this one does what it must."""
    names = house.FOLDERS if house.apart() else ("", *house.OWN, "inbox/portal")
    faults = {name: house.fault(settings.HOME / name) for name in names}
    yield from (misconfigured(fault) for fault in faults.values() if fault)
    if not any(faults.values()):
        house.require()
        yield ok("フォルダー", f"{settings.HOME} の {len(names)} つ")


def secret() -> Iterator[CheckResult]:
    """The window's secret is a file that only its user reads."""
    path = Path(os.environ.get("MADOGUCHI_SECRET_FILE", settings.HOME / "secrets" / "x"))
    if not path.is_file():
        remedy = "docs/running.md の2のファイルを作り、その場所を書いてください"
        yield wrong("MADOGUCHI_SECRET_FILE", "設定がありません", remedy)
    elif _open_to(path, SHARED):
        yield wrong(f"MADOGUCHI_SECRET_FILE {path}", "ほかの利用者も読めます", f"chmod 0400 {path}")
    else:
        yield ok("MADOGUCHI_SECRET_FILE", str(path))


def public_keys() -> Iterator[CheckResult]:
    """The key of every office is pinned, and is that office's."""
    for office in Office.objects.order_by("slug"):
        if pinned(office.slug)[0] != office.id:
            path = pinned_file(office.slug)
            remedy = "madoguchi-desk office add を、その窓口の名前のまま、もう一度行ってください"
            yield wrong(str(path), "別の窓口の鍵です", remedy)
        else:
            yield ok("公開鍵", office.slug)


def hosts() -> Iterator[CheckResult]:
    """There is an office, and its two windows have two names."""
    if not Office.objects.exists():
        yield wrong("窓口", "ひとつもありません", "madoguchi-desk office add")
    for office in Office.objects.order_by("slug"):
        if office.portal_host == office.desk_host:
            remedy = "公開側と職員側に別の名前を付けてください"
            yield wrong(f"{office.slug} のホスト名", "公開側と職員側が同じです", remedy)
        else:
            yield ok(f"{office.slug} のホスト名", f"{office.portal_host}・{office.desk_host}")


def tables() -> Iterator[CheckResult]:
    prepare.require_tables()
    prepare.require_rights()
    yield ok("データベースの表と、この窓口の権限")


def database() -> Iterator[CheckResult]:
    """What is reported as done is on disk, and nobody has more rights than they need."""
    if connection.vendor == "postgresql":
        for name in settings.DATABASES:
            yield from _log_settings(name)
        yield from _postgresql()
        yield from _roles()
        return
    with connection.cursor() as cursor:
        log, waits = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        )
    version = sqlite.prepare().sqlite_version_info
    if version < sqlite.SAFE or log != "wal" or waits != 2:  # noqa: PLR2004 - SQLite's FULL
        found = f"{version}、journal_mode={log}、synchronous={waits}"
        yield wrong("SQLite", found, "同梱の版と設定で動かしてください")
    else:
        yield ok("SQLite", ".".join(map(str, version)))
    if not settings.DEMO:
        yield ask("SQLite", "利用者を分けるときは PostgreSQL をお使いください（docs/running.md）")


def _log_settings(database: str) -> Iterator[CheckResult]:
    """What the server writes into its log of this database's sessions."""
    with connections[database].cursor() as cursor:
        for name, safe in QUIET_SETTINGS.items():
            cursor.execute(f"SHOW {name}")
            value = cursor.fetchone()[0]
            if value != safe:
                where = connections[database].settings_dict["NAME"]
                found = f"{value} です。書かれた内容がサーバーの記録に残ることがあります"
                yield wrong(
                    f"PostgreSQL の {name}（{where}）", found, f"{safe} にします：{databases.ROLES}"
                )


def _roles() -> Iterator[CheckResult]:
    """What docs/running/roles.sql says is so; nothing here is shown where it is."""
    remedy = databases.ROLES
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description('public'::regnamespace)")
        if cursor.fetchone()[0] != sql.mark():
            yield wrong("PostgreSQL の権限", "この版の roles.sql ではありません", remedy)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity"
            " AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in cursor.fetchall():
            found = "行を隠す設定（ROW LEVEL SECURITY）があります。控えに入らないおそれがあります"
            yield wrong(f"PostgreSQL の表 {table}", found, remedy)
        if settings.WINDOW.may_unseal:
            cursor.execute(
                "SELECT pg_has_role(oid, 'USAGE') FROM pg_roles WHERE rolname = %s", [ROLE]
            )
            if cursor.fetchone() not in (None, (True,)):
                found = "窓口を止める公開側の接続を、切れません"
                yield wrong("PostgreSQL の権限", found, remedy)
            for found in compared.differences(cursor):
                yield wrong(f"PostgreSQL の {ROLE}", found, remedy)
            yield from _held(cursor)
        else:
            cursor.execute(
                "SELECT datname, has_database_privilege('public', datname, 'CONNECT')"
                " FROM pg_database WHERE datallowconn"
                " AND datname <> current_database() AND has_database_privilege(datname, 'CONNECT')"
            )
            for base, public in cursor.fetchall():
                found = "公開側の利用者が入れるデータベースです"
                to_all = f'REVOKE CONNECT ON DATABASE "{base}" FROM PUBLIC'
                sent = f"runuser -u postgres -- psql -c '{to_all}'"
                yield wrong(f"データベース {base}", found, sent if public else remedy)


def _held(cursor: CursorWrapper) -> Iterator[CheckResult]:
    """No connection is left for the portal, which then answers nobody; the desk goes on."""
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [ROLE])
    (held,) = cursor.fetchone()
    if held >= FULL * CONNECTIONS:
        share = f"公開側に許した接続 {CONNECTIONS} のうち {held} が使われています"
        found = f"{share}。市民の画面は開けないおそれがあります。職員の画面は使えます"
        yield wrong("PostgreSQL の接続", found, databases.RELEASE)


def _room(cursor: CursorWrapper) -> Iterator[CheckResult]:
    """The portal's sessions, each with as many locks as it may hold, leave room for the desk's."""
    locks = "current_setting('max_locks_per_transaction')::int"
    notes = "current_setting('max_notify_queue_pages')::int"
    cursor.execute(f"SELECT current_setting('max_connections')::int, {locks}, {notes}")
    connections, each, notes = cursor.fetchone()
    if connections < CONNECTIONS + DESKS_CONNECTIONS:
        found = f"{connections} です。公開側の {CONNECTIONS} のほかに、職員側の分がありません"
        remedy = f"postgresql.conf に max_connections = {SAFE_CONNECTIONS} と書き、{RESTART}"
        yield wrong("PostgreSQL の max_connections", found, remedy)
    if connections * each < 2 * CONNECTIONS * MOST_LOCKS:
        found = f"{each} です。公開側の接続だけで、ロックの表が埋まるおそれがあります"
        remedy = f"postgresql.conf に max_locks_per_transaction = {SAFE_LOCKS} と書き、{RESTART}"
        yield wrong("PostgreSQL の max_locks_per_transaction", found, remedy)
    if notes > MOST_NOTES:
        disk = f"ディスクを {notes * 8 // 1024} MB まで使えます"
        found = f"{notes} です。公開側の利用者が NOTIFY で、{disk}"
        remedy = f"postgresql.conf に max_notify_queue_pages = {SAFE_NOTES} と書き、{RESTART}"
        yield wrong("PostgreSQL の max_notify_queue_pages", found, remedy)


def _postgresql() -> Iterator[CheckResult]:
    with connection.cursor() as cursor:
        for name in SAFE_SETTINGS:
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] != "on":
                remedy = f"postgresql.conf に {name} = on と書き、{RESTART}"
                yield wrong(f"PostgreSQL の {name}", "on ではありません", remedy)
        yield from _room(cursor)
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        above = cursor.fetchone()[0]
        cursor.execute(
            "SELECT has_table_privilege('audit_line', 'UPDATE')"
            " OR has_table_privilege('audit_line', 'DELETE')"
        )
        changes = cursor.fetchone()[0]
    version = connections["default"].pg_version // 10000  # type: ignore[attr-defined] # PostgreSQL's
    if version < OLDEST_POSTGRESQL:
        yield wrong("PostgreSQL", f"版が {version} です", f"{OLDEST_POSTGRESQL} 以降にしてください")
    if above or changes:
        found = "操作記録の行を変えられる権限があります"
        yield wrong("PostgreSQL の権限", found, databases.ROLES)
    else:
        yield ok("PostgreSQL", f"版 {version}、権限")
