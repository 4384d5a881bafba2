"""The lawyer's papers at the desk: what lies ready, brief, envelopes, list of names, outcome."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from madoguchi.rules.slots import ClinicDay, begins
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases.models import Access, Case, Due
from madoguchi.work.cases.public import Wishes
from madoguchi.work.clinic.models import Booking, Brief, Lawyer, Pack, Sitting
from tests.answers import Response
from tests.digits import stand_in
from tests.tools.papers.looking import joined
from tests.web.desk.clinics import book, taken_case
from tests.web.desk.colleagues import asked, colleague, do
from tests.work.clinic.booked import around, booked, decided

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
CONSENT = {"agreed": "yes", "names": "no", "how": "phone", "on": "today"}
UNPRINTED = "印刷していないものか"
WORDS = {"happened": "掲示板に勤め先を書かれた", "asks": "消せるか知りたい"}


class There:
    """A counsellor, their case with a place on the next day and one on the last."""

    def __init__(self, office: OfficeCard) -> None:
        now = moment()
        self.office, (self.over, self.next) = office, around(office, now)
        self.staff, self.browser = colleague(office, "counsellor", now)
        about = {"name": "𠮷田 花子", "phone": "0279-00-0000"}
        self.case = asked(office, now, about=about, wishes=Wishes("mail_only", mail=True))
        assert do(self.browser, self.case, "take").status_code == 303
        self.coming = booked(office, self.case.pk, 1, now, ref=self.next.ref)
        self.past = booked(office, self.case.pk, 2, now, ref=self.over.ref)

    def page(self, path: str, browser: Client | None = None) -> str:
        answer = (browser or self.browser).get(path)
        assert answer.status_code == 200, path
        return answer.content.decode()

    def ready(self, day: ClinicDay | None = None, browser: Client | None = None) -> str:
        return self.page(f"/clinic/pack/{(day or self.next).ref}/", browser)

    def press(self, path: str, browser: Client | None = None, **typed: object) -> Response:
        return (browser or self.browser).post(path, typed)

    def prints(self, browser: Client | None = None, **typed: object) -> str:
        answer = self.press(f"/clinic/pack/{self.next.ref}/print/", browser, **typed)
        assert answer.status_code == 200
        return answer.content.decode()

    def names(self, browser: Client | None = None, **typed: object) -> str:
        answer = self.press(f"/clinic/sheet/{self.next.ref}/", browser, **typed)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        return joined(answer.content)

    def writes(self, revision: int | str = 0, **typed: str) -> Response:
        on = f"{moment():%Y-%m-%d}"
        sent = {**CONSENT, "on": on, **WORDS, "token": "t", "revision": revision, **typed}
        return self.browser.post(f"/clinic/brief/{self.coming.pk}/", sent)

    def results(self, **typed: object) -> Response:
        revision = Booking.objects.get(pk=self.past.pk).revision
        sent = {"token": "t", "revision": revision, "came": "came", **typed}
        return self.browser.post(f"/clinic/outcome/{self.past.pk}/", sent)


@pytest.fixture
def there(office: OfficeCard) -> There:
    alarms.forget()
    return There(office)


def test_what_lies_ready_is_seen_without_opening_a_case(there: There) -> None:
    read = Line.objects.filter(verb="case.read").count()
    page = there.ready()
    assert there.case.short_name in page
    assert "同意を聞いていません" in page
    assert "未印刷" in page
    assert page.count("空き") == 3
    assert "𠮷田" not in page
    assert Line.objects.filter(verb="case.read").count() == read


def test_a_brief_is_written_and_what_was_typed_is_never_lost(there: There) -> None:
    answer = there.writes(on="きのうの次", happened="書いたこと")
    assert answer.status_code == 422
    assert "書いたこと" in answer.content.decode()
    answer = there.writes()
    assert (answer.status_code, answer["Location"]) == (303, f"/clinic/pack/{there.next.ref}/")
    assert "要点あり" in there.ready()
    assert WORDS["happened"] in there.page(f"/clinic/brief/{there.coming.pk}/")
    stale = there.writes(happened="べつの要点")
    assert stale.status_code == 409
    assert "ほかの職員が要点を書き直しました" in stale.content.decode()
    assert "べつの要点" in stale.content.decode()
    assert Brief.objects.count() == 1


@pytest.mark.parametrize("revision", ["9" * 5_000, "９" * 30, "²", "-1", ""])
def test_a_revision_that_no_page_of_ours_sent_is_a_stale_one(there: There, revision: str) -> None:
    brief = there.writes(revision=revision, happened="書いたこと")
    outcome = there.results(result=["again"], revision=revision, note="書いたこと")
    assert (brief.status_code, outcome.status_code) == (409, 409)
    assert all("書いたこと" in page.content.decode() for page in (brief, outcome))


def test_pressed_twice_a_brief_is_one_version(there: There) -> None:
    assert [there.writes().status_code for _ in range(2)] == [303, 303]
    assert Brief.objects.count() == 1


def test_who_wants_nothing_passed_on_has_no_words(there: There) -> None:
    answer = there.writes(agreed="no", names="yes")
    assert answer.status_code == 422
    assert answer.content.decode().count("同意を聞き直してください") >= 2
    assert there.writes(agreed="no", happened="", asks="").status_code == 303
    assert "本人が望まない" in there.ready()
    pack = there.prints()
    assert "要点はありません" in pack
    assert "SHA-256" not in pack


def test_an_envelope_has_a_cover_that_says_nothing(there: There) -> None:
    there.writes()
    page = there.prints()
    cover = re.search(r'<article class="leaf cover".*?</article>', page, re.DOTALL)
    assert cover
    said = re.sub(r"<[^>]+>|\s", "", cover[0])
    starts = begins(there.next, 1)
    assert said == f"{starts:%-H:%M}1番"
    assert WORDS["happened"] in page
    assert "counsellorの人" in page
    assert "助言のみ" in page
    assert "𠮷田" not in page, "the person agreed to no names"


def test_names_go_along_only_where_the_person_agreed(there: There) -> None:
    there.writes(names="yes")
    assert "𠮷田 花子" in there.prints()


def test_a_free_place_has_a_blank_sheet_for_who_comes_without_a_booking(there: There) -> None:
    spare = "予約なしで来た方のための相談票です"
    assert there.prints().count(spare) == 3
    assert spare not in there.prints(booking=str(there.coming.pk))


def test_one_envelope_alone(there: There) -> None:
    other = asked(there.office, moment())
    booked(there.office, other.pk, 2, moment(), ref=there.next.ref)
    assert there.prints().count("leaf cover") == 2
    assert there.prints(booking=str(there.coming.pk)).count("leaf cover") == 1
    assert Pack.objects.filter(booking_id=there.coming.pk).count() == 2


def test_a_print_is_shown_as_old_after_a_change(there: There) -> None:
    there.prints()
    assert "印刷済み" in there.ready()
    there.writes()
    assert "印刷のあとに変わりました" in there.ready()


def test_the_list_of_names_says_what_the_day_needs(there: There) -> None:
    Lawyer.objects.create(id=there.case.pk, office_id=there.office.id, name="弁護 太郎")
    Sitting.objects.create(
        office_id=there.office.id, day=there.next.ref, lawyer_id=there.case.pk, seat=1
    )
    said = there.names()
    for words in (
        "𠮷田花子",
        "弁護士弁護太郎",
        "窓口の電話0279-25-8526",
        "システムが使えないときも",
        "電話しない（メールだけ）",
        "印刷counsellorの人",
    ):
        assert words in said, words
    assert said.count("空き") == 3 + 1, "three places, and what to do with them"
    assert "0279-00-0000" not in said, "this person is not to be called"
    said = there.names(surname="1")
    assert "𠮷田" in said
    assert "花子" not in said
    assert Line.objects.filter(verb="clinic.sheet", case_id=there.case.pk).count() == 2


def test_how_two_are_kept_apart_stands_on_the_day_and_its_list_of_names_for_both(
    there: There,
) -> None:
    """Neither why nor from whom; who may read only one of the two learns nothing of the other."""
    other = taken_case(there.office, there.browser, about={"name": "山田 太郎"})
    why = {"reason": "元の配偶者", "arrangement": "待合を分ける"}
    said = {"other_party": "𠮷田 花子", **why}
    assert book(there.browser, other, f"{there.next.ref}/4", **said).status_code == 303
    day = there.page(f"/clinic/on/{there.next.ref}/")
    for page in (day, there.names()):
        assert page.count("当日の分け方：待合を分ける") == 2
        assert "元の配偶者" not in page
    for words in why.values():
        assert words in there.page(f"/cases/{other.pk}/")
    staff, relative = colleague(there.office, "counsellor", moment())
    Access.objects.create(
        office_id=there.office.id, case_id=other.pk, staff_id=staff.pk, kind="deny", at=moment()
    )
    assert "待合を分ける" not in there.page(f"/clinic/on/{there.next.ref}/", relative)
    assert "待合を分ける" not in there.names(relative)


def test_what_a_colleague_may_not_see_looks_like_any_other_place(there: There) -> None:
    staff, other = colleague(there.office, "counsellor", moment())
    deny(there, staff.pk)
    for page in (there.ready(browser=other), there.names(other)):
        assert not stand_in(page, there.case.short_name)
        assert "𠮷田" not in page
        assert "使えません" in page
    assert "印刷できる封筒がありません" in there.prints(other)
    for path in (f"/clinic/brief/{there.coming.pk}/", f"/clinic/outcome/{there.past.pk}/"):
        assert other.get(path).status_code == other.post(path).status_code == 404
    assert not Pack.objects.exists()


def test_an_outcome_leads_the_case(there: There) -> None:
    answer = there.results(result=["deletion", "subsidy"], note="見込みあり", told="証拠を残す")
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{there.case.pk}/")
    page = there.page(f"/cases/{there.case.pk}/")
    for words in ("来た", "削除請求", "補助金の案内", "見込みあり", "補助金の使い方を案内する"):
        assert words in page
    assert "入力済み" in there.ready(there.over)
    again = there.page(f"/clinic/outcome/{there.past.pk}/")
    assert "に入力済みです" in again
    for entered in ("見込みあり</textarea>", "証拠を残す</textarea>"):
        assert entered in again
    ticked = re.findall(r'value="(\w+)"\s*checked', again)
    assert ticked == ["came", "deletion", "subsidy", "stands"]
    guide = Due.objects.get(kind="subsidy_guide", done_at=None)
    how = {f"how_{guide.pk.hex}": "dropped", f"why_{guide.pk.hex}": "書きまちがい"}
    assert there.results(result=["deletion"], **how).status_code == 303
    assert not Due.objects.filter(kind="subsidy_guide", done_at=None).exists()
    assert "約束をやめた：補助金の使い方を案内する" in there.page(f"/cases/{there.case.pk}/")


def test_an_outcome_that_cannot_be_says_why_and_keeps_the_words(there: There) -> None:
    tried: tuple[dict[str, object], ...] = (
        {"result": []},
        {"result": ["advised", "again"]},
        {"came": "absent", "result": ["again"]},
        {"came": ""},
        {"result": ["deletion"], "next_on": "2020-01-01"},
        {"result": ["deletion"], "next_on": "来週日曜"},
    )
    for wrong in tried:
        answer = there.results(**{"note": "書いたこと", **wrong})
        assert answer.status_code == 422, wrong
        assert "書いたこと" in answer.content.decode()
    stale = there.results(result=["again"], revision=9, note="書いたこと")
    assert stale.status_code == 409
    assert "書いたこと" in stale.content.decode()
    assert not Due.objects.filter(kind="clinic").exists()


def test_whether_the_lawyer_may_take_the_case_has_to_be_asked(there: There) -> None:
    assert "市の取扱いを確認のうえ" in there.page(f"/clinic/outcome/{there.past.pk}/")


def test_before_it_begins_there_is_no_outcome(there: There) -> None:
    assert "結果を入れる" not in there.ready()
    answer = there.press(
        f"/clinic/outcome/{there.coming.pk}/", revision=0, token="t", came="came", result="again"
    )
    assert answer.status_code == 422
    assert "相談の時刻の前です" in answer.content.decode()


@pytest.mark.parametrize("ref", ["2020-01-01", "x", "2026-13-40", "2026-12-19_kita"])
def test_a_day_that_is_none_is_not_there(there: There, ref: str) -> None:
    assert there.browser.get(f"/clinic/pack/{ref}/").status_code == 404
    assert there.press(f"/clinic/pack/{ref}/print/").status_code == 404
    assert there.press(f"/clinic/sheet/{ref}/").status_code == 404


def test_asked_for_otherwise_nothing_is_printed(there: There) -> None:
    for path in (f"/clinic/pack/{there.next.ref}/print/", f"/clinic/sheet/{there.next.ref}/"):
        assert there.browser.get(path).status_code == 302
    assert not Pack.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "auditor", "subsidy_officer"])
def test_other_roles_see_nothing_of_it(there: There, role: str) -> None:
    _, browser = colleague(there.office, role, moment())
    for path in (
        f"/clinic/pack/{there.next.ref}/",
        f"/clinic/brief/{there.coming.pk}/",
        f"/clinic/outcome/{there.past.pk}/",
    ):
        assert browser.get(path).status_code == 404
    for path in (f"/clinic/pack/{there.next.ref}/print/", f"/clinic/sheet/{there.next.ref}/"):
        assert browser.post(path).status_code == 404


def test_on_the_working_day_before_an_unprinted_envelope_is_an_alarm(there: There) -> None:
    words = UNPRINTED
    assert words not in there.page("/")
    tomorrow = (moment() + timedelta(days=1)).date()
    decided(
        there.office,
        "clinic_moved",
        moment(),
        was_on=there.next.ref,
        now_on=tomorrow.isoformat(),
    )
    alarms.forget()
    assert words in there.page("/")
    _, auditor = colleague(there.office, "auditor", moment())
    assert words not in there.page("/audit/", auditor)
    there.prints()
    alarms.forget()
    assert words not in there.page("/")


def test_an_envelope_of_a_case_that_one_may_not_see_is_no_alarm(there: There) -> None:
    relative, other = colleague(there.office, "counsellor", moment())
    deny(there, relative.pk)
    tomorrow = (moment() + timedelta(days=1)).date().isoformat()
    decided(there.office, "clinic_moved", moment(), was_on=there.next.ref, now_on=tomorrow)
    alarms.forget()
    assert UNPRINTED not in there.page("/", other)  # as beside a place that somebody keeps free
    assert UNPRINTED in there.page("/")


def deny(there: There, staff_id: UUID) -> None:
    """The colleague is put on the deny list of the case."""
    Access.objects.create(
        office_id=there.office.id,
        case_id=there.case.pk,
        staff_id=staff_id,
        kind="deny",
        at=moment(),
    )


def test_nobody_opened_the_case_yet(there: There) -> None:
    new: Case = asked(there.office, moment())
    booked(there.office, new.pk, 3, moment(), ref=there.next.ref)
    assert there.prints().count("leaf cover") == 2
