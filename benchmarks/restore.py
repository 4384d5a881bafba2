"""Backup, restore and verification of 20,000 cases with 5 GB of files, beside `cp` and `sha256sum`.

Every step is the command that the recovery page names, in a process of its own. `--small` makes
200 cases with 50 MB for a quick look and writes no table.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from benchmarks.parts.report import RELIABILITY, Figure, write
from madoguchi.tools.vault import store
from madoguchi.tools.vault.files import About

MIB = 1024 * 1024
CASES, FILES, FILE_MIB = 20_000, 1_000, 5
SMALL_CASES, SMALL_FILES = 200, 10
BAR_S = 60 * 60
ROOT = Path(__file__).resolve().parent.parent


def fill(cases: int, count: int) -> None:
    """Fill the house of this process: cases by ops/town, files sealed into their drawers."""
    from madoguchi.ops import start

    start.django("desk")
    from django.conf import settings

    from madoguchi.ops import checkpoints, prepare
    from madoguchi.ops.town import bulk
    from madoguchi.tools.audit import chain, opening
    from madoguchi.tools.office.actor import Actor
    from madoguchi.tools.transaction import transaction
    from madoguchi.tools.vault import unseal
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.evidence import public as evidence

    prepare.databases()
    prepare.demo_key(settings.MASTER_KEY_FILE)
    office = prepare.office("shibukawa", "127.0.0.1", "localhost")
    bulk.cases(office, cases, now(), [])
    with opening.lineless("unwritable"):
        held = list(unseal.drawers_held(office.id))[:count]
    actor = Actor(office.id, "consultee")
    for case_id, _, drawer in held:
        assert drawer is not None
        file_id, about = sealed_file(office.id, case_id)
        with transaction(), chain.seals() as seals:
            evidence.file(drawer, uuid.uuid4(), [(file_id, about)], now())
            chain.append(actor, "message.add", case_id, outcome="done", now=now(), sealed=seals)
    checkpoints.write(now())


def sealed_file(office_id: uuid.UUID, case_id: uuid.UUID) -> tuple[uuid.UUID, About]:
    """A file of the case on disk, as an upload leaves it."""
    from madoguchi.tools.vault import cipher, files
    from madoguchi.tools.vault.models import HeldFile
    from madoguchi.web.kit.arrival import now

    file_id, key, digest = uuid.uuid4(), cipher.new_key(), hashlib.sha256()
    part = store.begin(file_id)
    sealer = files.Sealer(part, key, files.associated(file_id))
    for _ in range(FILE_MIB):
        digest.update(chunk := os.urandom(MIB))
        sealer.write(chunk)
    count = sealer.finish()
    size = store.settle(file_id, part)
    HeldFile.objects.create(
        id=file_id, office_id=office_id, case_id=case_id, stored_bytes=size, at=now()
    )
    length = FILE_MIB * MIB
    return file_id, files.About("a.png", "image/png", length, digest.hexdigest(), count, key.hex())


@dataclass
class Run:
    """Commands in one folder, and how long each took."""

    root: Path
    took: dict[str, float] = field(default_factory=dict)

    def time(
        self, name: str, *command: str | Path, home: str = "home", shell: bool = False
    ) -> None:
        """Run the command; it must end well."""
        environment = {
            **os.environ,
            "MADOGUCHI_HOME": str(self.root / home),
            "MADOGUCHI_MASTER_KEY_FILE": str(self.root / "home/master.key"),
            "MADOGUCHI_RECEIPT_COST": "test",
        }
        words = list(map(str, command))
        began = perf_counter()
        done = subprocess.run(
            ["sh", "-c", words[0]] if shell else words,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        assert done.returncode == 0
        self.took[name] = perf_counter() - began
        print(f"{name}: {self.took[name]:.1f} s", flush=True)

    def ours(self, name: str, *words: str | Path, home: str = "home") -> None:
        """Run one of our duties."""
        self.time(name, sys.executable, "-m", "madoguchi", *words, home=home)

    def floor(self, name: str, source: str) -> None:
        """What `cp` needs for the same bytes, on disk as ours are."""
        copy = self.root / "copy"
        self.time(name, f"cp -r '{self.root / source}' '{copy}' && sync", shell=True)
        shutil.rmtree(copy)


def newest(place: Path) -> Path:
    """The artefact of a place."""
    return max(one for one in place.iterdir() if not one.name.startswith("."))


def measure(run: Run, cases: int, count: int) -> None:
    """Every step, in order; at most three copies stand on the disk at once."""
    places = ("--data", run.root / "data", "--keys", run.root / "keys")
    run.time("fill", sys.executable, "-m", "benchmarks.restore", "fill", str(cases), str(count))
    run.floor("cp of the house", "home")
    run.ours("backup", "backup", *places)
    data, keys = newest(run.root / "data"), newest(run.root / "keys")
    run.ours("backup again", "backup", *places)
    run.floor("cp of the backup", f"data/{data.name}")
    run.ours("restore", "restore", data, keys, "--into", run.root / "new")
    files = run.root / "new/files"
    run.time("sha256sum", f"find '{files}' -type f | xargs sha256sum", shell=True)
    run.ours("verify", "verify", home="new")
    told = json.loads((data / "manifest.json").read_text("utf-8"))
    assert (told["rows"]["cases.case"], told["files"]) == (cases, count)


def figures(took: dict[str, float]) -> list[Figure]:
    """The lines of the table."""
    beside = {
        "backup": "cp of the house",
        "backup again": "backup",
        "restore": "cp of the backup",
        "verify": "sha256sum",
    }
    bars = {"restore": BAR_S}
    return [
        Figure(
            f"`madoguchi {name}`" + (", its verification included" if name == "restore" else ""),
            f"{took[name]:.0f} s",
            f"{other}: {took[other]:.0f} s",
            f"≤ {bars[name] // 60} min" if name in bars else "",
            met=took[name] <= bars[name] if name in bars else None,
        )
        for name, other in beside.items()
    ]


def main() -> int:
    """Fill a house, take it through every step, write the table."""
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]), int(sys.argv[3]))
        return 0
    small = "--small" in sys.argv
    cases, count = (SMALL_CASES, SMALL_FILES) if small else (CASES, FILES)
    with tempfile.TemporaryDirectory(prefix="madoguchi-restore-") as root:
        run = Run(Path(root))
        measure(run, cases, count)
    table = figures(run.took)
    size = count * FILE_MIB * MIB / 1e9
    title = f"Restore of {cases:,} cases and {size:.1f} GB (`./run bench restore`)"
    if small:
        print(*(figure.row() for figure in table), sep="\n")
    else:
        notes = ["A person needs time beside the machine: typing the key and reading the page."]
        write(RELIABILITY, title, table, notes)
    return 1 if any(figure.met is False for figure in table) else 0


if __name__ == "__main__":
    sys.exit(main())
