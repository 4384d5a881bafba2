"""What the city published stands where a person looks for it; a page carries its own day."""

import json
import re
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.rules.programme.changes import Change, ParagraphFrom, WordsFrom
from madoguchi.rules.programme.load import NATIONAL, folder, programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import COLUMNS, Column, Words
from madoguchi.rules.steps.case import State
from madoguchi.web.kit import arrival, finished
from madoguchi.web.portal import page, pages
from tests.answers import squeezed

TEXTS = Path(__file__).with_name("page_texts.json")


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()


@pytest.mark.parametrize("path", ["/", "/desks/", "/s/"])
def test_what_the_desk_asks_and_may_look_at_stands_on_its_pages(portal: Client, path: str) -> None:
    said = squeezed(portal.get(path)).split("<main")[1]
    for words in ("氏名、年齢、電話番号", "画面の写真を見せていただくこと", "法令等に基づいて"):
        assert words in said
    assert "telephone number and the area" in squeezed(portal.get(f"/en{path}"))
    assert "年齢（ねんれい）" in squeezed(portal.get(f"/easy{path}"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/clinic/", ["毎月第3土曜日 9時から12時まで", "必ず、先にご予約", "法律による解決"]),
        ("/clinic/", ["令和7年度（2025年度）の日程は、ここには載せていません"]),
        ("/en/clinic/", ["the third Saturday of each month", "fiscal 2025"]),
        ("/s/", ["前に見た案内のページや、この手続きの入口の画面は出ることがあります"]),
        ("/en/s/", ["may still show the information pages"]),
        ("/s/", ["「必須」とない項目は、空欄で", "2つ目の画面からは、途中でも"]),
        ("/site/", ["戻るボタンで出ることがあります"]),
        ("/subsidy/", ["令和6年度（2024年度）の決まりです"]),
        ("/documents/", ["：市のページで開く", "令和8年度（2026年度）のものは、窓口に"]),
        ("/privacy/", ["法令等に基づいて", "こんなページも見ています", "10回"]),
        (
            "/ordinance/",
            ["インターネットの恩恵", "表現の自由を尊重", "違法だと示す必要はありません"],
        ),
        ("/easy/ordinance/", ["言う 自由", "しょうこが なくても"]),
        (
            "/en/ordinance/",
            ["freedom of expression", "do not have to show that anything is illegal"],
        ),
        ("/", ["一人で抱え込まずに、遠慮なく", "違法だと示す必要も"]),
        ("/en/", ["need not show that anything is illegal"]),
        ("/desks/", ["まもろうよ こころ", "https://www.mhlw.go.jp/mamorouyokokoro/"]),
        ("/desks/", ["24時間子供SOSダイヤル", "群馬県教育委員会"]),
    ],
)
def test_a_published_fact_is_told(portal: Client, path: str, said: list[str]) -> None:
    shown = squeezed(portal.get(path)).split("<main")[1]
    assert [each for each in said if each not in shown] == []


@pytest.mark.parametrize("column", COLUMNS)
def test_no_state_says_that_staff_have_read_or_answered(column: Column) -> None:
    """The person's own message makes a case active; a call that nobody took lets it wait."""
    for state in State:
        said = texts(NATIONAL).get(f"state.public.{state}", column).words
        assert not re.search("読み、|読みました|返事し|返事を 書|has (read|replied)", said), said


def test_the_ordinance_is_told_in_every_column(portal: Client) -> None:
    for column in ("easy", "en"):
        main = squeezed(portal.get(f"/{column}/ordinance/")).split("<main")[1].split("</main>")[0]
        gaps = re.findall(r'<(?:span|div|p|dt|h2) lang="ja">([^<]*)', main)
        assert gaps == []


def dates(portal: Client, path: str) -> str:
    found = re.search(r'<p class="dates">(.*?)</p>', squeezed(portal.get(path)))
    assert found
    return re.sub(r"<[^>]*>", "", found[1])


def test_only_what_tells_the_citys_page_is_as_old_as_that_page(portal: Client) -> None:
    assert "掲載日 2024年4月1日" in dates(portal, "/clinic/")
    for path in ("/figures/", "/privacy/", "/guide/exposed/", "/enquiry/"):
        assert "2024年" not in dates(portal, path)
    assert "掲載日 2026年11月29日" in dates(portal, "/guide/exposed/")


def test_a_day_on_which_the_desk_changed_the_words_is_the_pages_day(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: tuple[Change, ...] = (
        WordsFrom("clinic.dates", Words("日程"), date(2027, 2, 1)),
        ParagraphFrom("guide_delete", "ja", "x", "y", date(2027, 2, 2)),
    )
    later = datetime(2027, 2, 3, 9, tzinfo=arrival.TOKYO)
    monkeypatch.setattr(arrival, "now", lambda: later)
    monkeypatch.setattr(page, "recent_changes", lambda _request: decided)
    assert "更新日 2027年2月1日" in dates(portal, "/clinic/")
    assert "更新日 2027年2月2日" in dates(portal, "/guide/delete/")
    assert "2027年" not in dates(portal, "/guide/talk/")


def of_page(name: str) -> str:
    """The texts of one page, in a few letters."""
    key, words = name.replace("/", "_"), texts(NATIONAL)
    found = [
        f"{each}={words.raw(each, column).words}"
        for each in sorted(words.words)
        if each.startswith(f"{key}.") or each == f"pages.{key}"
        for column in COLUMNS
    ]
    prose = sorted((folder(NATIONAL) / "texts" / "pages" / key).glob("*.md"))
    found += [path.read_text("utf-8") for path in prose]
    return sha256("\n".join(found).encode()).hexdigest()[:12]


def test_a_changed_text_has_a_new_day() -> None:
    """Who changes a page's text writes the day into _national/dates.toml, and this line here."""
    shibukawa = programme("shibukawa")
    now = {name: f"{shibukawa.date_of(name).changed_on} {of_page(name)}" for name in pages.PAGES}
    recorded: dict[str, str] = json.loads(TEXTS.read_text("utf-8"))
    changed = {name: line for name, line in now.items() if recorded.get(name) != line}
    assert not changed, f"the day in _national/dates.toml; then in {TEXTS.name}: {changed}"
    assert {each.page for each in shibukawa.dates} == set(pages.PAGES)


def test_one_sentence_tells_the_one_rule_of_contract_and_application() -> None:
    rule = "契約の前に申請が必要です。契約したあとの申請は、補助の対象になりません。"
    words = texts("shibukawa")
    for key in (
        "subsidy.note_before_contract",
        "check.end_before_contract.lead",
        "ground.subsidy.before_contract.unmet",
        "apply.late_before_contract",
    ):
        assert words.get(key).words.startswith(rule), key
    for column in COLUMNS:  # the guide on cost says its second half
        said = words.get("apply.late_before_contract", column).words
        half = re.split(r"(?<=[。.])\s*", said)[1]
        prose = folder(NATIONAL) / "texts" / "pages" / "guide_cost" / f"{column}.md"
        assert f"- [before_contract] {half}\n" in prose.read_text("utf-8")
