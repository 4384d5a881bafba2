"""A paper of the desk, printed for a colleague and not stored (印刷)."""

from django.http import HttpResponse
from django.utils.timezone import localtime

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.papers.engine import Printed, render
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit import downloads
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.sanitize import SanitizedText

BRACKETS = str.maketrans("⟦⟧", "〘〙")  # no font of papers has those of the screen


def printed(request: DeskRequest, name: str, facts: object, file: str) -> HttpResponse:
    """The city's paper of this name, each page saying who printed it and when."""
    made = render(find(request.office.slug, name), facts, printed_by(request))
    return downloads.pdf(made.content, file)


def printed_by(request: DeskRequest) -> Printed:
    """Who prints and when, for the foot of the page."""
    now = localtime(request.now)
    clock = Formatter(texts_for(request)).clock(now)
    return Printed(request.frame.name, f"{wareki_day(now.date())} {clock}")


def on_paper(text: SanitizedText) -> str:
    """The text with its hidden signs made visible by brackets that fonts of papers have."""
    return text.words.translate(BRACKETS)


def aside(text: SanitizedText, words: Texts) -> str:
    """A remark beside a text that other machines show otherwise; empty where they do not."""
    remark = ""
    if text.private_use:
        remark = words.get("desk.own_signs").words + " ".join(text.private_use)
    return remark + (words.get("desk.garbled").words if text.garbled else "")
