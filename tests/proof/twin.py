"""One of two processes that do the same at once: `python -m tests.proof.twin [unguarded]`.

Every line on standard input is one round, a deed and its words; what came of it and the seconds it
took come back. `unguarded` is the control: rows are not locked, nobody waits for a turn, and
SQLite's transactions begin to write only when they write.
"""

import sys
import time
from unittest import mock

from madoguchi.ops.start import django

GUARDS = ("tools.act.action", "tools.vault.visit", "work.intake.public")


def take_guards_away() -> None:
    """What the control goes without."""
    from django.conf import settings
    from django.db.models import QuerySet

    mock.patch.object(QuerySet, "select_for_update", lambda rows, **_: rows.all()).start()
    for module in GUARDS:
        mock.patch(f"madoguchi.{module}.lock", return_value=None).start()
    settings.DATABASES["default"].get("OPTIONS", {}).pop("transaction_mode", None)


def main() -> None:
    """Answer every line with what came of it."""
    django("worker")
    if "unguarded" in sys.argv:
        take_guards_away()
    from tests.proof import deeds

    print("ready 0", flush=True)
    for line in sys.stdin:
        deed, *words = line.split()
        began = time.perf_counter()
        try:
            answer = getattr(deeds, deed)(*words)
        except Exception as error:  # noqa: BLE001 - what it was is the answer
            answer = type(error).__name__
        print(answer, f"{time.perf_counter() - began:.3f}", flush=True)


if __name__ == "__main__":
    main()
