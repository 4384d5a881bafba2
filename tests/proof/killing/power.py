"""A disk that forgets: after power loss a house is what was synced, and nothing that was not."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("shadow.c")


@dataclass(frozen=True)
class Synced:
    """One sync: when (monotonic nanoseconds) and of what."""

    at_ns: int
    path: Path


class Disk:
    """The folder of a house from now on, kept beside it as it is synced."""

    def __init__(self, home: Path, beside: Path) -> None:
        self._home, self._kept = home, beside / "shadow"
        self._before = beside / "before"
        for part in ("bytes", "folders"):
            (self._kept / part).mkdir(parents=True)
        shutil.copytree(home, self._before)
        self._inodes = {path.stat().st_ino: path.relative_to(home) for path in home.rglob("*")}
        self._shim = beside / "shadow.so"
        flags = ("-O2", "-Wall", "-Werror", "-shared", "-fPIC")
        subprocess.run(["gcc", *flags, "-o", str(self._shim), str(SOURCE)], check=True)

    @property
    def variables(self) -> dict[str, str]:
        """What a program is started with whose syncs are to be kept."""
        return {
            "LD_PRELOAD": str(self._shim),
            "SHADOW_OF": str(self._home),
            "SHADOW": str(self._kept),
        }

    def log(self) -> list[Synced]:
        """Every sync, in order."""
        log = self._kept / "log"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        pairs = (line.split(" ", 1) for line in lines)
        return [Synced(int(at_ns), Path(path)) for at_ns, path in pairs]

    def after_power_loss(self, to: Path) -> Path:
        """A new folder with what was synced."""
        listings = {}
        for kept in (self._kept / "folders").iterdir():
            path, *entries = kept.read_text("utf-8").splitlines()
            listings[Path(path)] = [entry.split(" ", 2) for entry in entries]
        self._rebuild(self._home, to, listings)
        return to

    def _rebuild(self, folder: Path, to: Path, listings: dict[Path, list[list[str]]]) -> None:
        to.mkdir(mode=0o700)
        for inode, kind, name in listings.get(folder, self._entries_before(folder)):
            if kind == "d":
                self._rebuild(folder / name, to / name, listings)
            else:
                (to / name).write_bytes(self._content(int(inode)))
                (to / name).chmod(0o600)

    def _entries_before(self, folder: Path) -> list[list[str]]:
        """What a folder held that was never synced: nothing, where it is new."""
        place = folder.relative_to(self._home)
        return [
            [str(inode), "d" if (self._before / path).is_dir() else "f", path.name]
            for inode, path in self._inodes.items()
            if path.parent == place
        ]

    def _content(self, inode: int) -> bytes:
        kept, before = self._kept / "bytes" / str(inode), self._inodes.get(inode)
        if kept.exists():
            return kept.read_bytes()
        return (self._before / before).read_bytes() if before else b""
