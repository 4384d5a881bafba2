"""Reading the answer with the receipt: one answer for every wrong pair, nothing typed lost."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

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
from tests.offices import OTHER_PORTAL_HOST, actor_of, make_staff
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
    assert "窓口からお返事しています" in page
    assert "a.jpg" in page
    assert "新しい返事" not in squeezed(portal.get("/s/f/"))


def test_reading_the_form_leaves_nothing(portal: Client) -> None:
    response = portal.get("/s/f/")
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"


def test_every_wrong_pair_gets_one_answer(
    portal: Client, office: OfficeCard, other_office: OfficeCard, pair: Pair
) -> None:
    assert office != other_office
    number, secret = pair
    elsewhere = Client(headers={"host": OTHER_PORTAL_HOST})
    known = browsing.open_receipt(portal, number, "1" * 16)
    unknown = browsing.open_receipt(portal, "1" * 13, secret)
    assert known.status_code == unknown.status_code == 422
    assert known.content == unknown.content
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
    assert "送りました" in page
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
    browsing.answer(portal, 4, text="下書き", files=[browsing.file("draft.png")])
    browsing.open_receipt(portal, *pair)
    browsing.add(portal, "返事", browsing.file("reply.png"))
    page = squeezed(portal.get("/s/f/"))
    assert "reply.png" in page
    assert "draft.png" not in page
    step = squeezed(portal.get("/s/c/4/"))
    assert "draft.png" in step
    assert "reply.png" not in step


def test_wishes_are_changed_and_the_earlier_ones_stay(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    form = squeezed(portal.get("/s/f/w/"))
    assert 'value="no_voicemail" checked' in form
    response = portal.post(
        "/s/f/w/", {"contact_rule": "wait", "mail": "no", "case": browsing.mark(portal)}
    )
    assert response["Location"] == "/s/f/"
    assert "連絡のとり方を変えました" in squeezed(portal.get("/s/f/"))
    assert Case.objects.get().contact_rule == "wait"


def test_only_mail_needs_an_address(portal: Client, pair: Pair) -> None:
    browsing.open_receipt(portal, *pair)
    response = portal.post("/s/f/w/", {"contact_rule": "mail_only", "case": browsing.mark(portal)})
    assert response.status_code == 422
    assert "メールアドレスをうかがっていない" in squeezed(response)
    assert Case.objects.get().contact_rule == "no_voicemail"


def test_a_call_needs_a_number(begun: Client) -> None:
    browsing.answer(begun, 1, **browsing.START)
    browsing.answer(begun, 2, contact_rule="wait", finish="1")
    browsing.open_receipt(begun, *browsing.receipt(begun))
    response = begun.post(
        "/s/f/w/", {"contact_rule": "phone", "name_desk": "no", "case": browsing.mark(begun)}
    )
    assert response.status_code == 422
    assert "電話番号をうかがっていない" in squeezed(response)
    assert Case.objects.get().contact_rule == "wait"


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
    assert not Case.objects.filter(contact_rule="wait").exists()
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
