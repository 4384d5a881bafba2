"""A backup on disk (控え): a folder that has its name only when it is whole.

`SHA256SUMS` lists every file as `sha256sum -c` reads it; `manifest.json` says what the folder
is, holds the hash of that list, and a voucher: what only who holds the master key can write.
"""

import fcntl
import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from madoguchi.tools.misconfigured import Misconfigured

FORMAT = 1
STAMP = "%Y%m%dT%H%M%SZ"
SUMS, MANIFEST, VOUCHER = "SHA256SUMS", "manifest.json", "voucher"
CHUNK = 1024 * 1024
KEYS_LIVE = timedelta(days=35)


def stamp(moment: datetime) -> str:
    """The moment as it stands in names."""
    return moment.astimezone(UTC).strftime(STAMP)


def vouched(told: dict[str, Any]) -> bytes:
    """What a voucher stands for: all that the manifest says besides."""
    besides = {key: value for key, value in told.items() if key != VOUCHER}
    return json.dumps(besides, sort_keys=True).encode()


def sync(folder: Path) -> None:
    """The folder's entries are on disk when this returns."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def part(place: Path, name: str) -> Path:
    """Where something lies that is not whole: half written, or half removed."""
    return place / f".{name}.part"


@contextmanager
def tended(place: Path) -> Iterator[None]:
    """One backup at a time in a folder; what an earlier one left half there is removed.

    Raises:
        Misconfigured: another one is at work.
    """
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Misconfigured(
                str(place), "別の控えを取っています", "終わるまで待ってください"
            ) from error
        for left in place.glob(".*.part"):
            shutil.rmtree(left)
        yield


class Part:
    """An artefact that is being written; nobody takes it for a whole one."""

    def __init__(self, place: Path, kind: str, moment: datetime) -> None:
        self._place, self._kind, self._moment = place, kind, moment
        self._name = f"{kind}-{stamp(moment)}"
        self._sums: dict[str, str] = {}
        self.folder = part(place, self._name)
        if (place / self._name).exists():
            raise Misconfigured(str(place / self._name), "もうあります", "1秒待ってください")
        self.folder.mkdir(mode=0o700)

    def write(self, inside: str, chunks: Iterable[bytes]) -> int:
        """Write one file, 0600 and on disk when this returns; its bytes."""
        path = self._made(inside)
        digest, size = hashlib.sha256(), 0
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        self._sums[inside] = digest.hexdigest()
        return size

    def digest(self, inside: str) -> str:
        """The SHA-256 of a file that was written."""
        return self._sums[inside]

    def link(self, inside: str, earlier: Path, digest: str) -> bool:
        """Take a file over from an earlier artefact; False where the disk cannot."""
        try:
            os.link(earlier / inside, self._made(inside))
        except OSError:
            return False
        self._sums[inside] = digest
        return True

    def _made(self, inside: str) -> Path:
        for above in reversed(Path(inside).parents[:-1]):
            (self.folder / above).mkdir(mode=0o700, exist_ok=True)
        return self.folder / inside

    def finish(self, told: dict[str, Any], vouch: Callable[[bytes], str]) -> Path:
        """Give the artefact its name, after everything in it is on disk; the folder."""
        sums = "".join(f"{digest}  {inside}\n" for inside, digest in sorted(self._sums.items()))
        manifest = {
            "format": FORMAT,
            "kind": self._kind,
            "at": self._moment.astimezone(UTC).isoformat(),
            "sums": hashlib.sha256(sums.encode()).hexdigest(),
            **told,
        }
        manifest[VOUCHER] = vouch(vouched(manifest))
        self.write(SUMS, [sums.encode()])
        self.write(MANIFEST, [json.dumps(manifest, indent=1).encode()])
        for folder, _, _ in os.walk(self.folder):
            sync(Path(folder))
        whole = self.folder.rename(self._place / self._name)
        sync(self._place)
        return whole


@contextmanager
def writing(place: Path, kind: str, moment: datetime) -> Iterator[Part]:
    """A new part; nothing of it stays when the block fails."""
    part = Part(place, kind, moment)
    try:
        yield part
    except BaseException:
        shutil.rmtree(part.folder, ignore_errors=True)
        raise


@dataclass(frozen=True)
class Artefact:
    """A backup that is whole."""

    folder: Path
    kind: str
    at: datetime
    told: dict[str, Any] = field(repr=False)

    def sums(self) -> dict[str, str]:
        """File → hash, as they were when the artefact was made."""
        rows = (self.folder / SUMS).read_text("utf-8").splitlines()
        return {inside: digest for digest, _, inside in (row.partition("  ") for row in rows)}

    def genuine(self, vouch: Callable[[bytes], str]) -> bool:
        """Whether the manifest is as it was when somebody with the master key wrote it."""
        said = str(self.told.get(VOUCHER)).encode("ascii", "replace")  # a forger's is anything
        return hmac.compare_digest(said, vouch(vouched(self.told)).encode())

    def faults(self) -> list[str]:
        """The files that are gone or have other bytes; empty when the artefact is good."""
        with (self.folder / SUMS).open("rb") as listed:
            if hashlib.file_digest(listed, "sha256").hexdigest() != self.told["sums"]:
                return [SUMS]
        return [inside for inside, digest in self.sums().items() if not self._holds(inside, digest)]

    def _holds(self, inside: str, digest: str) -> bool:
        try:
            with (self.folder / inside).open("rb") as source:
                return hashlib.file_digest(source, "sha256").hexdigest() == digest
        except OSError:
            return False


def opened(folder: Path, kind: str) -> Artefact:
    """The artefact in a folder.

    Raises:
        Misconfigured: not there, not of this kind, or of another format; says what to look for.
    """
    remedy = f"madoguchi backup が作った {kind}-日時 のフォルダーを書いてください"
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        found = Artefact(folder, told["kind"], datetime.fromisoformat(told["at"]), told)
        written_as = told["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(str(folder), f"控え（{kind}）ではありません", remedy) from error
    if written_as != FORMAT:
        raise Misconfigured(
            str(folder), f"形式 {written_as} の控えです", "その控えを作った版で戻してください"
        )
    if found.kind != kind:
        raise Misconfigured(str(folder), f"{kind} ではなく {found.kind} です", remedy)
    return found


def whole(place: Path, kind: str) -> list[Artefact]:
    """All artefacts of a kind that stand in a folder, oldest first."""
    return [opened(folder, kind) for folder in sorted(place.glob(f"{kind}-[0-9]*T[0-9]*Z"))]


def newest_pair(data_place: Path, keys_place: Path) -> tuple[Artefact, Artefact]:
    """The newest *data*, and the newest *keys*, which must not be older.

    Raises:
        Misconfigured: one is missing; says what to look for.
    """
    found = {
        kind: whole(place, kind) for kind, place in (("data", data_place), ("keys", keys_place))
    }
    for kind, place in (("data", data_place), ("keys", keys_place)):
        if not found[kind]:
            raise Misconfigured(str(place), f"控え（{kind}）がありません", "madoguchi backup")
    return found["data"][-1], found["keys"][-1]


def expire_keys(place: Path, now: datetime) -> list[Path]:
    """Remove *keys* older than 35 days, never the newest good one; what was removed."""
    old = [one for one in whole(place, "keys") if now - one.at > KEYS_LIVE]
    return _remove(place, old)


def expire_data(place: Path, keep: int) -> list[Path]:
    """Remove all *data* but the newest so many, never the newest good one; what was removed."""
    return _remove(place, whole(place, "data")[:-keep])


def _remove(place: Path, old: list[Artefact]) -> list[Path]:
    if not old:
        return []
    standing = reversed(whole(place, old[0].kind))
    good = next((one.folder for one in standing if not one.faults()), None)
    doomed = [one.folder for one in old if one.folder != good]
    for folder in doomed:
        shutil.rmtree(folder.rename(part(place, folder.name)))  # half of one has no name
    return doomed
