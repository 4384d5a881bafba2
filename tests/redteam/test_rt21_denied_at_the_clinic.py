"""21. For whom a case is denied, its place at the lawyer's is one that a colleague keeps free."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import ndiff
from uuid import UUID

import pytest
from django.apps import apps
from django.test import Client

from madoguchi.rules import slots
from madoguchi.rules.programme.changes import ClinicDayMoved
from madoguchi.rules.slots import ClinicDay
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.clinic.models import Booking, Pack
from madoguchi.work.notices.public import changes
from tests import pdf
from tests.answers import Response, squeezed
from tests.offices import actor_of, make_staff
from tests.web.desk import clinics
from tests.web.desk.clinics import at, book, coming, taken_case
from tests.web.desk.colleagues import colleague
from tests.work.clinic.coming import work_through

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
CHANCE = re.compile(
    r'name="(?:csrfmiddlewaretoken|token)" value="[^"]*"'
    r"|\d\d:\d\d(?::\d\d)?|\d{1,2}時(?:\d{1,2}分)?"
)
PARTY = "山田 太郎"
TABS = ("today", "mine", "unassigned", "waiting", "open", "closed")
SHORTER = "9:00-10:30"  # the third and the fourth place would be gone
VERBS = ("confirm", "move", "agree", "take_back", "cancel", "come", "expect", "accept")


class Town:
    """A day of tomorrow that was moved there, one of the past, and who has places on them."""

    def __init__(self, office: OfficeCard, worker: Client) -> None:
        """Two cases whose people must not meet: one of them is going to be denied."""
        clinics.publish(office)
        first, self.later = coming(office)[:2]
        self.office, self.ref = office, first.ref
        self.gone = taken_case(office, worker, about={"name": PARTY, "phone": "0279-00-0000"})
        self.other = taken_case(office, worker)
        for case, number in ((self.gone, 4), (self.other, 1)):
            made = book(worker, case, at(self.ref, number), other_party="佐藤 一郎", reason="一緒")
            assert made.status_code == 303, squeezed(made)
        tomorrow = moment().date() + timedelta(days=1)
        clinics.decide(office, ClinicDayMoved(date.fromisoformat(self.ref), tomorrow))
        worker.post(f"/clinic/pack/{self.ref}/print/", {"booking": self.booking(self.other)})
        self.waits = taken_case(office, worker)
        for case in (self.waits, self.gone):
            worker.post(f"/clinic/of/{case.pk}/wait/", {"token": "t", "wait_day": self.later.ref})
        work_through(moment())

    def booking(self, case: Case) -> UUID:
        """The booking of a case."""
        return Booking.objects.get(case_id=case.pk).pk

    @property
    def day(self) -> ClinicDay:
        """The day as it is now."""
        assert clinics.CLINIC
        found = slots.day(clinics.CLINIC, self.ref, changes(self.office.id))
        assert found
        return found


def seen(browser: Client, town: Town, gone: UUID) -> dict[str, str]:
    """All that the desk shows of its clinic."""
    return opened(browser, town, gone) | dict(pressed(browser, town, gone))


def opened(browser: Client, town: Town, gone: UUID) -> dict[str, str]:
    """What it shows before a button is pressed."""
    alarms.forget()
    ref, case, other = town.ref, town.gone.pk, town.other.pk
    on = f"/clinic/on/{ref}/"
    paths = [
        *(f"/?tab={tab}" for tab in TABS),
        "/clinic/",
        "/clinic/calls/",
        on,
        f"{on}told/",
        f"{on}4/",
        f"/clinic/on/{town.later.ref}/",
        f"/clinic/pack/{ref}/",
        f"/clinic/of/{other}/",
        f"/clinic/of/{town.waits.pk}/",
        f"/cases/{other}/",
        f"/clinic/of/{case}/",
        f"/clinic/calls/{case}/",
        f"/clinic/brief/{gone}/",
        f"/clinic/outcome/{gone}/",
        f"/reports/{moment():%Y-%m}/",
        f"/reports/{town.day.on:%Y-%m}/",
    ]
    return {path: shown(browser.get(path)) for path in paths}


def pressed(browser: Client, town: Town, gone: UUID) -> Iterator[tuple[str, str]]:
    """What each button answers."""
    ref, case, other = town.ref, town.gone.pk, town.other.pk
    on = f"/clinic/on/{ref}/"
    to = {"now_on": f"{town.day.on + timedelta(days=1)}", "do": "look"}
    posts = [
        (f"{on}told/", {"do": "reach"}),
        (f"{on}move/", {**to, "spans": ""}),
        (f"{on}move/", {**to, "spans": SHORTER}),
        (f"{on}cancel/", {"do": "look"}),
        (f"{on}keep/", {"token": "t", "at": at(ref, 4)}),
        (f"/clinic/pack/{ref}/print/", {}),
        (f"/clinic/pack/{ref}/print/", {"booking": gone}),
        (f"/clinic/sheet/{ref}/", {"surname": "yes"}),
        (f"/clinic/of/{other}/apart/", {}),
        (f"/clinic/of/{other}/", {"token": "t", "at": at(ref, 4), "people": "1"}),
        (f"/clinic/of/{town.waits.pk}/", {"token": "t", "at": at(ref, 4), "people": "1"}),
        (f"/clinic/kept/{gone}/", {}),
        (f"/clinic/brief/{gone}/", {"token": "t"}),
        (f"/clinic/outcome/{gone}/", {"token": "t"}),
        *((f"/clinic/of/{case}/{gone}/{verb}/", {"revision": "0"}) for verb in VERBS),
        *((f"/clinic/of/{other}/{gone}/{verb}/", {"revision": "0"}) for verb in VERBS),
        (f"{on}told/{case}/{gone}/", {"answer": "keeps", "revision": "0"}),
        (f"{on}told/{other}/{gone}/", {"answer": "keeps", "revision": "0"}),
    ]
    for number, (path, sent) in enumerate(posts):
        answer = browser.post(path, sent)
        yield f"{number} {path}", shown(answer)


def shown(answer: Response) -> str:
    """What a page says, or a paper, page by page, without what differs by chance."""
    if answer.get("Content-Type") == "application/pdf":
        return CHANCE.sub("", "\n".join([f"{answer.status_code}", *pdf.pages(answer.content)]))
    return CHANCE.sub("", f"{answer.status_code} {squeezed(answer)}")


def unlike(one: str, other: str) -> list[str]:
    """The lines in which two pages differ."""
    return [line for line in ndiff(one.splitlines(), other.splitlines()) if line[0] in "+-"]


def never_was(case: Case, keeper: UUID) -> None:
    """Take the case out of every table; its place is one that a colleague keeps free."""
    Pack.objects.filter(
        booking_id__in=Booking.objects.filter(case_id=case.pk).values("id")
    ).delete()
    Booking.objects.filter(case_id=case.pk).update(
        case_id=None, state="kept", staff_id=keeper, wanted=b""
    )
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "case_id" in names and model is not Line:
            model._default_manager.filter(case_id=case.pk).delete()
    case.delete()


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
@pytest.mark.parametrize("hidden", ["denied", "secret"])
def test_nothing_tells_that_the_case_has_a_place(
    office: OfficeCard, role: str, hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarms, "alarms", lambda _now: ())  # what ails the machine is chance
    relative, browser = colleague(office, role, moment())
    staff, worker = colleague(office, "counsellor", moment())
    town = Town(office, worker)
    before = opened(browser, town, town.booking(town.gone))
    head = actor_of(make_staff(office, "supervisor", "西", moment()))
    if hidden == "denied":
        actions.deny(head, queries.find(head, town.gone.pk), relative.pk, now=moment())
    else:
        Case.objects.filter(pk=town.gone.pk).update(level="secret")
    # What is due in a secret case counts for a supervisor, whatever it is; its place must not.
    Due.objects.filter(kind__in=("clinic_apart", "first_answer")).delete()
    work_through(moment())
    booking = town.booking(town.gone)
    denied = seen(browser, town, booking)
    never_was(Case.objects.get(pk=town.gone.pk), staff.pk)
    without = seen(browser, town, booking)
    differs = {
        name: unlike(denied[name], page) if page != denied[name] else []
        for name, page in without.items()
    }
    if hidden == "secret":  # whose numbers are in anybody's sheet
        differs[f"/reports/{town.day.on:%Y-%m}/"] = []
        differs[f"/reports/{moment():%Y-%m}/"] = []  # where the day lies in the next month
    assert {name: lines for name, lines in differs.items() if lines} == {}
    told = {name for name, page in before.items() if page != denied.get(name)}
    on = f"/clinic/on/{town.ref}/"
    assert {"/?tab=open", on, f"{on}told/", f"/clinic/pack/{town.ref}/"} <= told
