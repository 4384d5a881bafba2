"""What `doctor` looks at on either side: mode, folders, secrets, keys, databases (点検)."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from madoguchi.config import sqlite
from madoguchi.ops import prepare
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.vault import store
from madoguchi.tools.vault.seal import pinned, pinned_file

OK, WRONG, ASK = "よし", "要対応", "確認"
NAMES = {  # of the checks, for the line of one that falls over
    "mode": "MADOGUCHI_MODE",
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
PUBLIC, SHARED = 0o007, 0o077


@dataclass(frozen=True)
class CheckResult:
    """One line: `mark` is `OK`, `WRONG` or `ASK` (what no program can see)."""

    mark: str
    about: str
    found: str = ""
    remedy: str = ""

    @property
    def line(self) -> str:
        found = f"：{self.found}" if self.found else ""
        to_do = f" → {self.remedy}" if self.remedy else ""
        return f"{self.mark:　<3}　{self.about}{found}{to_do}"


def common_checks() -> list[Callable[[], Iterable[CheckResult]]]:
    """The checks for either window's user."""
    return [mode, folders, secret, tables, database, hosts, public_keys]


def portal_checks() -> list[Callable[[], Iterable[CheckResult]]]:
    """The checks for the portal's user."""

    def master_key_is_shut() -> Iterable[CheckResult]:
        prepare.refuse_readable_key()
        yield ok("マスター鍵は、公開側から読めません")

    return [*common_checks(), master_key_is_shut]


def ok(about: str, found: str = "") -> CheckResult:
    return CheckResult(OK, about, found)


def wrong(about: str, found: str, remedy: str) -> CheckResult:
    return CheckResult(WRONG, about, found, remedy)


def ask(about: str, remedy: str) -> CheckResult:
    """What no program can see: somebody has to look."""
    return CheckResult(ASK, about, "", remedy)


def run_checks(checks: Iterable[Callable[[], Iterable[CheckResult]]]) -> Iterator[CheckResult]:
    """The results of all checks; one that raises gives a result, and stops no other."""
    for check in checks:
        try:
            yield from check()
        except Misconfigured as problem:
            found, _, remedy = str(problem).partition("\n  -> ")
            yield wrong(NAMES[check.__name__], found, remedy)
        except Exception as error:  # noqa: BLE001 - the next check must be made whatever broke
            found = f"確かめられませんでした（{type(error).__name__}）"
            yield wrong(NAMES[check.__name__], found, "先に、ほかの要対応を直してください")


def mode() -> Iterator[CheckResult]:
    if settings.DEMO:
        yield wrong("MADOGUCHI_MODE", "demo です", "production にしてください")
    else:
        yield ok("MADOGUCHI_MODE", "production")


def _open_to(path: Path, bits: int) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & bits)


def folders() -> Iterator[CheckResult]:
    """Nobody else reads the house; each window writes what is its own and nothing else."""
    portals, desks = store.inboxes()
    if settings.WINDOW.may_unseal:
        own, others = [settings.PUBLIC_KEYS, desks, settings.FILES, store.lost()], [settings.HOME]
    else:
        own, others = [portals], [settings.HOME, settings.PUBLIC_KEYS, settings.FILES]
    for path in (*others, *own):
        if path.exists() or not settings.DEMO:  # there they are made with the first file
            yield _folder(path, own=path in own)


def _folder(path: Path, *, own: bool) -> CheckResult:
    remedy = "docs/running.md の1を行ってください"
    apart = not settings.DEMO and connection.vendor == "postgresql"  # each window a user
    if not path.exists():
        return wrong(str(path), "ありません", remedy)
    if _open_to(path, PUBLIC):
        return wrong(str(path), "ほかの利用者にも開いています", f"chmod o= {path}")
    if own and not os.access(path, os.W_OK | os.X_OK):
        return wrong(str(path), "書けません", remedy)
    if not own and apart and os.access(path, os.W_OK):
        return wrong(str(path), "この窓口から書けます。書けてはいけない場所です", remedy)
    return ok(str(path))


def secret() -> Iterator[CheckResult]:
    """The window's secret is a file that only its user reads."""
    path = Path(os.environ.get("MADOGUCHI_SECRET_FILE", settings.HOME / "secrets" / "x"))
    if not path.is_file():
        yield wrong(
            "MADOGUCHI_SECRET_FILE", "設定がありません", "docs/running.md の2を行ってください"
        )
    elif _open_to(path, SHARED):
        yield wrong(f"MADOGUCHI_SECRET_FILE {path}", "ほかの利用者も読めます", f"chmod 0400 {path}")
    else:
        yield ok("MADOGUCHI_SECRET_FILE", str(path))


def public_keys() -> Iterator[CheckResult]:
    """The key of every office is pinned, and is that office's."""
    for office in Office.objects.order_by("slug"):
        if pinned(office.slug)[0] != office.id:
            path = pinned_file(office.slug)
            yield wrong(str(path), "別の窓口の鍵です", "窓口のサーバーから写し直してください")
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
    yield ok("データベースの表")


def database() -> Iterator[CheckResult]:
    """What is reported as done is on disk, and nobody has more rights than they need."""
    if connection.vendor == "postgresql":
        for name in settings.DATABASES:
            yield from _log_settings(name)
        yield from _postgresql()
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
                remedy = f"{safe} にしてください（docs/running/roles.sql を実行してください）"
                yield wrong(f"PostgreSQL の {name}（{where}）", found, remedy)


def _postgresql() -> Iterator[CheckResult]:
    with connection.cursor() as cursor:
        for name in SAFE_SETTINGS:
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] != "on":
                yield wrong(f"PostgreSQL の {name}", "on ではありません", f"{name} = on")
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
        found = "帳簿の行を変えられる権限があります"
        yield wrong("PostgreSQL の権限", found, "docs/running/roles.sql を実行してください")
    else:
        yield ok("PostgreSQL", f"版 {version}、権限")
