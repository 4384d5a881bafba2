"""A process of its own that makes its first form and many more; run as a module, it prints how.

`ours` makes papers as the product does, `bare` hands Typst the same source and ready-made JSON.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
EVERY = 10


@dataclass(frozen=True)
class Told:
    """What the process says of itself; `fingerprint`: of the bytes of form 1."""

    count: int
    first_ms: float
    batch_s: float
    idle_mib: float
    peak_mib: float
    fingerprint: str


def process(kind: str, many: int) -> Told:
    """Start the process, show how far it is, and read what it says at its end."""
    command = [sys.executable, "-m", "benchmarks.parts.papers_process", kind, str(many)]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, text=True, check=True
    )
    return Told(**json.loads(done.stdout))


def main(kind: str, many: int) -> None:
    """The first form, then as many as were asked for, with progress on standard error."""
    idle = _peak_mib()
    began = perf_counter()
    from benchmarks.parts import papers_form as form

    def make(number: int) -> None:
        if kind == "ours":
            form.ours(number)
        else:
            form.bare(form.bare_inputs(form.applicant(number)))

    make(0)
    first_ms = (perf_counter() - began) * 1000
    began = perf_counter()
    for number in range(1, many + 1):
        make(number)
        if number % EVERY == 0:
            print(f"\r{kind} {number}/{many}", end="", file=sys.stderr, flush=True)
    batch_s = perf_counter() - began
    print(file=sys.stderr)
    peak, fingerprint = _peak_mib(), form.fingerprint(1)
    print(json.dumps(asdict(Told(many, first_ms, batch_s, idle, peak, fingerprint))))


def _peak_mib() -> float:
    """Of this program alone: what getrusage says of memory was also its parent's."""
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
