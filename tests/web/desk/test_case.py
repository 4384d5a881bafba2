"""A case at the desk: opened, answered, planned, referred, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.desk.colleagues import asked, colleague, do

if TYPE_CHECKING:
    from datetime import datetime

    from madoguchi.tools.office.public import OfficeCard


def test_a_colleague_takes_and_answers(office: OfficeCard, now: datetime) -> None:
    case = asked(office, now)
    _, browser = colleague(office, "counsellor", now)
    assert browser.get("/").status_code == 200
    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "𠮷田 花子" in page
    assert "書き込みを消したい" in page
    assert do(browser, case, "take").status_code == 303
    answer = do(browser, case, "answer", answer_text="こう答えます", answer_days="5")
    assert answer.status_code == 303
    case.refresh_from_db()
    assert case.state == "waiting"
    assert "こう答えます" in browser.get(f"/cases/{case.pk}/").content.decode()
