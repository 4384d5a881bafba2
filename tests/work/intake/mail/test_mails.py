"""A mail comes in once, proves nobody, and lies in one place only: its own, or the case's."""

import importlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connections

from madoguchi.ops import soundness
from madoguchi.ops.findings import Finding
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Line
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail.models import Outgoing
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files, forget, unseal, upload
from madoguchi.tools.vault.models import HeldFile
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries as opening
from madoguchi.work.cases.models import Case
from madoguchi.work.cases.public import AtOffice, Wishes
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.models import Item
from madoguchi.work.evidence.queries import original
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.intake.desk.actions import Intake
from madoguchi.work.intake.mail import actions, jobs, queries
from madoguchi.work.intake.mail.models import ASIDE_FOR, Mail
from madoguchi.work.record import actions as record_actions
from madoguchi.work.record.actions import Contact
from madoguchi.work.record.models import Entry
from madoguchi.work.record.queries import entries
from tests import looking, lying
from tests.offices import actor_of, make_staff
from tests.web.desk.colleagues import asked
from tests.work.intake.mail.writing import BODY, CLIENT, PICTURE, mail

TOLD = Intake(
    channel="mail",
    urgent=False,
    about={"name": "髙橋 花子"},
    wishes=Wishes("wait"),
    contact=Contact("received", "mail", "in", Outcome.OTHER, text=BODY),
)
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # real rollbacks


def come(office: OfficeCard, raw: bytes, now: datetime) -> Mail:
    return Mail.objects.get(pk=jobs.receive(office.id, raw, now=now))


def read(who: Actor, row: Mail, now: datetime) -> queries.Opened:
    return queries.read(who, queries.find(who, row.id), now=now)[0]


def told(now: datetime, words: str = BODY, next_on: date | None = None) -> Intake:
    return replace(TOLD, contact=replace(TOLD.contact, text=words, next_on=next_on or now.date()))


def take(
    who: Actor, office: OfficeCard, row: Mail, now: datetime, idempotency_key: str = "1"
) -> Case:
    opened = read(who, row, now)
    case_id = actions.take(
        who, opened.mail, opened.raw, office, told(now), now=now, idempotency_key=idempotency_key
    )
    return Case.objects.get(pk=case_id)


def add(who: Actor, row: Mail, case: Case, now: datetime) -> UUID:
    opened = read(who, row, now)
    return actions.add(
        who,
        opened.mail,
        opened.raw,
        case,
        BODY,
        now.date(),
        by_person=True,
        now=now,
        idempotency_key=uuid.uuid4().hex,
    )


def sound(office: OfficeCard) -> list[Finding]:
    return soundness.findings(Office.objects.get(pk=office.id))


def test_a_mail_comes_in_once_an_office(
    offices: tuple[OfficeCard, OfficeCard], who: Actor, now: datetime
) -> None:
    raw = mail(files=(("証拠.png", PICTURE),))
    ids = {jobs.receive(offices[0].id, raw, now=now) for _ in range(3)}
    assert len(ids) == 1
    assert jobs.receive(offices[1].id, raw, now=now) not in ids
    assert HeldFile.objects.count() == 2
    opened = read(who, Mail.objects.get(pk=ids.pop()), now)
    assert (opened.contents.from_address, opened.contents.subject) == (CLIENT, "相談したいです")
    assert [one.name for one in opened.contents.files] == ["証拠.png"]
    assert b"".join(files.read(*opened.raw)) == raw
    assert sound(offices[0]) == []


def test_at_once_it_comes_in_once(office: OfficeCard, now: datetime) -> None:
    assert len(at_once(office, now)) == Mail.objects.count() == HeldFile.objects.count() == 1


def test_control_without_its_mark_it_comes_as_often_as_it_is_brought(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_mark", lambda *_: uuid.uuid4().hex)
    assert len(at_once(office, now)) == Mail.objects.count() == 8


def at_once(office: OfficeCard, now: datetime) -> set[UUID]:
    raw = mail()

    def bring(_: int) -> UUID:
        try:
            return jobs.receive(office.id, raw, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(bring, range(8)))


def test_a_mail_becomes_a_case_with_all_that_came(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    raw = mail(files=(("証拠.png", PICTURE),))
    row = come(office, raw, now)
    case = take(who, office, row, now)
    assert (case.channel, case.assignee_id) == ("mail", who.staff_id)
    opened = opening.open_case(who, case.id, now=now)
    assert opened.about == {"name": "髙橋 花子"}
    (entry,) = entries(opened)
    assert (entry.kind, entry.words["text"], entry.words["way"]) == ("received", BODY, "mail")
    kept = evidence.cards(opened.shared, opened.staff)
    assert [one.name for one in kept] == ["mail.eml", "証拠.png"]
    assert [content(who, case, one.id, now) for one in kept] == [raw, PICTURE]
    assert sound(office) == []
    assert chain.faults(office.id) == []


def test_words_that_mean_danger_are_noticed_in_a_case_that_a_mail_opens(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    words = "もう消えたいです"
    opened = read(who, come(office, mail(words), now), now)
    new = told(now, words, now.date() + timedelta(days=3))
    case_id = actions.take(who, opened.mail, opened.raw, office, new, now=now, idempotency_key="1")
    (card,) = opening.inbox(who, "today", now.date()).cards
    assert (card.id, card.flag, card.next_on) == (case_id, "desk.noticed", now.date())
    case = Case.objects.get(pk=case_id)
    record_actions.read_words(who, case, "歌詞の引用だった", over=True, now=now)
    case.refresh_from_db()
    assert (case.urgent, case.next_on) == (False, now.date() + timedelta(days=3))


@pytest.mark.opens("danger.notice")
@pytest.mark.parametrize("came_by", ["upgrade", "restore"])
@pytest.mark.parametrize("state", ["waiting", "aside"])
def test_a_mail_that_waited_before_mails_were_looked_at_is_looked_at(
    office: OfficeCard, who: Actor, now: datetime, came_by: str, state: str
) -> None:
    danger, calm = (come(office, mail(words), now) for words in ("もう死にたい", "相談です"))
    taken = come(office, mail("死にたいと書かれました"), now)
    take(who, office, taken, now)
    Mail.objects.update(noticed=False)  # as the column began
    Mail.objects.exclude(pk=taken.pk).update(state=state, decided_at=now)
    Job.objects.all().delete()
    if came_by == "upgrade":
        name = "madoguchi.work.intake.mail.migrations.0004_look"
        importlib.import_module(name).look(apps, None)
    else:
        jobs.notice_all(now)
    before = Line.objects.count()
    while job := queue.claim(now):
        queue.run(job, now)
    assert not Job.objects.filter(done_at__isnull=True).exists()
    assert set(Mail.objects.filter(noticed=True)) == {danger}
    assert [line.verb for line in Line.objects.filter(seq__gt=before)] == ["danger.notice"] * 2
    if state == "waiting":
        at = AtOffice(office.id)
        lines = queries.listed(who, at, "waiting", now=now).lines
        assert [(each.id, each.noticed) for each in lines] == [(danger.pk, True), (calm.pk, False)]
    assert chain.faults(office.id) == []


def test_control_a_mail_that_nobody_looks_at_is_not_marked(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    come(office, mail("もう死にたい"), now)
    Mail.objects.update(noticed=False)
    assert not queries.listed(who, AtOffice(office.id), "waiting", now=now).lines[0].noticed


def test_a_mail_that_does_not_open_or_went_meanwhile_keeps_no_job(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    broken, gone = (come(office, mail(words), now) for words in ("死にたい", "消えたい"))
    jobs.notice_all(now)
    Mail.objects.filter(pk=broken.pk).update(about=b"x" * 80, noticed=False)
    take(who, office, gone, now)
    while job := queue.claim(now):
        queue.run(job, now)
    assert not Job.objects.filter(name="intake.mail.notice", done_at__isnull=True).exists()


def content(who: Actor, case: Case, file_id: UUID, now: datetime) -> bytes:
    return b"".join(original(who, case, file_id, now=now)[1])


def test_of_a_mail_in_a_case_nothing_stays_in_the_queue(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    row = come(office, mail(), now)
    case = take(who, office, row, now)
    row.refresh_from_db()
    assert (row.state, row.became_id, bytes(row.about)) == ("taken", case.id, b"")
    with pytest.raises(unseal.Forgotten):
        looking.loose(office.id, row.id)
    with pytest.raises(Absent):
        read(who, row, now)
    assert queries.counts(who, now) == queries.Counts()


def take_at_once(office: OfficeCard, who: Actor, row: Mail, now: datetime) -> int:
    """How many of eight officers who press at the same moment are told that it is done."""
    opened = read(who, row, now)
    rows = [Mail.objects.get(pk=row.pk) for _ in range(8)]

    def press(place: int) -> bool:
        try:
            actions.take(
                who, rows[place], opened.raw, office, told(now), now=now, idempotency_key=f"{place}"
            )
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(press, range(8)))


def test_eight_officers_at_once_make_one_case(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    row = come(office, mail(files=(("証拠.png", PICTURE),)), now)
    assert take_at_once(office, who, row, now) == 1
    assert (Case.objects.count(), Item.objects.count(), HeldFile.objects.count()) == (1, 2, 2)
    assert sound(office) == []


def test_control_without_hold_and_key_they_make_many(
    office: OfficeCard, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = desk.take_in
    monkeypatch.setattr(actions, "_hold", lambda held: held)
    monkeypatch.setattr(
        desk,
        "take_in",
        lambda *args, idempotency_key, **more: take_in(  # noqa: ARG005
            *args, idempotency_key=uuid.uuid4().hex, **more
        ),
    )
    monkeypatch.setattr(actions, "_held", lambda *_: ())
    take_at_once(office, who, come(office, mail(), now), now)
    assert Case.objects.count() > 1


def test_what_a_colleague_decided_first_holds(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    row = come(office, mail(), now)
    opened = read(who, row, now)
    stale = Mail.objects.get(pk=row.id)
    take(who, office, row, now)
    with pytest.raises(Refused):
        actions.take(who, stale, opened.raw, office, told(now), now=now, idempotency_key="2")
    with pytest.raises(Refused):
        actions.lay_aside(who, stale, now=now)
    assert Case.objects.count() == 1
    assert sound(office) == []


def test_control_without_the_look_at_the_row_it_would_not(
    office: OfficeCard, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = come(office, mail(), now)
    stale = Mail.objects.get(pk=row.id)
    case = take(who, office, row, now)
    monkeypatch.setattr(actions, "_hold", lambda held: held)
    stale.became_id = case.id
    with pytest.raises(Absent):  # even then the case's rules hold for it
        actions.lay_aside(who, stale, now=now)
    stale.became_id = None
    actions.lay_aside(who, stale, now=now)
    row.refresh_from_db()
    assert row.state == "aside"


def test_a_mail_joins_the_case_that_was_chosen(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    case = asked(office, now)
    opening.open_case(who, case.id, now=now)
    before = (case.revision, Entry.objects.count())
    raw = mail(files=(("証拠.png", PICTURE),))
    row = come(office, raw, now)
    assert add(who, row, case, now) == case.id
    case.refresh_from_db()
    assert (case.revision, Entry.objects.count()) == (before[0] + 1, before[1] + 1)
    opened = opening.open_case(who, case.id, now=now)
    entry = entries(opened)[0]
    assert (entry.kind, entry.words["text"]) == ("received", BODY)
    assert Entry.objects.get(pk=entry.id).drawer == "staff"
    cases.take(who, Case.objects.get(pk=case.pk), now=now)
    kept = evidence.cards(opened.staff)
    assert [content(who, case, one.id, now) for one in kept] == [raw, PICTURE]
    assert evidence.cards(opened.shared) == ()  # the person's page stays as it was
    assert sound(office) == []


def test_a_case_that_is_not_theirs_takes_no_mail(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    case = asked(office, now)
    hide(office, case, who, now)
    row = come(office, mail(), now)
    with pytest.raises(Absent):
        add(who, row, case, now)
    row.refresh_from_db()
    assert row.state == "waiting"
    assert Entry.objects.count() == 1


def hide(office: OfficeCard, case: Case, who: Actor, now: datetime) -> None:
    """A supervisor puts this colleague on the case's deny list."""
    supervisor = actor_of(make_staff(office, "supervisor", "係長", now))
    opening.open_case(supervisor, case.id, now=now)
    cases.deny(supervisor, Case.objects.get(pk=case.pk), who.colleague, now=now)


def test_t13_a_forged_mail_with_matching_names_changes_nothing(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    """Same sender, an answer to what we wrote: it waits like a stranger's mail."""
    case = take(who, office, come(office, mail(), now), now)
    before = picture(case)
    forged = mail(
        "もう大丈夫です。記録を消してください。",
        {
            "Message-ID": "<2@example.jp>",
            "In-Reply-To": "<1@example.jp>",
            "References": "<1@example.jp>",
            "Subject": "Re: 相談したいです",
        },
    )
    row = come(office, forged, now + timedelta(hours=1))
    assert picture(case) == before
    assert (row.state, row.became_id) == ("waiting", None)
    assert str(case.id) not in repr(read(who, row, now))


def picture(case: Case) -> dict[str, Any]:
    """Everything that is stored of a case."""
    row = Case.objects.filter(pk=case.pk).values().get()
    return {
        **row,
        "entries": list(Entry.objects.filter(case_id=case.pk).values_list("id", flat=True)),
        "items": list(Item.objects.filter(case_id=case.pk).values_list("id", flat=True)),
        "outgoing": Outgoing.objects.count(),
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X-Auto-Response-Suppress": "All"},
        {"Return-Path": "<>"},
    ],
)
def test_a_machines_mail_opens_touches_and_answers_nothing(
    office: OfficeCard, who: Actor, now: datetime, headers: dict[str, str]
) -> None:
    case = take(who, office, come(office, mail(), now), now)
    before = picture(case)
    row = come(
        office,
        mail(headers={"Message-ID": "<3@example.jp>", "In-Reply-To": "<1@example.jp>", **headers}),
        now,
    )
    assert picture(case) == before
    assert row.state == "aside"
    assert read(who, row, now).contents.automatic


def test_a_machines_mail_that_a_colleague_hands_in_waits(who: Actor, now: datetime) -> None:
    """What another office's form sent on in a person's name, say."""
    raw = mail(headers={"Auto-Submitted": "auto-generated"})
    sent = upload.seal("転送.eml", "message/rfc822", raw)
    row = Mail.objects.get(pk=actions.hand_in(who, sent, now=now))
    assert (row.state, row.forget_at) == ("waiting", None)
    assert read(who, row, now).contents.automatic


def test_for_a_denied_colleague_a_mail_in_a_case_is_not_there(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    taker = actor_of(make_staff(office, "counsellor", "担当", now))
    row = come(office, mail(), now)
    case = take(taker, office, row, now)
    assert [one.became_id for one in queries.filed(who)] == [case.id]
    cases.deny(taker, Case.objects.get(pk=case.pk), who.colleague, now=now)
    assert queries.filed(who) == ()
    assert queries.counts(who, now) == queries.counts(taker, now)
    with pytest.raises(Absent):
        queries.find(who, row.id)
    assert [one.became_id for one in queries.filed(taker)] == [case.id]


def test_to_a_denied_colleague_the_same_mail_handed_in_looks_new(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    taker = actor_of(make_staff(office, "counsellor", "担当", now))
    row = come(office, mail(), now)
    cases.deny(taker, take(taker, office, row, now), who.colleague, now=now)
    sent = upload.seal("相談.eml", "message/rfc822", mail())
    again = actions.hand_in(who, sent, now=now)
    assert again != row.id
    seen = read(who, Mail.objects.get(pk=again), now)
    assert (seen.contents.subject, seen.before) == ("相談したいです", ())
    case = Case.objects.get()
    known = read(taker, Mail.objects.get(pk=again), now).before  # who may know is told
    assert known == ((case.id, case.short_name),)
    assert jobs.receive(office.id, mail(), now=now) == again  # fetched again it stays one
    assert sound(office) == []


def test_mails_use_nothing_of_the_room_that_people_share(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    row = come(office, mail(files=(("証拠.png", PICTURE),)), now)
    take(who, office, row, now)
    assert HeldFile.objects.count() == 2
    assert files.stored_since(office.id, now - timedelta(days=1)) == 0
    HeldFile.objects.update(shared=True)  # the control
    assert files.stored_since(office.id, now - timedelta(days=1)) > 0


def test_a_waiting_mail_whose_file_is_gone_is_named(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    file_id, _ = read(who, come(office, mail(), now), now).raw
    assert sound(office) == []
    lying.place(file_id).unlink()
    assert [finding.kind for finding in sound(office)] == ["file"]


def test_what_was_laid_aside_is_forgotten_after_its_time(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    row = come(office, mail(), now)
    actions.lay_aside(who, row, now=now)
    file_id, _ = read(who, Mail.objects.get(pk=row.pk), now).raw
    jobs.sweep(now + ASIDE_FOR - timedelta(seconds=1))
    assert lying.place(file_id).exists()
    jobs.sweep(now + ASIDE_FOR)
    assert not lying.place(file_id).exists()
    row = Mail.objects.get(pk=row.pk)
    assert (row.state, bytes(row.about)) == ("forgotten", b"")
    with pytest.raises(unseal.Forgotten):
        looking.loose(office.id, row.id)
    assert not HeldFile.objects.exists()
    assert jobs.receive(office.id, mail(), now=now + ASIDE_FOR) == row.id  # and is not fetched anew
    assert sound(office) == []


def test_a_sweep_that_is_killed_has_its_log_truncated_later(
    office: OfficeCard, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, over = come(office, mail(), now), now + ASIDE_FOR
    actions.lay_aside(who, row, now=now)
    Job.objects.all().delete()

    def killed(_doomed: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as kill:
        kill.setattr(forget, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            jobs.sweep(over)
    with pytest.raises(unseal.Forgotten):
        looking.loose(office.id, row.id)
    (job,) = Job.objects.filter(done_at=None)
    with monkeypatch.context() as read_meanwhile:
        read_meanwhile.setattr(forget, "settle", lambda _doomed: False)
        assert not queue.run(job, over)
    assert queue.run(job, over)


def test_what_was_put_back_is_not_forgotten(office: OfficeCard, who: Actor, now: datetime) -> None:
    row = come(office, mail(), now)
    actions.lay_aside(who, row, now=now)
    actions.put_back(who, Mail.objects.get(pk=row.pk), now=now)
    jobs.sweep(now + 2 * ASIDE_FOR)
    assert read(who, row, now).line.state == "waiting"


def test_what_waits_since_another_day_is_counted_apart(
    office: OfficeCard, who: Actor, now: datetime
) -> None:
    come(office, mail(), now)
    assert queries.counts(who, now) == queries.Counts(waiting=1)
    assert queries.counts(who, now + timedelta(days=1)) == queries.Counts(waiting=1, late=1)


def test_every_reading_is_a_line(office: OfficeCard, who: Actor, now: datetime) -> None:
    row = come(office, mail(), now)
    queries.listed(who, AtOffice(office.id), "waiting", now=now)
    read(who, row, now)
    lines = Line.objects.order_by("seq").values_list("verb", "case_id", "told")
    assert list(lines) == [
        ("mail.receive", row.id, {}),
        ("mail.list", None, {"mails": 1}),
        ("mail.read", row.id, {"mails": 1}),
    ]


@pytest.mark.parametrize("role", ["administrator", "auditor", "subsidy_officer", "lawyer"])
def test_nobody_else_reads_the_mailbox(office: OfficeCard, now: datetime, role: str) -> None:
    other = actor_of(make_staff(office, role, "ほか", now))
    row = come(office, mail(), now)
    assert queries.counts(other, now) == queries.Counts()
    for reading in (
        lambda: queries.listed(other, AtOffice(office.id), "waiting", now=now),
        lambda: queries.read(other, row, now=now),
        lambda: queries.filed(other),
        lambda: actions.lay_aside(other, row, now=now),
    ):
        with pytest.raises(Absent):
            reading()


def test_another_offices_mail_is_not_there(
    offices: tuple[OfficeCard, OfficeCard], who: Actor, now: datetime
) -> None:
    row = come(offices[1], mail(), now)
    with pytest.raises(Absent):
        queries.find(who, row.id)


def test_the_queue_goes_on_where_a_page_ends(
    office: OfficeCard, who: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for number in range(7):
        come(office, mail(headers={"Message-ID": f"<{number}@example.jp>"}), now)
    seen: list[UUID] = []
    after = ""
    while True:
        page = queries.listed(who, AtOffice(office.id), "waiting", after, now=now)
        seen += [one.id for one in page.lines]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 7
    for mark in ("x", "2026-11-30_x", f"2026-11-30T00:00:00_{uuid.uuid4()}"):
        with pytest.raises(Absent):
            queries.listed(who, AtOffice(office.id), "waiting", mark, now=now)
