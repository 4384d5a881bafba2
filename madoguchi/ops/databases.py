"""A database that does not do what it is asked: which, where, why, and what mends it."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, ProgrammingError, connections

from madoguchi.tools.misconfigured import Misconfigured

ROLES = "runuser -u postgres -- psql -v ON_ERROR_STOP=1 -f /opt/madoguchi/docs/running/roles.sql"
MIGRATE = "systemctl start madoguchi-migrate"
RELEASE = (
    "systemctl restart madoguchi-portal で空きます。また埋まれば、乗っ取られたおそれがあります。"
    "systemctl stop madoguchi-portal.socket madoguchi-portal-files.socket madoguchi-portal で止め、"
    "何も消さずに、作った会社に知らせてください"
)
OLD_TABLES = "表が、このプログラムの版になっていません"
NO_TABLE, NO_COLUMN, NO_RIGHT = "42P01", "42703", "42501"  # PostgreSQL's SQLSTATE
NOT_THERE = ("does not exist", "存在しません")  # in the language of the server
TOO_MANY = ("too many", "多すぎ")  # connections: as above
OURS = re.compile("[a-z]+_[a-z_]+")  # a table's name, in whatever language
VARIABLES = {"default": "MADOGUCHI_DATABASE", "staff": "MADOGUCHI_STAFF_DATABASE"}


def address(alias: str) -> str:
    """Where it is looked for, without a password."""
    told = connections[alias].settings_dict
    if connections[alias].vendor != "postgresql":
        return f"SQLite {told['NAME']}"
    host, port = told["HOST"] or "localhost", told["PORT"] or 5432
    place = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else f"{host}:{port}"
    return f"PostgreSQL {place} {told['NAME']}"


def apart() -> bool:
    """Whether each window is a user of its own, with units and roles; SQLite serves one user."""
    return connections["default"].vendor == "postgresql"


def typed(text: str) -> str:
    """A text with its commands as they are typed here."""
    return text if apart() else text.replace("madoguchi-desk ", "madoguchi ")


def at_once(verb: str, options: str = "") -> str:
    """How an administrator has done here what a timer does."""
    return f"systemctl start madoguchi-{verb}" if apart() else f"madoguchi {verb} {options}".strip()


def newest_tables() -> str:
    """How the tables are brought to the newest here."""
    return f"{MIGRATE} のあと、{ROLES}" if apart() else "madoguchi migrate"


def unreachable() -> Iterator[Misconfigured]:
    """Each database that cannot be entered just now."""
    for alias in settings.DATABASES:
        try:
            connections[alias].ensure_connection()
        except Error as error:
            yield _unreachable(alias, _reason(error))


def trouble(error: Error) -> Misconfigured | None:
    """What a person can mend; None for what contradicts the tables, which is a fault of ours."""
    if not isinstance(error, InterfaceError | OperationalError | ProgrammingError):
        return None
    if away := next(unreachable(), None):
        return away
    reason, state = _reason(error), getattr(error.__cause__, "sqlstate", None)
    if state == NO_RIGHT:
        table = OURS.search(reason)
        what = "この窓口の利用者に、権限が足りません"
        if "row-level security" in reason:  # asked with `row_security = off`
            what = "行を隠す設定（ROW LEVEL SECURITY）があります"
        found = f"{what}（{table[0] if table else '表'}）"
        return Misconfigured("データベース", found, ROLES)
    if state in (NO_TABLE, NO_COLUMN) or "no such table" in reason or "no such column" in reason:
        elsewhere = (
            "" if apart() else "。ほかの場所にあるはずなら、MADOGUCHI_HOME を確かめてください"
        )
        return Misconfigured(address("default"), OLD_TABLES, newest_tables() + elsewhere)
    if "disk is full" in reason:
        remedy = "df で場所を確かめ、空けてください"
        return Misconfigured("データベース", "ディスクがいっぱいです", remedy)
    look = "journalctl -u postgresql を見てください" if apart() else "もう一度行ってください"
    return Misconfigured("データベース", f"求めに応えませんでした（{reason}）", look)


def _unreachable(alias: str, reason: str) -> Misconfigured:
    where, variable = address(alias), VARIABLES[alias]
    if connections[alias].vendor != "postgresql":
        return Misconfigured(where, "開けません", "MADOGUCHI_HOME を確かめてください")
    name = connections[alias].settings_dict["NAME"]
    if "FATAL" not in reason:
        look = (
            "systemctl status postgresql で見て、止まっていれば systemctl start postgresql。"
            f"動いていれば {variable} の行き先を確かめてください"
        )
        return Misconfigured(where, "データベース（PostgreSQL）が答えません", look)
    if f'"{name}"' in reason and any(words in reason for words in NOT_THERE):
        return Misconfigured(
            where,
            f"PostgreSQL は動いていますが、データベース {name} がありません",
            f"{ROLES}、{MIGRATE}、もう一度 roles.sql（docs/running.md の3）",
        )
    if any(words in reason for words in TOO_MANY):
        return Misconfigured(
            where, "PostgreSQL は動いていますが、接続がいっぱいで入れません", RELEASE
        )
    return Misconfigured(
        where,
        "PostgreSQL は動いていますが、この利用者を入れません",
        f"{ROLES}。それでも入れないときは、pg_hba.conf と {variable} を確かめてください",
    )


def _reason(error: Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
