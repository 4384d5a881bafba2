"""27. Find an address in what was issued before somebody hid it (支援措置): it lies closed."""

import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
from django.test import Client

from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.application import Delivery
from madoguchi.work.subsidy.bundle.actions import HASHES, INDEX
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.sampling import actions as sampling
from madoguchi.work.subsidy.typing import actions as typing
from tests.answers import squeezed
from tests.pdf import text
from tests.web.desk.granted import Seat, Sit
from tests.work.subsidy.granting import APPLIED, Desk, sent
from tests.work.subsidy.states import TRIES

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)
HOME, WISHED = "渋川市金井七丁目7番", "渋川市半田八番8号"
OPEN = replace(APPLIED, address=HOME, postal_code="377-9999", delivery=Delivery("address", WISHED))
PLACES = ("金井七丁目", "半田八番", "377-9999")
ANNEX = "別封/"
SAYS = "支援措置の申出の前の書類。住所が書かれています"


@pytest.fixture
def desk(sit: Sit, office: OfficeCard, now: datetime) -> Desk:
    """Somebody who hides nothing is asked for what is missing."""
    desk = sent(office, now, OPEN)
    desk.receive()
    TRIES[Verb.RETURN](desk, desk.officer, now)
    return desk


@pytest.fixture
def here(sit: Sit, desk: Desk, now: datetime) -> Seat:
    """A letter and its envelope went out; then the person asked for protection; then one more."""
    found = sit(desk)
    assert found.paper("correction", how="post").status_code == 200
    assert found.paper("envelope", how="address").status_code == 200
    typing.complete(desk.officer, desk.grant, replace(OPEN, protected=True), now=now)
    TRIES[Verb.RETURN](desk, desk.officer, now)
    assert found.paper("correction", how="post").status_code == 200
    return found


def bundled(browser: Client, path: str) -> dict[str, bytes]:
    """The files of the bundle, by name."""
    answer = browser.post(f"{path}bundle/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return {name: found.read(name) for name in found.namelist()}


def places(pdf: bytes) -> list[str]:
    """Which places a paper names."""
    words = "".join(text(pdf).split())
    return [place for place in PLACES if place in words]


def test_outside_the_annex_no_paper_has_it(here: Seat) -> None:
    found = bundled(here.browser, here.path)
    papers = {name: places(pdf) for name, pdf in found.items() if name.endswith(".pdf")}
    assert [name for name in found if "paper" in name] == [
        "paper-03.pdf",
        f"{ANNEX}paper-01.pdf",
        f"{ANNEX}paper-02.pdf",
    ]
    assert {name: told for name, told in papers.items() if told} == {
        f"{ANNEX}paper-01.pdf": ["金井七丁目", "377-9999"],
        f"{ANNEX}paper-02.pdf": ["半田八番"],
    }
    lines = [line.split("  ") for line in found[HASHES].decode().splitlines()]
    assert {name: made for made, name in lines} == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in found.items()
        if name != HASHES
    }


def test_the_index_says_where_they_lie_and_why(here: Seat) -> None:
    words = "".join(text(bundled(here.browser, here.path)[INDEX]).split())
    assert words.count("住所あり・支援措置のため別封") == 2
    assert "申出の前に発行した書類には住所が書かれている" in words


def test_the_officer_reads_it_on_the_file(here: Seat) -> None:
    page = here.page()
    assert "申出の前に発行した書類2件には、住所が書かれています" in page
    assert page.count(SAYS) == 2
    assert not [place for place in PLACES if place in page]


def test_the_auditor_too(sit: Sit, office: OfficeCard, now: datetime, here: Seat) -> None:
    found = sit(here, "auditor")
    browser = found.browser
    auditor = Actor(office.id, "auditor", found.staff_id)
    sampling.draw(auditor, Grant.objects.get(pk=here.id), now=now)
    page = squeezed(browser.post(f"/grants/audit/{here.id}/"))
    assert page.count(SAYS) == 2
    outside = {
        name: places(pdf)
        for name, pdf in bundled(browser, here.path).items()
        if name.endswith(".pdf") and not name.startswith(ANNEX)
    }
    assert [name for name, told in outside.items() if told] == []


def test_a_form_with_the_address_in_it_lies_nowhere(sit: Sit, desk: Desk, now: datetime) -> None:
    """A form that the desk printed for them to sign is blank paper: no file of the grant has it."""
    found = sit(desk)
    kept = bundled(found.browser, found.path)
    assert found.paper("withdrawal_form").status_code == 200
    typing.complete(desk.officer, desk.grant, replace(OPEN, protected=True), now=now)
    files = bundled(found.browser, found.path)
    assert files.keys() == kept.keys()


def test_control_who_hides_nothing_has_no_closed_paper(sit: Sit, desk: Desk) -> None:
    found = sit(desk)
    found.paper("correction", how="post")
    assert SAYS not in found.page()
    files = bundled(found.browser, found.path)
    assert places(files["paper-01.pdf"])
    assert "住所あり" not in text(files[INDEX])
