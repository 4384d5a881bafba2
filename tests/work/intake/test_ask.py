"""A person asks, the desk reads and answers, the person reads the answer."""

from datetime import datetime

from madoguchi.tools.audit import chain
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import receipt, visit
from madoguchi.work.cases import actions, queries
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import Holding, Wishes, consultee
from madoguchi.work.intake.public import Request, ask
from madoguchi.work.record import actions as record
from madoguchi.work.record import public as messages
from madoguchi.work.record.queries import entries
from tests.offices import actor_of, make_staff


def request(now: datetime) -> Request:
    return Request(
        urgent=False,
        about={"name": "𠮷田 花子", "phone": "0279-00-0000", "email": "h@example.jp"},
        wishes=Wishes("phone", mail=True),
        story={"text": "書き込みを消したい"},
        first_due_on=now.date(),
    )


def test_the_whole_line(office: OfficeCard, now: datetime) -> None:
    who = visit.new_holder(office.id)
    visit.hold(who, lambda draft: draft["answers"].update(text="x"), now)
    assert ask(who, office, request(now), "net", now=now)
    done = visit.recall(who, "done", now)
    assert done is not None
    assert ask(who, office, request(now), "net", now=now) is False  # the draft is gone

    staff = make_staff(office, "counsellor", "木村", now)
    actor = actor_of(staff)
    case = Case.objects.get()
    opened = queries.open_case(actor, case.id, now=now)
    assert opened.about["name"] == "𠮷田 花子"
    actions.take(actor, case, now=now)
    record.answer(actor, queries.find(actor, case.id), "こう答えます", now.date(), now=now)
    assert [entry.kind for entry in entries(queries.open_case(actor, case.id, now=now))] == [
        "sent",
        "received",
    ]

    drawer = receipt.present(office.id, done["number"], done["secret"], "net")
    assert drawer is not None
    held = Holding(drawer)
    told = messages.read(consultee(office.id), held, now=now).rows
    assert told[0].words["text"] == "こう答えます"
    assert receipt.present(office.id, done["number"], "0" * 16, "net") is None
    assert chain.faults(office.id) == []
