"""The process of `grant_ledger`: makes the grants, saves their ledger, as JSON."""

import io
import json
import sys
from time import process_time

from madoguchi.ops.start import django

django("desk")

from openpyxl import load_workbook  # noqa: E402 - Django first

from madoguchi.ops import prepare  # noqa: E402
from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.ops.town.bulk import grants  # noqa: E402
from madoguchi.rules.programme.texts import texts  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.desk.grants_ledger.book import workbook  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.public import AtOffice  # noqa: E402
from madoguchi.work.subsidy.ledger import queries  # noqa: E402
from madoguchi.work.subsidy.models import Step  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.web.desk.colleagues import colleague, inside  # noqa: E402

YEAR, ROUNDS = 2026, 7


def main() -> None:
    """Make, measure, print."""
    prepare.static_files()
    office = by_host(HOSTS["desk"], "desk")
    assert office is not None
    today = now()
    staff, _ = colleague(office, "subsidy_officer", today)
    actor = Actor(office.id, "subsidy_officer", staff.id)
    bulk.cases(office, int(sys.argv[1]), today, [])
    grants(actor, YEAR, today)
    browser, words = inside(staff, HOSTS["desk"]), texts(office.slug)
    found = queries.ledger(actor, AtOffice(office.id), YEAR, now=today)
    pages: list[float] = []
    written: list[float] = []
    content = b""
    for _ in range(ROUNDS):
        began = process_time()
        content = browser.get(f"/grants/ledger/{YEAR}.xlsx").content
        pages.append(process_time() - began)
        began = process_time()
        workbook(found, words, today)
        written.append(process_time() - began)
    sheets = load_workbook(io.BytesIO(content)).worksheets
    cells = sum(cell.value is not None for sheet in sheets for row in sheet for cell in row)
    told = {"pages": pages, "written": written, "cells": cells, "steps": Step.objects.count()}
    print(json.dumps({**told, "kib": len(content) // 1024}))


main()
