"""Another municipality is another folder: Yamanashi stands on its own programme alone."""

import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.ops import prepare
from madoguchi.rules.programme.load import folder
from madoguchi.web.kit import arrival, finished
from tests.offices import browser_of
from tests.tools.papers.looking import joined
from tests.web.portal.test_information import DATA, PATHS

HOST = "portal.yamanashi.test"
NOT_THERE = ("/clinic/", "/ordinance/")
"""It has no clinic and no ordinance."""
NOT_OURS = ("渋川", "群馬県渋川市", "0279-")


@pytest.fixture
def yamanashi(portal: Client, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Client:
    """A citizen's browser at the portal of Yamanashi Prefecture."""
    monkeypatch.setattr(arrival, "now", lambda: now)
    finished.forget()
    prepare.office("yamanashi", HOST, "desk.yamanashi.test")
    return browser_of(HOST)


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_every_page_is_there_and_names_no_other_city(yamanashi: Client, column: str) -> None:
    for path in (*PATHS, *DATA, "/s/c/danger/"):
        answer = yamanashi.get(column + path, follow=True)
        assert answer.status_code == (404 if path in NOT_THERE else 200), path
        page = answer.content.decode()
        assert not [word for word in NOT_OURS if word in page], path


def test_its_own_telephone_and_hours_are_said(yamanashi: Client) -> None:
    page = yamanashi.get("/").content.decode()
    assert "055-223-1350" in page
    assert "山梨県" in page


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_its_subsidy_is_said_in_its_own_order_and_numbers(yamanashi: Client, column: str) -> None:
    page = yamanashi.get(f"{column}/subsidy/").content.decode()
    assert "110,000" in page
    assert "150,000" not in page
    if not column:
        assert "着手金を支払ったあとに申請してください。" in page
        assert "契約する前に" not in page
        assert "<h2>用意するもの</h2>" not in page  # its page names none


def test_what_its_page_does_not_say_no_citizen_reads_as_a_fact(yamanashi: Client) -> None:
    page = yamanashi.get("/subsidy/").content.decode()
    for words in ("書き込みの削除を弁護士に頼んだときの着手金", "同じ件で、前にこの補助", "要確認"):
        assert words not in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("subsidy_guide", ["山梨県内に在住していること", "上限110,000円", "055-223-1350"]),
        ("subsidy_application", ["（宛先）山梨県知事", "着手金を払った日", "上限110,000円"]),
    ],
)
def test_its_papers_are_made_of_its_own_rules(
    yamanashi: Client, name: str, said: list[str]
) -> None:
    assert f"/documents/{name}.pdf" in yamanashi.get("/documents/").content.decode()
    words = joined(yamanashi.get(f"/documents/{name}.pdf").content)
    assert not [each for each in said if each not in words]
    assert not [each for each in (*NOT_OURS, "契約の前", "契約する前") if each in words]


@pytest.mark.parametrize("place", ["formula", "cap"])
def test_a_share_or_a_cap_that_nobody_confirmed_is_on_no_page(
    yamanashi: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: str
) -> None:
    """The folder is swapped for one with an open number; the page asks the reader to ask."""
    here = tmp_path / "yamanashi"
    shutil.copytree(folder("yamanashi"), here)
    text = (here / "subsidy.toml").read_text(encoding="utf-8")
    head, _, tail = text.partition(f"[version.amount.{place}]")
    tail = re.sub(r'^source = ".*"$', 'source = "要確認"', tail, count=1, flags=re.MULTILINE)
    (here / "subsidy.toml").write_text(f"{head}[version.amount.{place}]{tail}", encoding="utf-8")
    monkeypatch.setenv("MADOGUCHI_PROGRAMMES", str(tmp_path))
    finished.forget()
    page = yamanashi.get("/subsidy/").content.decode()
    assert "補助の率や上限の額は、窓口におたずねください。" in page
    assert "110,000" not in page
