"""How a house is filled through its pages, and how an old one goes on in a newer program."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch
from uuid import UUID

from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit import arrival, finished, publications
from madoguchi.web.portal import visits
from tests.answers import squeezed
from tests.conftest import TOKYO
from tests.golden import reading
from tests.golden.applying import apply, complete, listed, open_year, sit
from tests.golden.packing import HOSTS
from tests.golden.telling import Walk
from tests.golden.test_grants import DECISION, DRAFT, to_decision
from tests.golden.test_kinds import asked, hidden, taken
from tests.golden.windows import Browser, Town, done
from tests.two import sign_all
from tests.web.desk.granted import Seat
from tests.web.desk.test_grants import amendable
from tests.web.desk.test_refer import NEW
from tests.web.portal import booking, browsing, own_page
from tests.web.portal.saturdays import Clock
from tests.web.portal.test_own_grant import CONTRACT, REPORT
from tests.web.portal.test_own_grant_claim import BANK
from tests.work.intake.mail.writing import mail

MONDAY = datetime(2026, 10, 5, 10, 0, tzinfo=TOKYO)
LATER = datetime(2026, 10, 7, 10, 0, tzinfo=TOKYO)
DAY = "2026-11-21"
PICTURE = b"\xff\xd8 an old picture"
ANSWER, NOTE = "古い家からのお返事です", "古い家の内部の話"

type Told = dict[str, Any]


@contextmanager
def at(office: OfficeCard, moment: datetime) -> Iterator[Town]:
    """The office with its colleagues at a moment; the process remembers nothing of others."""
    memories = (alarms, finished, publications, visits)
    for one in memories:
        one.forget()
    clock = Clock(moment)
    with patch.object(arrival, "now", clock):
        town = Town(office, HOSTS, Walk(office.id, []), clock)
        town.people |= reading.colleagues(office.id)
        town.walk.seq = reading.last_line(office.id)
        yield town
    for one in memories:
        one.forget()


def office() -> OfficeCard:
    """The office of a house."""
    return reading.office()


def fill(town: Town) -> Told:
    """Cases, a booking, a referral, mails, and grants in many states."""
    told: Told = {"receipts": {}, "places": {}}
    desk = town.colleague("counsellor")
    open_year(town, 2026)
    done(desk, "/notices/", kind="news", title="お知らせ", body="本文です")
    done(desk, "/clinic/publish/2026/")
    sign_all(town.office.id, town.clock.now)
    _case(town, desk, told)
    _booking(town, desk, told)
    _referral(town, desk, told)
    sent = {"mails": [browsing.file("mail.eml", mail())]}
    assert desk.post("/mail/", sent).status_code == 303
    question = {"text": "法律相談の日はいつですか", "wants": "mail", "email": "toi@example.jp"}
    done(town.citizen(), "/enquiry/ask/", **question)
    for state in ("returned", "drafted", "decided", "claimed", "paid", "sent"):
        _grant(town, state, told)
    town.work()
    reading.sign(town.clock.now)
    return told | {"people": {name: one.username for name, one in town.people.items()}}


def _case(town: Town, desk: Browser, told: Told) -> None:
    """Somebody sent a picture, was answered, and has not read it; an interview is booked."""
    _, told["receipts"]["case"] = asked(town, files=[browsing.file("gazo.jpg", PICTURE)])
    told["places"]["case"] = case = taken(desk, *told["places"].values())
    done(desk, case, f"{case}answer/", answer_text=ANSWER, answer_days="5")
    done(desk, case, f"{case}note/", note_text=NOTE)
    call = {"log_how": "call_out", "log_text": "電話で話した", "log_outcome": "call_back"}
    done(desk, case, f"{case}log/", **call, log_minutes="12", log_next_on="10/13", log_why="様子")
    times = case.replace("cases", "interviews/of")
    free = re.findall(r'<option value="(2026-10-1[^"]+)"', squeezed(desk.get(times)))
    done(desk, times, at=free[0], note="車いすです")


def _booking(town: Town, desk: Browser, told: Told) -> None:
    """A place of the clinic, asked for by the portal and confirmed."""
    person = town.citizen()
    booking.fill(person, f"{DAY}/1/{DAY}T09:00")
    assert booking.send(person)["Location"] == "/s/l/done/"
    told["receipts"]["booking"] = booking.receipt(person)
    town.work()
    told["places"]["booking"] = case = taken(desk, *told["places"].values())
    here = case.replace("cases", "clinic/of")
    (confirm,) = re.findall(rf'action="({here}[^"]+/confirm/)"', squeezed(desk.get(here)))
    done(desk, here, confirm)


def _referral(town: Town, desk: Browser, told: Told) -> None:
    """What would be passed on waits for the person's yes."""
    _, told["receipts"]["referral"] = asked(town)
    choose = taken(desk, *told["places"].values()).replace("cases", "refer")
    form = squeezed(desk.post(f"{choose}new/", {"agency": NEW["agency"]}))
    made = desk.post(f"{choose}new/", {**NEW, **hidden(form)})
    told["places"]["referral"] = made["Location"]


def _grant(town: Town, state: str, told: Told) -> None:
    """Somebody applies, and the grant comes to a state."""
    person, told["receipts"][state] = apply(town)
    id_ = listed(town, "sent")
    told["places"][state] = f"/grants/{id_}/"
    here = sit(town, id_)
    if state in ("returned", "drafted"):
        here.done("receive", received_number="渋安収第3号")
    if state == "returned":
        here.done("return", **{"what-11": "画面を印刷したもの", "by_on": "10/19"})
    if state == "drafted":
        assert here.check().status_code == 303
        here.done("draft", **DRAFT)
    if state in ("decided", "claimed", "paid"):
        to_decision(town, id_)
    if state in ("claimed", "paid"):
        signed = {**CONTRACT, "signed_on": ["令和8", "10", "5"]}
        assert own_page.send(person, "c/", **signed).status_code == 303
        paid = {**REPORT, "receipt_on": ["2026", "10", "5"], "receipt_bring": ["yes"]}
        assert own_page.send(person, "r/", **paid).status_code == 303
        here.done("fix", amount_yen="15万円", **DECISION)
        assert own_page.send(person, "q/", **BANK).status_code == 303
        assert own_page.send(person, "q/check/").status_code == 303
    if state == "paid":
        sit(town, id_, "other officer").done("pay", order_number="支命第5号")
    town.work()


def go_on(town: Town, told: Told) -> None:
    """Everything old is read and goes one step further; what was written holds, and still does."""
    assert reading.findings(town.office.id) == []
    before = reading.last_line(town.office.id)
    _read_and_answer(town, told)
    _next_steps(town, told)
    town.work()
    assert reading.last_line(town.office.id) > before + len(told["places"])
    assert reading.findings(town.office.id) == []


def _opened(town: Town, told: Told, whose: str) -> Browser:
    """Who opens their receipt with the two numbers of then."""
    person = town.citizen()
    answer = browsing.open_receipt(person, *told["receipts"][whose])
    assert answer.status_code == 303, whose
    return person


def _read_and_answer(town: Town, told: Told) -> None:
    """The case, the booking, the referral, mail and question are read, and go on."""
    desk, case = town.colleague("counsellor"), told["places"]["case"]
    person = _opened(town, told, "case")
    page = squeezed(person.get("/s/f/"))
    assert ANSWER in page
    assert "gazo.jpg" in page
    browsing.add(person, "読みました")
    shown = squeezed(desk.get(case))
    assert all(words in shown for words in (ANSWER, NOTE, "読みました", "電話で話した"))
    (file,) = set(re.findall(rf"{case}files/[0-9a-f-]+/", shown))
    assert b"".join(desk.post(file)) == PICTURE
    done(desk, case, f"{case}note/", note_text="新しい家の記録")
    times = case.replace("cases", "interviews/of")
    shown = squeezed(desk.get(times))
    assert "車いすです" in shown
    (cancel,) = re.findall(rf'action="({times}[^"]+/cancel/)"', shown)
    done(desk, times, cancel, cancelled_by="person", cancelled_why="用事ができた")

    assert "2026年11月21日" in _opened(town, told, "booking").get("/s/f/l/").content.decode()
    here = told["places"]["booking"].replace("cases", "clinic/of")
    (move,) = re.findall(rf'action="({here}[^"]+/move/)"', squeezed(desk.get(here)))
    done(desk, here, move, at=f"{DAY}/2", reason="遅く来たい")

    person = _opened(town, told, "referral")
    shown = squeezed(person.get("/s/f/r/"))
    kept = dict(re.findall(r'name="(case|proposal)" value="([\w-]+)"', shown))
    assert person.post("/s/f/r/", {**kept, "answer": "yes"}).status_code == 303
    done(desk, told["places"]["referral"], step="give")

    (letter,) = set(re.findall(r'href="(/mail/[0-9a-f-]{36}/)"', squeezed(desk.get("/mail/"))))
    rules = {"contact_rule": "wait", "notice": "no", "next_days": "1", "why": "返事"}
    done(desk, letter, f"{letter}take/", use=["name_0", "urls_0"], **rules)
    shown = squeezed(desk.get("/enquiries/"))
    (question,) = set(re.findall(r'href="(/enquiries/[0-9a-f-]{36}/)"', shown))
    done(desk, question, f"{question}answer/", answer_text="第3土曜日です。")


def _next_steps(town: Town, told: Told) -> None:
    """Each grant takes the next step of its life; the budget follows."""

    def of(state: str, name: str = "officer") -> Seat:
        return sit(town, UUID(told["places"][state].split("/")[2]), name)

    of("sent").done("receive", received_number="渋安収第20号")
    person = _opened(town, told, "returned")
    complete(person, answer_bring=["11"], answer_words="持っていきます")
    of("drafted").done("decide", **DECISION)
    signed = {**CONTRACT, "signed_on": ["令和8", "10", "6"]}
    assert own_page.send(_opened(town, told, "decided"), "c/", **signed).status_code == 303
    assert "7654321" in of("claimed").page()
    of("claimed", "other officer").done("pay", order_number="支命第6号")
    paid = of("paid")
    what = amendable(paid.page("?do=amend"), "document_number")
    paid.done("amend", of=what, value="渋安第99号", why="写しまちがい")
    year = reading.standing(town.office.id)["year 2026"]
    assert (year["reserved"], year["spent"]) == (300_000, 300_000)
