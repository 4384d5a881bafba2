"""8. Replay a submission: fifty times, after a kill, after leaving, with another's key."""

from datetime import datetime
from pathlib import Path

import pytest

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.public import ask
from tests.proof.house import kill, prepared
from tests.redteam.requests import request

COOKIE = "00" * 32
SENDER = """
from madoguchi.ops.start import django
django("portal")
import time
from madoguchi.tools.office.public import by_host
from madoguchi.tools.vault import visit
from madoguchi.web.kit.arrival import now
from madoguchi.work.cases.models import Case
from madoguchi.work.intake.public import ask
from tests.redteam.requests import request
office = by_host("127.0.0.1", "portal")
who = visit.Holder(office.id, bytes.fromhex("{cookie}"))
"""
SEND_AND_HANG = """
draft = visit.hold(who, lambda draft: None, now())
assert ask(who, office, request(now()), "net", now=now())
print(visit.recall(who, "done", now())["number"], flush=True)
time.sleep(60)
"""
SEND_AGAIN = """
for _ in range(3):
    ask(who, office, request(now()), "net", now=now())
print(Case.objects.count(), visit.recall(who, "done", now())["number"])
"""


@pytest.fixture
def who(office: OfficeCard, now: datetime) -> visit.Holder:
    visitor = visit.new_holder(office.id)
    visit.hold(visitor, lambda _draft: None, now)
    return visitor


def test_fifty_replays_show_one_receipt(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    draft = visit.recall(who, "draft", now)
    assert draft is not None
    shown = set()
    for _ in range(50):
        visit.remember(who, "draft", draft, now)  # Back brought the form again
        assert ask(who, office, request(now), "net", now=now)
        done = visit.recall(who, "done", now)
        assert done is not None
        shown.add((done["number"], done["secret"]))
    assert (Case.objects.count(), len(shown)) == (1, 1)


def test_after_leaving_a_copied_cookie_replays_nothing(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    assert ask(who, office, request(now), "net", now=now)
    visit.leave(who)
    copied = visit.holder(office.id, who.cookie)
    assert copied == who
    assert ask(who, office, request(now), "net", now=now) is False
    assert [visit.recall(who, kind, now) for kind in visit.LIVES] == [None, None, None]
    assert Case.objects.count() == 1


def test_another_cookie_with_the_same_token_learns_and_stops_nothing(
    who: visit.Holder, office: OfficeCard, now: datetime
) -> None:
    mine = visit.recall(who, "draft", now)
    assert mine is not None
    thief = visit.new_holder(office.id)
    visit.hold(thief, lambda draft: draft.update(mine), now)
    assert thief.bind(mine["token"]) != who.bind(mine["token"])
    assert ask(thief, office, request(now), "net", now=now)
    assert ask(who, office, request(now), "net", now=now)
    receipts = [visit.recall(visitor, "done", now) for visitor in (who, thief)]
    numbers = {(done["number"], done["secret"]) for done in receipts if done is not None}
    assert len(numbers) == Case.objects.count() == 2
    assert len({secret for _, secret in numbers}) == 2  # the salt alone makes no secret


def test_after_a_kill_the_replay_finds_the_same_receipt(tmp_path: Path) -> None:
    house = prepared(tmp_path / "home")
    sender = SENDER.format(cookie=COOKIE)
    portal = house.start("-c", sender + SEND_AND_HANG)
    assert portal.stdout is not None
    number = portal.stdout.readline().strip()
    assert number.isdigit(), kill(portal)
    kill(portal)
    assert house.run("-c", sender + SEND_AGAIN, window="portal") == f"1 {number}\n"
