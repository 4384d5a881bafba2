"""The portal whose list of clinic dates is an empty view: the race's floor. Run by granian."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from madoguchi.config import wsgi
from madoguchi.config.urls.portal import urlpatterns

application = wsgi.application


@csrf_exempt
def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, after the whole body was read."""
    return HttpResponse(str(len(request.POST)))


urlpatterns.insert(0, path("s/l/", empty))
