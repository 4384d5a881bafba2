"""`madoguchi migrate` of a version with one migration more (`newer`).

Run as `python -m tests.proof.faults.upgrading`, or with `look` as a window looks before it opens.
"""

import sys
import time

from madoguchi.ops.start import django

django("desk")

from django.conf import settings  # noqa: E402 - Django first

from madoguchi.ops import prepare  # noqa: E402
from madoguchi.tools.misconfigured import Misconfigured  # noqa: E402


def main() -> None:
    """Upgrade and tell the seconds, or look and tell whether the window would open."""
    settings.MIGRATION_MODULES = {"notices": "tests.proof.faults.newer.migrations"}
    if "look" in sys.argv:
        try:
            prepare.require_tables()
        except Misconfigured as found:
            print(found)
        else:
            print("opens")
        return
    print("upgrading", flush=True)
    began = time.monotonic()
    prepare.databases()
    print(f"{time.monotonic() - began:.2f}", flush=True)


if __name__ == "__main__":
    main()
