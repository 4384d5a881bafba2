"""Another city's pages say what is so there: its ways, its hours, its subsidy, its kind."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.ops.main import main
from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.texts import is_desk, texts
from madoguchi.tools.office.public import OfficeCard, forget_hosts
from madoguchi.web.kit import arrival, finished
from madoguchi.web.portal import pages
from tests.answers import squeezed
from tests.offices import browser_of

HOST = "portal.minami.test"
COLUMNS = ("", "/easy", "/en")
GUIDES = ("cost", "identify", "talk", "delete")
ROOT = Path(__file__).parents[2]
type Place = Callable[..., Client]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a city that was made from the template and has nothing filled in."""
    shutil.copytree(ROOT / "programmes", tmp_path / "programmes")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path / "programmes"))
    assert main(["city", "new", "minami", "南町"]) == 0
    return tmp_path / "programmes" / "minami"


@pytest.fixture
def at(
    own: Path, portal: Client, office: OfficeCard, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> Iterator[Place]:
    """A citizen's browser at the portal of that city, once its folder is as it should be."""
    monkeypatch.setattr(arrival, "now", lambda: now)

    def open_portal() -> Client:
        prepare.office("minami", HOST, "desk.minami.test")
        forget_hosts()
        finished.forget()
        return browser_of(HOST)

    yield open_portal
    finished.forget()
    forget_hosts()


def edit(path: Path, *pairs: tuple[str, str]) -> None:
    words = path.read_text("utf-8")
    for old, new in pairs:
        assert old in words, old
        words = words.replace(old, new)
    path.write_text(words, "utf-8")


def without(path: Path, *headings: str) -> None:
    """The file without headings and what belongs to them."""
    for heading in headings:
        words, name = path.read_text("utf-8"), re.escape(heading)
        gone = re.sub(rf"(?ms)^\[\[?{name}\]\]?$.*?(?=^\[\[?(?!{name}\b)|\Z)", "", words)
        assert gone != words, heading
        path.write_text(gone, "utf-8")


def filled(own: Path) -> None:
    """The desk as a small town would fill it in."""
    edit(
        own / "desk.toml",
        ("000-000-0000", "0279-11-2233"),
        ("soudan@example.invalid", "soudan@town.minami.lg.jp"),
        ('address = "要確認"', 'address = "群馬県南町1-1"'),
        ('building = "要確認"', 'building = "南町役場1階"'),
        ('source = "要確認"', 'source = "町の要領"'),
    )


def pages_of(portal: Client, column: str = "") -> str:
    """All information pages that there are, put together."""
    found = []
    for page in pages.PAGES:
        answer = portal.get(f"{column}/" if page == pages.FIRST else f"{column}/{page}/")
        assert answer.status_code in (200, 404), page
        if answer.status_code == 200:
            found.append(squeezed(answer))
    return "\n".join(found)


@pytest.mark.parametrize("column", COLUMNS)
def test_what_nobody_confirmed_is_on_no_page(at: Place, own: Path, column: str) -> None:
    for sample in own.glob("*.sample.toml"):
        sample.rename(own / sample.name.replace(".sample", ""))
    said = pages_of(at(), column)
    placeholders = ("要確認", "000-000", "000-0000", "example.invalid", "example.lg.jp")
    facts = (
        "第3土曜日",
        "3rd Sat",
        "13:00",
        "13時",
        "45分",
        "45 minutes",
        "南町役所",
        "費用：無料",
        "第1・第3金曜日",
        "150,000",
    )
    for shown in (*placeholders, *facts):
        assert shown not in said


def test_without_the_form_nobody_is_sent_to_it(at: Place, own: Path) -> None:
    filled(own)
    without(own / "desk.toml", "web")
    portal = at()
    assert "相談を申し込む" not in pages_of(portal)
    for answer in (
        portal.get("/s/"),
        portal.post("/s/"),
        portal.post("/s/c/danger/", {"text": "困った"}),
    ):
        page = squeezed(answer)
        assert answer.status_code == 200
        assert "このサイトからの申し込みは、受け付けていません。" in page
        assert "0279-11-2233" in page
    assert "困った" in page


def test_each_way_has_its_own_hours(at: Place, own: Path) -> None:
    """The telephone is answered in other hours than the counter keeps; both say when."""
    filled(own)
    edit(
        own / "desk.toml",
        ("[phone]\n", '[phone]\nhours = "mon-fri 9:00-12:00, 13:00-16:00"\n'),
        ("holidays = true", "holidays = false"),
    )
    portal = at()
    by_phone = "月曜日から金曜日 9時から12時まで、13時から16時まで（年末年始を除く）"
    counter = "月曜日から金曜日 8時30分から17時15分まで（年末年始を除く）"
    for path in ("/", "/desks/"):
        page = squeezed(portal.get(path))
        phone = page.index("0279-11-2233</a>", page.index('<dl class="facts">'))
        assert phone < page.index(by_phone, phone) < page.index(counter)
    for path in ("/guide/talk/", "/s/", "/subsidy/"):  # the last is not there: its number, too
        page = squeezed(portal.get(path))
        assert by_phone in page
        assert counter not in page


@pytest.mark.parametrize(
    ("gone", "ways"),
    [
        (("face", "email", "web"), "電話から。"),
        (("phone", "face", "email"), "このサイトから。"),
        (("web",), "電話、窓口、メールから。"),
        (("phone", "face", "email", "web"), "話せる範囲で"),
    ],
    ids=["phone only", "web only", "no web", "nothing"],
)
def test_the_ways_are_those_that_there_are(
    at: Place, own: Path, gone: tuple[str, ...], ways: str
) -> None:
    filled(own)
    without(own / "desk.toml", *gone)
    portal = at()
    page = squeezed(portal.get("/"))
    assert ways in page
    assert ("電話で話す" in page) == ("phone" not in gone)
    assert ("soudan@" in page) == ("email" not in gone)
    assert ("南町役場1階" in page) == ("face" not in gone)
    assert ("いまは受付時間外" in page or "いま受付中" in page) == ("phone" not in gone)
    pages_of(portal)


def timed(timing: str) -> Callable[[Path], None]:
    """A subsidy for which one applies at that time."""

    def give(own: Path) -> None:
        (own / "subsidy.sample.toml").rename(own / "subsidy.toml")
        path = own / "subsidy.toml"
        edit(path, ('source = "要確認"', 'source = "町の要領"'))
        if timing == "after_payment":
            words = path.read_text("utf-8")
            begins, ends = words.index("[version.timing]"), words.index("# [version.timing]")
            rest = words[ends:].split("\n\n", 1)
            rule = re.sub(r"(?m)^# ", "", rest[0]).replace("要確認", "町の要領")
            path.write_text(f"{words[:begins]}{rule}\n\n{rest[1]}", "utf-8")
        elif timing == "timing":
            next_table = "\n\n# [version.timing]"
            edit(path, (f'source = "町の要領"{next_table}', f'source = "要確認"{next_table}'))

    return give


SAID = {
    "before_contract": (
        "契約する前に",
        "けいやくする 前に 申しこんで",
        "before you sign a contract with",
    ),
    "after_payment": ("払ったあとに申請", "はらった 後に 申しこみます", "after you have paid"),
    "timing": ("いつ申請するかは", "けいやくする 前に、窓口に", "when to apply"),
}
OF_A_SUBSIDY = (
    "補助する",
    "補助の対象",
    "お金を 少し 出す",
    "helps with the cost",
    "help with the fee",
)


RING = re.compile("お電話|電話して ください|[Tt]elephone (us|the desk)|please (telephone|ring)")
RINGS_OTHERS = {
    *("consult.lines_danger", "consult.done_urgent_call"),
    *("consult.lines_title", "book.lines_title"),  # the lines of the directory
    *("portal.visit_booking", "portal.ask_hours"),  # shown only with a number
    *("enquiry.danger", "referral.letter.unasked", "helplines.say_english"),
}


@pytest.mark.parametrize("phone", [True, False], ids=["control", "no telephone"])
def test_nobody_is_told_to_ring_a_desk_without_a_telephone(own: Path, *, phone: bool) -> None:
    filled(own)
    if not phone:
        without(own / "desk.toml", "phone")
    said = texts("minami")
    ringing = [
        (key, words)
        for key, each in said.words.items()
        if not is_desk(key) and key not in RINGS_OTHERS
        for words in (each.ja, each.easy or "", each.en or "")
        if RING.search(words)
    ]
    assert bool(ringing) is phone, ringing


@pytest.mark.parametrize("timing", ["", *SAID])
def test_guides_tell_of_the_subsidy_of_this_city(at: Place, own: Path, timing: str) -> None:
    filled(own)
    if timing:
        timed(timing)(own)
    portal = at()
    for place, column in enumerate(COLUMNS):
        said = "".join(squeezed(portal.get(f"{column}/guide/{name}/")) for name in GUIDES)
        for name, words in SAID.items():
            assert (words[place] in said) == (name == timing), (name, column)
        assert ("契約したあとの申請は、補助の対象" in said) == (
            timing == "before_contract" and not column
        )
        if not timing:
            assert not [word for word in OF_A_SUBSIDY if word in said]
        assert not re.search(r"\[(?:subsidy|clinic|timing|before_contract|after_payment)\]", said)


@pytest.mark.parametrize("file", ["clinic.toml", "clinic.sample.toml"])
def test_guides_tell_of_the_clinic_of_this_city(at: Place, own: Path, file: str) -> None:
    filled(own)
    edit(own / "clinic.sample.toml", ('source = "要確認"', 'source = "町の要領"'))
    (own / "clinic.sample.toml").rename(own / file)
    there = file == "clinic.toml"
    portal = at()
    for column, words in zip(
        COLUMNS, ("無料相談で、見通しと", "弁護士と 話す 日", "free talk"), strict=True
    ):
        said = "".join(squeezed(portal.get(f"{column}/guide/{name}/")) for name in GUIDES)
        assert (words in said) == there, column
    assert ('id="clinic"' in squeezed(portal.get("/"))) == there


def test_a_clinic_without_a_telephone_is_booked_by_the_way_that_there_is(
    at: Place, own: Path
) -> None:
    filled(own)
    without(own / "desk.toml", "phone", "face")
    (own / "clinic.sample.toml").rename(own / "clinic.toml")
    words = (own / "clinic.toml").read_text("utf-8").replace('["phone"] ', '["email"] ')
    (own / "clinic.toml").write_text(re.sub(r"(?m)^phone = .*$", "", words), "utf-8")
    page = squeezed(at().get("/clinic/"))
    for word in ("予約の電話", "電話で予約", "電話番号は", "下の電話番号"):
        assert word not in page
    assert "soudan@town.minami.lg.jp" in page


def test_a_page_that_a_city_has_not_is_in_no_menu_and_not_there(at: Place, own: Path) -> None:
    portal = at()
    page = squeezed(portal.get("/guide/cost/"))
    for name in ("clinic", "subsidy", "documents", "ordinance"):
        assert f'href="/{name}/"' not in page
        assert portal.get(f"/{name}/").status_code == 404
    for word in ("弁護士", "補助", "条例"):
        found = squeezed(portal.post("/search/", {"words": word}))
        assert not re.search(r'href="/(?:clinic|subsidy|documents|ordinance)/"', found)


@pytest.mark.parametrize(
    ("name", "staff", "house", "english"),
    [
        ("南町", "町の職員", "町役場", "Town staff"),
        ("南村", "村の職員", "村役場", "Village staff"),
        ("南区", "区の職員", "区役所", "Ward staff"),
        ("南県", "県の職員", "県庁", "Prefecture staff"),
        ("南市", "市の職員", "市役所", "City staff"),
    ],
)
def test_the_pages_call_a_municipality_what_it_is(
    at: Place, own: Path, name: str, staff: str, house: str, english: str
) -> None:
    edit(own / "city.toml", ('name = "南町"', f'name = "{name}"'))
    portal = at()
    assert staff in squeezed(portal.get("/"))
    assert f"{house}の 人が" in squeezed(portal.get("/easy/"))
    assert english in squeezed(portal.get("/en/"))
    said = "".join(pages_of(portal, column) for column in COLUMNS)
    assert not re.search(r"\[(?:市|city)", said, re.IGNORECASE)
    if name != "南市":
        for wrong in ("市の窓口", "市の職員", "市が決め", "the city's desk"):
            assert wrong not in said


@pytest.mark.parametrize(
    "address", ["https://www.example.lg.jp/", "https://www.town.minami.lg.jp/"]
)
def test_the_exit_leads_to_no_placeholder(at: Place, own: Path, address: str) -> None:
    edit(own / "city.toml", ('exit_url = "https://www.example.lg.jp/"', f'exit_url = "{address}"'))
    there = at().get("/s/leave/")["Location"]
    assert there == ("https://www.jma.go.jp/" if "example" in address else address)


def tables(city: str) -> list[tuple[str, str, str]]:
    """Every heading of the city's files."""
    return [
        (city, path.name.replace(".sample", ""), name)
        for path in sorted(folder(city).glob("*.toml"))
        for name in sorted(set(re.findall(r"(?m)^\[\[?([\w.]+)\]\]?$", path.read_text("utf-8"))))
    ]


EACH_TABLE = pytest.mark.parametrize(
    ("city", "file", "heading"), [*tables("shibukawa"), *tables("_template")]
)


def taken_out(
    own: Path, capsys: pytest.CaptureFixture[str], city: str, file: str, heading: str
) -> bool:
    """Whether there is a portal without the table; if not, the check says so in sentences."""
    if city == "shibukawa":
        shutil.rmtree(own)
        shutil.copytree(folder(city), own)
    for sample in own.glob("*.sample.toml"):
        sample.rename(own / sample.name.replace(".sample", ""))
    without(own / file, heading)
    capsys.readouterr()
    code = main(["programme", "check", "minami"])
    said = capsys.readouterr()
    assert code in (0, 1, 2)
    assert "Traceback" not in said.err
    if code == 2:
        assert all(line.endswith("。") and "minami" in line for line in said.err.splitlines())
    return code != 2


@EACH_TABLE
def test_any_table_may_be_taken_out(
    at: Place, own: Path, capsys: pytest.CaptureFixture[str], city: str, file: str, heading: str
) -> None:
    """Every page is there or is not: none is our fault."""
    if not taken_out(own, capsys, city, file, heading):
        return
    portal = at()
    pages_of(portal)
    for path in ("/hours.json", "/desks.json", "/clinic/dates.json", "/clinic/dates.ics", "/s/"):
        assert portal.get(path).status_code == 200
    for path in ("/s/l/", "/s/h/check/", "/s/h/", "/s/f/", "/enquiry/ask/"):
        assert portal.get(path).status_code in (200, 302, 303, 404)


@EACH_TABLE
def test_any_table_may_be_taken_out_in_the_other_columns(
    at: Place, own: Path, capsys: pytest.CaptureFixture[str], city: str, file: str, heading: str
) -> None:
    if taken_out(own, capsys, city, file, heading):
        portal = at()
        for column in COLUMNS[1:]:
            pages_of(portal, column)


FREE = re.compile(
    r"弁護士の無料|無料で相談|弁護士[^。]{0,12}お金(?:は いりません|なし)"
    r"|[Ff]ree (?:talk|consultation) with a"
)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("cost", ["無料", "30分 5,500円"])
def test_a_talk_with_a_lawyer_is_free_only_where_the_city_says_so(
    at: Place, own: Path, column: str, cost: str
) -> None:
    filled(own)
    (own / "clinic.sample.toml").rename(own / "clinic.toml")
    edit(
        own / "clinic.toml",
        ('source = "要確認"', 'source = "町の要領"'),
        ('cost = "無料"', f'cost = "{cost}"'),
        ('name = "弁護士の無料相談"', 'name = "弁護士の相談"'),
    )
    said = pages_of(at(), column)
    said = said.replace("収入などの条件に合う方は、弁護士の無料", "")  # 法テラス
    assert bool(FREE.search(said)) is (cost == "無料")
    assert "[無料" not in said
