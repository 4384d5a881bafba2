"""What the auditor sees of the grants (補助金の監査): a list without names, the files they drew.

The file, a paper, an attachment and the bundle are each opened by a button and leave an audit line.
No link leads from here to the rest of the case.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.forms.fields import Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants_ledger.reading import Reader, archived, reader
from madoguchi.web.desk.grants_ledger.views import Year
from madoguchi.web.desk.printed import printed_by
from madoguchi.web.kit import downloads
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.downloads import attachment
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.issued.actions import copy
from madoguchi.work.subsidy.bundle.actions import bundle as make_bundle
from madoguchi.work.subsidy.bundle.actions import ending
from madoguchi.work.subsidy.bundle.dossier import Annex
from madoguchi.work.subsidy.files.queries import find, original
from madoguchi.work.subsidy.sampling import queries
from madoguchi.work.subsidy.sampling.actions import draw

GONE = 410
PAGE = 100
DRAW = Form("desk.sample", (Whole("number", required=True, hint=True, least=1),))


@dataclass(frozen=True)
class Attached:
    """A file that a grant names, by number: its own name may name somebody."""

    number: int
    annex: Annex

    @property
    def state(self) -> str:
        """The text key of why it cannot be opened; empty where it can."""
        if self.annex.card is None:
            return "desk.bundle.lacking.gone"
        return "desk.bundle.lacking.locked" if self.annex.card.locked else ""

    @property
    def kind(self) -> str:
        """The text key of as what it came."""
        return f"desk.bundle.kind.{self.annex.kind}"

    @property
    def looks(self) -> str:
        """The text key of what it looks like."""
        return f"desk.file.looks.{self.annex.card.looks}" if self.annex.card else ""


def newest(request: DeskRequest) -> HttpResponse:
    """The grants of the newest fiscal year that has some."""
    _require_right(request)
    years = queries.years(request.actor)
    if not years:
        return _list(request, None, DRAW.show())
    return redirect("grants-audit-year", next(iter(years)))


def population(request: DeskRequest, year: int) -> HttpResponse:
    """The grants of a fiscal year, by number; on POST one is drawn."""
    _require_right(request)
    if year not in queries.years(request.actor):
        raise Http404
    if request.method != "POST":
        return _list(request, year, DRAW.show())
    filled = DRAW.check(DRAW.take(request.POST))
    if not filled.ok:
        return _list(request, year, filled)
    grant_id = queries.grant_by_number(request.actor, year, filled.value("number"))
    if grant_id is None:
        return _list(request, year, filled.refuse("number", "no_such_grant"))
    if not queries.drawn(request.actor, grant_id):
        draw(request.actor, find(request.actor, grant_id), now=request.now)
    return SeeOther(reverse("grants-audit-year", args=[year]) + "#drawn")


def file(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """The whole file of a grant that was drawn; without the button's POST, back to the list."""
    if request.method != "POST":
        return redirect("grants-audit")
    opened = queries.audit_file(request.actor, grant_id, now=request.now)
    read = _reader(request, opened.by_rules_of)
    cards = {
        "page": "grants-audit",
        "id": grant_id,
        "file": read.file(opened),
        "papers": tuple(
            (paper, read.who(paper.staff_id), opened.closes(paper)) for paper in opened.papers
        ),
        "files": tuple(Attached(*numbered) for numbered in enumerate(opened.annexes, 1)),
    }
    return render(request, "desk/grants_ledger/file.html", cards)


def paper(request: DeskRequest, grant_id: UUID, issued_id: UUID) -> HttpResponse:
    """A paper of the grant as it was issued."""
    if request.method != "POST":
        return redirect("grants-audit")
    grant = find(request.actor, grant_id)
    try:
        card, content = copy(request.actor, grant, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return _gone(request)
    return downloads.pdf(content, f"paper-{card.number}.pdf")


def attached(request: DeskRequest, grant_id: UUID, file_id: UUID) -> HttpResponseBase:
    """What was attached, as its own bytes, under a name that says nothing of anybody."""
    if request.method != "POST":
        return redirect("grants-audit")
    grant = find(request.actor, grant_id)
    card, pieces = original(request.actor, grant, file_id, now=request.now)
    try:
        return attachment(f"annex.{ending(card.looks)}", card.length, pieces)
    except (FileNotFoundError, Unreadable):
        return _gone(request)


def bundle(request: DeskRequest, grant_id: UUID) -> HttpResponseBase:
    """A grant's file as one archive."""
    if request.method != "POST":
        return redirect("grants-ledger")
    words, grant = texts_for(request), find(request.actor, grant_id)
    folder = words.get("desk.bundle.annex").words
    made = make_bundle(request.actor, grant, folder, now=request.now)
    read = _reader(request, made.dossier.by_rules_of)
    pieces = archived(request.office.slug, made, read, printed_by(request), request.now.date())
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="file.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _reader(request: DeskRequest, on: date | None) -> Reader:
    words, subsidy = texts_for(request), request.programme.subsidy
    return reader(request.office.id, words, subsidy, on, request.now)


def _require_right(request: DeskRequest) -> None:
    """Raise Absent for who may draw no grant."""
    if not rights.may(request.actor.role, "grant.sample", "office"):
        raise Absent


def _gone(request: DeskRequest) -> HttpResponse:
    return render(request, "desk/unopened.html", {"kind": "tampered"}, status=GONE)


def _list(request: DeskRequest, year: int | None, filled: Filled) -> HttpResponse:
    """At most `PAGE` rows, from the number `from` on; those that were drawn stand apart."""
    grants = queries.population(request.actor, year) if year else ()
    start = request.GET.get("from", "")
    is_number = start.isascii() and start.isdigit() and len(start) < PAGE // 10
    first = int(start) if is_number else 1
    rest = [card for card in grants if card.number >= first]
    cards = {
        "page": "grants-audit",
        "year": Year(year, len(grants)) if year else None,
        "years": tuple(Year(*counted) for counted in queries.years(request.actor).items()),
        "drawn": tuple(card for card in grants if card.drawn_at),
        "rows": rest[:PAGE],
        "more": rest[PAGE].number if len(rest) > PAGE else None,
        "form": filled,
    }
    return render(request, "desk/grants_ledger/audit.html", cards, status=filled.status)
