"""The first page: who helps, is somebody there now, what troubles you, what happens next."""

from django.urls import path

from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit.publications import changes, news
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.clinic.views import coming
from madoguchi.web.portal.page import Cards, information, reception
from madoguchi.web.portal.pages import need_cards
from madoguchi.work.clinic import public as places
from madoguchi.work.notices import public as notices

NEWS = 3
STEPS = (1, 2, 3)


@information("landing", "portal/landing/page.html", places.version)
def landing(request: OfficeRequest) -> Cards:
    """What the first page shows."""
    return {
        "reception": reception(request, "phone", changes(request)),
        "needs": need_cards(),
        "steps": [(f"landing.step_{n}", f"landing.step_{n}_text") for n in STEPS],
        "clinic": next(iter(coming(request)), None),
        "news": _news(request),
    }


def _news(request: OfficeRequest) -> tuple[notices.NewsCard, ...]:
    """The newest notices; none where the database is away and was never read."""
    try:
        return news(request, NEWS)
    except AWAY:
        return ()


urlpatterns = [path("", landing, name="landing")]
