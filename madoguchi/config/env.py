"""Typed readers of the `MADOGUCHI_*` variables; with none set the program is a working demo.

docs/configuration.md explains every variable; a test keeps both in step.
"""

import difflib
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from madoguchi.tools.misconfigured import Misconfigured

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
            hint = f"did you mean {near[0]}?" if near else "see docs/configuration.md"
            raise Misconfigured(name, "no such setting", f"unset it; {hint}")


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
        raise Misconfigured(name, f"{value!r} is not known", f"use one of: {', '.join(allowed)}")
    return value


def secret(name: str, fallback: Path | None) -> str:
    """The content of the file that the variable names (0600); the demo makes its own."""
    given = os.environ.get(name, "")
    path = Path(given) if given else fallback
    if path is None:
        raise Misconfigured(name, "not set", "name a file of 50 random characters, mode 0400")
    if not path.exists() and not given:
        _make_secret(path)
    try:
        value = path.read_text("ascii").strip()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise Misconfigured(name, f"{path}: {reason}", "create the file, mode 0400") from error
    if len(value) < SECRET_LENGTH:
        raise Misconfigured(name, f"{path}: too short", "write 50 random characters into it")
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
        raise Misconfigured("MADOGUCHI_HOME", "not set", "name the folder that holds the data")
    path = Path(given or "var").absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = error.strerror or "cannot be made"
        raise Misconfigured("MADOGUCHI_HOME", f"{path}: {reason}", "name another") from error
    if not os.environ.get("MADOGUCHI_DATABASE") and not os.access(path, os.W_OK | os.X_OK):
        raise Misconfigured("MADOGUCHI_HOME", f"{path}: not writable", "chown it to this user")
    return path


def postgresql(name: str, address: str) -> dict[str, object]:
    """Django's settings for `postgresql://USER@HOST:PORT/NAME` (the password: a pgpass file).

    The folder of a socket is written as libpq has it: `postgresql://USER@/NAME?host=/run/…`.
    """
    from urllib.parse import parse_qs, unquote, urlsplit  # noqa: PLC0415 - only with PostgreSQL

    parts = urlsplit(address)
    if not parts.path.strip("/"):
        raise Misconfigured(name, "names no database", "write postgresql://user@host:port/name")
    query = parse_qs(parts.query)
    if strange := sorted(query.keys() - {"host"}):
        raise Misconfigured(name, f"knows no {strange[0]!r}", "leave `?host=/folder` or nothing")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,  # after a restart of the server nobody meets a dead connection
        "OPTIONS": {
            "options": "-c synchronous_commit=on",  # what is reported as done is on disk
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
        raise Misconfigured("MADOGUCHI_SMTP", "has no port", "write host:port")
    options = {"host": host, "port": int(port), "timeout": 10}
    options |= (secure := SECURE_MAIL.get(int(port), {}))
    if not secure and host not in ("localhost", "127.0.0.1"):
        remedy = "use port 587 (STARTTLS) or 465 (TLS), or a relay on this machine"
        raise Misconfigured("MADOGUCHI_SMTP", f"{host}:{port} would send in the clear", remedy)
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
        raise Misconfigured(name, "not understood", "write imaps://user@host:993/INBOX")
    if parts.password is not None:
        raise Misconfigured(name, "holds a password", f"name a file in {password}")
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
        raise Misconfigured(name, "not set", "see docs/configuration.md")
    return value
