"""10. Unknown, wrong, denied: same work, bytes, headers, median time."""

import re
import time
from datetime import datetime
from statistics import median
from uuid import uuid4

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import cipher, receipt
from madoguchi.tools.vault.models import DrawerKey, Receipt
from madoguchi.work.cases.models import Access, Case
from tests.answers import Response
from tests.redteam.house import Asked, asked_with_file
from tests.web.desk.colleagues import colleague

TRIES = 31
WRONG = "1" * 16
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|token)" value="[^"]*"')


def pairs(asked: Asked) -> dict[str, tuple[str, str]]:
    """Every way to be wrong."""
    return {
        "unknown number": (receipt.new_number(), asked.secret),
        "wrong secret": (asked.number, WRONG),
        "both": (receipt.new_number(), WRONG),
    }


def told(response: Response, number: str) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer says, without what was typed and tokens that differ every time."""
    body = TOKEN.sub(b"", response.content).replace(number.encode(), b"")
    return response.status_code, body, dict(response.items())


def test_wrong_receipts_get_one_answer(portal: Client, asked: Asked) -> None:
    answers = {
        name: told(portal.post("/s/f/", {"number": pair[0], "secret": pair[1]}), pair[0])
        for name, pair in pairs(asked).items()
    }
    first, *others = answers.values()
    assert first[0] == 422
    assert all(other == first for other in others)


def test_a_receipt_of_another_office_is_unknown(
    portal: Client, other_office: OfficeCard, asked: Asked, now: datetime
) -> None:
    foreign = asked_with_file(other_office, now)
    right = portal.post("/s/f/", {"number": asked.number, "secret": asked.secret})
    away = portal.post("/s/f/", {"number": foreign.number, "secret": foreign.secret})
    unknown = portal.post("/s/f/", {"number": "1" * 13, "secret": WRONG})
    assert right.status_code == 303  # the control
    assert told(away, foreign.number) == told(unknown, "1" * 13)


@pytest.mark.usefixtures("office")
def test_wrong_receipts_cost_the_same_work_at_the_same_price(
    office: OfficeCard, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices: list[cipher.Cost] = []
    real = cipher.stretch

    def stretch(secret: str, salt: bytes, cost: cipher.Cost) -> tuple[bytes, bytes]:
        prices.append(cost)
        return real(secret, salt, cost)

    monkeypatch.setattr(cipher, "stretch", stretch)
    for pair in pairs(asked).values():
        assert receipt.present(office.id, *pair, "net") is None
    assert prices == [cipher.TEST] * 3


def test_wrong_receipts_take_the_same_time(office: OfficeCard, asked: Asked) -> None:
    """Medians of interleaved tries' work, compared with the cost of one stretching."""
    took: dict[str, list[float]] = {name: [] for name in pairs(asked)}
    for _ in range(TRIES):
        for name, pair in pairs(asked).items():
            began = time.process_time()
            receipt.present(office.id, *pair, "net")
            took[name].append(time.process_time() - began)
    medians = sorted(median(times) for times in took.values())
    assert medians[-1] - medians[0] < 0.005


def test_a_receipt_without_its_key_is_a_wrong_one(office: OfficeCard, asked: Asked) -> None:
    assert receipt.present(office.id, asked.number, asked.secret, "net")  # the control
    salt = bytes(Receipt.objects.get().salt)
    DrawerKey.objects.filter(by="receipt").update(blob=salt * 4)
    assert receipt.present(office.id, asked.number, asked.secret, "net") is None
    DrawerKey.objects.filter(by="receipt").delete()
    assert receipt.present(office.id, asked.number, asked.secret, "net") is None


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_at_the_desk_what_one_may_not_see_is_not_there(
    asked: Asked, office: OfficeCard, other_office: OfficeCard, now: datetime
) -> None:
    staff, browser = colleague(office, "counsellor", now)
    denied, secret, open_ = (asked_with_file(office, now).case_id for _ in range(3))
    Access.objects.create(
        office_id=office.id, case_id=denied, staff_id=staff.id, kind="deny", at=now
    )
    Case.objects.filter(pk=secret).update(level="secret")
    foreign = asked_with_file(other_office, now).case_id
    assert browser.get(f"/cases/{open_}/").status_code == 200  # the control
    answers = [
        (answer.status_code, answer.content, dict(answer.items()))
        for answer in (browser.get(f"/cases/{id_}/") for id_ in (uuid4(), foreign, denied, secret))
    ]
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
