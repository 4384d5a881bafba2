"""Fourteen points between the first byte of a file and the end of its job; a process dies at each.

Nothing of this is in the product: a test's process replaces the function by one that kills it.
"""

import os
import pkgutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from tests.proof.killing.errand import STEPS, Errand

STORY, SUBMIT = STEPS.index(Errand.story), STEPS.index(Errand.submit)


@dataclass(frozen=True)
class Point:
    """Before or after one call of a function, at a step of the errand (None: in the worker).

    `times`: how often an errand passes; the process may die at any of them.
    """

    label: str
    step: int | None
    where: str
    name: str
    after: bool = False
    times: int = 1

    def arm(self, passing: int) -> None:
        """Make this process die when it passes for the so many-th time (from 0 on)."""
        where = pkgutil.resolve_name(self.where)
        do: Callable[..., Any] = getattr(where, self.name)
        passed = 0

        @wraps(do)
        def deadly(*args: Any, **kwargs: Any) -> Any:
            nonlocal passed
            here = passed == passing
            passed += 1
            if here and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = do(*args, **kwargs)
            if here:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(where, self.name, deadly)


VAULT, INTAKE = "madoguchi.tools.vault", "madoguchi.work.intake.public"
COMMIT = "django.db.backends.base.base:BaseDatabaseWrapper"
POINTS = (
    Point("file arriving", STORY, f"{VAULT}.files:Sealer", "finish", times=3),
    Point("part written, not synced", STORY, "os", "fsync"),
    Point("renamed, folder not synced", STORY, "pathlib:Path", "rename", after=True, times=3),
    Point("file settled, no row", STORY, f"{VAULT}.store", "settle", after=True, times=3),
    Point("row written, not committed", STORY, f"{VAULT}.visit", "_keep", after=True, times=3),
    Point("draft committed, not answered", STORY, INTAKE, "keep", after=True),
    Point("before the slow hash", SUBMIT, f"{VAULT}.receipt", "prepare"),
    Point("case written", SUBMIT, "madoguchi.work.cases.public", "open", after=True),
    Point("entry written", SUBMIT, "madoguchi.work.record.public", "write", after=True),
    Point("files handed over", SUBMIT, f"{VAULT}.visit", "hand_over", after=True),
    Point("before the commit", SUBMIT, COMMIT, "commit"),
    Point("committed, not answered", SUBMIT, INTAKE, "_ask", after=True),
    Point("keys wrapped, not committed", None, f"{VAULT}.unseal", "adopt", after=True),
    Point("adopted, job not done", None, "madoguchi.work.cases.jobs", "adopt", after=True),
)
