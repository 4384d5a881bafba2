"""The annex of a grant (別封): what was picked and nothing else; a look may stand for a print."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from madoguchi.rules.programme.subsidy import PrintedScreens, Terms
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants import opened
from madoguchi.work.subsidy.reviewing.findings import holding
from tests.answers import Response, squeezed
from tests.pdf import text
from tests.web.desk.granted import seat, slips
from tests.work.subsidy.drawn import JPEG, attach, draw, whole
from tests.work.subsidy.granting import APPLIED, Desk, opened_year, sent, terms
from tests.work.subsidy.test_reviewing import refused

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
UNPICKED, BYTES = "CANARY-unpicked.jpg", b"\xff\xd8\xff\xe0 CANARY-unseen " + bytes(range(256)) * 9


def content(answer: Response) -> bytes:
    """The bytes of an answer, streamed or whole."""
    assert answer.status_code == 200, slips(answer)
    return answer.getvalue()


def unzipped(bytes_: bytes) -> Iterator[bytes]:
    """What an archive holds, with its names."""
    with zipfile.ZipFile(io.BytesIO(bytes_)) as found:
        for name in found.namelist():
            yield name.encode()
            yield found.read(name)


def test_what_was_not_picked_reaches_no_page_paper_list_or_archive(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = whole(office, now, "decided")
    unpicked = attach(desk.grant, UNPICKED, BYTES, now)
    picked = desk.opened.applied.screen_files[0]
    here = seat(office, now, monkeypatch, desk=desk)
    auditor = seat(office, now, monkeypatch, "auditor", desk)
    draw(replace(desk.officer, role="auditor", staff_id=auditor.staff_id), desk)
    archive = content(here.browser.post(f"{here.path}bundle/"))
    ledger = content(here.browser.get("/grants/ledger/2026.xlsx?long=1"))
    read = [
        here.page().encode(),
        squeezed(auditor.browser.get("/grants/audit/2026/")).encode(),
        squeezed(auditor.browser.get(f"/grants/audit/{desk.id}/")).encode(),
        text(content(here.paper("draft"))).encode(),
        text(content(here.paper("decision"))).encode(),
        *unzipped(archive),
        *unzipped(ledger),
    ]
    assert JPEG in read, "what was picked is in the archive, in its own folder"
    assert [each for each in read if b"CANARY-un" in each] == []
    names = b"".join(read[:5])
    assert b"CANARY-name" not in b"".join(read[1:5]), "neither is a name on lists and papers"
    assert b"CANARY-name" in names, "the officer opens it by its name"

    def look(browser_of: str, file_id: UUID) -> int:
        who = here if browser_of == "officer" else auditor
        there = here.path if browser_of == "officer" else f"/grants/audit/{desk.id}/"
        return int(who.browser.post(f"{there}files/{file_id}/").status_code)

    for who in ("officer", "auditor"):
        before = Line.objects.count()
        assert look(who, unpicked) == 404
        assert look(who, picked) == 200
        assert Line.objects.count() > before, "each look is a line"


def substituting(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    """The city has confirmed that a look may stand for the print."""

    def of_city(_office: UUID, _subsidy: object, on: date) -> Terms:
        known = terms(on)
        assert known.version
        conditions = tuple(
            replace(rule, screenshot_substitute=True, screenshot_substitute_source="要領第4条")
            if isinstance(rule, PrintedScreens)
            else rule
            for rule in known.version.condition
        )
        return replace(known, version=replace(known.version, condition=conditions))

    monkeypatch.setattr(opened, "terms_on", of_city)
    desk.rules = of_city(desk.office.id, None, desk.now.date())


def test_who_asks_before_printing_is_told_no_by_nobody_until_the_city_was_asked(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """要確認: the officer is told to ask; a look stands for nothing, whatever is pressed."""
    opened_year(office)
    desk = sent(office, now, replace(APPLIED, screens_brought=False, screens_asked=True))
    desk.until("received")
    here = seat(office, now, monkeypatch, desk=desk)
    page = here.page()
    assert "要領の所管に確かめてから、本人に答えてください" in page
    assert "職員が確認した方法" not in page
    assert "画面は、印刷や送信の前に相談したいとのこと" in page
    desk.check_all()
    desk.check("printed_screens", seen_how="desk")
    assert refused(desk.draft)["code"] == "grant.substitute"
    assert refused(lambda: desk.check("resident", seen_how="desk"))["code"] == "grant.seen_how"


def test_where_the_city_lets_it_a_named_officer_a_day_and_how_stand_for_the_print(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_year(office)
    desk = sent(office, now, replace(APPLIED, screens_brought=False, screens_asked=True))
    desk.until("received")
    substituting(monkeypatch, desk)
    desk.check_all()
    here = seat(office, now, monkeypatch, desk=desk)
    seen = {"seen-subsidy.printed_screens": "desk"}
    answer = here.check("met", only="printed_screens", **seen)
    assert answer.status_code == 303, slips(answer)
    assert holding(desk.opened.checks)["subsidy.printed_screens"].seen_how == "desk"
    assert "掲載を職員が確認した（窓口のパソコンで投稿を開いた）" in here.page()
    desk.draft()
    paper = "".join(text(content(here.paper("draft"))).split())
    assert "投稿記事目録。封をして別に回します。画面の印刷はありません" in paper
    assert "が掲載を確認しました（窓口のパソコンで投稿を開いた）" in paper
