"""The first page: who helps, is somebody there now, what troubles you, what happens next."""

from dataclasses import replace

from django.urls import path

from madoguchi.rules.programme.programme import Programme
from madoguchi.tools.transaction import AWAY
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import news
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.clinic.views import coming
from madoguchi.web.portal.page import Cards, information, reception
from madoguchi.web.portal.pages import Card, cards
from madoguchi.work.clinic import public as places

NEWS = 3


@information("landing", "portal/landing/page.html", places.version)
def landing(request: OfficeRequest) -> Cards:
    """What the first page shows; no notices while the database is away and was never read."""
    try:
        newest = news(request, NEWS)
    except AWAY:
        newest = ()
    programme, words = request.programme, texts_for(request)
    ways = words.get("say.comma", column()).words.join(
        words.get(f"portal.way.{name}", column()).words for name in programme.desk.ways
    )
    return {
        "reception": reception(request),
        "needs": tuple(in_this_city(programme, card) for card in cards()),
        "steps": steps(programme, ways),
        "ways": ways,
        "clinic": next(iter(coming(request)), None),
        "news": newest,
    }


def in_this_city(programme: Programme, card: Card) -> Card:
    """The card in words that promise nothing that the city has not."""
    if card.name == "cost" and programme.subsidy is None:
        return replace(card, words="landing.need_cost_no_subsidy")
    return card


def steps(programme: Programme, ways: str) -> list[tuple[str, str]]:
    """The keys of heading and sentence of what happens next, as this city has it."""
    sentences = {
        1: "step_1_text" if ways else "step_1_text_open",
        2: "step_2_text",
        3: "step_3_text" if programme.clinic else "step_3_text_no_clinic",
    }
    return [(f"landing.step_{n}", f"landing.{sentence}") for n, sentence in sentences.items()]


urlpatterns = [path("", landing, name="landing")]
