"""Somebody of the town asks about a page: no case, no receipt."""

from datetime import datetime

from madoguchi.ops.town.event import Event
from madoguchi.ops.town.people import Wonder
from madoguchi.ops.town.person import NETWORK
from madoguchi.ops.town.scene import Scene
from madoguchi.work.intake.enquiry.public import Question, ask


def asking(question: Wonder, scene: Scene) -> Event:
    """Somebody asks about a page."""

    def happen(at: datetime) -> None:
        asked = Question(question.text, question.email)
        ask(scene.office, asked, question.at, NETWORK, now=at)

    return Event(scene.past.moment(question.ago, question.at), happen)
