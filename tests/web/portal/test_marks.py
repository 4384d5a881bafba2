"""What a visit keeps is changed by its own forms alone (M4): each carries the mark of the visit.

The posts here name no sender, as an old browser's do, or those behind a proxy that hides it; by
`SameSite` alone a browser sends the cookie along with the form of a neighbour on our own site.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, get_resolver

from madoguchi.config.windows import PORTAL
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.models import Visit
from madoguchi.web import portal as pages
from madoguchi.web.portal.consult.steps import ORDER
from madoguchi.web.portal.safety import visitor
from tests.answers import Response, squeezed
from tests.offices import PORTAL_HOST, browser_of
from tests.web.portal import booking, browsing

FOREIGN = {"contact_rule": "phone", "phone": "090-1111-2222", "email": "attacker@example.jp"}
NAMED_FOREIGN = ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"})
MARK = re.compile(r'name="mark" value="([^"]*)"')
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
UNMARKED = {"safety", "follow", "leave", "enquiry-ask", "check"}
ELSEWHERE = {"display", "recent", "search"}  # no procedure: they change what is seen


class Nameless(Client):
    """A browser that does not say who sends; its forms have the mark that its last page had."""

    def __init__(self) -> None:
        super().__init__(headers={"host": PORTAL_HOST})
        self.mark = ""

    def get(self, path: str, *args: Any, **more: Any) -> Any:  # type: ignore[override]
        shown = super().get(path, *args, **more)
        found = MARK.search(squeezed(shown))
        self.mark = found[1] if found else self.mark
        return shown

    def post(self, path: str, data: Any = None, *args: Any, **more: Any) -> Any:  # type: ignore[override]
        return super().post(path, {"mark": self.mark, **(data or {})}, *args, **more)


def posted(browser: Client, path: str, sent: dict[str, str], **headers: str) -> Response:
    """A post with the browser's cookies; nobody is named, and nothing of our pages is added."""
    other = Client(headers={"host": PORTAL_HOST, **headers})
    other.cookies = browser.cookies
    return other.post(path, sent)


def kept() -> list[bytes]:
    return sorted(bytes(blob) for blob in Visit.objects.values_list("blob", flat=True))


@pytest.fixture
def person(portal: Client) -> Client:
    """A person on the way to both: a request and a place of the clinic are being written."""
    browsing.fill(portal)
    portal.post("/s/l/")
    return portal


@pytest.mark.parametrize("mark", [{}, {"mark": ""}, {"mark": "0" * 32}])
@pytest.mark.parametrize(
    "headers", [{}, {"origin": "null"}, {"sec-fetch-site": "none"}, *NAMED_FOREIGN]
)
@pytest.mark.parametrize("path", ["/s/c/contact/", "/s/c/check/"])
def test_a_form_without_the_visits_mark_changes_nothing_and_is_not_shown(
    person: Client, path: str, headers: dict[str, str], mark: dict[str, str]
) -> None:
    before = kept()
    answer = posted(person, path, {**FOREIGN, **mark}, **headers)
    assert answer.status_code == 403
    page = squeezed(answer)
    assert "受け取りませんでした" in page
    assert "090-1111-2222" not in page
    assert "attacker" not in page
    assert kept() == before


@pytest.mark.parametrize("headers", NAMED_FOREIGN)
def test_where_another_site_is_named_no_mark_helps_and_no_word_is_shown(
    person: Client, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the right mark, and without the cookie: none of its words, hidden or visible."""
    found = MARK.search(squeezed(person.get("/s/c/contact/")))
    assert found
    before, marked = kept(), {**FOREIGN, "mark": found[1]}
    strangers = (person, marked), (Client(), FOREIGN)
    for browser, sent in strangers:
        answer = posted(browser, "/s/c/contact/", sent, **headers)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "受け取りませんでした" in page
        assert "090-1111-2222" not in page
        assert "attacker" not in page
    assert kept() == before
    monkeypatch.setattr(visitor, "sender", lambda _: "unnamed")  # the control: nobody is heard
    posted(person, "/s/c/contact/", marked, **headers)
    assert kept() != before
    assert "090-1111-2222" in squeezed(posted(Client(), "/s/c/contact/", FOREIGN, **headers))


def test_a_body_that_is_no_form_changes_nothing(person: Client) -> None:
    """`enctype=text/plain` and JSON, which another site's page may send as well."""
    before = kept()
    for kind in ("text/plain", "application/json"):
        bare = Client(headers={"host": PORTAL_HOST})
        bare.cookies = person.cookies
        answer = bare.generic("POST", "/s/c/contact/", b"phone=090-1111-2222", content_type=kind)
        assert answer.status_code in (400, 403)
    assert kept() == before


def test_control_without_the_mark_the_words_are_in_the_draft(
    person: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor, "carries_mark", lambda _: True)
    posted(person, "/s/c/contact/", FOREIGN)
    assert "090-1111-2222" in squeezed(person.get("/s/c/contact/"))


def procedures() -> dict[str, str]:
    """Every address of a procedure, by its name."""
    found = [one for one in get_resolver(PORTAL.urls).url_patterns if isinstance(one, URLPattern)]
    return {
        str(one.name): "/"
        + str(one.pattern).replace("<int:number>", "1").replace("<slug:name>", "story")
        for one in found
        if str(one.pattern).startswith("s/")
    }


def test_no_address_of_a_procedure_takes_a_form_without_it(person: Client) -> None:
    """But for those that begin something empty, end it, or ask what is no consultation."""
    found = procedures()
    assert len(found) > 25
    before = kept()
    for name, path in found.items():
        if name not in UNMARKED:
            sent = {**FOREIGN, "text": "x", "place": "x", "case": ""}
            assert posted(person, path, sent).status_code == 403, path
            assert kept() == before, path


def test_every_form_carries_it() -> None:
    """As the templates are written: also those that only an opened receipt shows."""
    forms = 0
    (folder,) = map(Path, pages.__path__)
    for template in folder.rglob("*.html"):
        for form in FORM.findall(template.read_text("utf-8")):
            names = set(re.findall(r"{% url '?([\w-]+)", form.partition(">\n")[0]))
            if 'method="post"' in form and not names & (UNMARKED | ELSEWHERE | {"begin"}):
                forms += 1
                assert re.search(r"portal/(mark|own_grant/which)\.html", form), (template, names)
    assert forms > 25


def test_a_browser_that_names_nobody_goes_the_whole_way(office: OfficeCard, portal: Client) -> None:
    person = Nameless()
    person.get("/s/")
    person.post("/s/")
    told = {"danger": browsing.START, "story": browsing.STORY, "contact": browsing.CONTACT}
    for step in ORDER:
        person.get(f"/s/c/{step}/")
        assert person.post(f"/s/c/{step}/", told.get(step, {})).status_code == 303, step
    person.get("/s/c/check/")
    pair = browsing.send(person)
    assert browsing.open_receipt(person, *pair).status_code == 303
    assert browsing.add(person, "追伸").status_code == 303
    assert "追伸" in squeezed(person.get("/s/f/"))


def test_without_a_cookie_the_words_stand_in_the_open(portal: Client) -> None:
    """Not even a button carries them: a browser keeps the cookie back from a foreign form."""
    answer = posted(portal, "/s/c/story/", {"text": "書いたこと"})
    page = squeezed(answer)
    assert (answer.status_code, "書いたこと" in page) == (403, True)
    assert "<form" not in page.partition("<main")[2]
    assert not answer.cookies
    assert not Visit.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}], ids=["old", "today"])
@pytest.mark.parametrize("anew", [False, True], ids=["left", "begun anew"])
def test_the_form_of_a_visit_that_was_left_is_neither_kept_nor_shown(
    person: Client, headers: dict[str, str], *, anew: bool
) -> None:
    """A browser sends it once more when a refused page is gone back to and loaded anew."""
    found = MARK.search(squeezed(person.get("/s/c/story/")))
    assert found
    person.get("/s/leave/")
    person.cookies.clear()
    if anew:
        browsing.begin(person)
    before = kept()
    for path in ("/s/c/contact/", "/s/c/story/", "/s/f/m/"):
        sent = {"text": "書いたこと", "contact_rule": "phone", "mark": found[1]}
        answer = posted(person, path, sent, **headers)
        assert not answer.cookies
        assert "書いたこと" not in squeezed(answer)
        if headers or not anew:
            assert (answer.status_code, answer["Location"]) == (303, "/s/")
    assert kept() == before


def test_who_names_us_needs_no_mark(person: Client) -> None:
    """Nobody loses words whose page was open while the program was brought up to date."""
    for headers in ({"origin": f"http://{PORTAL_HOST}"}, {"sec-fetch-site": "same-origin"}):
        assert posted(person, "/s/c/story/", {"text": "二度目"}, **headers).status_code == 303


def test_a_visit_of_before_goes_on(portal: Client, office: OfficeCard, now: datetime) -> None:
    """Its cookie has no mark; an empty one fits nothing."""
    who = visit.new_holder(office.id)
    old = visit.Holder(office.id, who.key)
    visit.hold(old, lambda draft: draft["answers"].update(text=["きのうから"]), now)
    portal.cookies[settings.VISIT_COOKIE] = old.cookie
    assert "きのうから" in squeezed(portal.get("/s/c/story/"))
    assert posted(portal, "/s/c/story/", {"text": "x", "mark": ""}).status_code == 403
    assert portal.post("/s/c/story/", {"text": "きょうも"}).status_code == 303


def renew(person: Client) -> None:
    """In another tab a receipt is opened: the cookie is another one."""
    pair = browsing.send(person)
    assert browsing.open_receipt(person, *pair).status_code == 303


def expire(person: Client) -> None:
    """The draft's day is over."""
    Visit.objects.filter(kind="draft").update(expires_at=datetime(2026, 1, 1).astimezone())


def back(person: Client) -> None:
    """Back and forth: the form is sent a second time."""
    person.get("/s/c/danger/")


@pytest.mark.parametrize("meanwhile", [renew, expire, back])
def test_a_form_in_an_old_tab_is_still_the_visits(
    person: Client, meanwhile: Callable[[Client], None]
) -> None:
    found = MARK.search(squeezed(person.get("/s/c/story/")))
    assert found
    cookie = person.cookies[settings.VISIT_COOKIE].value
    meanwhile(person)
    assert (person.cookies[settings.VISIT_COOKIE].value != cookie) == (meanwhile is renew)
    answer = posted(person, "/s/c/story/", {"text": "あとから書いたこと", "mark": found[1]})
    assert answer.status_code in (303, 422)
    said = squeezed(person.get("/s/c/story/", follow=True)) + squeezed(person.get("/s/f/"))
    assert "あとから書いたこと" in said


def test_two_visits_have_two_marks(portal: Client, person: Client) -> None:
    other = browser_of(PORTAL_HOST)
    browsing.begin(other)
    marks = {MARK.search(squeezed(each.get("/s/c/danger/")))[1] for each in (person, other)}  # type: ignore[index]
    assert len(marks) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", mark) for mark in marks)


def test_the_place_of_a_booking_is_chosen_by_its_own_form(
    portal: Client, office: OfficeCard, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking.Clock(monkeypatch, now)
    booking.ruled(monkeypatch, {"online": "ask"})
    booking.publish(office, now)
    booking.begin(portal)
    place = booking.values(portal)[0]
    before = kept()
    assert posted(portal, "/s/l/", {"place": place, "case": ""}).status_code == 403
    assert kept() == before
    mark = MARK.search(squeezed(portal.get("/s/l/")))
    assert mark
    sent = {"place": place, "case": booking.mark(portal), "mark": mark[1]}
    assert posted(portal, "/s/l/", sent).status_code == 303
