"""What the person may look at: nothing of others, nothing inside, masked; a line for each time."""

from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules.programme.load import programme
from madoguchi.tools.act.action import action
from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.kit.arrival import now as moment
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.record.public import write
from madoguchi.work.referrals.actions import Consent, NewReferral, refer
from madoguchi.work.referrals.public import Summary
from tests import looking
from tests.digits import stand_in
from tests.offices import actor_of
from tests.web.desk.colleagues import asked, colleague, do

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks
ABOUT = {"name": "渋川 花子", "phone": "０９０−１２３４−５６７８", "email": "hanako@example.jp"}


def said(agency: str) -> str:
    """The name of an agency."""
    return programme("shibukawa").agency(agency).name.ja


HIDDEN = (
    "渋川 花子",
    "12345678",
    "１２３４",
    "hanako",
    "加害の名前",
    "https://example.com/post",
    "内部の考え",
    "父からの電話",
    "第三者のメール",
    "通告の理由",
    "伝えた内容",
    said("police_9110"),  # referred to without the person
    said("houterasu"),  # not given yet
)


@action("case.note")
def third_parties(_actor: Actor, case: Case, *, now: datetime) -> None:
    """A mail and a call that somebody else made about the case."""
    shared, staff = looking.drawers(case.office_id, case.id)
    told = {"way": "mail", "direction": "in", "text": "第三者のメール"}
    write(shared, "received", told, staff_id=None, now=now)
    write(staff, "call", {**told, "way": "phone", "text": "父からの電話"}, staff_id=None, now=now)


def told(office: OfficeCard) -> tuple[Case, Client]:
    """A case with much in it, and its counsellor's browser."""
    staff, browser = colleague(office, "counsellor", moment())
    story = {"text": "加害の名前に書かれた", "urls": "https://example.com/post"}
    case = asked(office, moment(), about=ABOUT, **story)
    assert do(browser, case, "take").status_code == 303
    for act, typed in {
        "answer": {"answer_text": "来週おいでください", "answer_days": "3"},
        "note": {"note_text": "内部の考え"},
    }.items():
        assert do(browser, case, act, **typed).status_code == 303
    actor = actor_of(staff)
    third_parties(actor, queries.find(actor, case.pk), now=moment())
    look_on, summary = moment().date(), Summary(told="伝えた内容")
    for agency, consent in (
        ("ihaho", Consent("told_only")),
        ("police_9110", Consent("none", reason="通告の理由")),
        ("houterasu", Consent("person")),
    ):
        new = NewReferral(agency, consent, look_on, summary)
        refer(actor, queries.find(actor, case.pk), new, now=moment())
    return case, browser


def verbs() -> list[str]:
    return list(Line.objects.order_by("seq").values_list("verb", flat=True))


def test_only_what_desk_and_person_wrote_each_other_masked(office: OfficeCard) -> None:
    case, browser = told(office)
    page = browser.get(f"/shown/{case.pk}/").content.decode()
    assert not [words for words in HIDDEN if words in page]
    for words in ("…5678", "渋…", "h…", "来週おいでください", f"…{case.short_name}"):
        assert words in page
    assert said("ihaho") in page
    full = browser.get(f"/cases/{case.pk}/").content.decode()  # the control: it is all there
    assert all(words in full for words in ("渋川 花子", "加害の名前", "内部の考え", "父からの電話"))


def test_nothing_of_the_desk_leads_on_from_it(office: OfficeCard) -> None:
    case, browser = told(office)
    page = browser.get(f"/shown/{case.pk}/").content.decode()
    for words in (
        "/cases/",
        "/search/",
        "/staff/",
        "/interviews/",
        "counsellorの人",
        'class="rail"',
    ):
        assert words not in page


def test_screen_and_paper_have_a_line_each(office: OfficeCard) -> None:
    case, browser = told(office)
    browser.get(f"/shown/{case.pk}/")
    assert verbs()[-2:] == ["case.show", "case.read"]
    screen = browser.get(f"/shown/{case.pk}/").content.decode()
    assert 'class="shown onscreen"' in screen  # which its style keeps off paper
    assert browser.post(f"/shown/{case.pk}/").content.decode().count("onscreen") == 0
    assert verbs()[-2:] == ["case.print", "case.read"]


def test_whom_the_case_is_hidden_from_sees_nothing(office: OfficeCard) -> None:
    case, _ = told(office)
    relative, browser = colleague(office, "counsellor", moment())
    Access.objects.create(
        office_id=office.id, case_id=case.pk, staff_id=relative.pk, kind="deny", at=moment()
    )
    for answer in (browser.get(f"/shown/{case.pk}/"), browser.post(f"/shown/{case.pk}/")):
        assert answer.status_code == 404
        assert not stand_in(answer.content.decode(), case.short_name)
