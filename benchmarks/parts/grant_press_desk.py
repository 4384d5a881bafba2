"""A process of `grant_press`: makes an office with so many grants, then presses as it is told.

It reads a word a line, `press` or `page`, and answers each with what that cost, as JSON.
"""

import json
import re
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from time import process_time

from madoguchi.ops.start import django

django("desk")

from django.db import connections  # noqa: E402 - Django first
from django.test.utils import CaptureQueriesContext  # noqa: E402

from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.ops.town.bulk import grants  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.subsidy import doubles  # noqa: E402
from madoguchi.work.subsidy.models import Grant  # noqa: E402
from tests.answers import Response, squeezed  # noqa: E402
from tests.offices import actor_of  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.web.desk.colleagues import colleague, hidden, inside  # noqa: E402
from tests.work.subsidy.granting import APPLIED, opened_year, sent  # noqa: E402

YEAR = 2025  # of the others: the year before that of the grant that is pressed
VERDICT = re.compile(r'name="(verdict-subsidy\.[a-z_]+)"')


def main() -> None:
    """Make the grants and their marks, then measure what is asked for."""
    office, today = by_host(HOSTS["desk"], "desk"), now()
    assert office is not None
    staff, _ = colleague(office, "subsidy_officer", today)
    bulk.cases(office, int(sys.argv[1]), today, [])
    grants(actor_of(staff), YEAR, today)
    opened_year(office, today.year)
    stranger = replace(APPLIED, phone="090-0000-0000")  # to all others, who have one number
    row = sent(office, today, stranger).until("received").grant
    while doubles.sweep(today):
        pass
    assert not Grant.objects.filter(doubles.unmarked()).exists()
    browser, path = inside(staff, HOSTS["desk"]), f"/grants/{row.id}/"
    page = squeezed(browser.get(path))
    (verdict, *_), form = VERDICT.findall(page), hidden(page)

    def press() -> Response:
        shown = {"revision": str(Grant.objects.get(pk=row.id).revision)}
        told = {**form, **shown, "token": secrets.token_hex(16), verdict: "met"}
        return browser.post(f"{path}check/", told)

    deeds = {"press": (press, 303), "page": (lambda: browser.get(path), 200)}
    print("ready", flush=True)
    for line in sys.stdin:
        do, status = deeds[line.strip()]
        print(json.dumps(cost(do, status)), flush=True)


def cost(do: Callable[[], Response], status: int) -> dict[str, float]:
    """Milliseconds of processor time and queries."""
    with (
        CaptureQueriesContext(connections["default"]) as cases,
        CaptureQueriesContext(connections["staff"]) as staff,
    ):
        began = process_time()
        answer = do()
        took = process_time() - began
    assert answer.status_code == status, squeezed(answer)
    return {"ms": took * 1000, "queries": len(cases) + len(staff)}


main()
