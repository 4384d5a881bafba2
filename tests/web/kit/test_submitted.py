"""What was typed comes back from one place, and a secret from none."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.tools.forms import form
from madoguchi.tools.vault import receipt
from madoguchi.tools.vault.fairness import Busy
from madoguchi.web.kit import submitted
from tests.answers import Response
from tests.house.source import PACKAGE, files, name
from tests.offices import DESK_HOST
from tests.web import outage

pytestmark = pytest.mark.race  # what fails must not end the test's own transaction
NUMBER, SECRET, SHORT = "2345-6789-0123-4", "8642-9753-8642-9753", "8642-9753-864"
PASSWORD = "a-long-password-of-mine"
AT_HOME = {"Origin": f"http://{DESK_HOST}"}
PAIR = {"number": NUMBER, "secret": SECRET}


def full(*_: object) -> None:
    raise Busy


def too_short(browser: Client, _patch: pytest.MonkeyPatch) -> Response:
    return browser.post("/s/f/", {"number": NUMBER, "secret": SHORT})


def wrong(browser: Client, _patch: pytest.MonkeyPatch) -> Response:
    return browser.post("/s/f/", PAIR)


def busy(browser: Client, patch: pytest.MonkeyPatch) -> Response:
    patch.setattr(receipt, "present", full)
    return browser.post("/s/f/", PAIR)


def hidden_sender(browser: Client, _patch: pytest.MonkeyPatch) -> Response:
    return browser.post("/s/f/", PAIR, headers={"Origin": "null", "Sec-Fetch-Site": ""})


def untaken(browser: Client, _patch: pytest.MonkeyPatch) -> Response:
    browser.get("/accessibility/")  # whose host it is, the process knows
    with outage.away():
        return browser.post("/s/f/", PAIR)


def test_what_was_chosen_is_sent_again_but_is_no_words() -> None:
    chosen = (("danger", "no"), ("who", "self"), ("days", "5"), ("staff", str(uuid4())))
    typed = (("text", "消したい"), ("phone", "0279000000"), ("urls", "https://example.com/a"))
    assert submitted.typed_texts((*chosen, *typed)) == tuple(word for _, word in typed)


@pytest.mark.parametrize(
    ("press", "status"),
    [(too_short, 422), (wrong, 422), (busy, 503), (hidden_sender, 403), (untaken, 503)],
)
def test_no_page_repeats_the_secret_of_a_receipt(
    portal: Client, monkeypatch: pytest.MonkeyPatch, press: object, status: int
) -> None:
    assert callable(press)
    portal.raise_request_exception = False
    answer = press(portal, monkeypatch)
    assert answer.status_code == status
    assert SHORT not in answer.content.decode()


@pytest.mark.parametrize(("press", "told"), [(too_short, SHORT), (hidden_sender, SECRET)])
def test_control_a_name_that_is_no_secret_is_repeated(
    portal: Client, monkeypatch: pytest.MonkeyPatch, press: object, told: str
) -> None:
    assert callable(press)
    for module in (form, submitted):
        monkeypatch.setattr(module, "NOT_REPEATED", frozenset())
    assert told in press(portal, monkeypatch).content.decode()


def test_a_number_that_is_too_short_stays_to_be_mended(portal: Client) -> None:
    page = portal.post("/s/f/", {"number": "2345-6789", "secret": SECRET}).content.decode()
    assert 'value="2345-6789"' in page
    assert SECRET not in page
    assert "確認番号は、画面に残さないようにしています。もう一度入れてください。" in page


def mistyped(browser: Client) -> Response:
    return browser.post("/sign-in/", {"login": "kimura", "password": PASSWORD})


def signed_out(browser: Client) -> Response:
    typed = {"oldpassword": PASSWORD, "password1": PASSWORD, "password2": PASSWORD}
    return browser.post("/me/password/", typed, follow=True)


def grown_old(browser: Client) -> Response:
    browser.handler.enforce_csrf_checks = True
    typed = {"login": "kimura", "password": PASSWORD, "csrfmiddlewaretoken": "old"}
    return browser.post("/sign-in/", typed, headers=AT_HOME)


@pytest.mark.parametrize("press", [mistyped, signed_out, grown_old])
def test_no_page_repeats_a_password(desk: Client, press: object) -> None:
    assert callable(press)
    page = press(desk).content.decode()
    assert "<main" in page
    assert PASSWORD not in page


def test_control_words_of_a_page_that_ended_are_shown(desk: Client) -> None:
    page = desk.post("/notices/", {"title": "書きかけ", "token": "t"}).content.decode()
    assert "書きかけ" in page
    assert "<pre>t</pre>" not in page


@pytest.mark.parametrize("name", ["hanako_2000", "taro", "123"])
def test_a_name_that_looks_like_a_choice_is_kept_until_the_officer_is_back(
    desk: Client, name: str
) -> None:
    page = desk.post("/notices/", {"title": name, "token": "t"})
    assert f'<textarea name="title" hidden>\n{name}</textarea>' in page.content.decode()
    assert submitted.typed_texts((("title", name),)) == ()  # the control: it does look like one


def test_what_no_page_can_carry_is_left_out(portal: Client) -> None:
    hidden = {"Origin": "null"}
    page = portal.post("/s/c/story/", {"text": "ひとつ\x00ふたつ"}, headers=hidden)
    assert "ひとつふたつ" in page.content.decode()


def test_a_form_is_given_back_by_one_file_alone() -> None:
    whole = re.compile(r"POST\.(?:lists|items|values|dict)\(")
    found = {name(path) for path in files(PACKAGE, "*.py") if whole.search(path.read_text("utf-8"))}
    assert found == {"madoguchi/web/kit/submitted.py"}
