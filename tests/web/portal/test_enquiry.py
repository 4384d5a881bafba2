"""The form for questions about a page: no cookie, nothing typed lost, and no consultation."""

import re

import pytest
from django.conf import settings
from django.test import Client

from madoguchi.rules import limits
from madoguchi.tools.vault.fairness import DAY, Shares
from madoguchi.work.intake.enquiry.models import Enquiry
from tests.answers import Response, squeezed

ASKED = {"text": "法律相談の日はいつですか", "wants": "mail", "email": "toi@example.jp"}


@pytest.fixture(autouse=True)
def own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day nobody has used yet, and networks told apart."""
    monkeypatch.setattr(DAY, "_shared", Shares()._shared)
    monkeypatch.setattr(settings, "DEMO", False)


def token(portal: Client) -> str:
    page = portal.get("/enquiry/ask/").content.decode()
    found = re.search(r'name="token" value="(\w{32})"', page)
    assert found
    return found[1]


def send(portal: Client, **changed: str) -> Response:
    return portal.post("/enquiry/ask/", {**ASKED, "token": token(portal), **changed})


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_the_form_says_what_it_is_not_and_when_it_forgets(portal: Client, column: str) -> None:
    assert f'href="{column}/enquiry/ask/"' in portal.get(f"{column}/enquiry/").content.decode()
    answer = portal.get(f"{column}/enquiry/ask/")
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert f'href="{column}/s/"' in page
    assert "110" in page
    assert re.search(r"7日|7 days", page)
    assert "7" in portal.get(f"{column}/enquiry/sent/").content.decode()


def test_a_question_arrives_without_a_cookie(portal: Client) -> None:
    sent = send(portal)
    assert (sent.status_code, sent["Location"]) == (303, "/enquiry/sent/")
    portal.get("/enquiry/sent/")
    assert not portal.cookies
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_words_of_danger_are_filed_and_bring_the_lines_once(portal: Client, column: str) -> None:
    asked = {**ASKED, "text": "もう死にたい", "token": token(portal)}
    sent = portal.post(f"{column}/enquiry/ask/", asked)
    page = sent.content.decode()
    assert sent.status_code == 200
    assert 'id="calm"' in page
    assert "tel:0120061338" in page
    assert "死にたい" not in page.split("</h1>")[0]
    assert Enquiry.objects.count() == 1
    assert 'id="calm"' not in portal.get(f"{column}/enquiry/sent/").content.decode()
    assert not portal.cookies


def test_a_question_that_is_not_right_yet_brings_the_lines_itself(portal: Client) -> None:
    wrong = send(portal, text="もう死にたい", email="")
    assert (wrong.status_code, 'id="calm"' in wrong.content.decode()) == (422, True)
    assert 'id="calm"' not in send(portal, email="").content.decode()


def test_back_and_a_second_press_file_one(portal: Client) -> None:
    same = token(portal)
    for _ in range(2):
        assert send(portal, token=same).status_code == 303
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": ""}, "お聞きになりたいこと"),
        ({"wants": ""}, "「返事」の答えを選んでください"),
        ({"email": ""}, "メールアドレスを入れてください"),
        ({"email": "toi@"}, "name@example.jp"),
        ({"text": "あ" * 2001}, "2,000文字"),
        ({"text": "番号は123456789018です"}, "マイナンバー"),
    ],
)
def test_nothing_typed_is_lost(portal: Client, changed: dict[str, str], said: str) -> None:
    answer = send(portal, **changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    for name in ("text", "email"):
        assert changed.get(name, ASKED[name]) in page
    assert not Enquiry.objects.exists()


def test_who_wants_no_answer_leaves_no_address(portal: Client) -> None:
    assert send(portal, wants="none", email="").status_code == 303


def test_a_full_day_gives_the_words_back(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DAY_ENQUIRIES", 1)
    assert send(portal).status_code == 303
    full = send(portal, text="もう一つ聞きたい")
    assert full.status_code == 429
    assert "もう一つ聞きたい" in full.content.decode()
    assert Enquiry.objects.count() == 1


def test_another_sites_page_files_nothing(portal: Client) -> None:
    answer = portal.post("/enquiry/ask/", ASKED, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert ASKED["text"] not in answer.content.decode()  # no word of theirs under our name
    assert not Enquiry.objects.exists()


def test_another_language_keeps_the_question(portal: Client) -> None:
    page = squeezed(portal.post("/en/enquiry/ask/", {"text": "途中の質問", "stay": ""}))
    assert "途中の質問" in page
    assert 'role="alert"' not in page
    assert 'lang="en"' in page


@pytest.mark.parametrize(
    ("column", "said"), [("", "残りません"), ("/easy", "きえます"), ("/en", "is lost")]
)
def test_before_a_question_is_written_it_is_said_what_leaving_loses(
    portal: Client, column: str, said: str
) -> None:
    page = squeezed(portal.get(f"{column}/enquiry/ask/"))
    assert page.index(said) < page.index("<textarea")
