"""The published files by title, kind and size; where a file has no address, where to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.portal.page import Cards, information

if TYPE_CHECKING:
    from django.http import HttpRequest


@information("documents", "portal/documents/page.html")
def documents(request: HttpRequest) -> Cards:
    """The files of the programme."""
    files = request.programme.documents  # type: ignore[attr-defined] # set on arrival
    return {"files": files, "kinds": [file.kind.upper() for file in files]}
