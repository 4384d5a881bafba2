"""The lawyer's day: who comes when, as far as they may know it (担当日の一覧)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpResponse

    from madoguchi.web.lawyer.door import LawyerRequest


@require_safe
def home(_request: LawyerRequest) -> HttpResponse:
    """To the day."""
    return redirect("lawyer-day")


@require_safe
def day(request: LawyerRequest) -> HttpResponse:
    """Nothing is shown outside the days around a clinic."""
    return render(request, "lawyer/day/nothing.html", status=404)
