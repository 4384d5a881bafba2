"""The process of `counts`: makes the cases, reads the sheets of a year, as JSON."""

import json
import sys
from time import perf_counter

from django.test import Client

from madoguchi.ops.start import django

django("desk")

from madoguchi.ops import prepare  # noqa: E402 - Django first
from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.rules.figures.tally import ALL  # noqa: E402
from madoguchi.rules.koyomi.dates import fiscal_year  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.public import AtOffice  # noqa: E402
from madoguchi.work.reports import queries  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.web.desk.colleagues import colleague, inside  # noqa: E402

ROUNDS, CALLS = 5, 4


def reading(browser: Client, path: str) -> list[float]:
    """How many milliseconds the page takes, each time."""
    times: list[float] = []
    for _ in range(ROUNDS):
        began = perf_counter()
        assert browser.get(path).status_code == 200
        times.append((perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Make, measure, print."""
    count = int(sys.argv[1])
    prepare.static_files()
    office = by_host(HOSTS["desk"], "desk")
    assert office is not None
    staff, _ = colleague(office, "counsellor", now())
    actor, today = Actor(office.id, "counsellor", staff.id), now()
    bulk.cases(office, count, today, [])
    bulk.add_calls(actor, CALLS, today)
    browser = inside(staff, HOSTS["desk"])
    year = fiscal_year(today.date())
    pages = {
        "the page of a month": f"/reports/{today:%Y-%m}/",
        "the page of a fiscal year": f"/reports/{year}/",
        "the list behind a number": f"/reports/{year}/way/phone/",
        "the workbook of a fiscal year": f"/reports/{year}.xlsx",
    }
    whole = queries.year(actor, AtOffice(office.id), year, {}, now=today).sheet[ALL]
    assert whole.persons
    print(
        json.dumps(
            {
                "times": {name: reading(browser, path) for name, path in pages.items()},
                "values": whole.times + whole.persons,
                "persons": whole.persons,
                "contacts": whole.times,
            }
        )
    )


main()
