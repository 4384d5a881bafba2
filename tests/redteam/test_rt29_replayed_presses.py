"""29. Send what was sent once more: again, late, to another grant, from another receipt, bare."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.door import SIGNED_IN_AT
from madoguchi.work.issued.models import Issued
from madoguchi.work.subsidy.models import Budget, Check, Grant, Step
from tests.answers import Response
from tests.offices import DESK_HOST, PORTAL_HOST, browser_of
from tests.web.desk.granted import CLAIM, Seat, seat, slips
from tests.web.portal.granting import come
from tests.web.portal.own_page import ADDRESS, hidden, page
from tests.web.portal.saturdays import Clock
from tests.web.portal.test_own_grant import CONTRACT, REPORT
from tests.web.portal.test_own_grant_claim import BANK
from tests.work.subsidy.granting import opened_year, sent
from tests.work.subsidy.owning import Owner

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
DRAFT = {"outcome": "grant", "amount_yen": "15万円", "amount_why": "端数は出ない"}
DECIDED = {"decision_class": "delegated", "document_number": "渋安第12号"}
TOO_FAR = 100


def written() -> tuple[Any, ...]:
    """All that any press can write of grants."""
    books = [(year.reserved_yen, year.spent_yen) for year in Budget.objects.all()]
    states = sorted(Grant.objects.values_list("id", "state", "number", "revision"))
    counts = (Step.objects.count(), Check.objects.count(), Issued.objects.count())
    return books, states, counts


# -- at the desk ----------------------------------------------------------------------------


class Life:
    """A grant that was pressed from the letterbox to the payment; every press is kept."""

    def __init__(self, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        """Press it through, with two papers and a correction on the way."""
        opened_year(office)
        self.patch = monkeypatch
        self.presses: list[tuple[Client, str, dict[str, Any]]] = []
        here = self.here = self._kept(seat(office, now, monkeypatch, desk=sent(office, now)))
        here.done("receive", received_number="渋安収第3号")
        here.done("return", **{"what-11": "画面を印刷したもの"})
        here.paper("correction")
        assert here.typed("complete").status_code == 303
        assert here.check().status_code == 303
        here.done("draft", **DRAFT)
        here.paper("draft")
        here.done("decide", **DECIDED, commitment_number="支負第8号")
        assert here.typed("contract", contract_on="11/30").status_code == 303
        assert here.typed("report", paid_on="11/30").status_code == 303
        here.done("fix", **DECIDED)
        assert here.typed("claim", **CLAIM).status_code == 303
        here.done("amend", of="4:kana", value="ヨシダ ハナ", why="写しまちがい")
        here.done("holder", holder="same", proof="通帳の旧姓")
        payer = self._kept(seat(office, now, monkeypatch, desk=here))
        payer.done("pay", order_number="支命第5号")
        assert Grant.objects.get().state == "paid"

    def _kept(self, here: Seat) -> Seat:
        """The same seat, with every press of its browser kept."""
        browser, press = here.browser, here.browser.post

        def post(path: str, typed: dict[str, Any], **more: Any) -> Response:
            self.presses.append((browser, path, dict(typed)))
            return press(path, typed, **more)

        self.patch.setattr(browser, "post", post)
        return here

    def again(self, changed: Callable[[str, dict[str, Any]], tuple[str, dict[str, Any]]]) -> Any:
        """Every press once more, changed; what was answered to each."""
        for browser, path, typed in list(self.presses):
            yield path, browser.post(*changed(path, typed))


@pytest.fixture
def life(office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Life:
    return Life(office, now, monkeypatch)


def test_every_press_sent_again_is_done_already(life: Life) -> None:
    before = written()
    assert len(life.presses) == 15
    for path, answer in life.again(lambda path, typed: (path, typed)):
        assert answer.status_code in (200, 303), (path, slips(answer))
        assert (answer.status_code == 200) == ("/paper/" in path), path
    assert written() == before


def test_a_page_of_before_writes_nothing(life: Life) -> None:
    """The same words from a page without its token, or opened twice: it is late."""
    before = written()
    for token in ({}, {"token": ""}, {"token": "another"}):

        def late(path: str, typed: dict[str, Any], token: Any = token) -> tuple[str, Any]:
            return path, {name: typed[name] for name in typed if name != "token"} | token

        for path, answer in life.again(late):
            assert answer.status_code == 409, (token, path, answer.status_code)
    assert written() == before


def test_no_press_on_a_grant_is_one_on_another(
    life: Life, office: OfficeCard, now: datetime
) -> None:
    other = sent(office, now).until("received")
    while other.grant.revision < TOO_FAR:
        other.check("resident")
    before = written()
    for path, answer in life.again(
        lambda path, typed: (path.replace(str(life.here.id), str(other.id)), typed)
    ):
        assert answer.status_code in (404, 409), (path, answer.status_code)
    assert written() == before


def test_without_the_forms_own_token_no_page_takes_a_press(life: Life, now: datetime) -> None:
    """Another site's page, in the browser of who is signed in."""
    before = written()
    strict = Client(enforce_csrf_checks=True, headers={"host": DESK_HOST})
    strict.force_login(Staff.objects.get(pk=life.here.staff_id))
    session = strict.session
    session[SIGNED_IN_AT] = now.isoformat()
    session.save()
    for _, path, typed in life.presses:
        assert strict.post(path, typed).status_code == 403, path
    assert written() == before


def test_no_address_of_a_press_does_anything_by_being_opened(life: Life) -> None:
    before = written()
    for browser, path, _ in life.presses:
        answer = browser.get(path)
        assert answer.status_code in (302, 409, 200), path
        assert answer.status_code == 302 or "/type/" in path or path.endswith("/receive/"), path
    assert written() == before


# -- with a receipt -------------------------------------------------------------------------

ERRANDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a": ("returned", "complete", {"answer_words": "持って行きます", "answer_bring": "11"}),
    "c": ("decided", "contract", CONTRACT),
    "r": ("contracted", "report", {**REPORT, "receipt_bring": "yes"}),
    "x": ("received", "withdraw", {"withdraw_words": "やめます"}),
}


def verbs(one: Owner) -> list[str]:
    """What happened to somebody's grant."""
    return list(Step.objects.filter(grant_id=one.grant.id).values_list("verb", flat=True))


@pytest.fixture
def two(office: OfficeCard, portal: Client, clock: Clock) -> Callable[[str], Any]:
    """Two people, each in a browser, whose grants are in the same state."""

    def two(state: str) -> Any:
        other = browser_of(PORTAL_HOST)
        return (portal, come(portal, office, clock, state)), (
            other,
            come(other, office, clock, state),
        )

    return two


@pytest.mark.parametrize("name", ERRANDS)
def test_another_receipt_sends_nothing_for_anybody(two: Callable[[str], Any], name: str) -> None:
    state, _, typed = ERRANDS[name]
    (mine, one), (theirs, other) = two(state)
    shown, foreign = page(mine, f"{name}/"), page(theirs, f"{name}/")
    before = verbs(one), verbs(other)
    tries = [
        (theirs, hidden(shown)),
        (theirs, {**hidden(foreign), "grant": hidden(shown)["grant"]}),
        (theirs, {**hidden(foreign), "case": hidden(shown)["case"]}),
        (mine, {**hidden(shown), "grant": hidden(foreign)["grant"]}),
        (mine, {**hidden(shown), "grant": "x"}),
        (mine, {**hidden(shown), "revision": "99999999999999999999"}),
        (mine, {**hidden(shown), "revision": "-1"}),
        (mine, {name: value for name, value in hidden(shown).items() if name != "revision"}),
        (mine, {name: value for name, value in hidden(shown).items() if name != "case"}),
        (mine, {}),
    ]
    for at, (browser, named) in enumerate(tries):
        answer = browser.post(f"{ADDRESS}{name}/", {**typed, **named})
        assert answer.status_code in (200, 303, 404, 409, 422), at
        assert (verbs(one), verbs(other)) == before, at


@pytest.mark.parametrize("name", ERRANDS)
def test_a_press_without_its_token_counts_once(two: Callable[[str], Any], name: str) -> None:
    state, verb, typed = ERRANDS[name]
    (mine, one), _ = two(state)
    named = {key: value for key, value in hidden(page(mine, f"{name}/")).items() if key != "token"}
    for _ in range(3):
        mine.post(f"{ADDRESS}{name}/", {**typed, **named})
    assert verbs(one).count(verb) == 1


def test_an_account_that_was_read_back_to_another_is_not_claimed_for(
    two: Callable[[str], Any],
) -> None:
    (mine, one), (theirs, other) = two("fixed")
    for browser in (mine, theirs):
        browser.post(f"{ADDRESS}q/", {**hidden(page(browser, "q/")), **BANK})
    shown, foreign = page(mine, "q/check/"), page(theirs, "q/check/")
    before = verbs(one), verbs(other)
    theirs.post(f"{ADDRESS}q/check/", hidden(shown))
    theirs.post(f"{ADDRESS}q/check/", {**hidden(foreign), "was": hidden(shown)["was"]})
    mine.post(f"{ADDRESS}q/check/", {**hidden(shown), "grant": hidden(foreign)["grant"]})
    assert (verbs(one), verbs(other)) == before
    mine.post(f"{ADDRESS}q/check/", hidden(shown))
    mine.post(f"{ADDRESS}q/check/", hidden(shown))
    assert verbs(one) == [*before[0], "claim"]
