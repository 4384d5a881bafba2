"""The audit: who did what when, without content; whether every line still holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.sealed import FIRST_YEAR, LAST_YEAR
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.summary import grant_number
from madoguchi.web.kit.formatting import key_of, texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.trail import queries
from madoguchi.work.trail.queries import Faults, LineCard

SHOWN_FAULTS = 20


@dataclass(frozen=True)
class Line:
    """A line of the audit in words; `grant`: the number of the grant that it was about, if any."""

    card: LineCard
    role: str
    who: str
    verb: str
    grant: str = ""

    @property
    def outcome(self) -> str:
        """The text key of how it ended."""
        return key_of("desk.outcome", self.card.outcome)

    @property
    def purpose(self) -> str:
        """The text key of what a search was for; empty for other acts."""
        purpose = self.card.told.get("purpose")
        return f"desk.search.purpose.{purpose}" if purpose else ""

    @property
    def decided(self) -> str:
        """The text key of what kind of decision it was; empty for other acts."""
        kind = self.card.told.get("decided")
        return f"desk.settings.kind.{kind}" if kind else ""

    @property
    def counted(self) -> str:
        """The text key of what a count was of; empty for other acts."""
        details = self.card.told
        if "table" in details:
            return "desk.outcome.counted_list"
        if self.card.verb.startswith("unattended."):
            return "desk.outcome.opened" if "cases" in details else ""
        if "period" in details:
            return "desk.outcome.counted" if "hits" in details else "desk.outcome.counted_period"
        return ""


@require_safe
def audit(request: DeskRequest) -> HttpResponse:
    """Fifty lines, newest first."""
    return _page(request, None)


def verify(request: DeskRequest) -> HttpResponse:
    """Verify every line; the page lists those that were tampered with."""
    if request.method != "POST":
        return redirect("audit")
    at = AtOffice(request.office.id)
    return _page(request, queries.faults(request.actor, at, now=request.now))


def _page(request: DeskRequest, faults: Faults | None) -> HttpResponse:
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else None  # noqa: PLR2004 - what a row number can be
    at = AtOffice(request.office.id)
    lines = queries.lines(request.actor, at, before, now=request.now)
    staff = colleagues(request.office.id, request.now)
    names = {colleague.id: colleague.name for colleague in staff}
    words = texts_for(request)
    values = {
        "page": "audit",
        "lines": tuple(_line(card, names, words) for card in lines),
        "before": lines[-1].seq if len(lines) == queries.PAGE else None,
        "checked": faults is not None,
        "faults": faults.open[:SHOWN_FAULTS] if faults else (),
        "looked_into": faults.looked_into[:SHOWN_FAULTS] if faults else (),
    }
    return render(request, "desk/audit/page.html", values)


def _line(card: LineCard, names: Mapping[UUID, str], words: Texts) -> Line:
    try:
        verb = words.get(key_of("desk.verb", card.verb)).words
    except KeyError:
        verb = card.verb
    who = names.get(card.staff_id, "") if card.staff_id else ""
    return Line(card, f"desk.role.{card.role}", who, verb, _grant(card.told, words))


def _grant(told: Mapping[str, str | int], words: Texts) -> str:
    """The number of the grant; `damaged` where a line says what is none, empty where nothing."""
    match told.get("grant_year"), told.get("grant_number"):
        case None, None:
            return ""
        case int(year), int(number) if FIRST_YEAR <= year < LAST_YEAR:
            return grant_number(year, number, words)
        case _:
            return words.get("desk.damaged.code").words


urlpatterns = [
    path("audit/", audit, name="audit"),
    path("audit/verify/", verify, name="audit-verify"),
]
