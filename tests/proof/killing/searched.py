"""Every job done by a worker that is left in peace, then everything that does not hold."""

import json
from pathlib import Path
from typing import Any

from tests.proof.house import House
from tests.proof.killing.errand import Errand

LEASES_RUN_OUT = """
from madoguchi.ops.start import django
django("worker")
from madoguchi.tools.later.models import Job
Job.objects.filter(done_at=None).update(lease_until=None)
"""
CLEAN = (
    *("lost", "changed", "doubled", "phantom", "half"),
    *("rows without file", "files without row", "partial files"),
)


def noted(errands: list[Errand], journal: Path) -> Path:
    """The journal of these errands, written."""
    journal.write_text(json.dumps([errand.line() for errand in errands]), "utf-8")
    return journal


def searched(house: House, journal: Path, *how: str) -> dict[str, Any]:
    """What a search of the house finds, measured by the journal; see `looking`."""
    house.run("-c", LEASES_RUN_OUT)
    house.run("-m", "madoguchi", "worker", "--once", window="worker")
    look = ("-m", "tests.proof.killing.looking", str(journal), *how)
    found: dict[str, Any] = json.loads(house.run(*look))
    return found
