"""What a person of the town does from outside: ask, read, write again, book, apply, send mail."""

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from uuid import UUID

from madoguchi.ops.town.people import Grant, Letter, Step, Story, Wonder
from madoguchi.ops.town.scene import COMING, Event, Scene
from madoguchi.rules.bank import read_holder
from madoguchi.rules.opening import opening
from madoguchi.rules.programme.subsidy import Life
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.upload import SealedUpload, SealingHandler
from madoguchi.web.portal.book.booking import NEW, new_request, wanted
from madoguchi.web.portal.book.booking import unready as unready_request
from madoguchi.web.portal.consult.steps import build, unready
from madoguchi.web.portal.consult.steps import wishes as wishes_of
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import public as clinics
from madoguchi.work.evidence import public as evidence
from madoguchi.work.intake import public as intake
from madoguchi.work.intake.enquiry import public as enquiries
from madoguchi.work.intake.mail import jobs
from madoguchi.work.notices.public import changes
from madoguchi.work.record import public as record
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.own import public as own

WIDTH, HEIGHT, STRIPE = 96, 64, 8
NETWORK = "town"
STEPS = ("read", "write", "wish", "delete")
DESK = "soudan@city.example.jp"
APPLICANT_STEPS = ("apply", "contract", "report", "claim")


@dataclass(frozen=True)
class ReceiptNumbers:
    """The two numbers of the receipt that a person keeps."""

    number: str
    secret: str


class StoryNotTaken(Exception):
    """A story of `people.toml` that the form does not take."""


def ask(scene: Scene, story: Story, moment: datetime) -> ReceiptNumbers:
    """Fill in the form, send it, note the receipt down and leave.

    Raises:
        StoryNotTaken: the form finds something missing.
    """
    office, desk, answers = scene.office, scene.desk, story.answers
    who, missing = visit.new_holder(office.id), unready(answers, desk)
    if missing:
        raise StoryNotTaken(f"{story.at} {answers.get('text')}: step {missing[0].number}")
    sent = [upload(name) for name in story.files]
    intake.keep(who, lambda draft: draft["answers"].update(answers), sent, NETWORK, moment)
    request = build(answers, desk, changes(office.id), moment)
    intake.ask(who, office, request, NETWORK, now=moment)
    done = visit.recall(who, "done", moment)
    visit.leave(who)
    if done is None:
        raise StoryNotTaken(story.at)
    return ReceiptNumbers(done["number"], done["secret"])


def ask_for_place(scene: Scene, story: Story, moment: datetime) -> ReceiptNumbers:
    """Choose a slot of the coming day, fill in the pages, send them, note the receipt down.

    Raises:
        StoryNotTaken: there is no clinic, or the pages find something missing.
    """
    office, desk, answers, found = scene.office, scene.desk, story.answers, scene.saturdays
    if found is None or unready_request(NEW, answers, found.clinic, desk):
        raise StoryNotTaken(story.at)
    who, decided = visit.new_holder(office.id), changes(office.id)
    intake.keep(who, lambda draft: draft["answers"].update(answers), [], NETWORK, moment)
    place = clinics.Place(found.days[COMING].ref, story.slot)
    clinics.hold(who, AtOffice(office.id), found.clinic, desk, decided, place, now=moment)
    request = new_request(answers, found.clinic, opening(desk, "web", moment, decided).answer_by)
    asked_for = wanted(answers, found.clinic)
    intake.ask_with_booking(
        who, office, request, asked_for, found.clinic, desk, decided, story.at, now=moment
    )
    done = visit.recall(who, "done", moment)
    visit.leave(who)
    if done is None:
        raise StoryNotTaken(story.at)
    return ReceiptNumbers(done["number"], done["secret"])


def hold(office_id: UUID, numbers: ReceiptNumbers) -> cases.Holding:
    """The case, opened with the receipt.

    Raises:
        LookupError: the receipt opens nothing.
    """
    drawer = receipt.present(office_id, numbers.number, numbers.secret, NETWORK)
    if drawer is None:
        raise LookupError(numbers.number)
    return cases.Holding(drawer)


def come_back(scene: Scene, numbers: ReceiptNumbers, step: Step, moment: datetime) -> None:
    """Come back with the receipt: read, and write, change the wishes or ask for deletion."""
    office = scene.office
    held, actor = hold(office.id, numbers), cases.consultee(office.id)
    due_on = opening(scene.desk, "web", moment, changes(office.id)).answer_by.date()
    record.read(actor, held, now=moment)
    match step.do:
        case "write":
            who, sent = visit.new_holder(office.id), [upload(name) for name in step.files]
            intake.keep(who, lambda _draft: None, sent, NETWORK, moment)
            intake.add(actor, held, {"text": step.text}, who, due_on, now=moment)
        case "wish":
            email = cases.about(held.drawer).get("email", "")
            answers = {"email": email, "hours": (), "contact_rule": step.code}
            new = wishes_of({**answers, "name_desk": "no", "mail": "no"})
            record.change_wishes(actor, held, new, now=moment)
        case "delete":
            record.ask_deletion(actor, held, due_on, now=moment)


def applied(grant: Grant, files: tuple[UUID, ...] = ()) -> Applied:
    """The answers of the form; papers that were not sent are brought to the desk."""
    return Applied(
        name=grant.name,
        kana=grant.kana,
        postal_code="377-8501",
        address=grant.address,
        phone=grant.phone,
        adult="yes",
        acts=(grant.act,),
        costs=(CostLine(grant.act, "retainer", grant.yen),),
        engaged="lawyer",
        lawyer="見本 つかさ",
        law_office="見本法律事務所",
        contract="none",
        estimate_brought=True,
        screen_files=files,
        screens_brought=not files,
        register_consent="consent",
        other_aid="no",
        promises=("unsigned", "true"),
    )


def apply(
    scene: Scene, grant: Grant, numbers: ReceiptNumbers, do: str, life: Life, moment: datetime
) -> None:
    """Come back with the receipt and do the step.

    Raises:
        ValueError: for a step that no applicant knows, or where there is no grant.
    """
    held, actor = hold(scene.office.id, numbers), cases.consultee(scene.office.id)
    look_on = opening(scene.desk, "web", moment, changes(scene.office.id)).answer_by.date()
    if do == "apply":
        files = tuple(item.id for item in evidence.readable(held.drawer))
        applying.apply(actor, held, applied(grant, files), look_on, now=moment)
        return
    there = own.own(held)
    if there is None:
        raise ValueError(do)
    seen, course = own.HeldGrant(held, there.id, there.turn), own.ActRules(life.stages, look_on)
    today = moment.date()
    match do:
        case "contract":
            signed = own.ContractReport(today, "見本 つかさ", grant.yen)
            own.report_contract(actor, seen, signed, course, now=moment)
        case "report":
            paid = own.CostReport(today, grant.yen, bring=True)
            own.report(actor, seen, paid, course, now=moment)
        case "claim":
            own.claim(actor, seen, _account(grant), course, now=moment)
        case _:
            raise ValueError(do)


def _account(grant: Grant) -> dict[str, str]:
    """An account of a bank that does not exist."""
    return {
        "bank_name": "見本銀行",
        "branch_name": "見本支店",
        "bank_code": "",
        "branch_code": "",
        "kind": "ordinary",
        "number": "0000000",
        "holder_kana": read_holder(grant.kana),
    }


def asking(question: Wonder, scene: Scene) -> Event:

    def happen(at: datetime) -> None:
        enquiry = enquiries.Question(question.text, question.email)
        enquiries.ask(scene.office, enquiry, question.at, NETWORK, now=at)

    return Event(scene.past.moment(question.ago, question.at), happen)


def arriving(letter: Letter, scene: Scene) -> Event:
    """The mail comes in at its moment."""

    def happen(at: datetime) -> None:
        jobs.receive(scene.office.id, written(letter, at), now=at)

    return Event(scene.past.moment(letter.ago, letter.at), happen)


def written(letter: Letter, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = formataddr((letter.name, letter.address))
    mail["To"] = DESK
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{int(at.timestamp())}.{letter.address}>"
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(letter.text.lstrip())
    for name in letter.files:
        mail.add_attachment(picture(name), maintype="image", subtype="png", filename=name)
    return mail.as_bytes()


def upload(name: str) -> SealedUpload:
    """A small picture of this name, sealed by the handler that seals every upload."""
    data = picture(name)
    handler = SealingHandler()
    handler.handle_raw_input(io.BytesIO(data), {}, len(data))
    handler.new_file("files", name, "image/png", len(data))
    handler.receive_data_chunk(data, 0)
    return handler.settled(len(data))


def picture(name: str) -> bytes:
    """The bytes of a PNG whose colours follow from the name."""
    mark = zlib.crc32(name.encode())
    colours = [bytes(160 + (mark >> shift & 63) for shift in at) for at in ((0, 6, 12), (18, 3, 9))]
    rows = b"".join(b"\0" + colours[row // STRIPE % 2] * WIDTH for row in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )
