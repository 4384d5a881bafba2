"""What was issued stands on the case page, and its button opens it as it left the desk."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.officer import act, sign_in
from tests.proof.person import ask
from tests.proof.site import add_colleague

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from playwright.sync_api import Browser

    from tests.proof.house import House

OFFICER = "issuing"
ISSUE = """
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases.models import Case
from madoguchi.work.issued.actions import Made, issue
staff, case = Staff.objects.get(username=sys.argv[2]), Case.objects.get(pk=sys.argv[3])
actor = Actor(case.office_id, "counsellor", staff.id)
pdf = Path(sys.argv[1]).read_bytes()
for title, missing in (("補助金交付申請書", ()), ("相談記録票（別紙のとおり）", ("𪚥",))):
    made = Made("subsidy_application", title, pdf, 1, missing, "渋人第12号")
    issue(actor, case, made, now=datetime.now(ZoneInfo("Asia/Tokyo")).replace(microsecond=0))
"""


def blank(path: Path) -> bytes:
    """A real PDF of one empty page."""
    with pikepdf.new() as made, BytesIO() as held:
        made.add_blank_page()
        made.save(held)
        path.write_bytes(held.getvalue())
    return path.read_bytes()


def test_a_paper_opens_as_it_was_issued(
    house: House,
    portal_at: str,
    desk_at: str,
    chromium: Browser,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    add_colleague(house, OFFICER, "counsellor")
    found = Findings("issued", pictures=bool(pytestconfig.getoption("--long")))
    with (
        chromium.new_context() as person,
        chromium.new_context(viewport={"width": 1366, "height": 768}) as office,
    ):
        ask(person.new_page(), portal_at)
        visitor = Visitor(office.new_page(), desk_at)
        page = visitor.page
        sign_in(page, desk_at, OFFICER)
        page.goto(desk_at + "/?tab=unassigned")
        page.locator("table.cases tbody tr a").first.click()
        act(page, "take")
        case = page.url
        pdf = blank(tmp_path / "paper.pdf")
        house.run("-c", ISSUE, str(tmp_path / "paper.pdf"), OFFICER, case.split("/")[-2])
        page.goto(case)
        found.look(visitor, visitor.see("listed"))
        shown = page.locator("ul.issued").inner_text()
        assert "補助金交付申請書" in shown
        assert "〓で印字した文字：𪚥" in shown
        with page.expect_response("**/issued/**") as told:
            page.locator("ul.issued button").last.click()
        answer = told.value  # its body is the browser's viewer: tests/web holds the bytes
        assert answer.status == 200
        assert answer.headers["content-length"] == str(len(pdf))
        assert answer.headers["content-disposition"] == 'inline; filename="paper-1.pdf"'
        page.wait_for_url("**/issued/**")  # shown in the browser, not put into a folder
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(case)
        found.look(visitor, visitor.see("narrow"))
    assert found.faults == []
