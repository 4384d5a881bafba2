"""Switching the list of pages lately read on and off."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from madoguchi.web.kit.display import SeeOther, back
from madoguchi.web.kit.refusals import own_pages_only
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal import page


@own_pages_only
@require_POST
def switch(request: OfficeRequest) -> HttpResponse:
    """Starts or ends the list, as the button said, and goes back to the page."""
    response = SeeOther(back(request))
    if request.POST.get("switch") == page.ON:
        page.set_list(response)
    else:
        response.delete_cookie(page.COOKIE)
    return response


urlpatterns = [path("recent/", switch, name="recent")]
