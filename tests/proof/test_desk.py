"""Every page of the desk, signed in: reachable for all, valid, its own, silent towards others."""

import re
from collections import Counter

import pytest
from playwright.sync_api import Browser

from tests.proof.crawl import Visitor
from tests.proof.findings import Findings
from tests.proof.forms import fill
from tests.proof.house import House, kill
from tests.proof.judge import UNFOLD
from tests.proof.site import PASSWORD
from tests.work.intake.mail.writing import PICTURE, mail

ROLES = ("counsellor", "supervisor", "administrator", "auditor")
ENDS_VISIT = ("/sign-out", "/display/")
PEOPLE = 5
CASE = re.compile(r"/cases/[^/]+/")
FORMS = "main form[method=post]"
UNFOLD_MAIN = """() => {
  for (const one of document.querySelectorAll("details")) one.open = !!one.closest("main")
}"""
BELOW = """() => {
  const found = document.getElementById("found"), head = document.querySelector(".top")
  found.scrollIntoView({ behavior: "instant" })
  return found.getBoundingClientRect().top - head.getBoundingClientRect().bottom
}"""


def some_requests(house: House) -> None:
    """Have a few people ask for help, with a file each."""
    asking = house.start("-m", "tests.proof.asking")
    assert asking.stdout is not None
    shown = [asking.stdout.readline() for _ in range(PEOPLE)]
    assert all(shown), kill(asking)
    kill(asking)


def sign_in(visitor: Visitor, role: str, found: Findings) -> None:
    """Sign in as the role's colleague, looking at the page before and after a wrong password."""
    page = visitor.page
    page.goto(visitor.base + "/sign-in/")
    found.look(visitor, visitor.see(f"as-{role}"))
    for password in ("wrong-wrong-wrong", PASSWORD):
        page.fill("input[name=login]", role)
        page.fill("input[name=password]", password)
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        if password != PASSWORD:
            found.look(visitor, visitor.see(f"as-{role}-refused"))
    assert "/sign-in/" not in page.url, page.inner_text("main")


def do_everything(visitor: Visitor, found: Findings, case: str) -> None:
    """Take a case, then send each of its forms empty and filled; look at every answer."""
    page = visitor.page
    page.goto(case)
    page.locator(FORMS).first.locator("button").click()
    verbs = page.locator(FORMS).evaluate_all("fs => fs.map(f => f.getAttribute('action'))")
    page.locator(".safety a").click()
    found.look(visitor, visitor.see("wishes"))
    page.locator("main form button").click()
    page.wait_for_load_state()
    found.look(visitor, visitor.see("wishes-refused"))
    for verb in verbs:
        for filled in (False, True):
            page.goto(case)
            page.evaluate(UNFOLD)
            form = page.locator(f"form[action='{verb}']")
            if not form.count():
                break
            if filled:
                fill(form)
            form.locator("button").last.click()
            page.wait_for_load_state()
            if not visitor.paper:
                found.look(visitor, visitor.see(f"{verb.split('/')[-2]}-{filled}"))


def look_for(visitor: Visitor, found: Findings) -> None:
    """Search for nothing, for what is nowhere and for what is in every case; look at each page."""
    page = visitor.page
    for words in ("", "どこにもない語", "見本"):
        page.goto(visitor.base + "/search/")
        page.fill("input[name=words]", words)
        page.locator("input[name=purpose]").first.check()
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"search-{len(words)}"))
    assert page.locator("table.found tbody tr").count()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(BELOW) >= 0, "on a telephone, what was found begins below the head"


def read_mails(visitor: Visitor, found: Findings) -> None:
    """Hand in what is no mail, then a mail; open it, decide too soon, look for its case."""
    page = visitor.page
    for name, content in (
        ("写真.png", PICTURE),
        ("相談.eml", mail(files=(("証拠.png", PICTURE),))),
    ):
        page.goto(visitor.base + "/mail/")
        page.evaluate(UNFOLD)
        page.set_input_files("#mails", {"name": name, "mimeType": "", "buffer": content})
        page.locator("form:has(#mails) button").click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"mail-{name.partition('.')[2]}"))
    letter = page.locator(".mails a").first.get_attribute("href")
    for act in ("take", "find", "aside", "back"):
        page.goto(f"{visitor.base}{letter}")
        page.evaluate(UNFOLD)
        if act == "find":
            page.fill("input[name=words]", "見本")
        page.locator(f"form[action*='/{act}/'] button").last.click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"mail-{act}"))
    page.goto(visitor.base + "/mail/?tab=filed")
    found.look(visitor, visitor.see("mail-filed"))


def take_in(visitor: Visitor, found: Findings) -> None:
    """Take somebody in by each door: refused, the number asked and opened, filed, handed over."""
    page = visitor.page
    for door in ("phone", "counter", "letter"):
        page.goto(f"{visitor.base}/{door}/")
        page.evaluate(UNFOLD_MAIN)
        found.look(visitor, visitor.see("unfolded"))
        page.fill("input[name=phone]", "0120-00-0000")
        for button in ("take", "ask_number", "open_number"):
            page.locator(f"button[value={button}]").click()
            page.wait_for_load_state()
            found.look(visitor, visitor.see(f"{door}-{button}"))
            if button == "take":
                page.evaluate(UNFOLD_MAIN)
        page.fill("input[name=number_why]", "続きの電話か確かめる")
        page.locator("button[value=open_number]").click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"{door}-opened"))
        page.evaluate(UNFOLD_MAIN)
        page.locator("label[for=f-danger_now]").click()
        page.locator("label[for=f-contact_rule-wait]").click()
        page.locator("label[for=f-outcome-call_back]").click()
        page.locator("button[value=take]").click()
        page.wait_for_url("**/receipts/*/")
        found.look(visitor, visitor.see(door))
        page.locator("main form button.button:not(.second)").click()
        page.wait_for_load_state()
        page.go_back()
        found.look(visitor, visitor.see(f"{door}-handed"))


def refer(visitor: Visitor, found: Findings, case: str) -> None:
    """Choose an agency, say too little, say enough, forget the step, look at the sheet alone."""
    page = visitor.page
    page.goto(case)
    if page.locator("form[action$='/reopen/'] button").count():
        page.locator("form[action$='/reopen/'] button").first.click()
    page.locator("a[href^='/refer/']").first.click()
    page.wait_for_load_state()
    found.look(visitor, visitor.see("refer"))
    page.locator(".agency form button").first.click()
    page.wait_for_load_state()
    found.look(visitor, visitor.see("refer-new"))
    for told in ("", "書き込みが続いています。"):
        if told:
            page.check("input[name=consent][value=person]")
            page.fill("textarea[name=told]", told)
        page.locator(".work button.button").click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"refer-{bool(told)}"))
    page.locator("form:has(input[name=step]) button.button").click()
    page.wait_for_load_state()
    found.look(visitor, visitor.see("refer-step"))
    page.locator("a[href$='/show/']").click()
    page.wait_for_load_state()
    found.look(visitor, visitor.see("refer-show"))


def answer_a_question(visitor: Visitor, found: Findings) -> None:
    """Try each act on a question about a page, empty; then end it and look at the list."""
    page = visitor.page
    page.goto(visitor.base + "/enquiries/")
    question = page.locator("table.cases a").first.get_attribute("href")
    for act in ("answer", "take", "end"):
        page.goto(f"{visitor.base}{question}")
        page.evaluate(UNFOLD)
        page.locator(f"form[action$='/{act}/'] button").click()
        page.wait_for_load_state()
        found.look(visitor, visitor.see(f"question-{act}"))


@pytest.fixture(scope="module")
def found(house: House, desk_at: str, chromium: Browser, pytestconfig: pytest.Config) -> Findings:
    """Everything that walks of every role through the desk found."""
    findings = Findings("desk", pictures=bool(pytestconfig.getoption("--long")))
    some_requests(house)
    kinds = Counter[str]()
    for role in ROLES:
        with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
            visitor = Visitor(context.new_page(), desk_at)
            sign_in(visitor, role, findings)
            for seen in visitor.walk(("/",), ENDS_VISIT, kinds):
                findings.look(visitor, seen)
            visitor.page.goto(desk_at + "/nowhere/")
            findings.look(visitor, visitor.see(f"as-{role}"))
            if role == ROLES[0]:
                cases = [seen.path for seen in findings.pages if CASE.fullmatch(seen.path)]
                do_everything(visitor, findings, desk_at + cases[-1])
                look_for(visitor, findings)
                read_mails(visitor, findings)
                take_in(visitor, findings)
                refer(visitor, findings, desk_at + cases[-1])
                answer_a_question(visitor, findings)
            findings.faults += [f"asked another host: {url}" for url in visitor.foreign]
    return findings


def test_every_page_is_well_formed(found: Findings) -> None:
    print(f"desk: {len(found.pages)} pages in four schemes")
    assert len(found.pages) > 10
    found.sound()


def test_every_title_is_its_own(found: Findings) -> None:
    assert not found.doubled_titles()
