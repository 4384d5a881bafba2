"""X14: an address that a person wrote is never one press away from the desk."""

import html
import re
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from madoguchi.tools.audit.models import Line
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.case.links import links
from madoguchi.work.cases.models import Case
from madoguchi.work.record.models import Entry
from tests.answers import squeezed
from tests.badinputs.ends import open_desk
from tests.web.desk.colleagues import asked, colleague

REAL = pytest.mark.django_db(databases="__all__", transaction=True)  # refusals roll back
TOLD = """javascript:alert(1) data:text/html,x line://msg discord://x URLなし
https://xn--r8jz45g.jp/a http://abcdefghij.onion/ HTTPS://EXAMPLE.COM/Path?x=1#y。
https://evil.example/@bank.example https://аррӏе.example/ https://[half http:// ftp://x.example"""
HOSTS = ["xn--r8jz45g.jp", "abcdefghij.onion", "example.com", "evil.example", "аррӏе.example"]


def test_x14_only_http_and_https_lead_anywhere() -> None:
    assert [one.host for one in links({"urls": TOLD})] == HOSTS
    assert links({"urls": "https://example.com/" + "a" * 8_000}) == ()
    assert len(links({"text": "https://example.com/ " * 900, "urls": TOLD})) == 30


@pytest.mark.parametrize(
    "address",
    [
        r"https://evil.example\@bank.example/",
        r"https://bank.example\.evil.example/",
        r"https://evil.example\/",
        "https://bank.example@evil.example/",
        "https://bank.example:443@evil.example/",
        "https://@evil.example/",
        "https://bank.example＠evil.example/",
        "https://%65vil.example/",
        "https://evil.example%2f.bank.example/",
        "https://evil.example％2f.bank.example/",
        "https://[fe80::1%25bank]/",
        "https://faß.example/",
        "https://fa\u200ds.example/",
        "https://evil..example/",
        "https:///evil.example/",
    ],
)
def test_x14_a_host_that_a_browser_might_read_otherwise_leads_nowhere(address: str) -> None:
    assert links({"text": f"見てください {address} です"}) == ()
    assert len(links({"text": "https://bank.example:443/%65?a=@\\#%"})) == 1  # the control


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("аррӏе.example", "xn--80ak6aa92e.example"),
        ("例え.jp", "xn--r8jz45g.jp"),
        ("ｘ．jp", "x.jp"),
        ("x.jp", ""),
    ],
)
def test_x14_letters_that_look_alike_are_reported(host: str, asked: str) -> None:
    (found,) = links({"text": f"（https://{host}/）"})
    assert (found.host, found.asked) == (host, asked)


@REAL
def test_x14_a_page_stands_between_the_desk_and_an_address(
    portal: Client, office: OfficeCard, now: datetime, settings: Settings
) -> None:
    open_desk(settings)
    case = asked(office, now, urls=TOLD)
    _, browser = colleague(office, "counsellor", now)
    page = squeezed(browser.get(f"/cases/{case.pk}/"))
    ways_printed = re.findall(r'<ul class="ways ([^"]+)">', page)
    assert ways_printed == ["noprint"]
    assert "実際の名前： xn--80ak6aa92e.example" in page
    assert not re.findall(r'href="(?:https?:|javascript|data|ftp|//)', page, re.IGNORECASE)
    ways = re.findall(r'href="(/cases/[^"]+/links/[^"]+)"', page)
    assert len(ways) == len(HOSTS)
    assert not [way for way in ways if any(host in way for host in HOSTS)]
    lines = Line.objects.filter(verb="case.read").count()
    between = squeezed(browser.get(ways[3]))
    assert Line.objects.filter(verb="case.read").count() == lines + 1
    (link,) = re.findall(r"<a[^>]*evil\.example[^>]*>", between)
    assert 'rel="noreferrer noopener nofollow"' in link
    assert '<strong class="as-typed">evil.example</strong>' in between
    assert "https://evil.example/@bank.example" in html.unescape(between)
    assert "xn--80ak6aa92e.example" in squeezed(browser.get(ways[4]))


@REAL
def test_x14_nobody_else_is_led_there(
    portal: Client,
    office: OfficeCard,
    other_office: OfficeCard,
    now: datetime,
    settings: Settings,
) -> None:
    open_desk(settings)
    case = asked(office, now, urls=TOLD)
    entry = Entry.objects.get()
    _, browser = colleague(office, "counsellor", now)
    address = f"/cases/{case.pk}/links/{entry.pk}"
    assert browser.get(f"{address}/0/").status_code == 200
    for place in ("7", "99", "999999999999999999999"):
        assert browser.get(f"{address}/{place}/").status_code == 404
    assert browser.get(f"/cases/{case.pk}/links/{case.pk}/0/").status_code == 404
    assert browser.post(f"{address}/0/").status_code == 405
    _, auditor = colleague(office, "auditor", now)
    assert auditor.get(f"{address}/0/").status_code == 404
    Case.objects.update(office_id=other_office.id)
    assert browser.get(f"{address}/0/").status_code == 404
