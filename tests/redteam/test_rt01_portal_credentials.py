"""1. With the portal's credentials: insert session, role, office key, job. Nothing opens."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections
from django.test import Client

from madoguchi.rules.decision import Absent
from madoguchi.tools.later import queue
from madoguchi.tools.later.models import Job
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, seal, unseal
from madoguchi.tools.vault.models import DrawerKey, OfficeKey
from madoguchi.work.cases import queries
from madoguchi.work.cases.models import Access, Case
from tests.offices import DESK_HOST, make_staff
from tests.redteam.house import Asked, asked_with_file
from tests.web.desk.colleagues import sign_in


def tables(database: str) -> set[str]:
    return set(connections[database].introspection.table_names())


def test_the_portals_database_has_no_table_for_session_or_role() -> None:
    staff_only = {"django_session", "signin_staff", "mfa_authenticator", "auth_permission"}
    assert staff_only <= tables("staff")
    assert not staff_only & tables("default")


def test_a_session_written_where_the_portal_can_write_signs_nobody_in(
    office: OfficeCard, now: datetime
) -> None:
    signed_in = sign_in(make_staff(office, "supervisor", "係長", now))
    session = SessionStore(signed_in.cookies[settings.SESSION_COOKIE_NAME].value)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE django_session (session_key TEXT, session_data TEXT, expire_date TEXT)"
        )
        cursor.execute(
            "INSERT INTO django_session VALUES ('forged', %s, '2099-01-01')",
            [session.encode(dict(session.items()))],
        )
    browser = Client(headers={"host": DESK_HOST})
    browser.cookies[settings.SESSION_COOKIE_NAME] = "forged"
    assert browser.get("/")["Location"].startswith("/sign-in/")
    assert signed_in.get("/").status_code == 200  # the control: the same, where it belongs


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_an_access_row_gives_no_role(asked: Asked, office: OfficeCard, now: datetime) -> None:
    admin = make_staff(office, "administrator", "管理者", now)
    Access.objects.create(
        office_id=office.id, case_id=asked.case_id, staff_id=admin.id, kind="assigned", at=now
    )
    with pytest.raises(Absent):
        queries.open_case(Actor(office.id, admin.role, admin.id), asked.case_id, now=now)


def test_an_office_key_of_ones_own_opens_nothing(
    asked: Asked, office: OfficeCard, now: datetime
) -> None:
    private, _ = cipher.new_letterbox()
    mine = cipher.new_key()
    address = cipher.Address(office.id, "office/private", office.id, None, 2)
    pinned_before = seal.pinned(office.slug)
    OfficeKey.objects.create(
        office_id=office.id,
        generation=2,
        private=cipher.wrap(mine, address, private),
        symmetric=cipher.wrap(mine, address, cipher.new_key()),
    )
    seal.pinned.cache_clear()
    assert seal.pinned(office.slug) == pinned_before  # requests are still sealed to the old key
    asked_with_file(office, now)
    letter = DrawerKey.objects.get(case_id=asked.case_id, by="letter")
    where = seal.letter_address(office.id, asked.case_id, seal.SHARED, letter.generation)
    with pytest.raises(cipher.Unreadable):
        cipher.read_letter(private, where, bytes(letter.blob))


def test_another_offices_key_row_does_not_pass_for_ones_own(
    office: OfficeCard, other_office: OfficeCard
) -> None:
    theirs = OfficeKey.objects.get(office_id=other_office.id)
    OfficeKey.objects.filter(office_id=office.id).update(
        private=theirs.private, symmetric=theirs.symmetric
    )
    with pytest.raises(cipher.Unreadable):
        unseal.office_drawer_key(office.id, "sign-in")


@pytest.mark.parametrize("name", ["cases.queries", "os.system", "record.answer", "cases.adopt "])
def test_a_job_of_ones_own_is_not_done(name: str, asked: Asked, now: datetime) -> None:
    Job.objects.all().delete()
    Job.objects.create(name=name, subject_id=asked.case_id, run_at=now)
    before = list(Case.objects.values())
    job = queue.claim(now)
    assert job is not None
    assert queue.run(job, now) is False
    assert list(Case.objects.values()) == before
    assert set(DrawerKey.objects.values_list("by", flat=True)) == {"letter", "receipt"}


def test_a_listed_job_with_a_strange_id_fails_alone(office: OfficeCard, now: datetime) -> None:
    for name in ("cases.adopt", "record.tell"):
        Job.objects.create(name=name, subject_id=uuid4(), run_at=now)
    for _ in range(2):
        job = queue.claim(now)
        assert job is not None
        assert queue.run(job, now) is False
    assert queue.claim(now + timedelta(seconds=1)) is None
