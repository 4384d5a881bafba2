"""What a person of the town does at the public window: ask, read, write again, ask for deletion."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from madoguchi.ops.town.people import Step, Story
from madoguchi.ops.town.picture import picture
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.opening import opening
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.upload import SealedUpload, SealingHandler
from madoguchi.web.portal.consult.steps import build, unready
from madoguchi.web.portal.consult.steps import wishes as wishes_of
from madoguchi.work.cases import public as cases
from madoguchi.work.intake import public as intake
from madoguchi.work.notices.public import changes
from madoguchi.work.record import public as record

NETWORK = "town"
STEPS = ("read", "write", "wish", "delete")


@dataclass(frozen=True)
class Slip:
    """The receipt that a person keeps."""

    number: str
    secret: str


class Unasked(Exception):
    """A story of `people.toml` that the form does not take."""


def upload(name: str) -> SealedUpload:
    """A small picture of this name, sealed by the handler that seals every upload."""
    data = picture(name)
    handler = SealingHandler()
    handler.handle_raw_input(io.BytesIO(data), {}, len(data))
    handler.new_file("files", name, "image/png", len(data))
    handler.receive_data_chunk(data, 0)
    return handler.settled(len(data))


def ask(scene: Scene, story: Story, moment: datetime) -> Slip:
    """Fill in the form, send it, note the receipt down and leave.

    Raises:
        Unasked: the form finds something missing.
    """
    office, desk, answers = scene.office, scene.desk, story.answers
    who, lacking = visit.new_holder(office.id), unready(answers, desk)
    if lacking:
        raise Unasked(f"{story.at} {answers.get('text')}: step {lacking[0].number}")
    sent = [upload(name) for name in story.files]
    intake.keep(who, lambda draft: draft["answers"].update(answers), sent, NETWORK, moment)
    request = build(answers, desk, changes(office.id), moment)
    intake.ask(who, office, request, NETWORK, now=moment)
    done = visit.recall(who, "done", moment)
    visit.leave(who)
    if done is None:
        raise Unasked(story.at)
    return Slip(done["number"], done["secret"])


def hold(office_id: UUID, slip: Slip) -> cases.Holding:
    """The case, opened with the receipt.

    Raises:
        LookupError: the receipt opens nothing.
    """
    drawer = receipt.present(office_id, slip.number, slip.secret, NETWORK)
    if drawer is None:
        raise LookupError(slip.number)
    return cases.Holding(drawer)


def come_back(scene: Scene, slip: Slip, step: Step, moment: datetime) -> None:
    """Come back with the receipt: read, and write, change the wishes or ask for deletion."""
    office = scene.office
    held, actor = hold(office.id, slip), cases.consultee(office.id)
    due_on = opening(scene.desk, "web", moment, changes(office.id)).answer_by.date()
    record.read(actor, held, now=moment)
    match step.do:
        case "write":
            who = _with(office.id, step.files, moment)
            intake.add(actor, held, {"text": step.text}, who, due_on, now=moment)
        case "wish":
            told = {"email": cases.about(held.drawer).get("email", ""), "hours": ()}
            new = wishes_of({**told, "contact_rule": step.code, "name_desk": "no", "mail": "no"})
            cases.change_wishes(actor, held, new, now=moment)
        case "delete":
            record.ask_deletion(actor, held, due_on, now=moment)


def _with(office_id: UUID, files: Sequence[str], moment: datetime) -> visit.Holder:
    who = visit.new_holder(office_id)
    intake.keep(who, lambda _draft: None, [upload(name) for name in files], NETWORK, moment)
    return who
