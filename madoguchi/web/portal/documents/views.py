"""The published files: papers of our own with the size of their bytes, others by their address."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.programme import Document
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.web.kit import downloads, subsidy_year
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.handouts import handout
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information

FILE = "document.pdf"  # it may stay on the device: its name says nothing


@dataclass(frozen=True)
class File:
    """One published file; `paper`: the name under which we serve it, empty for any other.

    `year`: the fiscal year of a file that is not of this one; `holds`: the desk has confirmed that
    the rules of that year are this year's too.
    """

    title: Words
    kind: str
    size_kb: int
    paper: str
    url: str
    unconfirmed: bool
    year: str = ""
    holds: bool = False


@information("documents", "portal/documents/page.html", subsidy_year.version)
def documents(request: OfficeRequest) -> Cards:
    """The files of the programme; a paper that has nothing to say today is left out."""
    listed = (_file(request, document) for document in request.programme.documents)
    files = tuple(file for file in listed if file)
    return {
        "files": files,
        "papers": any(file.paper for file in files),
        "elsewhere": any(not file.paper for file in files),
        "unconfirmed": any(file.unconfirmed for file in files),
        "other_column": column() != "ja",
        "now": Formatter(texts_for(request)).fiscal_year(fiscal_year(request.now.date())),
        "budget": subsidy_year.budget_key(request) if request.programme.subsidy else "",
    }


@require_safe
def document(request: OfficeRequest, name: str) -> HttpResponse:
    """One of our papers as a PDF; 304 to a browser that has it already.

    Raises:
        Http404: the page does not list it.
    """
    listed = {document.paper for document in request.programme.documents if document.paper}
    made = handout(request, name) if name in listed else None
    if made is None:
        raise Http404
    response = downloads.pdf(made.content, FILE)
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = mark = quote_etag(made.mark)
    answer = get_conditional_response(request, etag=mark, response=response)
    return answer or response


def _another_year(request: OfficeRequest, listed: Document) -> str:
    """The fiscal year of a file that is not of this one."""
    year = listed.fiscal_year
    if year is None or year == fiscal_year(request.now.date()):
        return ""
    return Formatter(texts_for(request)).fiscal_year(year)


def _holds(request: OfficeRequest, listed: Document) -> bool:
    """Whether the subsidy page says that the rules of the file's year hold today."""
    terms = subsidy_year.terms(request)
    if terms is None or terms.state != "known" or terms.version is None:
        return False
    return listed.fiscal_year == fiscal_year(terms.version.since)


def _file(request: OfficeRequest, listed: Document) -> File | None:
    if not listed.paper:
        return File(
            listed.title,
            (listed.kind or "").upper(),
            listed.size_kb or 0,
            "",
            listed.url or "",
            unconfirmed=False,
            year=_another_year(request, listed),
            holds=_holds(request, listed),
        )
    made = handout(request, listed.paper)
    if made is None:
        return None
    paper = find(request.office.slug, listed.paper).paper
    unconfirmed = UNCONFIRMED in (listed.source, paper.source)
    return File(listed.title, "PDF", made.size_kb, listed.paper, "", unconfirmed)


urlpatterns = [
    path("documents/", documents, name="documents"),
    path("documents/<slug:name>.pdf", document, name="document"),
]
