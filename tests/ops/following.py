"""The recovery page as a script, and programs that stand for those of the new server."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.house.source import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PAGE = (ROOT / "docs" / "recovery.ja.md").read_text("utf-8")
PROGRAM = "/opt/madoguchi/bin/madoguchi"
SYSTEMCTL = """
case $1 in stop) exit ;; esac
places="--data /srv/madoguchi-data --keys /srv/madoguchi-keys"
for unit; do case $unit in
    madoguchi-migrate) as-owner migrate ;;
    madoguchi-portal) as-portal preflight portal ;;
    madoguchi-desk) as-desk preflight desk ;;
    madoguchi-worker) as-desk worker --once ;;
    madoguchi-backup) as-desk backup $places ;;
    madoguchi-rehearse) as-desk rehearse $places --scratch /srv/madoguchi-scratch ;;
    enable | start | --now | *.timer) ;;
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
STAND_INS = {
    "systemctl": SYSTEMCTL,
    "systemd-run": SYSTEMD_RUN,
    "madoguchi-desk": 'exec as-desk "$@"\n',
}


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
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _placed(self, script: str) -> str:
        placed = re.sub(r"(?<![\w/])/(?=etc/madoguchi|srv/|var/lib/)", f"{self.root}/", script)
        return placed.replace("/opt/madoguchi/docs/", f"{ROOT}/docs/")
