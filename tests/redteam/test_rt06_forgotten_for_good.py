"""Red team 6: old data, the master key and the person's secret, after forgetting: nothing."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from madoguchi.ops.safekeeping import artefact
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.models import DrawerKey, OfficeKey, Receipt
from madoguchi.work.cases import jobs
from tests.redteam.house import Asked, asked_with_file, read_and_answered
from tests.redteam.kept import Places, holding

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection

NOBODY = {"person": False, "office": False}
BOTH = {"person": True, "office": True}


@pytest.fixture
def cases(office: OfficeCard, now: datetime) -> tuple[Asked, Asked, Asked]:
    """One that will be forgotten after the desk opened it, one before, one that stays."""
    opened, unread, other = (asked_with_file(office, now) for _ in range(3))
    read_and_answered(office, opened, now)
    read_and_answered(office, other, now)
    return opened, unread, other


def wraps(*asked: Asked) -> list[bytes]:
    """Everything by which keys of these cases could come back, and what proves their receipts."""
    ids = [one.case_id for one in asked]
    receipts = Receipt.objects.filter(case_id__in=ids)
    blobs = DrawerKey.objects.filter(case_id__in=ids).values_list("blob", flat=True)
    proofs = (proof for row in receipts for proof in (row.salt, row.verifier, row.commitment))
    return [bytes(one) for one in (*blobs, *proofs)]


def test_nothing_opens_and_nothing_is_left(
    cases: tuple[Asked, Asked, Asked], places: Places, now: datetime
) -> None:
    opened, unread, _other = cases
    secrets = wraps(opened, unread)
    assert len(secrets) == 3 + 2 + 2 * 3
    before = places.back_up(now)
    for one in (opened, unread):
        jobs.forget(one.case_id, now=now)
    after = places.back_up(now + timedelta(days=1))

    code, said = places.restore(before.data, after.keys, "old data")
    assert (code, "廃棄された相談：2 件" in said) == (0, True), said
    assert places.tried("old data", *cases) == [NOBODY, NOBODY, BOTH]
    code, said = places.restore(after.data, after.keys, "new data")
    assert (code, "記録のとおりに廃棄された相談 2 件" in said) == (0, True), said
    assert places.tried("new data", *cases) == [NOBODY, NOBODY, BOTH]

    assert not holding(places.data, *secrets)
    assert not holding(places.root / "old data", *secrets)
    assert holding(places.keys, *secrets) == [  # the control, and why *keys* live 35 days
        str(before.keys / f"tables/vault.{name}.jsonl") for name in ("drawerkey", "receipt")
    ]
    assert artefact.expire_keys(places.keys, now + timedelta(days=36)) == [before.keys]
    assert not holding(places.root, *secrets)


@pytest.mark.sqlite("reads the files of SQLite")
def test_the_living_database_and_its_log_hold_nothing(
    cases: tuple[Asked, Asked, Asked], now: datetime
) -> None:
    secrets = wraps(*cases[:2])
    assert holding(Path(settings.HOME), *secrets)  # the control: the search finds them
    for one in cases[:2]:
        jobs.forget(one.case_id, now=now)
    assert not holding(Path(settings.HOME), *secrets)


def test_control_with_keys_of_that_day_everything_opens(
    cases: tuple[Asked, Asked, Asked], places: Places, now: datetime
) -> None:
    before = places.back_up(now)
    jobs.forget(cases[0].case_id, now=now)
    assert places.restore(before.data, before.keys, "home")[0] == 0
    assert places.tried("home", *cases) == [BOTH, BOTH, BOTH]


def test_data_alone_holds_no_key_of_any_kind(
    cases: tuple[Asked, Asked, Asked], places: Places, now: datetime
) -> None:
    taken = places.back_up(now)
    rows = OfficeKey.objects.all()
    secrets = [
        *wraps(*cases),
        *(bytes(key) for row in rows for key in (row.private, row.symmetric)),
    ]
    assert not holding(places.data, *secrets, *(one.secret.encode() for one in cases))
    assert len(holding(places.keys, *secrets)) == 3  # the control: the search finds them
    assert taken.missing == ()
