"""Reading the answer with the receipt: one answer for every wrong pair, nothing typed lost."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from madoguchi.rules.sealed import ROWS_A_PAGE
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, receipt
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.models import Visit
from madoguchi.web.kit import arrival
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.record import actions as record
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.offices import OTHER_PORTAL_HOST, actor_of, browser_of, make_staff
from tests.redteam.planted import Planter
from tests.web.portal import browsing

type Pair = tuple[str, str]


@pytest.fixture
def pair(portal: Client) -> Pair:
    """The receipt of a request; the browser has left since."""
    browsing.fill(portal, files=[browsing.file("a.jpg")])
    numbers = browsing.send(portal)
    portal.get("/s/leave/")
    return numbers


def reply(office: OfficeCard, text: str, now: datetime) -> None:
    """The desk takes the case and answers."""
    actor = actor_of(make_staff(office, "counsellor", "木村", now))
    case = Case.objects.get()
    queries.open_case(actor, case.id, now=now)
    actions.take(actor, case, now=now)
    record.answer(actor, queries.find(actor, case.id), text, now.date(), now=now)


def test_the_answer_is_read_once_as_new(
    portal: Client, office: OfficeCard, now: datetime, pair: Pair
) -> None:
    reply(office, "このように<b>お答え</b>します", now)
    assert browsing.open_receipt(portal, *pair)["Location"] == "/s/f/"
    page = squeezed(portal.get("/s/f/"))
    assert "このように&lt;b&gt;お答え&lt;/b&gt;します" in page
    assert "新しい返事が1件あります" in page
    assert "窓口からの返事をお読みください" in page
    assert "a.jpg" in page
    assert "新しい返事" not in squeezed(portal.get("/s/f/"))


def test_the_length_of_a_page_does_not_say_that_there_is_an_answer(
    portal: Client, pair: Pair, office: OfficeCard, now: datetime
) -> None:
    browsing.open_receipt(portal, *pair)
    before = portal.get("/s/f/")
    reply(office, "お話をうかがえます。", now)
    after = portal.get("/s/f/")
    assert "お話をうかがえます。" in after.content.decode()
    assert len(before.content) == len(after.content) == 8 * 1024
    assert after["Content-Encoding"] == "identity"  # no proxy makes it as long as its words again
    (short, filling), (long, _) = (page.content.split(b"</html>") for page in (before, after))
    assert len(short) + 250 < len(long)  # what told them apart
    assert filling.strip().strip(b"<!->").isspace()  # a comment behind the document


def test_reading_the_form_leaves_nothing(portal: Client) -> None:
    response = portal.get("/s/f/")
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_every_wrong_pair_gets_one_answer(
    portal: Client, office: OfficeCard, other_office: OfficeCard, pair: Pair
) -> None:
    assert office != other_office
    number, secret = pair
    elsewhere = browser_of(OTHER_PORTAL_HOST)
    typed, other = number.replace("-", ""), "1" * 13
    known = browsing.open_receipt(portal, typed, "1" * 16)
    unknown = browsing.open_receipt(portal, other, secret)
    assert known.status_code == unknown.status_code == 422
    assert known.content.replace(typed.encode(), other.encode()) == unknown.content
    assert known.headers == unknown.headers
    assert not known.cookies
    away = browsing.open_receipt(elsewhere, number, secret)
    assert (away.status_code, len(away.cookies)) == (422, 0)


def test_wrong_pairs_cost_the_same_work(
    portal: Client, monkeypatch: pytest.MonkeyPatch, pair: Pair
) -> None:
    stretched: list[str] = []
    real = cipher.stretch

    def stretch(secret: str, salt: bytes, cost: cipher.Cost) -> tuple[bytes, bytes]:
        stretched.append(secret)
        return real(secret, salt, cost)

    monkeypatch.setattr(cipher, "stretch", stretch)
    for numbers in ((pair[0], "1" * 16), ("1" * 13, pair[1]), pair):
        stretched.clear()
        browsing.open_receipt(portal, *numbers)
        assert len(stretched) == 1


@pytest.mark.parametrize(
    ("number", "secret", "told"),
    [
        ("123", "1" * 16, "受付番号は13けたの数字です"),
        ("1" * 13, "999", "確認番号は16けたの数字です"),
        ("", "", "受付番号を入れてください"),
    ],
)
def test_a_number_of_the_wrong_length_is_pointed_out(
    portal: Client, number: str, secret: str, told: str
) -> None:
    response = browsing.open_receipt(portal, number, secret)
    page = squeezed(response)
    assert response.status_code == 422
    assert told in page
    assert f'value="{number}"' in page


def test_a_full_lane_says_so(portal: Client, monkeypatch: pytest.MonkeyPatch, pair: Pair) -> None:
    with monkeypatch.context() as patched:

        def full(*_told: object) -> None:
            raise Busy

        patched.setattr(receipt, "present", full)
        response = browsing.open_receipt(portal, *pair)
    assert response.status_code == 503
    assert "混み合って" in squeezed(response)


def test_a_message_with_files_reaches_the_desk(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    assert browsing.add(portal, "続きです", browsing.file("b.png"))["Location"] == "/s/f/"
    page = squeezed(portal.get("/s/f/"))
    assert "送りました。窓口の職員が、受付時間に読みます。" in page
    assert "担当が読み" not in page
    assert page.index("続きです") < page.index(str(browsing.STORY["text"]))
    assert "b.png" in page
    assert "送りました" not in squeezed(portal.get("/s/f/"))
    assert Due.objects.filter(kind="answer").count() == 1


def test_an_empty_message_is_asked_for(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    response = browsing.add(portal, " ")
    assert response.status_code == 422
    assert "窓口に伝えたいことを入れてください" in squeezed(response)
    assert Entry.objects.count() == 1


def test_a_message_that_is_too_long_keeps_its_files(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    response = browsing.add(portal, "あ" * 20_001, browsing.file("b.png"))
    assert response.status_code == 422
    assert "b.png" in squeezed(response)
    assert browsing.add(portal, "短くしました").status_code == 303
    assert "b.png" in squeezed(portal.get("/s/f/"))


def test_f17_a_message_takes_ten_files(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    sent = [browsing.file(f"{n}.png") for n in range(11)]
    response = browsing.add(portal, "たくさん", *sent)
    page = squeezed(response)
    assert response.status_code == 422
    assert "ファイルは10個までです" in page
    assert "9.png" in page
    assert "<span>10.png" not in page


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, now: datetime) -> object:
    """Moves the clock: `later(minutes)` after the test's moment."""

    def move(minutes: int) -> None:
        monkeypatch.setattr(arrival, "now", lambda: now + timedelta(minutes=minutes))

    move(0)
    return move


def test_u18_words_of_an_expired_page_come_back_with_the_receipt(
    portal: Client, later: object, pair: Pair
) -> None:
    assert callable(later)
    browsing.open_receipt(portal, *pair)
    late = {
        "text": "長く考えて書いた文章",
        "case": browsing.mark(portal),
        "files": [browsing.file("late.png")],
    }
    later(61)
    assert portal.post("/s/f/m/", late)["Location"] == "/s/f/"
    form = squeezed(portal.get("/s/f/"))
    assert "書いた内容は残っています" in form
    assert "長く考えて書いた文章" not in form
    assert Entry.objects.count() == 1
    browsing.open_receipt(portal, *pair)
    page = squeezed(portal.get("/s/f/"))
    assert "長く考えて書いた文章" in page
    assert "late.png" in page
    assert browsing.add(portal, "長く考えて書いた文章").status_code == 303
    assert "送ったファイル" in squeezed(portal.get("/s/f/"))
    assert Entry.objects.count() == 2


def test_an_opened_receipt_lives_fifteen_minutes_after_the_last_page(
    portal: Client, later: object, pair: Pair
) -> None:
    assert callable(later)
    browsing.open_receipt(portal, *pair)
    for minutes in (14, 28, 42):
        later(minutes)
        assert "いまのようす" in squeezed(portal.get("/s/f/"))
    later(58)
    assert "いまのようす" not in squeezed(portal.get("/s/f/"))


def test_words_survive_without_any_cookie(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    late = {"text": "クッキーが消えたあとの文章", "case": browsing.mark(portal)}
    portal.cookies.clear()
    response = portal.post("/s/f/m/", late)
    assert settings.VISIT_COOKIE in response.cookies
    browsing.open_receipt(portal, *pair)
    assert "クッキーが消えたあとの文章" in squeezed(portal.get("/s/f/"))


def test_a_draft_and_a_reply_do_not_mix(portal: Client, pair: Pair) -> None:
    browsing.begin(portal)
    browsing.answer(portal, "story", text="下書き", files=[browsing.file("draft.png")])
    browsing.open_receipt(portal, *pair)
    browsing.add(portal, "返事", browsing.file("reply.png"))
    page = squeezed(portal.get("/s/f/"))
    assert "reply.png" in page
    assert "draft.png" not in page
    step = squeezed(portal.get("/s/c/story/"))
    assert "draft.png" in step
    assert "reply.png" not in step


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        (cases.Wishes("wait"), {"contact_rule": "phone"}, None),
        (cases.Wishes("phone", name_desk=True), {"contact_rule": "wait", "name_desk": "yes"}, True),
    ],
)
def test_who_changes_the_way_alone_has_said_nothing_else(
    portal: Client,
    office: OfficeCard,
    now: datetime,
    pair: Pair,
    before: cases.Wishes,
    typed: dict[str, str],
    *,
    after: bool | None,
) -> None:
    case, actor = Case.objects.get(), actor_of(make_staff(office, "counsellor", "木村", now))
    queries.open_case(actor, case.pk, now=now)
    heard = {"phone": "0279-00-0001", "email": "h@example.jp"}
    record.add_details(actor, queries.find(actor, case.pk), heard, now=now)
    wishes = replace(before, mail=None, said="本人")
    record.record_wishes(actor, queries.find(actor, case.pk), wishes, now=now)
    browsing.open_receipt(portal, *pair)
    assert portal.post("/s/f/w/", {**typed, "case": browsing.mark(portal)})["Location"] == "/s/f/"
    now_wished = queries.open_case(actor, case.pk, now=now).wishes
    assert now_wished.name_desk is after
    assert now_wished.mail is None, "nobody asked"


def test_wishes_are_changed_and_the_earlier_ones_stay(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    form = squeezed(portal.get("/s/f/w/"))
    assert 'value="no_voicemail" checked' in form
    response = portal.post(
        "/s/f/w/", {"contact_rule": "wait", "mail": "no", "case": browsing.mark(portal)}
    )
    assert response["Location"] == "/s/f/"
    assert "連絡のとり方を変えました" in squeezed(portal.get("/s/f/"))
    assert Case.objects.get().contact_asked == "wait"


def test_only_mail_needs_an_address(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    response = portal.post("/s/f/w/", {"contact_rule": "mail_only", "case": browsing.mark(portal)})
    assert response.status_code == 422
    assert "メールアドレスをうかがっていない" in squeezed(response)
    assert Case.objects.get().contact_asked == "no_voicemail"


def test_a_notice_by_mail_needs_an_address(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    typed = {"contact_rule": "no_voicemail", "name_desk": "no", "mail": "yes"}
    response = portal.post("/s/f/w/", {**typed, "case": browsing.mark(portal)})
    assert response.status_code == 422
    assert "お知らせのメールは送れません" in squeezed(response)
    assert "連絡のとり方を変えました" not in squeezed(portal.get("/s/f/"))


@pytest.mark.parametrize(
    ("column", "said", "untrue"),
    [
        ("", "次に押したときに、番号をもう一度うかがいます", "この画面は閉じます"),
        ("/easy", "もう一度 番号を 聞きます", "15分 何も しないと とじます"),
        ("/en", "we ask for the numbers again at your next press", "This page closes"),
    ],
)
def test_the_page_promises_to_close_no_sooner_than_it_does(
    portal: Client, pair: Pair, column: str, said: str, untrue: str
) -> None:
    browsing.open_receipt(portal, *pair)
    page = squeezed(portal.get(f"{column}/s/f/"))
    assert said in page
    assert untrue not in page


def test_a_call_needs_a_number(begun: Client) -> None:
    browsing.answer(begun, "danger", **browsing.START)
    browsing.answer(begun, "contact", contact_rule="wait", finish="1")
    browsing.open_receipt(begun, *browsing.receipt(begun))
    response = begun.post(
        "/s/f/w/", {"contact_rule": "phone", "name_desk": "no", "case": browsing.mark(begun)}
    )
    assert response.status_code == 422
    assert "電話番号をうかがっていない" in squeezed(response)
    assert Case.objects.get().contact_asked == "wait"


def test_deletion_is_a_request_and_made_once(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    page = squeezed(portal.get("/s/f/d/"))
    assert "残す期間" in page
    assert "5年" not in page
    for _ in range(3):
        assert portal.post("/s/f/d/", {"case": browsing.mark(portal)})["Location"] == "/s/f/"
    assert Entry.objects.filter(kind="deletion").count() == 1
    assert "お気持ちを伝えました" in squeezed(portal.get("/s/f/"))


@pytest.mark.parametrize("path", ["/s/f/m/", "/s/f/w/", "/s/f/d/"])
def test_every_page_asks_for_the_receipt_first(portal: Client, path: str) -> None:
    assert portal.get(path)["Location"] == "/s/f/"
    assert portal.post(path, {"text": "x"})["Location"] == "/s/f/"
    assert not Case.objects.exists()


def test_reading_is_one_line_of_the_audit(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    before = Line.objects.count()
    portal.get("/s/f/")
    assert Line.objects.count() == before + 1
    assert Line.objects.latest("seq").verb == "message.read"


def test_the_visit_holds_no_number(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    digits = "".join(pair).replace("-", "").encode()
    assert all(digits not in bytes(row.blob) for row in Visit.objects.all())
    assert cases.state(cases.Holding(receipt.present(Case.objects.get().office_id, *pair, "n")))  # type: ignore[arg-type] # the pair is right


def test_a_reply_is_never_filed_with_another_receipt(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    first = browsing.mark(portal)
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    entries = Entry.objects.count()
    late = {"text": "ひとり目の返事", "case": first, "files": [browsing.file("first.png")]}
    assert portal.post("/s/f/m/", late)["Location"] == "/s/f/"
    portal.post("/s/f/w/", {"contact_rule": "wait", "case": first})
    portal.post("/s/f/d/", {"case": first})
    assert Entry.objects.count() == entries
    assert not Case.objects.filter(contact_asked="wait").exists()
    page = squeezed(portal.get("/s/f/"))
    assert "ひとり目の返事" not in page
    assert "first.png" not in page


def test_a_reply_that_waits_is_shown_to_its_own_receipt_only(
    portal: Client, later: object, pair: Pair
) -> None:
    assert callable(later)
    browsing.open_receipt(portal, *pair)
    first = browsing.mark(portal)
    browsing.fill(portal)
    other = browsing.send(portal)
    later(61)
    portal.post("/s/f/m/", {"text": "ひとり目の返事", "case": first})
    browsing.open_receipt(portal, *other)
    assert "ひとり目の返事" not in squeezed(portal.get("/s/f/"))
    browsing.open_receipt(portal, *pair)
    assert "ひとり目の返事" in squeezed(portal.get("/s/f/"))  # the control: its own


def test_two_thousand_messages_are_read_page_by_page(
    portal: Client, office: OfficeCard, pair: Pair, now: datetime
) -> None:
    planter = Planter(Case.objects.get(), browsing.holding(office, pair).drawer, now)
    planter.many(1_999, b'{"text": "x"}')
    Entry.objects.filter(number__in=(600, 1_999)).update(kind="sent")
    browsing.open_receipt(portal, *pair)
    shown, link = 0, "/s/f/"
    for page in range(4):
        text = squeezed(portal.get(link))
        shown += text.count("<h3>")
        assert Entry.objects.filter(kind="sent", seen_at__isnull=False).count() == 1 + (page > 1)
        assert ("新しいやりとりに戻る" in text) == (page > 0)
        link = f"/s/f/?messages={ROWS_A_PAGE * (page + 1)}"
        assert (f'href="?messages={ROWS_A_PAGE * (page + 1)}"' in text) == (page < 3)
    assert shown >= 2_000


@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_who_lost_the_numbers_finds_a_way_without_a_telephone(portal: Client, column: str) -> None:
    page = squeezed(portal.get(f"{column}/s/f/")).split("<main")[1].split("</main>")[0]
    assert f'href="{column}/s/"' in page
    assert f'href="{column}/enquiry/"' in page


@pytest.mark.parametrize("tool", [{"scheme": "blue"}, {"stay": ""}])
def test_a_tool_of_the_page_keeps_the_message_that_was_begun(
    portal: Client, tool: dict[str, str]
) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    begun = {"text": "途中の文", "case": browsing.mark(portal), **tool}
    assert portal.post("/s/f/m/", begun)["Location"] == "/s/f/"
    page = squeezed(portal.get("/s/f/"))
    assert page.count("途中の文") == 1
    assert "送りました" not in page


@pytest.mark.parametrize("to", ["follow-wishes", "follow-deletion", "apply"])
def test_who_goes_to_another_page_finds_the_message_that_was_begun(portal: Client, to: str) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    begun = {"text": "長い途中の文", "case": browsing.mark(portal), "to": to}
    assert portal.post("/s/f/m/", begun)["Location"] == reverse(to)
    assert "長い途中の文" in squeezed(portal.get("/s/f/"))


def test_who_wrote_nothing_leaves_nothing_begun(portal: Client) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    sent = {"text": "", "case": browsing.mark(portal)}
    for away in ({"to": "follow-wishes"}, {"scheme": "blue"}, {"stay": ""}):
        assert portal.post("/s/f/m/", {**sent, **away}).status_code == 303
        assert not Visit.objects.filter(kind="draft").exists()
    assert portal.post("/s/f/m/", {**sent, "text": "途中", "stay": ""}).status_code == 303
    assert Visit.objects.filter(kind="draft").exists(), "the control"


def test_a_name_of_no_page_of_the_case_leads_nowhere(portal: Client) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    sent = {"text": "", "case": browsing.mark(portal), "to": "https://evil.example/"}
    assert portal.post("/s/f/m/", sent).status_code == 422


@pytest.mark.parametrize("address", ["/s/c/story/", "/s/f/", "/s/f/w/", "/s/h/1/", "/enquiry/ask/"])
@pytest.mark.parametrize("column", ["", "/easy", "/en"])
def test_a_language_is_a_button_that_sends_the_form_of_its_page(
    portal: Client, address: str, column: str
) -> None:
    if address.startswith(("/s/f", "/s/h")):
        browsing.fill(portal)
        browsing.open_receipt(portal, *browsing.send(portal))
    else:
        browsing.begin(portal)
    page = squeezed(portal.get(column + address))
    sends = re.search(r'<form[^>]*id="step"[^>]*action="([^"]+)"', page)
    assert sends
    bare = sends[1].removeprefix(column)
    buttons = re.findall(r'form="step"[^>]*name="stay"[^>]*formaction="([^"]+)"', page)
    assert buttons == [bare, f"/easy{bare}", f"/en{bare}"]


def test_another_language_behind_the_receipt_keeps_message_and_visit(portal: Client) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    begun = {"text": "途中の文", "case": browsing.mark(portal), "stay": ""}
    assert portal.post("/en/s/f/m/", begun)["Location"] == "/en/s/f/"
    assert "途中の文" in squeezed(portal.get("/en/s/f/"))


def test_another_language_keeps_what_was_chosen_anew_of_contact(portal: Client) -> None:
    browsing.fill(portal)
    browsing.open_receipt(portal, *browsing.send(portal))
    chosen = {"contact_rule": "wait", "mail": "no", "case": browsing.mark(portal), "stay": ""}
    page = squeezed(portal.post("/en/s/f/w/", chosen))
    assert 'value="wait" checked' in page
    assert "Do not contact me" in page


def test_a_wrong_pair_keeps_the_number_and_not_the_secret(portal: Client) -> None:
    browsing.fill(portal)
    number, _ = browsing.send(portal)
    page = squeezed(browsing.open_receipt(portal, number, "1111-2222-3333-4444"))
    assert f'value="{number}"' in page
    assert "1111" not in page
