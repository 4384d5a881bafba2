"""Papers: one form for different applicants beside the same source compiled bare, and a peer.

Bare: Typst is handed the same source, and facts that are JSON already; nobody asks whether the
fonts draw them. No two papers of a round are of one person, since Typst remembers what it has set.
"""

import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time

from benchmarks.parts import papers_peer
from benchmarks.parts.command import arguments, busy, finish
from benchmarks.parts.papers_form import applicant, bare, bare_inputs, facts_of, fingerprint, ours
from benchmarks.parts.papers_process import Told, process
from benchmarks.parts.report import Figure

WARM_BAR_MS, PEAK_BAR_MIB = 20.0, 250.0
ROUNDS, MANY = 100, 100
SHORT_ROUNDS, SHORT_MANY = 10, 10

BARE = """Bare: the same Typst source, standards and fonts, with facts that are JSON already and
that nobody asks the fonts about. Each paper is another person's: what Typst has set once it need
not set again. Processor time of all cores, since other programs share the machine."""
PEER = """The peer sets the same words as a table from HTML, in the same serif, as PDF/UA-1; its
page has no boxes for seals and no continuation sheet."""
TRIED = """Of a form's time layout takes more than a half, the subsets of its three fonts most of
the rest. Tried: no rule for long runs, no continuation sheets, no footer, names that need not fit,
one family instead of four, Typst on one thread; each gains a tenth at most."""
NOTES = [" ".join(note.split()) for note in (BARE, PEER, TRIED)]


def main() -> int:
    """Measure warm, cold, many and the peer; print."""
    short = arguments(__doc__).parse_args().short
    rounds, many = (SHORT_ROUNDS, SHORT_MANY) if short else (ROUNDS, MANY)
    first, floor = process("ours", many), process("bare", many)
    figures = [
        *_warm(rounds),
        _cold(first, floor),
        _batch(first, floor),
        _peak(first, floor),
        _same(first),
    ]
    return finish("Papers", figures, [*NOTES, busy()], short=short)


def _warm(rounds: int) -> list[Figure]:
    """One paper after another, ours and bare by turns."""
    made: list[Took] = []
    floors: list[Took] = []
    for number in range(rounds + 1):  # what only the first one costs is left out below
        made.append(_took(ours, 2 * number))
        floors.append(_took(bare, bare_inputs(applicant(2 * number + 1))))
    worked, clock = _medians(made[1:])
    floor, floor_clock = _medians(floors[1:])
    pairs = zip(made[1:], floors[1:], strict=True)
    ratio = statistics.median(one.worked_ms / other.worked_ms for one, other in pairs)
    peer = papers_peer.run([facts_of(applicant(number)) for number in range(max(10, rounds // 4))])
    return [
        Figure(
            f"one form of {_pages(ours(0))}, each time another applicant",
            f"{worked:.1f} ms of processor time, {clock:.1f} by the clock",
            f"the source compiled bare {floor:.1f} ms, {floor_clock:.1f} by the clock,"
            f" ratio {ratio:.2f}",
            f"≤ {WARM_BAR_MS:.0f} ms",
            worked <= WARM_BAR_MS,
        ),
        Figure(
            "the same words in a comparable form",
            f"{worked:.1f} ms of processor time",
            f"weasyprint {peer.version}: {peer.median_ms:.0f} ms, {peer.median_ms / worked:.0f}"
            f" times as long; its first {peer.first_ms:.0f} ms, at most {peer.peak_mib:.0f} MiB",
        ),
    ]


@dataclass(frozen=True)
class Took:
    """What one paper took: on all cores together, and by the clock while others work, too."""

    worked_ms: float
    clock_ms: float


def _took[T](work: Callable[[T], object], given: T) -> Took:
    clock, worked = perf_counter(), process_time()
    work(given)
    return Took((process_time() - worked) * 1000, (perf_counter() - clock) * 1000)


def _medians(all_of_them: Sequence[Took]) -> tuple[float, float]:
    worked = statistics.median(one.worked_ms for one in all_of_them)
    return worked, statistics.median(one.clock_ms for one in all_of_them)


def _pages(number: int) -> str:
    return "one page" if number == 1 else f"{number} pages"


def _cold(ours: Told, bare: Told) -> Figure:
    return Figure(
        "the first paper of a process: programme read, fonts opened, form made",
        f"{ours.first_ms:.0f} ms",
        f"bare {bare.first_ms:.0f} ms, ratio {ours.first_ms / bare.first_ms:.2f}",
    )


def _batch(ours: Told, bare: Told) -> Figure:
    return Figure(
        f"{ours.count} forms in a row, each saying how far it is",
        f"{ours.batch_s:.2f} s, {ours.count / ours.batch_s:.0f} a second",
        f"bare {bare.batch_s:.2f} s, ratio {ours.batch_s / bare.batch_s:.2f}",
    )


def _peak(ours: Told, bare: Told) -> Figure:
    return Figure(
        f"memory at most, after {ours.count} forms",
        f"{ours.peak_mib:.0f} MiB",
        f"before the first {ours.idle_mib:.0f} MiB; bare {bare.peak_mib:.0f} MiB",
        f"≤ {PEAK_BAR_MIB:.0f} MiB",
        ours.peak_mib <= PEAK_BAR_MIB,
    )


def _same(elsewhere: Told) -> Figure:
    """The same facts twice here and once in another process; the control is another person's."""
    prints = {fingerprint(1), fingerprint(1), elsewhere.fingerprint}
    other = fingerprint(2) in prints
    return Figure(
        "the same facts, twice here and once in another process",
        f"{len(prints)} different file{'s' if len(prints) > 1 else ''}",
        f"another applicant's is {'the same' if other else 'another'}",
        "1",
        len(prints) == 1 and not other,
    )


if __name__ == "__main__":
    sys.exit(main())
