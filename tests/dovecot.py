"""A mail server for tests: Debian's Dovecot on loopback, with a folder of its own.

It runs without rights: as whoever runs the tests or, where that is root, as its own user.
"""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOVECOT = shutil.which("dovecot") or "/usr/sbin/dovecot"
LACKING = "no Dovecot: apt-get install dovecot-imapd"
USER, PASSWORD, DONE = "soudan", "a-password-for-tests", "madoguchi"
PATIENCE_S = 20.0
CONFIGURATION = """
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
auth_allow_cleartext = yes
auth_mechanisms = plain
auth_failure_delay = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_driver = maildir
mail_path = {home}/mail/%{{user}}
namespace inbox {{
  inbox = yes
}}
passdb static {{
  password = {password}
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {home}/mail/%{{user}}
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
TLS = """
ssl = yes
ssl_server_cert_file = {home}/cert.pem
ssl_server_key_file = {home}/key.pem
"""


@dataclass
class Dovecot:
    """A server: `start` and `stop` as often as need be, its mails stay."""

    home: Path
    port: int
    tls_port: int
    _program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        rights: dict[str, Any] = {}
        if os.geteuid() == 0:
            who = _unprivileged()
            rights = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        with (self.home / "errors").open("ab") as errors:
            self._program = subprocess.Popen(
                [DOVECOT, "-F", "-c", str(self.home / "dovecot.conf")],
                stdout=subprocess.DEVNULL,
                stderr=errors,
                **rights,
            )
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with suppress(OSError, imaplib.IMAP4.error), self.client():
                return
            time.sleep(0.05)
        self.stop()
        raise AssertionError((self.home / "log").read_text())

    def stop(self) -> None:
        """Stop it: nobody answers on its port."""
        if self._program is not None:
            self._program.terminate()
            self._program.wait(PATIENCE_S)
            self._program = None

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        """A line to it, signed in."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_S) as line:
            line.login(USER, PASSWORD)
            yield line

    def put(self, raws: Iterable[bytes], folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        with self.client() as line:
            for raw in raws:
                assert line.append(folder, "", "", raw)[0] == "OK"

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """The raw mails of a folder; none when it is not there."""
        with self.client() as line:
            if line.select(folder, readonly=True)[0] != "OK":
                return []
            found = line.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]
            return [one[1] for one in found if isinstance(one, tuple)]

    def remove(self, folder: str) -> None:
        """Remove a folder."""
        with self.client() as line:
            assert line.delete(folder)[0] == "OK"

    def address(self, *, tls: bool = False, folder: str = "INBOX") -> str:
        """What `MADOGUCHI_MAILBOX` says for it."""
        if tls:
            return f"imaps://{USER}@localhost:{self.tls_port}/{folder}"
        return f"imap://{USER}@127.0.0.1:{self.port}/{folder}"


def _unprivileged() -> pwd.struct_passwd:
    return pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


@contextmanager
def dovecot(*, tls: bool = False) -> Iterator[Dovecot]:
    """A server that has started, for as long as the block lasts."""
    home, who = Path(tempfile.mkdtemp(prefix="madoguchi-imap-")), _unprivileged()
    one = Dovecot(home, _free_port(), _free_port() if tls else 0)
    told = CONFIGURATION.format(
        home=home,
        user=who.pw_name,
        group=grp.getgrgid(who.pw_gid).gr_name,
        uid=who.pw_uid,
        gid=who.pw_gid,
        password=PASSWORD,
        port=one.port,
        tls_port=one.tls_port,
    )
    (home / "dovecot.conf").write_text(told + (TLS.format(home=home) if tls else "ssl = no\n"))
    if tls:
        _certificate(home)
    for path in (home, *(home / name for name in ("run", "state", "mail"))):
        path.mkdir(exist_ok=True)
    for path in (home, *home.iterdir()):
        os.chown(path, who.pw_uid, who.pw_gid)
    try:
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(home, ignore_errors=True)


def _certificate(home: Path) -> None:
    """A certificate for `localhost` that only whoever is told trusts."""
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(home / "key.pem"), "-out", str(home / "cert.pem")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
