"""What whoever has the portal's user and role seals, has sent, and writes anew (M1, M3, M5).

Three system users, PostgreSQL with the shipped roles file, the shipped commands; each beside a
program of before, in which it goes through.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.proof.users import DESK, PORTAL, Users, founded, roles

CASES = "madoguchi_cases"
ODD = {
    "an age that is no number": 'consultee={"age": NaN}',
    "an age that is a word": 'consultee={"age": "NaN"}',
    "a wish that is none": (
        'wish={"contact_rule": "boom", "hours": [], "name_desk": false, "mail": true}'
    ),
}
OF_BEFORE = {  # which page a program of before that believes it then answers how
    "an age that is no number": ("case", "200"),  # the age reads nan, and counts in the report
    "an age that is a word": ("report", "500"),
    "a wish that is none": ("case", "500"),
}
FLOOD = """
import sys
from uuid import UUID
from madoguchi.ops.start import django, now
django("portal")
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.models import Office
from madoguchi.tools.transaction import transaction
with transaction():
    for _ in range(int(sys.argv[2])):
        outbox.queue(Office.objects.get().pk, UUID(sys.argv[1]), "received", now=now())
"""
SENDS = """
import sys
from contextlib import nullcontext
from madoguchi.ops.start import django
django("worker")
from madoguchi.ops import worker
from madoguchi.tools.mail import outbox
sent = []
outbox.line = nullcontext
outbox.send = lambda _line, _mail, to, *_words: sent.append(to)
for name in sys.argv[1:]:
    setattr(outbox, name, lambda *_: False)
worker.empty()
print(len(sent))
"""
REWRITE = """
from datetime import timedelta
from madoguchi.ops.start import django
django("portal")
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Head, Line
before = chain.START
for line in Line.objects.order_by("seq"):
    line.at += timedelta(minutes=1)
    line.before = before
    line.hash = before = chain.digest(line)
    line.save()
Head.objects.update(hash=before)
print(Line.objects.exclude(role="consultee").count())
"""
VERIFY_OF_BEFORE = """
import sys
from madoguchi.ops.start import django
django("desk")
from madoguchi.ops import soundness
from madoguchi.ops.main import main
from madoguchi.tools.audit import macs
macs.keys_of = lambda _: None
macs.voice = lambda line, *_: macs.Voice["PERSON" if line.role == "consultee" else "DESK"]
soundness.unwitnessed = lambda *_: []
sys.exit(main(["verify"]))
"""


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    with founded() as house:
        for user, window in ((PORTAL, "portal"), (DESK, "desk")):
            house.run(user, "-m", "madoguchi", "preflight", window)
        yield house


def filed(house: Users, *words: str) -> list[str]:
    """The cases of requests that the portal's user filed."""
    return house.run(PORTAL, "-m", "tests.proof.made_up", "ask", *words).split()


def read(house: Users, case_id: str, *how: str) -> dict[str, str]:
    words = ("-m", "tests.proof.made_up", "read", case_id, *how)
    said: dict[str, str] = json.loads(house.run(DESK, *words).splitlines()[-1])
    return said


@pytest.mark.parametrize("name", ODD)
def test_a_value_of_no_shape_stops_nobody(house: Users, name: str) -> None:
    """The list, the report of all, and its own page, on which it is drawn as damaged."""
    (case_id,) = filed(house, "1", "hanako@example.jp", ODD[name])
    house.run(DESK, "-m", "madoguchi", "worker", "--once")
    assert read(house, case_id) == {"list": "200", "report": "200", "case": "200 damaged"}
    page, said = OF_BEFORE[name]
    assert read(house, case_id, "before")[page] == said  # control


def sends(house: Users, *without: str) -> int:
    """How many mails the worker sends of what waits; `without`: these questions of its own."""
    return int(house.run(DESK, "-c", SENDS, *without).splitlines()[-1])


def test_one_mail_of_a_kind_goes_out_about_a_case(house: Users) -> None:
    """However many its rows ask for."""
    (case_id,) = filed(house, "1", "jiro@example.jp")
    house.run(PORTAL, "-c", FLOOD, case_id, "20")
    assert sends(house) == 1
    house.run(PORTAL, "-c", FLOOD, case_id, "20")
    assert sends(house) == 0
    house.run(PORTAL, "-c", FLOOD, case_id, "20")
    assert sends(house, "repeats", "mailbox_full") == 20  # control


def test_one_mailbox_gets_three_mails_a_day_whoever_files_how_many(house: Users) -> None:
    """Each request is whole and names the same mailbox, spelt in ten ways."""
    filed(house, "10", "Watched+{}@example.jp")
    assert sends(house) == 3
    filed(house, "1", "somebody.else@example.jp")
    assert sends(house) == 1
    forget = "DELETE FROM mail_addressed", "UPDATE mail_addressed SET count = 0"
    answers = house.sql(PORTAL, CASES, *forget, "SELECT mark FROM mail_addressed")
    assert all("permission denied" in said for said in answers.values())
    filed(house, "10", "Watched+{}@example.jp")
    assert sends(house, "mailbox_full") == 10  # control


def verified(house: Users, *words: str) -> subprocess.CompletedProcess[str]:
    program = house.start(DESK, *(words or ("-m", "madoguchi", "verify")))
    said, _ = program.communicate(timeout=60)
    return subprocess.CompletedProcess(words, program.returncode, said)


def test_a_chain_written_anew_is_found_without_any_checkpoint() -> None:
    """The role may not; with every right on the lines, and no checkpoint left, the MACs remain."""
    with founded() as house:
        filed(house, "2", "saburo@example.jp")
        house.run(DESK, "-m", "madoguchi", "worker", "--once")
        assert verified(house).returncode == 0
        refused = "UPDATE audit_line SET hash = hash", "DELETE FROM audit_line"
        answers = house.sql(PORTAL, CASES, *refused)
        assert all("permission denied" in answers[statement] for statement in refused)
        given = (
            f"\\connect {CASES}\n"
            'GRANT SELECT, UPDATE ON audit_line, audit_head TO "madoguchi-portal";\n'
            "ALTER TABLE audit_line DISABLE TRIGGER USER;\n"
            "ALTER TABLE audit_head DISABLE TRIGGER USER;\n"
        )
        house.server.psql(given)
        by_desk = int(house.run(PORTAL, "-c", REWRITE))
        roles(house.server)
        shutil.rmtree(house.key.parent / "checkpoints", ignore_errors=True)
        found = verified(house)
        assert (found.returncode, " forged：" in found.stdout) == (1, True), found.stdout
        assert f"{by_desk}件" in found.stdout
        before = verified(house, "-c", VERIFY_OF_BEFORE)  # control
        assert (before.returncode, "すべて合っています" in before.stdout) == (0, True), (
            before.stdout
        )
