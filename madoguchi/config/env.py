"""Typed readers of the `MADOGUCHI_*` variables; with none set the program is a working demo.

docs/configuration.md explains every variable; a test keeps both in step.
"""

import difflib
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from madoguchi.tools.misconfigured import Misconfigured, reason, whoami

SECRET_LENGTH = 40
SECURE_MAIL = {587: {"use_tls": True}, 465: {"use_ssl": True}}
MAILBOX_PORTS = {"imaps": 993, "imap": 143}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
KNOWN = (
    "MADOGUCHI_WINDOW",
    "MADOGUCHI_MODE",
    "MADOGUCHI_HOME",
    "MADOGUCHI_PROGRAMMES",
    "MADOGUCHI_MASTER_KEY_FILE",
    "MADOGUCHI_SECRET_FILE",
    "MADOGUCHI_DATABASE",
    "MADOGUCHI_STAFF_DATABASE",
    "MADOGUCHI_SMTP",
    "MADOGUCHI_CHECKPOINTS",
    "MADOGUCHI_MAIL_FROM",
    "MADOGUCHI_MAILBOX",
    "MADOGUCHI_MAILBOX_DONE",
    "MADOGUCHI_MAILBOX_OFFICE",
    "MADOGUCHI_MAILBOX_PASSWORD_FILE",
    "MADOGUCHI_MAIL_SERVER",
    "MADOGUCHI_MAIL_GATEWAY",
    "MADOGUCHI_RECEIPT_COST",
    "MADOGUCHI_FONTS",
)


def refuse_unknown() -> None:
    """Stop on a `MADOGUCHI_*` variable that nothing reads, naming the nearest known one."""
    for name in sorted(os.environ):
        if name.startswith("MADOGUCHI_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, n=1)
            hint = f"{near[0]} ではありませんか。" if near else ""
            remedy = f"{hint}消すか、つづりを docs/configuration.md に合わせてください"
            raise Misconfigured(name, "そのような設定はありません", remedy)


def text(name: str, default: str) -> str:
    """The variable's words, or the default."""
    return os.environ.get(name, "") or default


def texts(name: str) -> tuple[str, ...]:
    """The variable's words, parted by `;`."""
    return tuple(part.strip() for part in text(name, "").split(";") if part.strip())


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    value = text(name, default)
    if value not in allowed:
        remedy = f"{'、'.join(allowed)} のどれかにしてください"
        raise Misconfigured(name, f"{value!r} という値はありません", remedy)
    return value


def secret(name: str, fallback: Path | None) -> str:
    """The content of the file that the variable names (0600); the demo makes its own."""
    given = os.environ.get(name, "")
    path = Path(given) if given else fallback
    if path is None:
        remedy = "docs/running.md の2のファイルを作り、その場所を書いてください"
        raise Misconfigured(name, "設定がありません", remedy)
    new = f"openssl rand -base64 48 | install -o {whoami()} -m 0400 /dev/stdin {path}"
    try:
        if not path.exists() and not given:
            _make_secret(path)
        value = path.read_text("ascii").strip()
    except PermissionError as error:
        mend = f"chown {whoami()} {path} && chmod 0400 {path}"
        found = f"{path} を、この窓口の利用者（{whoami()}）が読めません"
        raise Misconfigured(name, found, mend) from error
    except OSError as error:
        raise Misconfigured(name, f"{path} を開けません（{reason(error)}）", new) from error
    if len(value) < SECRET_LENGTH:
        raise Misconfigured(name, f"{path} が短すぎます", new)
    return value


def _make_secret(path: Path) -> None:
    """A new one, whole when it appears; of two processes that start at once, one makes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # 0600
        file.write(secrets.token_urlsafe(50))
        file.flush()
        with suppress(FileExistsError):
            path.hardlink_to(file.name)


def home(mode: str) -> Path:
    """The folder of databases, files and keys (`MADOGUCHI_HOME`, the demo: `var`).

    Databases that lie in it need it writable; else it is root's, and each folder in it somebody's.
    """
    given = os.environ.get("MADOGUCHI_HOME", "")
    if not given and mode != "demo":
        remedy = "データのフォルダーを書いてください（docs/running.md の2）"
        raise Misconfigured("MADOGUCHI_HOME", "設定がありません", remedy)
    path = Path(given or "var").absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        found = f"{path} を作れません（{reason(error)}）"
        remedy = "docs/running.md の1を行うか、別の場所を書いてください"
        raise Misconfigured("MADOGUCHI_HOME", found, remedy) from error
    if not os.environ.get("MADOGUCHI_DATABASE") and not os.access(path, os.W_OK | os.X_OK):
        if os.statvfs(path).f_flag & os.ST_RDONLY:
            found = f"{path} は読み取り専用の場所にあります"
            raise Misconfigured("MADOGUCHI_HOME", found, "書き込める場所に写してから行ってください")
        found = f"{path} に、利用者 {whoami()} が書けません"
        raise Misconfigured("MADOGUCHI_HOME", found, f"chown {whoami()} {path}")
    return path


def postgresql(name: str, address: str) -> dict[str, object]:
    """Django's settings for `postgresql://USER@HOST:PORT/NAME` (the password: a pgpass file).

    The folder of a socket is written as libpq has it: `postgresql://USER@/NAME?host=/run/…`.
    """
    from urllib.parse import parse_qs, unquote, urlsplit  # noqa: PLC0415 - only with PostgreSQL

    parts = urlsplit(address)
    if not parts.path.strip("/"):
        remedy = "postgresql://user@host:port/name の形で書いてください"
        raise Misconfigured(name, "データベースの名前がありません", remedy)
    query = parse_qs(parts.query)
    if strange := sorted(query.keys() - {"host"}):
        remedy = "? のあとには host=/フォルダー だけを書けます"
        raise Misconfigured(name, f"{strange[0]!r} は使えません", remedy)
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": parts.port or "",
        "CONN_HEALTH_CHECKS": True,  # after a restart of the server nobody meets a dead connection
        "OPTIONS": {
            # What is done is on disk; rows that a policy would hide are an error and do not lack.
            "options": "-c synchronous_commit=on -c row_security=off",
            "connect_timeout": 5,  # seconds; a server that is stopped holds up no page
        },
    }


def mailer(folder: Path | None) -> dict[str, object]:
    """A row of `MAILERS`: SMTP at `MADOGUCHI_SMTP` (`host:port`); unset in the demo: a folder."""
    if folder is not None and not text("MADOGUCHI_SMTP", ""):
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"BACKEND": backend, "OPTIONS": {"file_path": str(folder)}}
    host, _, port = text("MADOGUCHI_SMTP", "localhost:25").partition(":")
    if not port.isdigit():
        raise Misconfigured("MADOGUCHI_SMTP", "ポートがありません", "host:port と書いてください")
    options = {"host": host, "port": int(port), "timeout": 10}
    options |= (secure := SECURE_MAIL.get(int(port), {}))
    if not secure and host not in ("localhost", "127.0.0.1"):
        remedy = "587（STARTTLS）か 465（TLS）、またはこのサーバーの中継にしてください"
        raise Misconfigured("MADOGUCHI_SMTP", f"{host}:{port} へは、暗号なしで送られます", remedy)
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def mailbox() -> dict[str, Any] | None:
    """The mailbox at `MADOGUCHI_MAILBOX` (`imaps://USER@HOST:PORT/FOLDER`), if one is named.

    `imap://` begins in the clear and turns to TLS (STARTTLS); on this machine it stays as it is.
    """
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415 - only with a mailbox

    name, password = "MADOGUCHI_MAILBOX", "MADOGUCHI_MAILBOX_PASSWORD_FILE"
    if not (address := text(name, "")):
        return None
    parts = urlsplit(address)
    if parts.scheme not in MAILBOX_PORTS or not parts.username or not parts.hostname:
        remedy = "imaps://user@host:993/INBOX の形で書いてください"
        raise Misconfigured(name, "読み取れません", remedy)
    if parts.password is not None:
        remedy = f"パスワードはファイルに入れ、その場所を {password} に書いてください"
        raise Misconfigured(name, "パスワードが入っています", remedy)
    plain = "loopback" if parts.hostname in LOOPBACK else "starttls"
    return {
        "host": parts.hostname,
        "port": parts.port or MAILBOX_PORTS[parts.scheme],
        "user": unquote(parts.username),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "done": text("MADOGUCHI_MAILBOX_DONE", "madoguchi"),
        "password_file": required(password, None),
        "secure": "tls" if parts.scheme == "imaps" else plain,
    }


def required(name: str, demo: str | None) -> str:
    """The variable's words; only the demo has a word of its own."""
    value = text(name, demo or "")
    if not value:
        remedy = f"docs/configuration.md の {name} を見て書いてください"
        raise Misconfigured(name, "設定がありません", remedy)
    return value


def mail_address(name: str, demo: str | None) -> str:
    """A bare address, as relays take it."""
    value = required(name, demo)
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", value):
        remedy = "koho@city.example.jp のように、@ のあるアドレスだけを書いてください"
        raise Misconfigured(name, f"{value!r} はメールアドレスではありません", remedy)
    return value
