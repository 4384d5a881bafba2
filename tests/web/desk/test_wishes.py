"""How contact is safe, written down by a colleague: once, with who said so, nothing lost."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case, Wish
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.record import actions as record
from madoguchi.work.record import jobs
from madoguchi.work.record.public import change_wishes
from tests.answers import Response, squeezed
from tests.looking import drawers
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do, hidden

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
SAID = "本人。11月30日の電話で"
TOLD = {"contact_rule": "mail_only", "name_desk": "no", "mail": "yes", "words": "yes", "said": SAID}


@pytest.fixture
def at_desk(office: OfficeCard, now: datetime) -> tuple[Staff, Client, Case]:
    """A counsellor with a case of their own, whose person gave an address and no telephone."""
    staff, browser = colleague(office, "counsellor", now)
    case = asked(office, now, about={"name": "花子", "email": "h@example.jp"})
    assert do(browser, case, "take").status_code == 303
    return staff, browser, case


def write(browser: Client, case: Case, **typed: str) -> Response:
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    return browser.post(f"/wishes/{case.pk}/", {**hidden(page), **typed})


def test_what_the_person_said_is_written_down(
    at_desk: tuple[Staff, Client, Case], now: datetime
) -> None:
    staff, browser, case = at_desk
    shown = browser.get(f"/cases/{case.pk}/").content.decode()
    assert f'href="/wishes/{case.pk}/"' in shown
    assert "「お知らせがあります」とだけ書きます" in shown
    assert write(browser, case, **TOLD).status_code == 303
    opened = queries.open_case(actor_of(staff), case.pk, now=now)
    assert opened.listed == "", "nobody rewrote a list"
    assert opened.wishes == Wishes("mail_only", name_desk=False, mail=True, words=True, said=SAID)
    answering = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert (
        "そのままメールで届きます（件名は「お知らせ」）。受付番号と確認番号を持つ人も読めます"
        in answering
    )
    assert answering.count("確認番号を持つ人") == 1, "who reads it is said in one place"
    assert SAID in browser.get(f"/wishes/{case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("yes", "返事の文をメールで送ります", "返事の文をメールで送りました"),
        ("no", "お知らせだけのメールを送ります", "お知らせだけのメールを送りました"),
    ],
)
def test_what_goes_by_mail_is_said_before_the_press_and_in_the_record(
    at_desk: tuple[Staff, Client, Case], now: datetime, words: str, before: str, after: str
) -> None:
    _, browser, case = at_desk
    assert write(browser, case, **{**TOLD, "words": words}).status_code == 303
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    whole = words == "yes"
    assert shown.count("宛先：h@example.jp") == 2 * whole, "above and in the form"
    assert ("返事の文を書いたメールを送れます。" in shown) == whole
    answer = {"answer_text": "お答えします", "answer_days": "5"}
    assert do(browser, case, "answer", **answer).status_code == 303
    assert before in squeezed(browser.get(f"/cases/{case.pk}/"))
    jobs.tell(Outgoing.objects.get(template="answered").pk, now=now)
    shown = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert after in shown
    assert before not in shown


def test_sent_twice_it_is_written_once(at_desk: tuple[Staff, Client, Case]) -> None:
    _, browser, case = at_desk
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    for _ in range(2):
        answer = browser.post(f"/wishes/{case.pk}/", {**hidden(page), **TOLD})
        assert answer.status_code == 303
    assert Wish.objects.filter(case_id=case.pk).count() == 2  # the person's own, and this


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"said": ""}, "だれが、いつ、どうやって言ったかを入れてください"),
        ({"mail": "no"}, "返事の文をメールで送れません"),
        ({"contact_rule": "wait"}, "返事の文をメールで送れません"),
        ({"contact_rule": "phone"}, "電話番号を聞いていません"),
        ({"words": ""}, "「返事の文を書いたメール」の答えを選んでください"),
    ],
)
def test_what_does_not_go_together_is_said(
    at_desk: tuple[Staff, Client, Case], typed: dict[str, str], said: str
) -> None:
    _, browser, case = at_desk
    answer = write(browser, case, **{**TOLD, **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert typed.get("said", SAID) in answer.content.decode()
    assert Wish.objects.filter(case_id=case.pk).count() == 1


def test_after_a_colleagues_save_the_words_stay(
    at_desk: tuple[Staff, Client, Case], now: datetime
) -> None:
    staff, browser, case = at_desk
    page = browser.get(f"/wishes/{case.pk}/").content.decode()
    actions.set_level(actor_of(staff), Case.objects.get(pk=case.pk), "care", now=now)
    answer = browser.post(f"/wishes/{case.pk}/", {**hidden(page), **TOLD})
    assert answer.status_code == 409
    assert SAID in answer.content.decode()
    assert Wish.objects.filter(case_id=case.pk).count() == 1


def test_who_took_the_call_writes_it_down_whoever_has_the_case(
    at_desk: tuple[Staff, Client, Case], office: OfficeCard, now: datetime
) -> None:
    *_, case = at_desk
    staff, other = colleague(office, "counsellor", now)
    call = {"log_how": "call_in", "log_text": "メールだけに", "log_outcome": "waiting_person"}
    assert do(other, case, "log", **call).status_code == 303
    assert f'href="/wishes/{case.pk}/"' in other.get(f"/cases/{case.pk}/").content.decode()
    assert write(other, case, **TOLD).status_code == 303
    opened = queries.open_case(actor_of(staff), case.pk, now=now)
    assert opened.wishes.contact_rule == "mail_only"


def test_who_may_not_write_it_finds_no_page(
    at_desk: tuple[Staff, Client, Case], office: OfficeCard, now: datetime
) -> None:
    staff, _, case = at_desk
    for role in ("administrator", "auditor", "subsidy_officer"):
        _, other = colleague(office, role, now)
        assert other.get(f"/wishes/{case.pk}/").status_code == 404
    kept_out, other = colleague(office, "counsellor", now)
    actions.deny(actor_of(staff), queries.find(actor_of(staff), case.pk), kept_out.id, now=now)
    assert other.get(f"/wishes/{case.pk}/").status_code == 404
    _, another = colleague(office, "counsellor", now)
    for level in ("care", "secret"):
        row = queries.find(actor_of(staff), case.pk)
        actions.set_level(actor_of(staff), row, level, now=now)
        assert another.get(f"/wishes/{case.pk}/").status_code == 404
    assert Wish.objects.filter(case_id=case.pk).count() == 1


def test_what_changed_stands_in_the_record_with_who_and_when(
    at_desk: tuple[Staff, Client, Case], office: OfficeCard, now: datetime
) -> None:
    staff, browser, case = at_desk
    assert write(browser, case, **TOLD).status_code == 303
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    entry = page[page.index("連絡の希望が変わった") :]
    rule = entry.index("連絡の方法：電話してよい → 電話はせず、メールだけ")
    assert entry.index(staff.name) < rule
    assert "返事の文を書いたメール：送らない → 送ってよい" in entry
    assert SAID in entry
    assert "お知らせだけのメール：" not in entry, "what did not change is not said"
    heard = {"email": "other@example.jp"}
    record.add_details(actor_of(staff), queries.find(actor_of(staff), case.pk), heard, now=now)
    assert queries.open_case(actor_of(staff), case.pk, now=now).listed == ""
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "返事の文を書いたメール：送ってよい → 送らない" in page
    held = Holding(drawers(office.id, case.pk)[0])
    change_wishes(consultee(office.id), held, Wishes("wait"), now=now)
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    assert "連絡の方法：電話はせず、メールだけ → 相談者から連絡があるまで" in page
