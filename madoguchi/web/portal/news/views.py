"""What the desk tells everybody: notices, moved days, other hours; as page, RSS and Atom."""

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.views.decorators.http import require_safe

from madoguchi.web.kit.column import language
from madoguchi.web.kit.finished import cached_page
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import news as newest
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information

SHOWN = 50


@information("news", "portal/news/page.html")
def news(request: OfficeRequest) -> Cards:
    """The newest notices."""
    cards = newest(request, SHOWN)
    return {"news": cards, "updated_on": max((card.on for card in cards), default=None)}


def feed(request: OfficeRequest, kind: type[Rss201rev2Feed | Atom1Feed], name: str) -> HttpResponse:
    """The newest notices as a feed of one kind."""
    page = request.build_absolute_uri(reverse("news"))
    office = request.office
    out = kind(
        title=f"{office.name} {texts_for(request).get('pages.news').words}",
        link=page,
        description=texts_for(request).get("news.changes").words,
        language=language(),
        feed_url=request.build_absolute_uri(reverse(name)),
    )
    for card in newest(request, SHOWN):
        out.add_item(
            title=card.title,
            link=f"{page}#n-{card.id}",
            description=card.body,
            unique_id=f"urn:uuid:{card.id}",
            unique_id_is_permalink=False,
            pubdate=card.at,
            updateddate=card.at,
        )
    return HttpResponse(out.writeString("utf-8"), content_type=kind.content_type)


@require_safe
@cached_page
def rss(request: OfficeRequest) -> HttpResponse:
    """The notices as RSS 2.0."""
    return feed(request, Rss201rev2Feed, "news-rss")


@require_safe
@cached_page
def atom(request: OfficeRequest) -> HttpResponse:
    """The notices as Atom."""
    return feed(request, Atom1Feed, "news-atom")


urlpatterns = [
    path("news/", news, name="news"),
    path("news/rss.xml", rss, name="news-rss"),
    path("news/atom.xml", atom, name="news-atom"),
]
