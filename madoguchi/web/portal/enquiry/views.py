"""Whom to ask about a page: division, address, telephone, FAX, the city's mail form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.page import Cards, information
from madoguchi.web.portal.reception import reception

if TYPE_CHECKING:
    from django.http import HttpRequest


@information("enquiry", "portal/enquiry/page.html")
def enquiry(request: HttpRequest) -> Cards:
    """The contact itself stands around every page; here it says what it is for."""
    return {"reception": reception(request, "phone", changes(request))}
