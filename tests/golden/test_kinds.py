"""What each other room seals, audits and stores: cases, calls, mails, clinic, settings, reports."""

import re
from datetime import timedelta
from typing import Any

import pytest

from madoguchi.tools.office.public import OfficeCard
from tests.answers import squeezed
from tests.golden import reading, telling
from tests.golden.telling import Walk
from tests.golden.windows import Browser, Town, done, held, send, slips
from tests.offices import OTHER_DESK_HOST, OTHER_PORTAL_HOST
from tests.web.desk.sheets import CALL, begin, digits, keep, press
from tests.web.desk.test_refer import NEW
from tests.web.desk.test_settings import TYPED
from tests.web.portal import booking, browsing
from tests.web.portal.saturdays import Clock
from tests.work.intake.mail.writing import PICTURE, mail

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DECEMBER = "2026-12-19"


def asked(town: Town, **story: Any) -> tuple[Browser, browsing.Pair]:
    """Somebody asks for help by the portal, and opens their receipt."""
    person = town.citizen()
    browsing.fill(person, **story)
    pair = browsing.send(person)
    town.walk.names.give(pair[0], f"receipt {town.citizens}")
    browsing.open_receipt(person, *pair)
    town.work()
    return person, pair


def taken(desk: Browser, *known: str) -> str:
    """The one case of the inbox that is new, which the colleague takes."""
    page = squeezed(desk.get("/?tab=new"))
    (case,) = set(re.findall(r'href="(/cases/[0-9a-f-]{36}/)', page)).difference(known)
    done(desk, case, f"{case}take/")
    return str(case)


def test_a_case_from_the_request_to_its_end(town: Town) -> None:
    person, _ = asked(town, files=[browsing.file("gazo.jpg")])
    desk = town.colleague("counsellor")
    boss = town.colleague("supervisor")
    case = taken(desk)
    (file,) = re.findall(rf"{case}files/[0-9a-f-]+/", squeezed(desk.get(case)))[:1]
    assert desk.post(file).status_code == 200
    done(desk, case, f"{case}answer/", answer_text="このように<b>お答え</b>します", answer_days="5")
    town.work()
    assert person.get("/s/f/").status_code == 200
    browsing.add(person, "ありがとうございます", browsing.file("mo.png"))
    town.work()
    done(desk, case, f"{case}note/", note_text="内々の話")
    call = {"log_how": "call_out", "log_text": "月曜に来庁", "log_outcome": "call_back"}
    done(desk, case, f"{case}log/", **call, log_minutes="12", log_next_on="12/2", log_why="様子")
    entry, *_ = re.findall(rf"{case}entries/[0-9a-f-]+/", squeezed(desk.get(case)))
    right = {"correct_text": "火曜に来庁", "correct_minutes": "15", "correct_reason": "聞きちがい"}
    done(desk, entry, **right)
    plan = {"plan_kind": "call", "plan_days": "3", "plan_why": "様子を聞く"}
    done(desk, case, f"{case}plan/", **plan)
    heard = case.replace("cases", "heard")
    done(
        desk,
        heard,
        age="３４",
        effects="眠れない",
        wished=["delete", "listen"],
        phone="0279-11-2222",
    )
    said = {"contact_rule": "phone", "name_desk": "no", "said": "本人。11月30日の電話で"}
    done(desk, case.replace("cases", "wishes"), **said, mail="no", words="no")
    mark = browsing.mark(person)
    assert (
        person.post("/s/f/w/", {"contact_rule": "wait", "mail": "no", "case": mark}).status_code
        == 303
    )
    assert person.post("/s/f/d/", {"case": mark}).status_code == 303
    assert desk.post("/search/", {"words": "来庁", "purpose": "check"}).status_code == 200
    done(boss, case, f"{case}level/", level_to="care")
    other = town.colleague("colleague", "supervisor")
    done(boss, case, f"{case}deny/", deny_staff=str(town.people["colleague"].pk))
    assert other.get(case).status_code == 404
    wrongly = str(town.people["colleague"].pk)
    done(boss, case, f"{case}undeny/", undeny_staff=wrongly, undeny_why="別の職員とまちがえた")
    assert other.get(case).status_code == 200
    done(boss, case, f"{case}deny/", deny_staff=wrongly)
    done(boss, case, f"{case}level/", level_to="normal")
    (closing,) = re.findall(r'action="[^"]*/close/".*?</form>', squeezed(desk.get(case)), re.DOTALL)
    kept = dict.fromkeys(re.findall(r'name="(how_\w+)"', closing), "kept")
    assert len(kept) == 4  # two calls, the deletion and what the person waits for
    done(desk, case, f"{case}close/", close_reason="solved", **kept)
    done(desk, case, f"{case}reopen/")
    assert desk.get(case.replace("cases", "shown")).status_code == 200
    telling.compare("case", town.walk.text())


def test_calls_counter_and_letters(town: Town) -> None:
    desk = town.colleague("counsellor")
    kept = keep(desk, begin(desk), **CALL, minutes="12")
    filed = press(desk, kept, "take", **CALL, minutes="12", kinds=["threat", "lie"])
    receipt = filed["Location"]
    number = "".join(digits(squeezed(desk.get(receipt)))[:3])
    town.walk.names.give(number, "receipt of the call")
    done(desk, receipt, handed="yes")
    same = {"phone": CALL["phone"], "number_why": "同じ人か確かめる"}
    assert press(desk, begin(desk), "open_number", **same).status_code == 200
    scan = browsing.file("scan.jpg")
    letter = {"contact_rule": "wait", "outcome": "advised", "text": "手紙で届いた"}
    assert press(desk, begin(desk, "letter"), "take", **letter, files=scan).status_code == 303
    telling.compare("calls", town.walk.text())


def test_mails_and_questions(town: Town) -> None:
    desk = town.colleague("counsellor")
    rules = {"contact_rule": "wait", "notice": "no", "next_days": "1", "why": "返事"}
    for number in range(3):
        raw = mail(headers={"Message-ID": f"<{number}@example.jp>"}, files=(("gazo.png", PICTURE),))
        assert desk.post("/mail/", {"mails": [browsing.file("mail.eml", raw)]}).status_code == 303
        town.turn(town.clock.now + timedelta(minutes=1))
    first, second, third = letters(desk)
    done(desk, first, f"{first}take/", use=["name_0", "phone_0", "urls_0"], **rules)
    found = send(desk, second, f"{second}find/", words="髙橋").content.decode()
    (choice,) = re.findall(rf'<form[^>]* action="{second}add/"(.*?)</form>', found, re.DOTALL)
    (case,) = set(re.findall(r'name="case" value="([0-9a-f-]{36})"', choice))
    whose = {"case": case, "whose": "person"}
    added = desk.post(f"{second}add/", {**held(choice), **whose})
    assert added.status_code == 303, added.content.decode()
    inside = squeezed(desk.get(f"/cases/{case}/"))
    (out,) = re.findall(r'href="(/cases/[0-9a-f-]{36}/entries/[0-9a-f-]{36}/take-out/)"', inside)
    done(desk, out, out, take_out_why="番号を読みちがえた")
    town.work()
    done(desk, third, f"{third}aside/")
    done(desk, third, f"{third}back/")

    person = town.citizen()
    question = {"text": "法律相談の日はいつですか", "wants": "mail", "email": "toi@example.jp"}
    for _ in range(2):
        done(person, "/enquiry/ask/", **question)
        town.turn(town.clock.now + timedelta(minutes=1))
    shown = squeezed(desk.get("/enquiries/"))
    one, two = dict.fromkeys(re.findall(r'href="(/enquiries/[0-9a-f-]{36}/)"', shown))
    done(desk, one, f"{one}answer/", answer_text="第3土曜日です。")
    town.work()
    done(desk, two, f"{two}take/", take_why="person")
    telling.compare("mails", town.walk.text())


def letters(desk: Browser) -> list[str]:
    """The addresses of the mails that wait."""
    shown = squeezed(desk.get("/mail/"))
    return list(dict.fromkeys(re.findall(r'href="(/mail/[0-9a-f-]{36}/)"', shown)))


def test_interviews(other_office: OfficeCard, sealed: list[reading.Sealed], clock: Clock) -> None:
    """In the prefecture, where people book for themselves."""
    hosts = OTHER_PORTAL_HOST, OTHER_DESK_HOST
    town = Town(other_office, hosts, Walk(other_office.id, sealed), clock)
    person, _ = asked(town)
    first, second, *_ = browsing.free(person)
    assert browsing.book(person, first, note="車いすです").status_code == 303
    town.work()
    assert browsing.give_back(person).status_code == 303
    town.work()
    desk = town.colleague("counsellor")
    case = taken(desk)
    here = case.replace("cases", "interviews/of")
    done(desk, here, at=second, support=["sign"], language="中国語", note="母と行きます")
    (move,) = re.findall(rf'action="({here}[^"]+/move/)"', squeezed(desk.get(here)))
    done(desk, here, move, at=first)
    town.work()
    keep_ = f"/interviews/on/{second[:10]}/"
    done(desk, keep_, f"{keep_}keep/", at=second)
    (kept,) = re.findall(r'action="(/interviews/kept/[^"]+)"', squeezed(desk.get(keep_)))
    done(desk, keep_, kept)
    town.turn(town.clock.now.fromisoformat(f"{first}:00+09:00") + timedelta(minutes=5))
    desk = town.colleague("counsellor")
    done(desk, here, move.replace("move", "come"))
    telling.compare("interviews", town.walk.text())


def test_referrals_and_papers(town: Town) -> None:
    person, _ = asked(town)
    desk = town.colleague("counsellor")
    case = taken(desk)
    choose = case.replace("cases", "refer")
    for answer in ("yes", "no"):
        form = squeezed(desk.post(f"{choose}new/", {"agency": "step_gunma"}))
        told = {**NEW, "agency": "step_gunma", **hidden(form)}
        made = desk.post(f"{choose}new/", told)["Location"]
        page = squeezed(person.get("/s/f/r/"))
        kept = dict(re.findall(r'name="(case|proposal)" value="([\w-]+)"', page))
        assert person.post("/s/f/r/", {**kept, "answer": answer}).status_code == 303
        if answer == "yes":
            assert desk.post(f"{made}draft/").status_code == 200
            assert send(desk, made, f"{made}issue/").status_code == 200
            for step in ("give", "accept", "answer"):
                done(
                    desk, made, step=step, **({"text": "一部が消えた"} if step == "answer" else {})
                )
    telling.compare("referrals", town.walk.text())


def hidden(page: str) -> dict[str, str]:
    """The token, the revision and the mark of what is shown, of a page's form."""
    return dict(re.findall(r'name="(token|revision|shown)" value="([^"]+)"', page))


def test_the_clinic_from_its_year_to_its_outcome(town: Town) -> None:
    desk = town.colleague("counsellor")
    lawyer = town.colleague("lawyer")
    account = str(town.people["lawyer"].pk)
    roster = "/clinic/lawyers/"
    done(desk, roster, lawyer_name="弁護士 前橋", firm="前橋法律事務所", account=account)
    done(desk, "/clinic/publish/2026/")
    signed(town)
    seats = f"/clinic/on/{DECEMBER}/lawyers/"
    (who,) = set(re.findall(r'<option value="([0-9a-f-]{36})"', squeezed(desk.get(seats))))
    done(desk, seats, **{"seat-1": who})
    person = town.citizen()
    booking.fill(person, f"{DECEMBER}/1/{DECEMBER}T09:00")
    assert booking.send(person)["Location"] == "/s/l/done/"
    pair = booking.receipt(person)
    town.walk.names.give(pair[0], "receipt of the clinic")
    town.work()
    case = taken(desk)
    here = case.replace("cases", "clinic/of")
    (confirm,) = re.findall(rf'action="({here}[^"]+/confirm/)"', squeezed(desk.get(here)))
    done(desk, here, confirm)
    town.work()
    done(desk, here, confirm.replace("confirm", "move"), at=f"{DECEMBER}/2", reason="遅く来たい")
    browsing.open_receipt(person, *pair)
    assert person.get("/s/f/l/").status_code == 200
    day = f"/clinic/on/{DECEMBER}/"
    done(desk, day, f"{day}keep/", at=f"{DECEMBER}/4")
    (kept,) = re.findall(r'action="(/clinic/kept/[^"]+)"', squeezed(desk.get(day)))
    done(desk, day, kept)
    id_ = confirm.split("/")[-3]
    brief = {"agreed": "yes", "names": "yes", "how": "phone", "on": "11/30", "happened": "書かれた"}
    done(desk, f"/clinic/brief/{id_}/", **brief, asks="消せるか")
    assert desk.post(f"/clinic/sheet/{DECEMBER}/").status_code == 200

    rang, _ = asked(town)
    booked = taken(desk, case).replace("cases", "clinic/of")
    wanted = {"people": "2", "subject": "住所を書かれた", "names_ok": "yes", "note": "母と行きます"}
    done(desk, booked, at=f"{DECEMBER}/3", reason="別の人と確かめた", **wanted)
    town.work()
    done(rang, "/s/f/l/", "/s/f/l/x/")
    town.work()

    waits, _ = asked(town)
    assert send(waits, "/s/f/l/", "/s/f/l/w/", wait_day="").status_code == 303
    town.work()
    done(waits, "/s/f/l/", "/s/f/l/o/", answer="yes")
    town.work()

    town.turn(town.clock.now.replace(month=12, day=19, hour=9, minute=40))
    lawyer = town.colleague("lawyer")
    assert lawyer.get("/day/").status_code == 200
    slot = f"/day/{id_}/"
    done(lawyer, slot, f"{slot}clear/")
    assert lawyer.get(slot).status_code == 200
    town.turn(town.clock.now.replace(hour=12))
    lawyer = town.colleague("lawyer")
    result = {"came": "late", "result": ["disclosure", "subsidy"], "note": "3か月以内に始める"}
    done(lawyer, slot, f"{slot}outcome/", **result)
    town.work()
    telling.compare("clinic", town.walk.text())


def test_days_move_and_notices_stand(town: Town) -> None:
    desk = town.colleague("counsellor")
    boss = town.colleague("supervisor")
    done(desk, "/notices/", kind="news", title="臨時のお知らせ", body="本文です")
    (away,) = re.findall(r'action="(/notices/[^"]+/withdraw/)"', squeezed(desk.get("/notices/")))
    done(desk, "/notices/", away)
    done(desk, "/clinic/publish/2026/")
    signed(town)
    move = f"/clinic/on/{DECEMBER}/move/"
    to = {"now_on": "令和8年12月26日", "spans": ""}
    look = squeezed(desk.post(move, {**to, "do": "look"}))
    assert desk.post(move, {**held(form_of(look, move)), **to, "do": "do"}).status_code == 303
    for kind, typed in TYPED.items():
        look = squeezed(desk.post(f"/settings/change/{kind}/look/", typed))
        answer = desk.post(f"/settings/change/{kind}/do/", {**typed, **hidden(look)})
        assert answer.status_code == 303, kind
    waiting = boss.get("/settings/").content.decode()
    proposals = dict.fromkeys(re.findall(r'href="(/settings/proposals/[^"]+)"', waiting))
    for number, proposal in enumerate(proposals):
        shown = hidden(boss.get(proposal).content.decode())
        answer = boss.post(f"{proposal}{'confirm' if number else 'drop'}/", shown)
        assert answer.status_code == 303, slips(answer)
    telling.compare("notices", town.walk.text())


def signed(town: Town) -> None:
    """A second confirms the one thing that waits."""
    boss = town.colleague("supervisor")
    (proposal,) = set(
        re.findall(r'href="(/settings/proposals/[^"]+)"', squeezed(boss.get("/signing/")))
    )
    shown = hidden(squeezed(boss.get(proposal)))
    assert boss.post(f"{proposal}confirm/", shown).status_code == 303


def form_of(page: str, to: str) -> str:
    """A page's form that goes to an address."""
    found = re.search(rf'<form[^>]* action="{to}"(.*?)</form>', page, re.DOTALL)
    assert found
    return found[1]


def test_a_month_is_settled(town: Town) -> None:
    asked(town)
    desk = town.colleague("counsellor")
    taken(desk)
    town.turn(town.clock.now.replace(month=12, day=7))
    boss = town.colleague("supervisor")
    month = "/reports/2026-11/"
    done(boss, month, f"{month}settle/")
    done(boss, month, f"{month}publish/")
    telling.compare("reports", town.walk.text())
