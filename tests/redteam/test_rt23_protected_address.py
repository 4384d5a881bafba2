"""23. Find a protected address (支援措置), told, amended or wished for: no page or paper has it."""

import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.papers.engine import render
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.application import Delivery
from madoguchi.work.subsidy.applying.papers import filled_in
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.typing import actions as typing
from tests.answers import squeezed
from tests.pdf import text
from tests.web.desk.granted import Seat, fields, seat
from tests.work.subsidy.granting import APPLIED, CANARY, Desk, opened_year, sent
from tests.work.subsidy.states import TRIES

PLACES = ("金井七丁目", "行幸田九", "半田八番", "377-9999")
OLD, AMENDED, WISHED = "渋川市金井七丁目7番", "渋川市行幸田九99番", "渋川市半田八番8号"
HIDING = replace(
    APPLIED,
    protected=True,
    address=OLD,
    postal_code="377-9999",
    delivery=Delivery("address", WISHED),
)


def hiding(office: OfficeCard, now: datetime) -> Desk:
    """Amended while nobody hid it, protected from a correction on, and asked for once more."""
    opened_year(office)
    desk = sent(office, now, replace(HIDING, protected=False))
    desk.receive()
    for name, value in (("address", AMENDED), ("postal_code", "377-9999")):
        granted.amend(
            desk.officer, desk.grant, granted.Correction(1, {name: value}, "写しまちがい"), now=now
        )
    TRIES[Verb.RETURN](desk, desk.officer, now)
    typing.complete(desk.officer, desk.grant, HIDING, now=now)
    return desk


def nowhere(words: str, where: str) -> None:
    """None of the places is in these words."""
    assert [place for place in PLACES if place in words] == [], where


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_it_is_on_no_page_no_paper_and_in_no_bundle(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hiding(office, now)
    here = seat(office, now, monkeypatch, desk=desk)
    assert CANARY in here.page()
    nowhere(here.page(), "the page")
    nowhere(here.page("?do=amend"), "what can be amended")
    TRIES[Verb.RETURN](desk, desk.officer, now)
    nowhere(_letter(here, "correction"), "a letter")
    nowhere(_letter(here, "envelope"), "the envelope")
    nowhere(squeezed(here.browser.get(f"{here.path}type/complete/")), "the form")
    nowhere(" ".join(_bundled(here)), "the bundle")


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_form_that_never_showed_it_keeps_it(
    office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = hiding(office, now)
    here = seat(office, now, monkeypatch, desk=desk)
    TRIES[Verb.RETURN](desk, desk.officer, now)
    path = f"{here.path}type/complete/"
    form = fields(squeezed(here.browser.get(path)))
    assert here.browser.post(path, form).status_code == 303
    told = desk.opened.applied
    assert (told.address, told.delivery) == (HIDING.address, HIDING.delivery)
    TRIES[Verb.RETURN](desk, desk.officer, now)
    form = fields(squeezed(here.browser.get(path)))
    typed = {**form, "delivery_address": "渋川市石原1番"}
    assert here.browser.post(path, typed).status_code == 303
    assert desk.opened.applied.delivery.address == "渋川市石原1番"


def test_it_is_not_on_the_form_that_the_person_prints() -> None:
    of = public.published(programme("shibukawa"), texts("shibukawa"), date(2026, 11, 30))
    assert of is not None
    empty = public.application(of, confirmed=True)
    for told, there in ((HIDING, False), (replace(HIDING, protected=False), True)):
        made = filled_in(empty, of.version, of.say, told)
        words = "".join(
            text(render(find("shibukawa", "subsidy_application"), made).content).split()
        )
        assert (WISHED in words) is there


def _letter(here: Seat, name: str) -> str:
    return text(here.paper(name, how="address").content)


def _bundled(here: Seat) -> list[str]:
    answer = here.browser.post(f"{here.path}bundle/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] # it streams
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        papers = [found.read(name) for name in found.namelist() if name.endswith(".pdf")]
    return [text(paper) for paper in papers]
