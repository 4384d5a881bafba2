"""How contact is safe, on every list, page, paper and mail: the portal's word is not believed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db.models import F
from django.test import Client

from madoguchi.ops.findings import Finding
from madoguchi.ops.soundness import findings
from madoguchi.tools.audit.models import Line
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import contact, jobs, public
from madoguchi.work.cases.models import Case, Due, Wish
from madoguchi.work.cases.public import Holding, Wishes
from madoguchi.work.clinic.bookings import jobs as bookings
from madoguchi.work.clinic.models import Booking
from madoguchi.work.record import public as record_public
from tests.answers import squeezed
from tests.looking import drawers
from tests.tools.papers.looking import joined
from tests.web.desk import clinics
from tests.web.desk.colleagues import asked, colleague

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
PHONE, UNSURE = "電話できます", "連絡しない・開いて確かめる"
NEVER, BY_MAIL = "相談者から連絡があるまで、窓口からは連絡しない", "電話しない（メールだけ）"
NUMBER = "0279-00-0101"
ABOUT = {"name": "𠮷田 花子", "phone": NUMBER, "email": "h@example.jp"}


@dataclass(frozen=True)
class Desk:
    """A counsellor whose case has a place on the clinic's next day, and is to be rung today."""

    office: OfficeCard
    browser: Client
    case: Case
    ref: str
    now: datetime

    def get(self, path: str) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == 200, path
        return squeezed(answer).partition("<main")[2]

    def post(self, path: str, **typed: str) -> str:
        answer = self.browser.post(path, typed)
        assert answer.status_code == 200, path
        if answer["Content-Type"] == "application/pdf":
            return joined(answer.content)
        return squeezed(answer).partition("<main")[2]


@pytest.fixture
def desk(office: OfficeCard) -> Desk:
    return at_desk(office, Wishes("wait"))


def at_desk(office: OfficeCard, wishes: Wishes) -> Desk:
    now = moment()
    clinics.publish(office)
    ref = clinics.coming(office)[0].ref
    _, browser = colleague(office, "counsellor", now)
    case = clinics.taken_case(office, browser, about=ABOUT, wishes=wishes)
    assert clinics.book(browser, case, clinics.at(ref)).status_code == 303
    Due.objects.create(
        office_id=office.id, case_id=case.pk, kind="clinic_call", on=now.date(), how="today"
    )
    return Desk(office, browser, Case.objects.get(pk=case.pk), ref, now)


def find(desk: Desk) -> str:
    return desk.post(f"/clinic/on/{desk.ref}/2/", number=desk.case.short_name)


LISTS: dict[str, Callable[[Desk], str]] = {
    "inbox": lambda desk: desk.get("/?tab=open"),
    "day of the clinic": lambda desk: desk.get(f"/clinic/on/{desk.ref}/"),
    "who has to be told": lambda desk: desk.get(f"/clinic/on/{desk.ref}/told/"),
    "before a day is cancelled": lambda desk: desk.post(
        f"/clinic/on/{desk.ref}/cancel/", do="look", title="中止します", body="中止します"
    ),
    "calls": lambda desk: desk.get("/clinic/calls/"),
    "who may be booked": find,
}
OPENED: dict[str, Callable[[Desk], str]] = {
    "case": lambda desk: desk.get(f"/cases/{desk.case.pk}/"),
    "call sheet": lambda desk: desk.get(f"/clinic/calls/{desk.case.pk}/"),
    "how they may be reached": lambda desk: desk.post(f"/clinic/on/{desk.ref}/told/", do="reach"),
    "list of names on paper": lambda desk: desk.post(f"/clinic/sheet/{desk.ref}/"),
}


def lie(desk: Desk, **columns: str) -> None:
    """As whoever took the portal over does it (`contact_rule` before its role was held)."""
    assert Case.objects.filter(pk=desk.case.pk).update(**columns)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_says_what_holds_and_is_unsure_of_anything_else(desk: Desk, name: str) -> None:
    said = LISTS[name](desk)
    assert (NEVER in said, PHONE in said, UNSURE in said) == (True, False, False)
    lie(desk, contact_asked="phone")
    said = LISTS[name](desk)
    assert (NEVER in said, PHONE in said, UNSURE in said) == (False, False, True)
    jobs.adopt_wishes(desk.now)
    assert UNSURE in LISTS[name](desk), "no wish came: the worker opens nothing"


@pytest.mark.parametrize("name", LISTS)
def test_control_a_list_that_believes_the_portal_sends_a_call(
    desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact, "shown", lambda: F("contact_asked"))
    lie(desk, contact_asked="phone")
    assert PHONE in LISTS[name](desk)


@pytest.mark.parametrize("name", OPENED)
@pytest.mark.parametrize("columns", [{"contact_asked": "phone"}, {"contact_rule": "phone"}])
def test_what_is_opened_says_the_sealed_wish(
    desk: Desk, name: str, columns: dict[str, str]
) -> None:
    lie(desk, **columns)
    said = OPENED[name](desk)
    assert NEVER in said or "窓口から電話をかけない" in said
    assert NUMBER not in said or name == "case"
    assert said.count(PHONE) == (name in ("case", "call sheet")), "said once, as what lists said"


def test_no_mail_goes_by_a_column(desk: Desk) -> None:
    lie(desk, contact_asked="phone", contact_rule="phone")
    Due.objects.all().delete()
    booking = Booking.objects.get()
    bookings._remind(Actor(desk.office.id, "worker"), desk.case, booking.pk, now=desk.now)
    assert not Outgoing.objects.filter(case_id=desk.case.pk).exists()
    assert not Due.objects.filter(kind="clinic_call").exists()


def person(desk: Desk) -> tuple[Actor, Holding]:
    shared, _ = drawers(desk.office.id, desk.case.pk)
    return public.consultee(desk.office.id), Holding(shared)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("before", "wish", "then"),
    [("wait", "phone", PHONE), ("phone", "wait", NEVER), ("phone", "mail_only", BY_MAIL)],
)
def test_what_a_person_changes_holds_at_once_as_no_contact_and_is_read_by_the_worker(
    office: OfficeCard, name: str, before: str, wish: str, then: str
) -> None:
    desk = at_desk(office, Wishes(before))
    record_public.change_wishes(*person(desk), Wishes(wish), now=desk.now)
    assert UNSURE in LISTS[name](desk)
    lie(desk, contact_asked=before)
    assert UNSURE in LISTS[name](desk), "a wish that waits is not taken back by its column"
    assert jobs.adopt_wishes(desk.now) == 1
    assert then in LISTS[name](desk)
    assert jobs.adopt_wishes(desk.now) == 0


@pytest.mark.opens("wish.adopt")
def test_the_worker_leaves_one_line_for_all_it_opens_and_none_for_nothing(
    desk: Desk, office: OfficeCard, now: datetime
) -> None:
    assert desk
    for _ in range(3):
        jobs.adopt(asked(office, now).pk, now=now)
    before = Line.objects.count()
    assert jobs.adopt_wishes(now) == 0
    assert Line.objects.count() == before
    Wish.objects.update(adopted=False)
    assert jobs.adopt_wishes(now) == 4
    (line,) = Line.objects.filter(seq__gt=before)
    assert (line.verb, line.role, line.case_id, line.told) == (
        "wish.adopt",
        "worker",
        None,
        {"cases": 4},
    )


def test_a_new_case_is_unsure_until_its_keys_are_the_offices(
    office: OfficeCard,
) -> None:
    now = moment()
    _, browser = colleague(office, "counsellor", now)
    case = asked(office, now, wishes=Wishes("phone"))
    assert UNSURE in squeezed(browser.get("/?tab=open"))
    assert jobs.adopt_wishes(now) == 0, "its letter is nobody's before it is adopted"
    jobs.adopt(case.pk, now=now)
    assert PHONE in squeezed(browser.get("/?tab=open"))


@pytest.mark.parametrize("earlier", [True, False])
def test_a_wish_that_does_not_open_is_no_contact(office: OfficeCard, earlier: bool) -> None:  # noqa: FBT001 - a case of the table
    desk = at_desk(office, Wishes("phone"))
    record_public.change_wishes(*person(desk), Wishes("phone"), now=desk.now)
    sealed = Wish.objects.get(number=1).wishes if earlier else b"x"
    Wish.objects.filter(number=2).update(wishes=sealed)
    assert jobs.adopt_wishes(desk.now) == 1
    assert NEVER in LISTS["inbox"](desk)


def test_opening_says_that_a_list_was_changed_once_and_the_line_keeps_it(desk: Desk) -> None:
    lie(desk, contact_asked="phone")
    said = desk.get(f"/cases/{desk.case.pk}/")
    assert "管理者に知らせてください" in said
    assert Line.objects.filter(verb="case.read", told={"listed": "phone"}).count() == 1
    assert NEVER in LISTS["inbox"](desk), "and the list is right again"
    assert "管理者に知らせてください" not in desk.get(f"/cases/{desk.case.pk}/")


@pytest.mark.parametrize("columns", [{"contact_asked": "phone"}, {"contact_rule": "phone"}])
def test_verify_compares_the_columns_with_the_wish(desk: Desk, columns: dict[str, str]) -> None:
    office = Office.objects.get(pk=desk.office.id)
    found = Finding("contact", f"相談 {desk.case.pk}")
    assert found not in findings(office)
    lie(desk, **columns)
    assert found in findings(office)


def test_a_forgotten_case_is_left_alone(desk: Desk) -> None:
    Wish.objects.update(adopted=False)
    DrawerKey.objects.filter(case_id=desk.case.pk).delete()
    assert jobs.adopt_wishes(desk.now) == 0
    assert UNSURE in LISTS["inbox"](desk)
