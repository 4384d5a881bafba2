"""A case of the portal's, and how the desk opens it, each in its own process.

`python -m tests.proof.long_case ask` as the portal: a request, its case and the key of its drawer,
which who asked has made. `… open CASE` as the desk: its page once more, when all is warm, with
seconds and MiB above idle. `… open CASE unasked`: as before lengths were asked (a control).
"""

import json
import resource
import sys
import time
from pathlib import Path
from unittest.mock import patch

from madoguchi.ops.start import django

django("portal" if sys.argv[1] == "ask" else "desk")

from django.test import Client  # noqa: E402 - Django first
from django.test.utils import setup_test_environment  # noqa: E402

from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import card  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402

SECURE = {"x-forwarded-proto": "https", "sec-fetch-site": "same-origin"}


def ask() -> dict[str, str]:
    """Ask for help as a person does, and keep what a receipt opens."""
    from tests.web.portal import browsing

    setup_test_environment()
    person = Client(headers={"host": "portal.test", **SECURE})
    browsing.fill(person)
    receipt = browsing.send(person)
    held = browsing.holding(card(Office.objects.get(portal_host="portal.test")), receipt)
    drawer = held.drawer
    return {"case": str(drawer.case_id), "office": str(drawer.office_id), "key": drawer.key.hex()}


def status(name: str) -> int:
    """A line of this process's status, in KiB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


def open_case(case_id: str) -> dict[str, float]:
    """Open it three times; of the last, seconds of processor time, and the peak over idle."""
    from madoguchi.tools.bounds import CappedBytes
    from tests.offices import make_staff
    from tests.web.desk.colleagues import inside

    if "unasked" in sys.argv:
        del CappedBytes.select_format
    staff = make_staff(card(Office.objects.get()), "counsellor", "木村", now())
    patch("madoguchi.web.desk.door.is_mfa_enabled", return_value=True).start()
    desk = inside(staff, "desk.test")
    desk.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    assert desk.get("/").status_code == 200
    idle = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", "ascii")  # the peak begins anew
    for _ in range(3):
        began = time.monotonic(), sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        page = desk.get(f"/cases/{case_id}/")
        wall = time.monotonic() - began[0]
        worked = sum(resource.getrusage(resource.RUSAGE_SELF)[:2]) - began[1]
        assert page.status_code == 200
    return {
        "worked_s": worked,
        "wall_s": wall,
        "mib": (status("VmHWM") - idle) / 1024,
        "page_kib": len(page.content) / 1024,
        "entries": page.content.count(b'<li class="entry') or page.content.count(b'class="entry '),
        "damaged": page.content.count("この値は壊れている".encode()),
        "older": int("以前の記録".encode() in page.content),
    }


if __name__ == "__main__":
    print(json.dumps(ask() if sys.argv[1] == "ask" else open_case(sys.argv[2])))
