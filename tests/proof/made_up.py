"""Whole requests that nobody sent, and what the desk reads of them, each in its own process.

`python -m tests.proof.made_up ask COUNT ADDRESS [LABEL=JSON …]` as the portal's user: each with its
own case, the address for its mail (`{}` is its number), and this sealed in the place of what
belongs there; prints the cases. `… read CASE [before]` as the desk: how its pages answer; `before`:
with a program that believes whatever was sealed (a control).
"""

import json
import sys
from unittest.mock import patch

from madoguchi.ops.start import django, now

django("portal" if sys.argv[1] == "ask" else "desk")

from django.test import Client  # noqa: E402 - Django first

from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import card  # noqa: E402
from madoguchi.tools.vault import cipher, values, visit  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.cases.public import Wishes  # noqa: E402
from madoguchi.work.intake.public import Request, ask  # noqa: E402

DAMAGED = "壊れている"


def file(count: int, address: str, planted: dict[str, bytes]) -> None:
    office, moment, sealed = card(Office.objects.get()), now(), cipher.seal
    known = set(Case.objects.values_list("pk", flat=True))

    def seal(key: bytes, place: cipher.Address, plain: bytes) -> bytes:
        return sealed(key, place, planted.get(place.label.rpartition("/")[2], plain))

    for number in range(count):
        who = visit.new_holder(office.id)
        visit.hold(who, lambda draft: draft["answers"].update(text="x"), moment)
        about = {"name": "花子", "email": address.format(number), "who": "self", "danger": "no"}
        wishes, story = Wishes("mail_only", mail=True), {"text": "だれも送っていない相談"}
        request = Request(
            urgent=False, about=about, wishes=wishes, story=story, first_due_on=moment.date()
        )
        with patch.object(cipher, "seal", seal):
            assert ask(who, office, request, "net", now=moment)
    print(*Case.objects.exclude(pk__in=known).values_list("pk", flat=True))


def read(case_id: str) -> dict[str, str]:
    """Of the list, the month's report and the case: its status, and whether a value is damaged."""
    from tests.offices import make_staff
    from tests.web.desk.colleagues import inside

    if "before" in sys.argv:
        values.decode = lambda label, plain: json.loads(plain)  # noqa: ARG005 - its names
    staff = make_staff(card(Office.objects.get()), "supervisor", "係長", now())
    patch("madoguchi.web.desk.door.is_mfa_enabled", return_value=True).start()
    desk: Client = inside(staff, "desk.test")
    desk.defaults["HTTP_X_FORWARDED_PROTO"] = "https"
    desk.raise_request_exception = False
    pages = {
        "list": "/?tab=open",
        "report": f"/reports/{now():%Y-%m}/",
        "case": f"/cases/{case_id}/",
    }
    said = {}
    for name, path in pages.items():
        page = desk.get(path)
        damaged = DAMAGED in page.content.decode() if page.status_code == 200 else False
        said[name] = f"{page.status_code}{' damaged' if damaged else ''}"
    return said


if __name__ == "__main__":
    if sys.argv[1] == "ask":
        told = (word.split("=", 1) for word in sys.argv[4:])
        file(int(sys.argv[2]), sys.argv[3], {label: plain.encode() for label, plain in told})
    else:
        print(json.dumps(read(sys.argv[2])))
