"""19. For whom a case is denied, the desk is the desk in which that case never was."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.test import Client

from madoguchi.rules.interviews import slots
from madoguchi.rules.programme.load import programme
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk import alarms
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.mail import actions as mails
from madoguchi.work.intake.mail import jobs
from madoguchi.work.intake.mail.models import Mail
from madoguchi.work.interviews.models import Interview
from madoguchi.work.reports import actions as reports
from madoguchi.work.reports.models import Published, Settled
from tests import pdf
from tests.answers import squeezed
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import colleague
from tests.web.desk.sheets import begin, press
from tests.web.desk.test_interviews import a_day_ahead, at, book
from tests.web.desk.test_mail import RULES
from tests.web.desk.test_mail import press as press_mail
from tests.work.intake.mail.writing import mail
from tests.work.reports.day import NEEDS, again, came, somebody

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
PHONE = "090-1234-5678"  # as the mail says
CHANCE = re.compile(
    r'name="(?:csrfmiddlewaretoken|token)" value="[^"]*"|/intake/[-0-9a-f]{36}/|\d\d:\d\d(?::\d\d)?'
)
TABS = ("today", "mine", "unassigned", "waiting", "open", "closed")


@pytest.fixture
def now() -> datetime:
    """The moment at which the browsers ask."""
    return moment()


def came_by_mail(office: OfficeCard, worker: Client, now: datetime) -> Case:
    """A case with all that a case can have: mail, interview, call of last month, a day to come."""
    known = set(Case.objects.values_list("pk", flat=True))
    row = Mail.objects.get(pk=jobs.receive(office.id, mail(), now=now))
    taken = press_mail(worker, row, "take", use=["name_0", "phone_0", "age_0"], **RULES)
    assert taken.status_code == 303
    case = Case.objects.exclude(pk__in=known).get()
    assert book(worker, case, at(a_day_ahead())).status_code == 303
    return case


def settled(office: OfficeCard, now: datetime) -> None:
    """Last month stands, and the public has its copy."""
    head, month = somebody(office, "supervisor"), last_month(now).date().replace(day=1)
    reports.settle(head, office.id, month, NEEDS, now=now, idempotency_key=uuid.uuid4().hex)
    reports.publish_month(head, AtOffice(office.id), month, now=now)


def last_month(now: datetime) -> datetime:
    return now.replace(day=1, hour=10) - timedelta(days=3)


@pytest.fixture(autouse=True)
def a_machine_that_needs_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine asks for changes from one half minute to the next, whoever is denied."""
    monkeypatch.setattr(alarms, "alarms", lambda _now: ())


def seen(browser: Client, now: datetime, gone: uuid.UUID) -> dict[str, str]:
    """All that the desk shows or answers, without what differs by chance."""
    alarms.forget()
    return {
        name: CHANCE.sub("", page).replace(str(gone), "")
        for name, page in pages(browser, now, gone)
    }


def pages(browser: Client, now: datetime, gone: uuid.UUID) -> Iterator[tuple[str, str]]:
    months = [f"{day:%Y-%m}" for day in (now, last_month(now))]
    days = [a_day_ahead(), now.date()]
    paths = [
        *(f"/?tab={tab}" for tab in TABS),
        *(f"/mail/?tab={tab}" for tab in ("waiting", "aside", "filed")),
        "/interviews/",
        *(f"/interviews/?from={day}" for day in days),
        *(f"/interviews/on/{day}/" for day in days),
        "/enquiries/",
        "/search/",
        *(f"/reports/{month}/" for month in months),
        f"/reports/{now.year if now.month > 3 else now.year - 1}/",
        *(f"/reports/{month}/{row}/" for month in months for row in ("all/all", "way/mail")),
        *(f"/{door}/{gone}/" for door in ("cases", "receipts", "interviews/of")),
        *(f"/cases/{gone}/{act}/" for act in ("heard", "wishes", "shown", "refer", "sheet")),
        *(f"/mail/{one}/" for one in Mail.objects.filter(copy=1).values_list("pk", flat=True)),
    ]
    for path in paths:
        answer = browser.get(path)
        yield (
            path,
            f"{answer.status_code} {answer.headers.get('Location')} {squeezed(answer)}",
        )
    for act in ("note", "log", "answer", "take"):
        answer = browser.post(f"/cases/{gone}/{act}/", {"token": "t", "revision": "1"})
        yield f"post {act}", f"{answer.status_code} {squeezed(answer)}"
    for words in ("髙橋", PHONE):
        answer = browser.post("/search/", {"words": words, "purpose": "same"})
        yield f"search {words}", squeezed(answer)
    for button in ("ask_number", "open_number"):
        answer = press(browser, begin(browser), button, phone=PHONE, number_why="同じ人かを見る")
        yield (
            button,
            re.sub(r"<details class=\"unfinished\">.*?</details>", "", squeezed(answer)),
        )
    for day in days:
        yield f"needs {day}", squeezed(browser.post(f"/interviews/on/{day}/"))
        sheet = browser.post(f"/interviews/on/{day}/sheet/").content
        yield f"sheet {day}", pdf.text(sheet).partition("印刷")[0]
    for paper in (f"/sheets/{gone}/", f"/receipts/{gone}/card/"):
        yield f"post {paper}", str(browser.post(paper).status_code)


def never_was(case: Case, keeper: uuid.UUID) -> None:
    """Take the case out of every table; its place is one that a colleague keeps free."""
    Interview.objects.filter(case_id=case.pk).update(
        case_id=None, state="kept", staff_id=keeper, wanted=b""
    )
    Mail.objects.filter(became_id=case.pk).delete()
    for counted in (Settled, Published):
        counted.objects.all().delete()
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        if "case_id" in names and model is not Line:
            model._default_manager.filter(case_id=case.pk).delete()
    case.delete()


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_nothing_tells_that_the_case_is_there(office: OfficeCard, now: datetime, role: str) -> None:
    relative, browser = colleague(office, role, now)
    staff, worker = colleague(office, "counsellor", now)
    assert slots(programme("shibukawa").desk, a_day_ahead())
    other = came(actor_of(staff), office, "phone", now, age=34)
    case = came_by_mail(office, worker, now)
    for one in (other, case):
        against = Against(one.contact_rule, "本人が急いでいる")
        again(actor_of(staff), one, "call", now, happened_at=last_month(now), against=against)
    before = seen(browser, now, case.pk)
    head = actor_of(make_staff(office, "supervisor", "西", now))
    actions.deny(head, queries.find(head, case.pk), relative.pk, now=now)
    mails.receive(head, mail(), again=True, now=now)
    settled(office, now)
    denied = seen(browser, now, case.pk)
    never_was(Case.objects.get(pk=case.pk), staff.pk)
    settled(office, now)
    without = seen(browser, now, case.pk)
    assert {name for name, page in without.items() if page != denied[name]} == set()
    told = {name for name, page in before.items() if page != denied.get(name)}
    assert {"/?tab=open", "/mail/?tab=filed", "ask_number", f"/reports/{now:%Y-%m}/"} <= told
