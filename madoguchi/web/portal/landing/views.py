"""The first page: who helps, is somebody there now, what troubles you, what happens next."""

from django.urls import path

from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit.publications import changes, news
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.clinic.views import coming
from madoguchi.web.portal.page import Cards, information, reception
from madoguchi.web.portal.pages import need_cards
from madoguchi.work.clinic import public as places

NEWS = 3
STEPS = (1, 2, 3)


@information("landing", "portal/landing/page.html", places.version)
def landing(request: OfficeRequest) -> Cards:
    """What the first page shows; no notices while the database is away and was never read."""
    try:
        newest = news(request, NEWS)
    except AWAY:
        newest = ()
    return {
        "reception": reception(request, "phone", changes(request)),
        "needs": need_cards(),
        "steps": [(f"landing.step_{n}", f"landing.step_{n}_text") for n in STEPS],
        "clinic": next(iter(coming(request)), None),
        "news": newest,
    }


urlpatterns = [path("", landing, name="landing")]
