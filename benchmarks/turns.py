"""What an act costs now and what it cost before, by turns: `./run bench turns FOLDER`.

FOLDER holds the program of before (`git worktree add FOLDER COMMIT`). Opening a case, the list, a
request for help, the decision on a grant and a backup, each in processes of both programs with a
house of their own, in pairs that change who comes first. The bar is on the upper end of the 95 %
interval of the median ratio; seconds are of processor time.
"""

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.parts.command import arguments, busy, finish
from benchmarks.parts.report import Figure
from benchmarks.parts.serving import OUT
from tests.house.source import ROOT
from tests.proof.house import OURS

BAR, BACKUP_BAR = 1.05, 1.3
PAIRS, TRY_PAIRS = 30, 6
BACKUPS, TRY_CASES = 6, 300
WINDOWS = ("portal", "desk")
ACTS = (("open", "desk"), ("list", "desk"), ("submit", "portal"), ("decide", "desk"))
CASES = 20_000
PREPARE = """
import sys
from madoguchi.ops.start import django
django("desk")
from django.conf import settings
from madoguchi.ops import prepare
prepare.databases()
prepare.demo_key(settings.MASTER_KEY_FILE)
prepare.office("shibukawa", "portal.test", "desk.test")
"""
FILL = """
import sys
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops.town import bulk
from madoguchi.tools.office.public import by_host
from madoguchi.web.kit.arrival import now
bulk.cases(by_host("portal.test", "portal"), int(sys.argv[1]), now(), [])
"""


@dataclass(frozen=True)
class Side:
    """One of the two programs, with a house of its own."""

    folder: Path
    home: Path

    def surroundings(self, window: str) -> dict[str, str]:
        """The variables that its processes are started with."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
        return kept | {
            "MADOGUCHI_HOME": str(self.home),
            "MADOGUCHI_RECEIPT_COST": "test",
            "MADOGUCHI_WINDOW": window,
            "TESTS_WALK": "1",
        }

    def run(self, *words: str, window: str = "desk") -> None:
        """Run a program of this side to its good end."""
        subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env=self.surroundings(window),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def backup(self) -> float:
        """The seconds of a backup, as a whole process."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory(dir=self.home.parent) as place:
            folders = (f"--data={place}/data", f"--keys={place}/keys")
            self.run("-m", "madoguchi", "backup", *folders)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    @contextmanager
    def acting(self, window: str) -> Iterator[Callable[[str], float]]:
        """A process of this side that does one act a call."""
        with subprocess.Popen(
            [sys.executable, str(ROOT / "benchmarks/parts/turn.py")],
            cwd=self.folder,
            env=self.surroundings(window),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            assert running.stdin
            assert running.stdout
            assert running.stdout.readline() == "ready\n"

            def act(name: str) -> float:
                assert running.stdin
                assert running.stdout
                running.stdin.write(f"{name}\n")
                running.stdin.flush()
                return float(running.stdout.readline())

            yield act
            running.stdin.close()


def pairs(count: int, now: Callable[[], float], before: Callable[[], float]) -> list[list[float]]:
    """Seconds now and before, pair by pair, after one pair that is not counted."""
    now(), before()
    taken = []
    for turn in range(count):
        if turn % 2:
            later = before()
            taken.append([now(), later])
        else:
            taken.append([now(), before()])
    return taken


def figure(name: str, taken: Sequence[Sequence[float]], bar: float = BAR) -> Figure:
    """The median ratio with its interval: the ranks that hold the median 19 times of 20.

    Of fewer than seven pairs the interval is the whole range.
    """
    ratios = sorted(now / before for now, before in taken)
    rank = max(0, int(len(ratios) / 2 - 0.98 * len(ratios) ** 0.5))
    low, high = ratios[rank], ratios[-1 - rank]
    return Figure(
        name,
        f"{median(ratios):.2f} times as before, 95 % between {low:.2f} and {high:.2f}",
        f"now {median(one for one, _ in taken) * 1000:.1f} ms, "
        f"before {median(one for _, one in taken) * 1000:.1f} ms",
        f"interval below {bar}",
        high < bar,
    )


def main() -> int:
    """Measure the five acts."""
    parser = arguments(__doc__)
    parser.add_argument("before", type=Path, help="the folder with the program of before")
    told = parser.parse_args()
    count = TRY_PAIRS if told.short else PAIRS
    OUT.mkdir(exist_ok=True)
    figures = []
    with tempfile.TemporaryDirectory(dir=OUT, prefix="bench-") as folder, ExitStack() as running:
        sides = [
            Side(ROOT, Path(folder) / "now"),
            Side(told.before.resolve(), Path(folder) / "before"),
        ]
        for side in sides:
            side.home.mkdir()
            side.run("-c", PREPARE)
            for window in WINDOWS:
                side.run("-m", "madoguchi", "preflight", window, window=window)
        for window in WINDOWS:
            now, before = (running.enter_context(side.acting(window)) for side in sides)
            for name, of in ACTS:
                if of == window:
                    taken = pairs(count, partial(now, name), partial(before, name))
                    figures.append(figure(name, taken))
        many = TRY_CASES if told.short else CASES
        for side in sides:
            side.run("-c", FILL, str(many))
        taken = pairs(min(count, BACKUPS), *(side.backup for side in sides))
        figures.append(figure(f"backup of {many:,} cases", taken, BACKUP_BAR))
    return finish("Turns", figures, [busy()], short=told.short)


if __name__ == "__main__":
    sys.exit(main())
