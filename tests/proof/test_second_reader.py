"""A second fresh attacker who has the portal: its user, its database role, its files, its unit.

What `test_two_hours` did not ask: what the worker mails because of a row that the portal may write,
what the sweeps cost for each such row, the folders in memory that all units share, how many files
rather than how many bytes, and what a cookie of the portal's does to the desk's door.
"""

import http.client
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from madoguchi.ops.diagnostics import machine as machine_checks
from tests.postgresql import address
from tests.proof.booted import Machine, booted
from tests.proof.nginx import DESK_NAME, Ports, configured, in_front
from tests.proof.site import free_port
from tests.proof.test_proxy import Window, get
from tests.proof.test_two_hours import CASES, ENTRY, LINE, PLAIN, STEP, as_portal, ended, tried
from tests.proof.users import DESK, GROUP, PORTAL, ROLE, RUNNING, Users, at_work, founded


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    """One house for all tries, with a case that has a file, an interview and a place."""
    with founded() as house:
        at_work(house)
        yield house


def done(house: Users, *statements: str) -> None:
    """What the portal's role does in one transaction, for good."""
    with psycopg.connect(address(house.server, CASES, ROLE[PORTAL])) as line:
        for statement in statements:
            line.execute(statement.encode())


def told(house: Users, statement: str) -> list[tuple[object, ...]]:
    """Rows as the superuser reads them."""
    with psycopg.connect(address(house.server, CASES, "postgres"), autocommit=True) as line:
        return line.execute(statement.encode()).fetchall()


# Mails to a person under the city's name


PERSON = """
from madoguchi.ops.start import django
django("portal")
from django.test import Client
from django.test.utils import setup_test_environment
from tests.web.portal import browsing
setup_test_environment()
person = Client(headers={"host": "portal.test", "x-forwarded-proto": "https",
    "sec-fetch-site": "same-origin"})
browsing.CONTACT.update(email="hito@example.jp", mail="yes")
browsing.fill(person)
print(*browsing.send(person))
"""
DESKS = """
from madoguchi.ops.start import django
django("worker")
import sys
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID
from madoguchi.ops import worker
from madoguchi.rules import slots
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.web.kit.arrival import now
from madoguchi.work.clinic.bookings import jobs as bookings
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.waiting import jobs as waiting
from tests.web.desk import clinics

office = Office.objects.get()
case = UUID(sys.argv[1])

@contextmanager
def line():
    yield None
outbox.line = line
outbox.send = lambda _line, _id, to, *_words: print("mailed", to)
"""
BOOKED = """
clinics.publish(card(office))
day = clinics.coming(card(office))[0]
begins = slots.begins(day, 1)
Booking.objects.create(office_id=office.id, case_id=case, day=day.ref, number=1, seat=1,
    state="booked", channel="desk", at=begins - timedelta(days=20), agreed_at=begins, wanted=b"")
"""
REMINDED = """
(row,) = Booking.objects.filter(case_id=case, state="booked")
bookings.look(row.id, now=row.agreed_at - timedelta(hours=12))
worker.empty()
"""
OFFERED = """
waiting.offer(office.id, now=now())
worker.empty()
"""
OF_THE_CASE = """\\connect madoguchi_cases
DELETE FROM clinic_waiting; DELETE FROM clinic_booking WHERE case_id IS NOT NULL;
DELETE FROM notices_notice; DELETE FROM later_job"""


@pytest.fixture
def person(house: Users) -> Iterator[str]:
    """The case of somebody who lets a mail come that says only that there is news."""
    known = {row for (row,) in told(house, "SELECT id FROM cases_case")}
    house.run(PORTAL, "-c", PERSON)
    assert ended(house, "worker", "--once")[0] == 0
    (case,) = {row for (row,) in told(house, "SELECT id FROM cases_case")} - known
    house.server.psql(f"\\connect {CASES}\nDELETE FROM later_job; DELETE FROM mail_outgoing")
    yield str(case)
    house.server.psql(OF_THE_CASE)


def entry(case: str, kind: str) -> str:
    """An entry in this case, as `ENTRY` has it in the first."""
    return ENTRY.format(kind).replace("LIMIT 1", f"WHERE id = '{case}'")


def mailed(house: Users, case: str, script: str) -> int:
    """How many mails the worker sends to the person, who had the others yesterday."""
    before = "at = at - INTERVAL '1 day', sent_at = sent_at - INTERVAL '1 day'"
    house.server.psql(f"\\connect {CASES}\nUPDATE mail_outgoing SET {before}")
    said = house.run(DESK, "-c", DESKS + script, case)
    return said.count("mailed hito@example.jp")


def test_a_reminder_comes_once_whatever_the_portal_forgets(house: Users, person: str) -> None:
    """That it was sent is the desk's to write; a place that moves brings none on the same day."""
    house.run(DESK, "-c", DESKS + BOOKED, person)
    sent = mailed(house, person, REMINDED)
    assert sent == 1  # control: once, and no second time by itself
    assert mailed(house, person, REMINDED) == 0
    for column in ("reminded_at", "reminded_of"):
        forgotten = f"UPDATE clinic_booking SET {column} = NULL WHERE case_id = '{person}'"
        assert "permission denied" in tried(house, forgotten, entry(person, "clinic"))
    for _ in range(3):
        moved = "number = number + 1, agreed_at = agreed_at + INTERVAL '45 minutes'"
        moves = f"UPDATE clinic_booking SET {moved} WHERE case_id = '{person}'"
        done(house, moves, entry(person, "clinic"))
        sent += mailed(house, person, REMINDED)
    assert sent == 1
    house.server.psql(f"\\connect {CASES}\nUPDATE clinic_booking SET reminded_at = '2026-11-01'")
    assert mailed(house, person, REMINDED) == 1  # control: of where it is now, on another day


WAITS = """INSERT INTO clinic_waiting (id, office_id, case_id, day, state, at, revision)
    SELECT gen_random_uuid(), office_id, id, '', 'waiting', now(), 0 FROM cases_case
    WHERE id = '{}'"""
GIVEN_BACK = """UPDATE clinic_booking SET state = 'cancelled', revision = revision + 1
    WHERE case_id = '{}' AND state = 'offered'"""
PUBLISHED = "\nclinics.publish(card(office))\n"


def test_who_never_asked_to_wait_gets_no_mails_about_places(house: Users, person: str) -> None:
    """Only who said so is offered a place by mail, or whom the desk put down; one of them a day."""
    house.run(DESK, "-c", DESKS + PUBLISHED, person)
    nobody_said = WAITS.format(person).replace("day, state", "day, said, state")
    assert "clinic_waiting.said" in tried(house, nobody_said.replace("id, ''", "id, '', NULL"))
    sent = 0
    for _ in range(3):
        done(house, WAITS.format(person))
        sent += mailed(house, person, OFFERED)
        done(house, "UPDATE clinic_waiting SET state = 'left' WHERE state = 'waiting'")
    assert sent == 0
    by_the_desk = nobody_said.replace("id, ''", "id, '', NULL")
    for offers in (1, 0):  # control; and no second one on the same day
        house.server.psql(f"\\connect {CASES}\n{by_the_desk}")
        assert mailed(house, person, OFFERED) == offers
        if offers:
            done(house, GIVEN_BACK.format(person), entry(person, "clinic"))


# What each row costs the worker


MADE = """DO $$ DECLARE office uuid := (SELECT id FROM office_office); a_case uuid; a_place uuid;
        a_grant uuid; BEGIN
    FOR n IN 1..{many} LOOP
        a_case := gen_random_uuid(); a_place := gen_random_uuid(); a_grant := gen_random_uuid();
        INSERT INTO vault_receipt (id, office_id, case_id, number, salt, memory_kib, passes,
            verifier, commitment) VALUES (gen_random_uuid(), office, a_case,
            lpad((7000000000000 + n)::text, 13, '0'), decode(repeat('00', 16), 'hex'), 1, 1,
            decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));
        INSERT INTO cases_case (id, office_id, short_name, state, channel, level, urgent,
            contact_asked, contact_rule, opened_at, touched_at, next_on, closing, revision)
            VALUES (a_case, office, right((7000000000000 + n)::text, 5), 'received', 'web',
            'normal', {urgent}, 'wait', 'wait', now(), now(), current_date, '', 0);
        {besides}
    END LOOP; END $$"""
WITH_A_PLACE = """
        INSERT INTO clinic_booking (id, office_id, day, number, seat, state, channel, agreed_at,
            until_at, holder, wanted, at, revision) VALUES (a_place, office,
            '2026-12-19_x' || n, 1, 1, 'held', 'web', now() + INTERVAL '9 days',
            now() + INTERVAL '1 hour', repeat('0', 64), '', now(), 0);
        INSERT INTO record_entry (id, office_id, case_id, number, kind, drawer, at, words)
            VALUES (gen_random_uuid(), office, a_case, 1, 'clinic', 'shared', now(), '');
        UPDATE clinic_booking SET case_id = a_case, state = 'booked', holder = '',
            until_at = NULL, revision = 1 WHERE id = a_place;"""
WITH_A_GRANT = """
        INSERT INTO subsidy_grant (id, office_id, case_id, state, channel, sent_at, revision)
            VALUES (a_grant, office, a_case, 'sent', 'web', now(), 0);
        INSERT INTO subsidy_step (id, office_id, case_id, grant_id, number, verb, state, "on",
            drawer, told, shown, at) VALUES (gen_random_uuid(), office, a_case, a_grant, 1,
            'apply', 'sent', current_date, 'shared', '', '', now());"""
OF_NOBODY = """\\connect madoguchi_cases
DELETE FROM subsidy_step; DELETE FROM subsidy_grant; DELETE FROM clinic_booking;
DELETE FROM record_entry WHERE words = ''; DELETE FROM mail_outgoing; DELETE FROM later_job;
DELETE FROM cases_due WHERE case_id IN
    (SELECT case_id FROM vault_receipt WHERE number ~ '^7000');
DELETE FROM cases_case WHERE id IN (SELECT case_id FROM vault_receipt WHERE number ~ '^7000');
DELETE FROM vault_receipt WHERE number ~ '^7000'; DELETE FROM notices_notice"""
SWEPT = """
from madoguchi.ops.start import django
django("worker")
import sys, time
from madoguchi.tools.later.models import Job
from madoguchi.tools.mail.models import Outgoing
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases import danger
from madoguchi.work.clinic.bookings import jobs as bookings
from madoguchi.work.subsidy import jobs as grants
danger.address_of = lambda *_: "kakaricho@example.lg.jp"  # the city named one, and is open
danger.staffed = lambda *_: True
begun = time.process_time(), time.monotonic()
{"danger": danger, "bookings": bookings, "grants": grants}[sys.argv[1]].sweep(now())
spent = time.process_time() - begun[0], time.monotonic() - begun[1]
print(*spent, Outgoing.objects.filter(template="danger").count(),
    Job.objects.filter(by_portal=False, done_at=None).count())
"""
MANY = 300  # rows that are tried; a role that writes for two hours has some millions
FLOODS = {
    "danger": ("true", ""),
    "bookings": ("false", WITH_A_PLACE),
    "grants": ("false", WITH_A_GRANT),
}


def swept(house: Users, flood: str) -> tuple[float, float, int, int]:
    """Seconds of one sweep over rows of nobody, mails of danger and jobs that it asked for."""
    urgent, besides = FLOODS[flood]
    try:
        done(house, MADE.format(many=MANY, urgent=urgent, besides=besides))
        spent, lasted, mails, jobs = house.run(DESK, "-c", SWEPT, flood).split()[-4:]
        return float(spent), float(lasted), int(mails), int(jobs)
    finally:
        house.server.psql(OF_NOBODY)


@pytest.mark.parametrize("flood", FLOODS)
def test_rows_of_nobody_do_not_keep_the_worker_from_its_work(house: Users, flood: str) -> None:
    """A sweep is a chore of the worker's one thread: while it lasts no job is done."""
    spent, lasted, mails, jobs = swept(house, flood)
    print(flood, spent, lasted, mails, jobs)
    assert lasted / MANY * 100_000 < 120, (spent, lasted, mails, jobs)


def test_made_up_danger_does_not_drown_the_alarm(house: Users) -> None:
    """Each flagged request brings a mail an hour to the one address that is read at once."""
    *_, mails, jobs = swept(house, "danger")
    assert mails <= 20, (mails, jobs)


# Rows of nobody before those of persons


KNOWN = """
from madoguchi.ops.start import django
django("desk")
import sys
from uuid import uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.search import queries
queries.MOST_CASES = int(sys.argv[2])
office = Office.objects.get()
who = Actor(office.pk, "supervisor", uuid4())
print(queries.known(who, AtOffice(office.pk), sys.argv[1], now=now()))
"""
NEWER = 5_000  # as many as are compared


def test_a_number_that_is_known_stays_known(house: Users, person: str) -> None:
    """Requests that nobody's key opens are not compared; where not all others are, that is said."""
    assert person

    def answer(number: str, most: int = NEWER) -> str:
        return house.run(DESK, "-c", KNOWN, number, str(most)).split()[-1]

    theirs, nobodys = "0279000000", "0279111111"
    assert (answer(theirs), answer(nobodys)) == ("True", "False")  # control
    assert answer(nobodys, most=1) == "None"
    newer = MADE.format(many=NEWER, urgent="false", besides="").replace(
        "'wait', 'wait', now(), now()", "'wait', 'wait', now(), now() + INTERVAL '50 minutes'"
    )
    try:
        done(house, newer)
        assert (answer(theirs), answer(nobodys)) == ("True", "False")
    finally:
        house.server.psql(OF_NOBODY)


SHEET_OF = """
from madoguchi.ops.start import django
django("desk")
import sys
from uuid import UUID, uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.web.desk.sheet import views
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases import queries as cases
from madoguchi.work.record import queries as record
who = Actor(Office.objects.get().pk, "supervisor", uuid4())
opened = cases.print_case(who, UUID(sys.argv[1]), now=now())
print("too long" if record.record(opened).further else "printed")
"""
MORE = """DO $$ DECLARE of_case record; BEGIN
    SELECT id, office_id INTO of_case FROM cases_case WHERE id = '{}';
    FOR n IN 1..{} LOOP
        INSERT INTO record_entry (id, office_id, case_id, number, kind, drawer, at, words)
            VALUES (gen_random_uuid(), of_case.office_id, of_case.id, 1 + (SELECT count(*) FROM
            record_entry WHERE case_id = of_case.id), 'received', 'shared', now(), '');
    END LOOP; END $$"""


def test_a_record_can_be_printed_whatever_was_added_to_it(house: Users, person: str) -> None:
    """Entries that open to nobody count as the page's: of a case with 500 there is no sheet."""
    assert house.run(DESK, "-c", SHEET_OF, person).split()[-1] == "printed"  # control
    try:
        done(house, MORE.format(person, 501))
        assert house.run(DESK, "-c", SHEET_OF, person).split("\n")[-2] == "printed"
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM record_entry WHERE words = ''")


BESIDE_OTHERS = (
    DESKS
    + """
import time
from uuid import uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.clinic.bookings import parting, public
clinics.publish(card(office))
ref = clinics.coming(card(office))[0].ref
who = Actor(office.pk, "supervisor", uuid4())
rules = public.in_force(office.pk, now().date())
print(ref)
if len(sys.argv) > 2:
    begun = time.monotonic()
    parting.meetings(who, Case.objects.get(pk=case), rules, public.Place(ref, 1), public.Wanted(),
        now=now())
    print(time.monotonic() - begun)
"""
)
PLACES = 99 * 99  # that one day may have, by the bounds of the portal's role


def test_places_of_nobody_do_not_keep_the_desk_from_a_day(house: Users, person: str) -> None:
    """Who books for a person compares with all who come: each place of nobody is a case opened."""
    ref = house.run(DESK, "-c", BESIDE_OTHERS, person).split()[-1]
    on_it = WITH_A_PLACE.replace("'2026-12-19_x' || n, 1, 1", f"'{ref}', 5 + n / 90, 1 + n % 90")
    try:
        done(house, MADE.format(many=MANY, urgent="false", besides=on_it))
        lasted = float(house.run(DESK, "-c", BESIDE_OTHERS, person, "try").split()[-1])
        print("meetings", lasted)
        assert lasted / MANY * PLACES < 20
    finally:
        house.server.psql(OF_NOBODY)


LONG = """
from madoguchi.ops.start import django
django("portal")
import sys
from django.test import Client
from django.test.utils import setup_test_environment
from madoguchi.tools.act.action import action
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import card
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.public import consultee
from madoguchi.work.record import public as record
from tests.web.portal import browsing
setup_test_environment()
person = Client(headers={"host": "portal.test", "x-forwarded-proto": "https",
    "sec-fetch-site": "same-origin"})
browsing.fill(person)
pair = browsing.send(person)
office = Office.objects.get()

@action("message.add")
def add(actor, held, text, *, now):
    return record.write(held.drawer, "received", {"text": text}, staff_id=None, now=now).id

held = browsing.holding(card(office), pair)
for _ in range(int(sys.argv[2])):
    add(consultee(office.pk), held, sys.argv[1] * 150_000, now=now())
print(held.case_id)
"""
SEARCHED = """
from madoguchi.ops.start import django
django("desk")
import time
from uuid import uuid4
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.search import queries
who = Actor(Office.objects.get().pk, "supervisor", uuid4())
begun = time.process_time()
queries.search(who, AtOffice(who.office_id), "渡辺", "other", now=now())
print(time.process_time() - begun)
"""
ENTRIES = 8


def searched(house: Users, sign: str) -> float:
    """Processor time of a search over a case with entries as long as can be, of this sign alone."""
    before = float(house.run(DESK, "-c", SEARCHED).split()[-1])
    case = house.run(PORTAL, "-c", LONG, sign, str(ENTRIES)).split()[-1]
    try:
        assert ended(house, "worker", "--once")[0] == 0
        return float(house.run(DESK, "-c", SEARCHED).split()[-1]) - before
    finally:
        of_case = f"FROM record_entry WHERE case_id = '{case}' AND octet_length(words) > 90000"
        house.server.psql(f"\\connect {CASES}\nDELETE {of_case}")


def test_no_sign_makes_a_search_much_longer_than_another(house: Users) -> None:
    """U+FDFA is eighteen signs once it is folded; a thousand such entries are some minutes."""
    plain, folded = searched(house, "あ"), searched(house, "\ufdfa")
    print("searched", plain, folded)
    assert folded < 4 * plain + 0.5, (plain, folded)


# Lines that the portal may write


def test_a_line_with_a_wrong_hash_is_said_with_the_way_out(house: Users) -> None:
    """It ends all checkpoints, as a forged one does; two colleagues may have looked into it."""
    done(house, LINE.format(**PLAIN), STEP)
    ((seq,),) = told(house, "SELECT max(seq) FROM audit_line")
    code, said = ended(house, "doctor")
    assert code == 1
    about = [line for line in said.splitlines() if line.startswith("要対応　監査の記録 ")]
    assert about
    assert str(seq) in about[0]
    assert "looked-into" in about[0]


SPELT = """jsonb_build_object((SELECT upper(e.id::text) FROM record_entry e
    WHERE e.case_id = a_case.id AND e.words <> '' LIMIT 1) || '/entry',
    (SELECT left(encode(sha256(e.words), 'hex'), 32) FROM record_entry e
    WHERE e.case_id = a_case.id AND e.words <> '' LIMIT 1))"""


def test_a_line_names_a_value_in_one_spelling(house: Users) -> None:
    """In capitals it is another place, of which `verify` says for ever that its value is gone."""
    assert tried(house, LINE.format(**PLAIN | {"seals": SPELT}), STEP) != "done"


# A key of the letterbox for a thing that was forgotten


FORGET = """
from madoguchi.ops.start import django
django("worker")
from datetime import timedelta
from madoguchi.web.kit.arrival import now
from madoguchi.work.intake.enquiry import jobs
from madoguchi.work.intake.enquiry.models import Enquiry
row = Enquiry.objects.first()
jobs.notice(row.pk, now=now())
Enquiry.objects.filter(pk=row.pk).update(ended="read", ended_at=now(), forget_on=now().date())
jobs.sweep(now())
print(row.pk)
"""
AGAIN = """INSERT INTO vault_drawerkey (id, office_id, case_id, drawer, by, generation, blob)
    SELECT gen_random_uuid(), id, '{}', 'loose', 'letter', 1, 'x' FROM office_office"""


def test_a_key_for_a_question_that_was_forgotten_is_no_return(house: Users) -> None:
    """No case has its id any more: a key for it fits the bound, and backup and `verify` see it."""
    gone = house.run(DESK, "-c", FORGET).split()[-1]
    before = ended(house, "verify", "--quick")[1]
    try:
        done(house, AGAIN.format(gone))
        after = ended(house, "verify", "--quick")[1]
        assert ("returned" in before, "returned" in after) == (False, False)
        assert ended(house, "worker", "--once")[0] == 0
    finally:
        house.server.psql(f"\\connect {CASES}\nDELETE FROM vault_drawerkey WHERE blob = 'x'")


# What `doctor` reads in the portal's own folder


DOCTOR = """
import sys
from pathlib import Path
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops.diagnostics import machine
machine.RUN = Path(sys.argv[1])
from madoguchi.ops.main import main
sys.exit(main(["doctor", "desk"]))
"""
ODD_HOURS = {
    "of another age": "os.utime(path, (10**12, 10**12))",
    "before": "os.utime(path, (-10**11, -10**11))",
    "round": "os.unlink(path); os.symlink(path, path)",
    "shut": "os.chmod(os.path.dirname(path), 0)",
}


@pytest.mark.parametrize("odd", ODD_HOURS)
def test_an_hour_that_there_is_not_ends_no_doctor(house: Users, odd: str) -> None:
    """`doctor` tells when the proxy named nobody, by the time of a file of the portal's."""
    own = house.folder / "run" / machine_checks.OWN["portal"]
    own.mkdir(parents=True)
    shutil.chown(own, PORTAL, GROUP)
    own.chmod(0o750)
    try:
        lay = f"import os; path = '{own}/unnamed'; open(path, 'w').close(); {ODD_HOURS[odd]}"
        as_portal(house, lay)
        said = house.start(DESK, "-c", DOCTOR, str(house.folder / "run")).communicate(timeout=60)[0]
        assert "Traceback" not in said
        assert "よし　　公開鍵" in said
    finally:
        shutil.rmtree(house.folder / "run")


# How many files, not how many bytes


FULLNESS = """
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.vault import files
print(files.fullness())
"""
FILL = """
import os, sys
made = 0
try:
    while made < 1_000_000:
        os.close(os.open(f"{sys.argv[1]}/{made}", os.O_CREAT | os.O_WRONLY, 0o660))
        made += 1
except OSError as error:
    print(made, error.strerror)
"""
MOST_FILES = 4_000  # of the little disk that is tried


@pytest.fixture
def little(house: Users) -> Iterator[Path]:
    """The home on a file system of its own with room for so many files."""
    other = house.folder / "little"
    other.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"nr_inodes={MOST_FILES},mode=0750", "tmpfs", str(other))
    subprocess.run(mount, check=True)
    try:
        subprocess.run(["cp", "-a", f"{house.home}/.", str(other)], check=True)
        subprocess.run(["mount", "--bind", str(other), str(house.home)], check=True)
        try:
            yield house.home
        finally:
            subprocess.run(["umount", str(house.home)], check=True)
    finally:
        subprocess.run(["umount", str(other)], check=True)
        shutil.rmtree(other)


def test_a_disk_that_takes_no_more_files_is_said(house: Users, little: Path) -> None:
    """Empty files use up a file system's inodes: nothing can be kept, and it is not full."""
    assert as_portal(house, FILL, str(little / "inbox" / "portal")).endswith(
        "No space left on device"
    )
    with pytest.raises(OSError, match="No space"):
        (little / "files" / "new").touch()  # control: nobody can keep a file
    assert int(house.run(DESK, "-c", FULLNESS).split()[-1]) >= 90


# The folders in memory that all units share, tried on a booted machine


FILLING = """
import os
folder = "{}"
made = 0
try:
    while made < 1_000_000:
        os.close(os.open(f"{{folder}}/{{made}}", os.O_CREAT | os.O_WRONLY, 0o600))
        made += 1
except OSError as error:
    print(error.strerror, flush=True)
"""
AS_THE_PORTAL = {
    "[Service]": "[Service]\nRuntimeDirectory=madoguchi/own/portal\nRemainAfterExit=yes",
}
SMALL = "nr_inodes=20000"  # Debian's: a million in /tmp, 800,000 in /run; its MemoryMax is enough
JOURNAL = """[Journal]
SystemMaxUse=24M
RuntimeMaxUse=24M
SystemMaxFileSize=4M
RuntimeMaxFileSize=4M
"""  # in place of a tenth of the disk, 4 GB at most
FOLDERS = {  # which of its own, and what somebody else does there
    "/tmp": ("mktemp",),
    "/dev/shm": ("mktemp", "-p", "/dev/shm"),  # as PostgreSQL, for each question in parallel
    "/run/madoguchi/own/portal": ("systemctl", "restart", "madoguchi-worker"),
}


@pytest.fixture(scope="module")
def machine(house: Users) -> Iterator[Machine]:
    """Three folders in memory, as Debian mounts them, smaller."""
    with booted(house) as machine:
        machine.done("mount", "-t", "tmpfs", "-o", f"mode=1777,{SMALL}", "tmpfs", "/dev/shm")
        for folder in ("/tmp", "/run"):
            machine.done("mount", "-o", f"remount,size=256M,{SMALL}", folder)
        machine.install("/etc/systemd/journald.conf.d/small.conf", JOURNAL)
        machine.done("systemctl", "restart", "systemd-journald")
        yield machine


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_portal_fills_no_folder_that_others_need(machine: Machine, folder: str) -> None:
    """What it may write there is of the machine: full, nobody else makes a file there."""
    machine.done(*FOLDERS[folder])  # control
    try:
        machine.within("madoguchi-portal", FILLING.format(folder), changed=AS_THE_PORTAL)
        assert machine.run(*FOLDERS[folder]).returncode == 0
    finally:
        machine.run("systemctl", "stop", "hostile")
        machine.run("systemctl", "reset-failed")


LOOKS = """
import os, re
for name in filter(str.isdigit, os.listdir("/proc")):
    try:
        words = open(f"/proc/{name}/cmdline", "rb").read().split(b"\\0")
        if b"/opt/madoguchi/looking.py" not in words:
            continue
        for line in open(f"/proc/{name}/maps"):
            if " rw-p " not in line:
                continue
            at, end = (int(edge, 16) for edge in line.split()[0].split("-"))
            with open(f"/proc/{name}/mem", "r+b", buffering=0) as memory:
                memory.seek(at)
                there = memory.read(end - at)
                for found in re.finditer(b"what doctor says(?=\\0)", there):
                    memory.seek(at + found.start())
                    memory.write(b"what portal says")
                    print("wrote into", name)
    except OSError as error:
        print(repr(error))
"""
LOOKING = """
import ctypes, time
said = ctypes.create_string_buffer(b"what doctor says" + bytes(100_000))
print("up", flush=True)
for _ in range(40):
    time.sleep(0.2)
    if said.value.startswith(b"what p"):
        break
print(said.value.decode(), len(open("/proc/self/net/route").readlines()), flush=True)
"""


def test_what_an_administrator_starts_as_the_portals_user_is_not_its_to_change(
    machine: Machine,
) -> None:
    """`doctor portal`, as part 8 of docs/running.md starts it, is of the portal's user."""
    page = (RUNNING.parent / "running.md").read_text("utf-8")
    assert "systemctl start madoguchi-doctor-portal\n" in page
    assert "User=madoguchi-portal" not in page
    unit = (RUNNING / "madoguchi-doctor-portal.service").read_text("utf-8")
    assert "ExecStart=/opt/madoguchi/bin/madoguchi doctor portal\n" in unit
    program = "ExecStart=/opt/madoguchi/venv/bin/python -B /opt/madoguchi/looking.py\n"
    out = "StandardOutput=truncate:/opt/madoguchi/looking.out\n"
    looking = unit.replace("ExecStart=/opt/madoguchi/bin/madoguchi doctor portal\n", program + out)
    machine.install("/opt/madoguchi/looking.py", LOOKING)
    machine.install("/etc/systemd/system/looking.service", looking)
    machine.done("systemctl", "daemon-reload")
    assert reached(machine, {}) == "what doctor says"
    assert reached(machine, {"PrivatePIDs=yes\n": ""}) == "what portal says"  # control


def reached(machine: Machine, changed: dict[str, str]) -> str:
    """What such a program says after the portal's unit, with this changed, looked for it."""
    out = "/opt/madoguchi/looking.out"
    machine.run("rm", "-f", out)
    machine.done("systemctl", "start", "--no-block", "looking")
    machine.done("sh", "-c", f"until grep -q up {out}; do sleep 0.1; done")
    said = machine.within("madoguchi-portal", LOOKS, changed=changed)
    machine.done("sh", "-c", f"until [ $(wc -l < {out}) = 2 ]; do sleep 0.2; done")
    print(said)
    return machine.done("cat", out).splitlines()[1].rpartition(" ")[0]


FLOOD = """
import os, socket
with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
    line.connect("/run/systemd/journal/stdout")
    line.sendall(b"madoguchi-desk\\n\\n6\\n0\\n0\\n0\\n0\\n")
    line.sendall("すべて合っています\\n".encode())
    for _ in range(2_500):
        line.sendall(os.urandom(20_000).hex().encode() + b"\\n")
print("sent")
"""
WARNED = (
    "systemd-run",
    "--quiet",
    "--wait",
    "--unit=of-the-desk",
    "echo",
    "what the desk has said",
)


def test_what_the_portal_logs_is_not_said_by_the_desk_and_drives_nothing_out(
    machine: Machine,
) -> None:
    """The journal is one for all units, and has so much room: what came before goes."""
    machine.done(*WARNED)
    there = ("journalctl", "--output=cat", "--no-pager", "--unit=of-the-desk")
    assert "what the desk has said" in machine.done(*there)  # control
    before = machine.run("journalctl", "--output=cat", "--unit=madoguchi-desk").stdout
    assert "sent" in machine.within("madoguchi-portal", FLOOD)
    machine.done("journalctl", "--sync")
    assert machine.run("journalctl", "--output=cat", "--unit=madoguchi-desk").stdout in before
    assert "what the desk has said" in machine.run(*there).stdout


SHARED = {"TemporaryFileSystem=": "# "}  # the machine's own folders, as for any other user
LAID = """
import os
for name, lay in {
    "link.html": lambda path: os.symlink("/var/lib/madoguchi/inbox/portal/key", path),
    "pipe.html": os.mkfifo,
    "file.html": lambda path: os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o666)),
}.items():
    lay(f"/dev/shm/{name}")
print("laid")
"""
READ = """
import os
try:
    print(open("/dev/shm/key.html").read())
except OSError as error:
    print(error.strerror)
print([name for name in os.listdir("/var/lib/madoguchi/inbox/portal") if name == "key"])
"""


def test_the_sheet_with_the_key_is_not_read_where_it_is_written(machine: Machine) -> None:
    """`/dev/shm` is everybody's: a link, a pipe or a file that waits there is not written into."""
    command = "/usr/local/sbin/madoguchi-desk"
    machine.install(command, (RUNNING / "madoguchi-desk.sh").read_text("utf-8"), mode=0o755)
    assert "laid" in machine.within("madoguchi-portal", LAID, changed=AS_THE_PORTAL | SHARED)
    for name in ("link", "pipe", "file"):
        refused = machine.run(command, "key", "paper", "--to", f"/dev/shm/{name}.html")
        assert refused.returncode == 2, refused
    machine.done("systemctl", "stop", "hostile")
    machine.done(command, "key", "paper", "--to", "/dev/shm/key.html")
    said = machine.within("madoguchi-portal", READ, changed=SHARED)
    machine.run("rm", "-f", "/dev/shm/key.html")
    assert said == "Permission denied\n[]\n"


# The desk's door


def test_cookies_of_the_portals_do_not_shut_the_desk(tmp_path: Path) -> None:
    """`Domain=example.lg.jp` reaches the desk with each request: above 8 KiB nginx refuses it.

    It does so in words, and has the browser throw the cookies away: what it asks next is answered.
    """
    of_browser = "; ".join(f"c{number}={'x' * 4000}" for number in range(3))
    with door(tmp_path) as port:
        assert get(port, DESK_NAME, {})[0] == 204  # control
        context = ssl._create_unverified_context()
        line = http.client.HTTPSConnection(DESK_NAME, port, timeout=10, context=context)
        line.sock = context.wrap_socket(
            socket.create_connection(("127.0.0.1", port)), server_hostname=DESK_NAME
        )
        line.request("GET", "/", headers={"Cookie": of_browser})
        answer = line.getresponse()
        said = answer.read().decode()
        line.close()
        assert (answer.status, answer.headers["Clear-Site-Data"]) == (431, '"cookies"')
        assert "もう一度開いて" in said
        assert get(port, DESK_NAME, {})[0] == 204


@contextmanager
def door(folder: Path) -> Iterator[int]:
    """The shipped proxy in front of a desk that answers 204."""
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Window)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    ports = Ports(free_port(), free_port(), desk=behind.server_address[1])
    try:
        with in_front(configured(folder, ports)):
            yield ports.https
    finally:
        behind.shutdown()
        behind.server_close()
