"""A line that does not hold, and into which two colleagues have looked (調査済み).

It goes on counting for nothing, and `verify` goes on naming it. But checkpoints are signed again,
over a chain in which the line stands as that: what came after it is witnessed once more.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from madoguchi.tools.audit import chain, macs
from madoguchi.tools.audit.chain import ReadLine
from madoguchi.tools.audit.macs import Voice
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.transaction import transaction

VERB = "audit.looked_into"
SIGNERS = 2
RECORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
"""The number of the paper that says what was found: nothing that tells of anybody."""


@dataclass(frozen=True)
class LookedInto:
    """What two colleagues said of a line."""

    seq: int
    at: datetime
    by: frozenset[UUID]
    why: str
    record: str


def write(
    actors: Sequence[Actor], seqs: Sequence[int], why: str, record: str, *, now: datetime
) -> None:
    """Write down that these looked into these lines, as they stand now.

    Lines that follow one another are named together: somebody may have written many.
    """
    office_id = actors[0].office_id
    with transaction():
        chain.locked_head(office_id)
        for first, last in runs(seqs):
            told: dict[str, str | int] = {
                "line": first,
                "as": _as_they_stand(office_id, first, last),
            }
            told |= {"to": last} if last > first else {}
            told |= {"why": why, "record": record}
            for actor in actors:
                chain.append(actor, VERB, None, outcome="done", now=now, told=told)


def runs(seqs: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of all numbers that follow one another.

    >>> list(runs([7, 4, 5]))
    [(4, 5), (7, 7)]
    """
    for _, run in groupby(enumerate(sorted(set(seqs))), key=lambda each: each[1] - each[0]):
        found = [seq for _, seq in run]
        yield found[0], found[-1]


def of(office_id: UUID) -> Mapping[int, LookedInto]:
    """The lines of an office into which two colleagues looked, by number.

    Their word counts with a good MAC only, and for the line as it stood: one that was changed
    since is looked into by nobody.
    """
    keys = macs.keys_of(office_id)
    if keys is None:
        return {}
    lines = Line.objects.filter(office_id=office_id, verb=VERB, seq__gte=keys.since).order_by("seq")
    said: dict[tuple[int, int, str], list[ReadLine]] = defaultdict(list)
    for line, voice in chain.heard(office_id, lines):
        if voice is Voice.DESK and line.staff_id and "line" in line.told:
            first = line.told["line"]
            said[first, line.told.get("to", first), line.told["as"]].append(line)
    found = {}
    for (first, last, stood), words in said.items():
        by = frozenset(word.staff_id for word in words if word.staff_id)
        if len(by) >= SIGNERS and _as_they_stand(office_id, first, last) == stood:
            told = words[-1].told
            for seq in range(first, last + 1):
                found[seq] = LookedInto(seq, words[-1].at, by, told["why"], told["record"])
    return found


def _as_they_stand(office_id: UUID, first: int, last: int) -> str:
    """All that these rows say, their hashes and their MACs, true or not."""
    rows = Line.objects.filter(office_id=office_id, seq__range=(first, last)).order_by("seq")
    standing = hashlib.sha256()
    for line in chain.read(rows, many=True):
        for part in (chain.digest(line), line.before, line.hash, line.mac or b""):
            standing.update(bytes(part))
    return standing.hexdigest()[:32]
