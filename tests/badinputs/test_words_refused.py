"""X1, X2, X4, X12, X13: words that cannot be stored or are too many get a sentence and stay."""

import json
from datetime import datetime
from time import process_time

import pytest
from django.conf import settings as current
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from madoguchi.rules import limits
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case
from madoguchi.work.record import jobs
from madoguchi.work.record import public as record
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.badinputs.ends import open_desk, taken
from tests.web.desk.colleagues import asked, colleague, do
from tests.web.portal import browsing
from tests.web.portal.browsing import Pair


def sent_story(portal: Client, office: OfficeCard, now: datetime, **story: str) -> dict[str, str]:
    """What work received of a request with this story."""
    browsing.fill(portal, **story)
    held = browsing.holding(office, browsing.send(portal))
    (entry,) = record.read(cases.consultee(office.id), held, now=now).rows
    return entry.words


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("contact", "name"),
        ("contact", "phone"),
        ("about", "town"),
        ("story", "text"),
        ("story", "when"),
    ],
)
def test_x01_a_control_character_is_pointed_out(begun: Client, step: str, name: str) -> None:
    typed = browsing.CONTACT if step == "contact" else {}
    response = browsing.answer(begun, step, **typed | {name: "前\x00後"})
    page = squeezed(response)
    assert response.status_code == 422
    assert f'href="#f-{name}"' in page
    assert "\x00" not in page
    assert "前後" in page


def test_x02_half_a_character_breaks_nothing(begun: Client) -> None:
    broken = b"text=%ED%A0%80&when=%FF%FE"
    response = begun.post("/s/c/story/", broken, content_type="application/x-www-form-urlencoded")
    assert response.status_code in (303, 422)
    json_body = json.dumps({"text": "\ud800"})
    assert begun.post("/s/c/story/", json_body, content_type="application/json").status_code == 400
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "words",
    ["あ" * 20_001, "a" * 1_000_000, "\n" * 100_000, "a b " * 6_000],
    ids=["one over", "no space", "newlines", "spaces"],
)
def test_x04_too_much_text_is_counted_and_kept(begun: Client, words: str) -> None:
    response = browsing.answer(begun, "story", text=words)
    page = squeezed(response)
    assert response.status_code == 422
    assert f"20,000文字までです。いま{len(words):,}文字です。" in page
    assert "長い記録は、ファイルとして送れます。" in page
    assert words in page
    cut = len(words) > limits.WORDS_A_DRAFT
    assert ("はじめの20,000文字だけが残ります" in page) == cut
    later = squeezed(begun.get("/s/c/story/"))
    assert words[: limits.WORDS_A_FIELD] in later
    assert (words in later) != cut


def test_x04_twenty_thousand_characters_are_taken_however_lines_end(
    portal: Client, office: OfficeCard, now: datetime
) -> None:
    words = "あ\r\n" * 10_000
    assert sent_story(portal, office, now, text=words)["text"] == "あ\n" * 10_000


def test_x04_more_than_a_request_may_hold_is_refused_with_the_telephone(begun: Client) -> None:
    response = browsing.answer(begun, "story", text="a" * 3_000_000)
    assert response.status_code in (400, 413)
    assert "0279-25-8526" in squeezed(response)


@pytest.mark.parametrize("name", ["name", "email", "phone"])
def test_x12_a_line_break_cannot_reach_a_mail_header(begun: Client, name: str) -> None:
    typed = browsing.CONTACT | {name: "x@example.jp\r\nBcc: y@example.jp"}
    response = browsing.answer(begun, "contact", **typed)
    assert response.status_code == 422
    assert f'href="#f-{name}"' in squeezed(response)


@pytest.mark.parametrize(
    "address",
    [
        '"a b"@example.jp',
        "taro+net@example.jp",
        "taro..x.@docomo.ne.jp",
        "花子@例え.jp",
        "ｔａｒｏ@example.jp",
        "a" * 300 + "@example.jp",
    ],
)
def test_x13_addresses_that_exist_are_taken(begun: Client, address: str) -> None:
    response = browsing.answer(begun, "contact", contact_rule="mail_only", email=address)
    assert response.status_code == 303


@pytest.mark.parametrize("address", ["taro", "taro@", "@example.jp", "a b@example.jp"])
def test_x13_what_is_no_address_is_shown_again(begun: Client, address: str) -> None:
    response = browsing.answer(begun, "contact", contact_rule="mail_only", email=address)
    assert response.status_code == 422
    assert f'value="{address}"' in squeezed(response)


def test_x01_nothing_breaks_where_no_field_is(portal: Client, pair: Pair) -> None:
    """The agreement of both databases: a NUL never reaches one, whatever carries it."""
    browsing.open_receipt(portal, *pair)
    zero = {"token": "a\x00b", "case": "\x00", "remove": "\x00", "text": "前\x00後"}
    assert portal.post("/s/f/m/", zero).status_code in (303, 422)
    assert portal.post("/s/f/w/", zero).status_code in (303, 422)
    portal.get("/s/leave/")
    for number in ("\x00" * 13, "1234\x005678"):
        assert browsing.open_receipt(portal, number, "1" * 16).status_code == 422
    assert portal.post("/search/", {"words": "削\x00除"}).status_code == 200
    assert portal.get("/s/c/danger/?begun=%00").status_code < 500
    assert portal.get("/desks/%00/").status_code == 404
    portal.cookies[current.VISIT_COOKIE] = "a\\000b"
    assert portal.get("/s/f/").status_code == 200


@pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
def test_x01_the_desk_points_it_out(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: Pair
) -> None:
    browser, case = taken(settings, office, now)
    typed = {
        "answer": {"answer_text": "前\x00後", "answer_days": "5"},
        "note": {"note_text": "前\x00後"},
        "plan": {"plan_kind": "call", "plan_days": "5", "plan_why": "前\x00後"},
        "close": {"close_reason": "solved\x00"},
        "deny": {"deny_staff": "\x00"},
        "log": {"log_how": "call_in", "log_outcome": "answered", "log_text": "前\x00後"},
    }
    for act, words in typed.items():
        page = do(browser, case, act, **words)
        assert page.status_code == 422, act
        assert "\x00" not in squeezed(page)
    passed_on = {"agency": "ihaho", "consent": "told_only", "told": "前\x00後"}
    passed_on |= {"revision": str(Case.objects.get().revision), "token": "one"}
    assert browser.post(f"/refer/{case.pk}/new/", passed_on).status_code == 422
    assert browser.post("/notices/", {"kind": "news", "title": "前\x00後"}).status_code == 422
    assert browser.post("/search/", {"words": "前\x00後", "purpose": "x"}).status_code == 422
    for path in ("/?tab=open&after=%00", "/?tab=closed&after=%00", "/audit/?before=%00"):
        assert browser.get(path).status_code in (200, 404)
    assert Case.objects.get().state == "active"
    assert Entry.objects.count() == 1


def test_x02_half_a_character_in_a_file_name_or_a_query(begun: Client) -> None:
    """Django takes no part whose head is not UTF-8; the page lists what was received."""
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="\xed\xa0\x80.jpg"'
    body = head + b"\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--b--\r\n"
    sent = begun.generic(
        "POST", "/s/c/story/", body, content_type="multipart/form-data; boundary=b"
    )
    assert sent.status_code == 303
    assert ".jpg" not in squeezed(begun.get("/s/c/check/"))
    assert begun.get("/s/c/story/?%ED%A0%80=%ED%A0%80").status_code == 200


@pytest.mark.parametrize(
    "words", ["a" * 20_000, "\n" * 19_999 + "x", "あ " * 10_000, "<b>" * 6_666], ids=repr
)
def test_x04_the_desks_page_stays_light(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, words: str
) -> None:
    """The most that a field takes is drawn at once, in a box of its own."""
    open_desk(settings)
    case = asked(office, now, text=words, urls=words)
    _, browser = colleague(office, "counsellor", now)
    began = process_time()
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert process_time() - began < 2
    assert page.count('class="as-typed long" role="group" tabindex="0"') == 2


def test_x04_the_limit_stands_where_the_words_are_written(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, pair: Pair
) -> None:
    browsing.begin(portal)
    assert "20,000文字まで" in squeezed(portal.get("/s/c/story/"))
    browsing.open_receipt(portal, *pair)
    assert "20,000文字まで" in squeezed(portal.get("/s/f/"))
    browser, case = taken(settings, office, now)
    assert squeezed(browser.get(f"/cases/{case.pk}/")).count("20,000文字まで") == 3


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("taro..x.@docomo.ne.jp", '"taro..x."@docomo.ne.jp'),
        (".taro@ezweb.ne.jp", '".taro"@ezweb.ne.jp'),
        ("taro+net@example.jp", "taro+net@example.jp"),
        ("taro@例え.jp", "taro@xn--r8jz45g.jp"),
    ],
)
def test_x13_mail_really_goes_to_such_addresses(
    begun: Client, office: OfficeCard, now: datetime, address: str, header: str
) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(
        begun, "contact", contact_rule="mail_only", mail="yes", email=address, finish="1"
    )
    assert browsing.receipt(begun)
    for row in Outgoing.objects.all():
        jobs.tell(row.id, now=now)
    (letter,) = mail.outbox
    message = letter.message()
    assert f"To: {header}\n" in message.as_string()
    assert message.as_string().count("\nTo:") == 1


@pytest.mark.parametrize("field", ["answer_text", "note_text"])
def test_x12_a_line_break_from_the_desk_reaches_no_header(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings, field: str
) -> None:
    open_desk(settings)
    case = asked(office, now, about={"email": "hana@example.jp"})
    _, browser = colleague(office, "counsellor", now)
    assert do(browser, case, "take").status_code == 303
    words = "件名\r\nBcc: evil@example.jp"
    act = field.removesuffix("_text")
    beside = {"answer_days": "5"} if act == "answer" else {}
    assert do(browser, case, act, **{field: words, **beside}).status_code == 303
    for row in Outgoing.objects.all():
        jobs.tell(row.id, now=now)
    assert mail.outbox
    assert not [letter for letter in mail.outbox if "evil" in letter.message().as_string()]


def test_x12_a_header_with_a_line_break_is_not_sent() -> None:
    """The control: what Django's mail does with an address that nothing checked before."""
    with pytest.raises(ValueError, match="linefeed"):
        EmailMessage("x", "x", "a@example.jp", ["x@example.jp\r\nBcc: y@example.jp"]).message()
