"""A person of the town who asks for a place with the lawyer on the public pages (仮予約)."""

from datetime import datetime

from madoguchi.ops.town.people import Story
from madoguchi.ops.town.person import NETWORK, Slip, Unasked
from madoguchi.ops.town.saturday import COMING
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.opening import opening
from madoguchi.tools.vault import visit
from madoguchi.web.portal.book.booking import NEW, new_request, unready, wanted
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import public as clinics
from madoguchi.work.intake import public
from madoguchi.work.intake import public as intake
from madoguchi.work.notices.public import changes


def ask(scene: Scene, story: Story, moment: datetime) -> Slip:
    """Choose a slot of the coming day, fill in the pages, send them, note the receipt down.

    Raises:
        Unasked: there is no clinic, or the pages find something missing.
    """
    office, desk, answers, found = scene.office, scene.desk, story.answers, scene.saturdays
    if found is None or unready(NEW, answers, found.clinic, desk):
        raise Unasked(story.at)
    who, decided = visit.new_holder(office.id), changes(office.id)
    intake.keep(who, lambda draft: draft["answers"].update(answers), [], NETWORK, moment)
    place = clinics.Place(found.days[COMING].ref, story.slot)
    clinics.hold(who, AtOffice(office.id), found.clinic, desk, decided, place, now=moment)
    request = new_request(answers, found.clinic, opening(desk, "web", moment, decided).answer_by)
    told = request, wanted(answers, found.clinic), found.clinic, desk, decided
    public.ask_with_booking(who, office, *told, story.at, now=moment)
    done = visit.recall(who, "done", moment)
    visit.leave(who)
    if done is None:
        raise Unasked(story.at)
    return Slip(done["number"], done["secret"])
