"""The pages for a server as scripts, and programs that stand for those of the new server."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests import hour
from tests.house.source import ROOT
from tests.proof.house import House

PAGE = (ROOT / "docs" / "recovery.ja.md").read_text("utf-8")
PROGRAM = "/opt/madoguchi/bin/madoguchi"
SYSTEMCTL = """
case $1 in stop | daemon-reload | reload | restart) exit ;; esac
places="--data /srv/madoguchi-data --keys /srv/madoguchi-keys"
for unit; do case $unit in
    madoguchi-migrate) as-owner migrate ;;
    madoguchi-portal) as-portal preflight portal ;;
    madoguchi-desk) as-desk preflight desk ;;
    madoguchi-doctor-portal) as-portal doctor portal ;;
    madoguchi-worker) as-desk worker --once ;;
    madoguchi-backup) as-desk backup $places ;;
    madoguchi-rehearse) as-desk rehearse $places --scratch /srv/madoguchi-scratch ;;
    madoguchi-verify) as-desk verify ;;
    enable | start | --now | *.timer | *.socket) ;;
    *) echo "no unit $unit" >&2; exit 5 ;;
esac || exit; done
"""
SYSTEMD_RUN = f"""
while [ "$1" != {PROGRAM} ]; do
    case $1 in
        User=*) user=${{1#User=madoguchi-}} ;;
        MADOGUCHI_MASTER_KEY_FILE=*) export KEY="${{1#*=}}" ;;
    esac
    shift
done
shift
exec "as-$user" "$@"
"""
INSTALL = """
made=
while [ $# -gt 1 ]; do
    case $1 in -d) made=yes; shift ;; -o | -g | -m) shift 2 ;; *) break ;; esac
done
if [ "$made" ]; then exec mkdir -p "$@"; else exec cp "$@"; fi
"""
STAND_INS = {
    "systemctl": SYSTEMCTL,
    "systemd-run": SYSTEMD_RUN,
    "journalctl": "",
    "madoguchi-desk": 'exec as-desk "$@"\n',
}


def new_server(root: Path) -> "Server":
    """One user for all, on SQLite: what only root can do is left out."""
    told = {
        **House(root / "var/lib/madoguchi").surroundings(),
        "PYTHONPATH": hour.path(ROOT),
        **hour.AHEAD,
        "MADOGUCHI_CHECKPOINTS": str(root / "srv/madoguchi-checkpoints"),
        "MADOGUCHI_MASTER_KEY_FILE": f"${{KEY:-{root}/etc/madoguchi/master.key}}",
    }
    variables = " ".join(f'{name}="{value}"' for name, value in told.items() if " " not in value)
    program = f'exec env {variables} {sys.executable} -m madoguchi "$@"\n'
    srv = ("srv/madoguchi-checkpoints", "srv/madoguchi-scratch")
    for folder in ("etc/madoguchi/desk", "var/lib", *srv):
        (root / folder).mkdir(parents=True)
    window = "case $1 in doctor) exit ;; esac\n" + program  # who finds fault with every demo
    users = {"as-owner": program, "as-desk": window, "as-portal": window}
    absent = "exit 127\n"  # bare Debian has none
    done = dict.fromkeys(("runuser", "chown", "nginx"), "")
    real = {"shred": 'exec rm -f "$2"\n', "install": INSTALL, "openssl": "echo secret\n"}
    return Server(root, {**users, **done, **real, "sudo": absent})


def blocks(kind: str) -> list[str]:
    """The page's commands: `console` is always done, `sh` only in the case that the page says."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@dataclass(frozen=True)
class Server:
    """A folder that stands for a new server's root, and what its own programs do."""

    root: Path
    programs: Mapping[str, str]

    def follow(self, script: str, *words: tuple[str, str]) -> str:
        """What the commands say, these words exchanged; each must end well."""
        done = self.tried(script, *words)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def tried(self, script: str, *words: tuple[str, str]) -> subprocess.CompletedProcess[str]:
        """Do the commands until one fails."""
        binaries = self.root / "bin"
        binaries.mkdir(exist_ok=True)
        for name, body in {**STAND_INS, **self.programs}.items():
            path = binaries / name
            path.write_text(f"#!/bin/sh\nset -u\n{self._placed(body)}")
            path.chmod(0o755)
        for old, new in words:
            assert old in script, old
            script = script.replace(old, new)
        return subprocess.run(
            ["sh", "-eux", "-c", self._placed(script)],
            cwd=ROOT,
            env={"PATH": f"{binaries}:/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _placed(self, script: str) -> str:
        placed = re.sub(r"(?<![\w/])/(?=etc/madoguchi|srv/|var/lib/)", f"{self.root}/", script)
        return placed.replace("/opt/madoguchi/docs/", f"{ROOT}/docs/")
