"""One decision of the desk, and every public page, list, feed and calendar says the same."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.as_of import as_of
from madoguchi.rules.programme.changes import (
    AgencyChecked,
    AgencyHidden,
    Change,
    ContactFrom,
    DeskClosedSpan,
    DivisionFrom,
    HoursFrom,
    NumberHidden,
    NumberReplaced,
    ParagraphFrom,
    WordsFrom,
    encode,
    kind_of,
)
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.texts import paragraphs, texts
from madoguchi.rules.programme.words import Words
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit import arrival, finished, publications
from madoguchi.web.portal.pages import PAGES, link
from madoguchi.work.notices.models import Notice
from tests.answers import squeezed
from tests.web import outage
from tests.web.portal import browsing
from tests.web.portal.browsing import STORY, answer

DAY = date(2026, 11, 30)
DESK, OTHER = "0279-25-8526", "0279-00-1111"
CARRYING = ("/", "/desks/", "/clinic/", "/guide/talk/", "/en/desks/", "/easy/")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch, now: datetime) -> list[datetime]:
    """A process that knows nothing yet and looks at every page; put another moment in its place."""
    at = [now]
    finished.forget()
    publications.forget()
    monkeypatch.setattr(publications, "CHECK_EVERY_S", -1.0)
    monkeypatch.setattr(arrival, "now", lambda: at[0])
    return at


def decide(office: OfficeCard, change: Change, now: datetime) -> None:
    """The row of a decision without words of its own."""
    Notice.objects.create(
        office_id=office.id,
        number=Notice.objects.count() + 1,
        kind=kind_of(change),
        change=encode(change),
        on=now.date(),
        at=now,
    )


def text(portal: Client, path: str) -> str:
    """A page's words."""
    answer = portal.get(path)
    assert answer.status_code == 200, path
    return squeezed(answer)


def test_a_new_number_is_everywhere_and_the_old_one_nowhere(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    with_number = [path for path in CARRYING if DESK in text(portal, path)]
    assert {"/", "/desks/", "/clinic/"} <= set(with_number)
    decide(office, NumberReplaced(Phone(DESK), Phone(OTHER), now.date()), now)
    for path in with_number:
        page = text(portal, path)
        assert (DESK in page, OTHER in page, "tel:0279001111" in page) == (False, True, True), path


def test_a_hidden_number_is_gone_from_every_page_and_from_search(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    agency = programme("shibukawa").agency("moj_110")
    number = agency.phone[0].number
    assert str(number) in text(portal, "/desks/")
    decide(office, NumberHidden(Phone(DESK), now.date()), now)
    decide(office, NumberHidden(number, now.date()), now)
    for path in (*CARRYING, "/enquiry/", "/privacy/", "/desks.json"):
        page = text(portal, path)
        assert DESK not in page, path
        assert str(number) not in page, path
        assert "None" not in page, path
    found = squeezed(portal.post("/search/", {"words": str(number)}))
    assert number.tel not in found


def test_a_number_that_is_left_says_for_which_telephones_it_is(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    """The next line of everybody stands large in its place."""
    decide(office, NumberHidden(Phone("0120-279-338"), now.date()), now)
    large, small = text(portal, "/guide/danger/").split('class="strip"')[1].split("</ul>")[:2]
    assert re.findall(r"tel:(\d+)", large) == ["110", "119", "0120061338"]
    (left,) = (line for line in small.split("<li>") if "0503655" in line)
    assert "050で始まるIP電話などから" in left


def test_a_hidden_agency_is_in_no_list(portal: Client, office: OfficeCard, now: datetime) -> None:
    name = programme("shibukawa").agency("kodomo_sos").name.ja
    for path in ("/", "/desks/", "/desks.json"):
        assert name in text(portal, path)
    decide(office, AgencyHidden("kodomo_sos", now.date()), now)
    for path in ("/", "/desks/", "/desks.json", "/guide/danger/"):
        assert name not in text(portal, path), path


def told(portal: Client, number: Phone, column: str) -> set[str]:
    """The pages of a column that tell a number, the search's answer and the notice on files too."""
    asked = {name: portal.get(f"{column}{link(name).href}") for name in PAGES}
    asked["search"] = portal.post(f"{column}/search/", {"words": "写真を送れと脅されています"})
    asked["consult"] = portal.get(f"{column}/s/c/story/lines/")
    found = set()
    for name, answered in asked.items():
        assert answered.status_code == 200, name
        page = squeezed(answered)
        assert "☎" not in page, name
        if number.tel in page or number.stands_in(re.sub("<[^>]*>", "\n", page)):
            found.add(name)
    return found


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
@pytest.mark.parametrize(
    ("decided", "number", "before"),
    [
        (
            AgencyHidden("police_8103", DAY),
            "#8103",
            {
                "guide/delete",
                "guide/evidence",
                "guide/exposed",
                "guide/school",
                "consult",
                "search",
            },
        ),
        (NumberHidden(Phone("#8103"), DAY), "#8103", {"guide/delete", "consult"}),
        (NumberReplaced(Phone("#9110"), Phone(OTHER), DAY), "#9110", {"guide/danger"}),
        (AgencyHidden("police_9110", DAY), "#9110", {"guide/danger", "guide/exposed"}),
        (AgencyHidden("child_189", DAY), "189", {"guide/danger", "guide/school"}),
        (NumberHidden(Phone("189"), DAY), "189", {"guide/danger", "guide/school"}),
    ],
    ids=["8103 gone", "8103 silent", "9110 new", "9110 gone", "189 gone", "189 silent"],
)
def test_no_page_tells_a_number_that_the_directory_has_no_more(
    portal: Client,
    office: OfficeCard,
    now: datetime,
    decided: Change,
    number: str,
    before: set[str],
    column: str,
) -> None:
    browsing.begin(portal)
    for step, typed in (("danger", browsing.START), ("contact", browsing.CONTACT)):
        answer(portal, step, **typed)
    answer(portal, "about", age="32")
    picture = SimpleUploadedFile("a.png", b"x", "image/png")
    answer(portal, "story", **STORY | {"text": "裸の写真をばらまかれました", "files": picture})
    assert told(portal, Phone(number), column) >= before | {"desks"}
    decide(office, decided, now)
    assert told(portal, Phone(number), column) == set()
    if isinstance(decided, NumberReplaced):
        assert told(portal, decided.now, column) >= before | {"desks"}


def test_new_hours_turn_page_and_state_on_their_day(
    portal: Client, office: OfficeCard, now: datetime, moment: list[datetime]
) -> None:
    tomorrow = now.date() + timedelta(1)
    decide(office, HoursFrom("desk", Week.from_text("mon-fri 12:00-19:00"), tomorrow), now)
    for path in ("/", "/desks/"):
        assert re.search("次の日から変わります.{,90}12時から19時まで", text(portal, path))
    assert portal.get("/hours.json").json()["phone"]["open"]
    moment[0] = now + timedelta(days=1)
    assert "12時から19時まで" in text(portal, "/desks/")
    assert "次の日から" not in text(portal, "/desks/")
    state = portal.get("/hours.json").json()["phone"]
    assert (state["open"], state["hours"]) == (False, "mon-fri 12:00-19:00")
    assert state["next_opening"] == "2026-12-01T12:00:00+09:00"
    assert portal.get("/hours.json").json()["email"]["open"]


def test_closed_days_reach_the_state(portal: Client, office: OfficeCard, now: datetime) -> None:
    assert "いま受付中" in text(portal, "/")
    decide(office, DeskClosedSpan(now.date(), now.date() + timedelta(3)), now)
    assert "いまは受付時間外" in text(portal, "/")
    state = portal.get("/hours.json").json()["phone"]
    assert state["next_opening"] == "2026-12-04T08:30:00+09:00"


def test_who_is_in_charge_follows_at_the_foot_and_on_the_enquiry_page(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    decide(office, DivisionFrom(("総務部", "広報課"), now.date()), now)
    moved = ContactFrom("377-0000", "渋川市1番地", Phone(OTHER), Phone("0279-00-2222"), now.date())
    decide(office, moved, now)
    for path in ("/", "/enquiry/", "/privacy/"):
        page = text(portal, path)
        assert "総務部 広報課" in page, path
        assert OTHER in page, path
        assert "0279-22-2130" not in page, path


def test_new_words_are_said_in_every_column(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    first = paragraphs(texts("shibukawa").page("guide_talk", "easy").words)[0]
    said = Words("まずここから", "まず ここから", "Start here")
    decide(office, WordsFrom("landing.needs", said, now.date()), now)
    decide(office, ParagraphFrom("guide_talk", "easy", first, "あたらしい ことば", now.date()), now)
    for path, words in (("/", said.ja), ("/easy/", said.easy), ("/en/", said.en)):
        assert words is not None
        assert words in text(portal, path)
    assert "あたらしい ことば" in text(portal, "/easy/guide/talk/")
    assert "あたらしい ことば" not in text(portal, "/guide/talk/")


def test_while_the_database_is_away_pages_say_what_was_last_known(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    decide(office, NumberReplaced(Phone(DESK), Phone(OTHER), now.date()), now)
    portal.raise_request_exception = False
    assert OTHER in text(portal, "/s/")
    with outage.away():
        assert OTHER in squeezed(portal.get("/nowhere/"))
        publications.forget()
        publications.forget_versions()
        assert DESK in squeezed(portal.get("/nowhere/"))


HOW_READ = {
    "page": (
        "に、公式ページで確かめました",
        "ページで たしかめました",
        "Checked on their own page on",
    ),
    "copy": ("{}年の資料を、", "{}年の しりょうを", "From a source of {}, read on"),
    "undated": ("日付のない資料を、", "いつの ものか わからない", "without a date, read on"),
    "record": (
        "{}年に見た人の記録によります",
        "{}年に 公式（こうしき）ページを 見た 人",
        "from notes made of it in {} (read on",
    ),
    "known": ("全国どこでも同じ番号です", "どこでも 同じ 番号です", "same number all over Japan"),
}


def test_the_directory_says_of_each_agency_how_it_was_read(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    """Of each from its file; that the page was read only where somebody of the desk did."""
    read = AgencyChecked("yorisoi", now.date())
    decide(office, read, now)
    held = as_of(programme("shibukawa"), (read,), now.date()).directory
    assert [each.id for each in held if each.read_from == "page"] == ["yorisoi"]
    for at, column in enumerate(("", "/easy", "/en")):
        rows = text(portal, f"{column}/desks/").split('<article class="desk row" id="a-')[1:]
        said = {row.split('"')[0]: row.split('class="muted checked">')[1] for row in rows}
        for agency in held:
            dated = agency.as_of or agency.read_from != "copy"
            how = HOW_READ[agency.read_from if dated else "undated"][at]
            words = said.pop(agency.id).split("</p>")[0]
            assert how.format(agency.as_of) in words, (agency.id, words)
        assert said == {}
