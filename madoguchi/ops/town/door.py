"""A person of the town who rings, comes or writes: a colleague fills in the desk's own sheet."""

import uuid
from datetime import datetime

from madoguchi.ops.town.people import Story
from madoguchi.ops.town.person import Slip, Unasked
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.programme.texts import texts
from madoguchi.web.desk.phone.sheet import SHEET, build, check_sheet
from madoguchi.work.cases import queries
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.desk import actions as desk

DOORS = ("phone", "counter", "letter")


def come(scene: Scene, story: Story, moment: datetime) -> Slip:
    """Take the person in at the story's door; the receipt that was read to them.

    Raises:
        Unasked: the sheet finds something missing.
    """
    office, actor = scene.office, scene.staff[story.by]
    filled = check_sheet(SHEET.check(story.answers), moment.date())
    if not filled.ok:
        raise Unasked(f"{story.at} {filled.slips}")
    new = build(filled, story.door, moment.date(), texts(office.slug))
    where, once = AtOffice(office.id), uuid.uuid4().hex
    case_id = desk.take_in(actor, where, office, new, now=moment, once=once)
    told = desk.show_receipt(actor, queries.find(actor, case_id), now=moment)
    if told is None:
        raise Unasked(story.at)
    desk.hand_receipt(actor, queries.find(actor, case_id), now=moment)
    return Slip(told["number"], told["secret"])
