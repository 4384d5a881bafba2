"""The office's accounts; nothing of any case."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.frame import DeskRequest


@require_safe
def staff(request: DeskRequest) -> HttpResponse:
    """Who has an account, in which role, until when."""
    if not rights.may(request.actor.role, "staff.read", "office"):
        raise Absent
    people = tuple(
        (colleague, f"desk.role.{colleague.role}")
        for colleague in colleagues(request.office.id, request.now)
    )
    return render(request, "desk/staff/page.html", {"page": "staff", "people": people})


urlpatterns = [path("staff/", staff, name="staff")]
