"""A page left open until its days were over (期間の終わり): a sentence, and what was typed."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from madoguchi.web.kit import sent
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.web.lawyer.seats import mine

type View = Callable[[LawyerRequest, UUID], HttpResponse]


def unless_closed(view: View) -> View:
    """The view, for as long as a day is open; then nothing is taken, and the page says so (404)."""

    @wraps(view)
    def answer(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
        if request.method != "POST" or mine(request):
            return view(request, booking_id)
        words = sent.words(sent.fields(request))
        return render(request, "lawyer/closed.html", {"words": words}, status=404)

    return answer
