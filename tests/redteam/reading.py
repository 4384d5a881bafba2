"""A desk that reads all that was confided; prints it. Run as `python -m tests.redteam.reading`."""

import re
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from madoguchi.ops.start import django

django("desk")

from django.conf import settings  # noqa: E402 - Django first
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402

from madoguchi.rules.steps.outcome import Outcome  # noqa: E402
from madoguchi.rules.steps.referral import Verb  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.work.cases import actions, queries  # noqa: E402
from madoguchi.work.cases.models import Case  # noqa: E402
from madoguchi.work.cases.public import Thing, Wishes  # noqa: E402
from madoguchi.work.evidence import public as evidence  # noqa: E402
from madoguchi.work.evidence.queries import original  # noqa: E402
from madoguchi.work.intake.enquiry import actions as replies  # noqa: E402
from madoguchi.work.intake.enquiry import queries as enquiries  # noqa: E402
from madoguchi.work.intake.mail import actions as letters  # noqa: E402
from madoguchi.work.intake.mail import jobs  # noqa: E402
from madoguchi.work.intake.mail import queries as mails  # noqa: E402
from madoguchi.work.interviews import queries as interviews  # noqa: E402
from madoguchi.work.issued import actions as papers  # noqa: E402
from madoguchi.work.record import actions as record  # noqa: E402
from madoguchi.work.record.queries import entries  # noqa: E402
from madoguchi.work.referrals import actions as handing  # noqa: E402
from madoguchi.work.referrals import queries as referrals  # noqa: E402
from madoguchi.work.referrals.public import Summary  # noqa: E402
from madoguchi.work.subsidy.history import history  # noqa: E402
from madoguchi.work.subsidy.models import Grant  # noqa: E402
from tests import pdf  # noqa: E402
from tests.answers import squeezed  # noqa: E402
from tests.redteam.canaries import CANARIES, JPEG  # noqa: E402
from tests.web.desk.colleagues import colleague, inside  # noqa: E402
from tests.web.desk.sheets import CALL, begin, keep, press  # noqa: E402
from tests.work.intake.mail.writing import mail  # noqa: E402


def main() -> None:
    """Open the case, its entries and its files."""
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    case = Case.objects.get()
    actor = Actor(case.office_id, "counsellor", uuid4())
    opened = queries.open_case(actor, case.id, now=now)
    actions.take(actor, case, now=now)
    write_down(actor, case.id, now)
    opened = queries.open_case(actor, case.id, now=now)
    print(opened.about, *(entry.words for entry in entries(opened)))
    print(*(due.why for due in opened.dues))
    for grant in Grant.objects.all():
        print(*(step.details for step in history(grant, opened.shared, opened.staff)))
    print(*(one.wanted.note for one in interviews.of_case(opened).rows))
    pass_on(actor, case.id, now)
    give_out(actor, case.id, now)
    opened = queries.open_case(actor, case.id, now=now)
    print(opened.wishes.said, *(entry.words for entry in entries(opened)))
    for given in referrals.given(opened):
        print(given.consent.reason, given.summary.told, given.summary.asks)
    for card in evidence.cards(opened.shared):
        _, content = original(actor, case, card.id, now=now)
        print(card.name, b"".join(content))
    (asked,) = enquiries.enquiries(actor)
    question = Thing(case.office_id, asked.id)
    replies.answer(actor, question, CANARIES["answer to it"], now=now)
    answered = enquiries.open_enquiry(actor, asked.id, now=now)
    print(answered.question.text, answered.answer)
    read_mails(case.office_id, actor, now)
    take_calls(now)


def write_down(actor: Actor, case_id: UUID, now: datetime) -> None:
    """A call with what comes next, the same written anew, and what was told later."""
    text, why = CANARIES["call"], CANARIES["why looked at"]
    call = record.Contact("call", "phone", "in", Outcome.CALL_BACK, text=text, why=why)
    entry_id = record.log(actor, queries.find(actor, case_id), call, now=now)
    case = queries.find(actor, case_id)
    anew, reason = CANARIES["call written anew"], CANARIES["why written anew"]
    record.correct(actor, case, entry_id, anew, 3, reason, now=now)
    record.add_details(actor, case, {"effects": CANARIES["told later"]}, now=now)


def pass_on(actor: Actor, case_id: UUID, now: datetime) -> None:
    """How contact is safe, as somebody said; two agencies, one without the person's consent."""
    case = queries.find(actor, case_id)
    wishes = Wishes("wait", said=CANARIES["who said so"])
    record.record_wishes(actor, case, wishes, now=now)
    summary = Summary(told=CANARIES["passed on"], asks=CANARIES["asked of them"])
    asked = handing.NewReferral("ihaho", handing.Consent("person"), now.date(), summary)
    handing.refer(actor, case, asked, now=now)
    consent = handing.Consent("none", reason=CANARIES["why unasked"])
    told = handing.NewReferral("ihaho", consent, now.date(), summary)
    given = handing.refer(actor, queries.find(actor, case_id), told, now=now)
    heard = handing.Move(Verb.ANSWER, now.date(), text=CANARIES["their answer"])
    handing.move(actor, queries.find(actor, case_id), given, heard, now=now)


def give_out(actor: Actor, case_id: UUID, now: datetime) -> None:
    """A paper that is issued, and opened again as it was."""
    pdf = CANARIES["in the paper"].encode()
    paper = papers.MadePaper("subsidy_application", CANARIES["paper"], pdf, 1, (), "第1号")
    case = queries.find(actor, case_id)
    issued_id = papers.issue(actor, case, paper, now=now)
    card, kept = papers.copy(actor, case, issued_id, now=now)
    print(card.title, kept.decode())


def read_mails(office_id: UUID, actor: Actor, now: datetime) -> None:
    """A mail that waits, one that became part of a case, one that was laid aside."""
    head = {"Subject": CANARIES["mail subject"]}
    held = (f"{CANARIES['mail file']}.txt", CANARIES["mail in the file"].encode())
    for name in ("mail words", "mail in a case", "mail laid aside"):
        row = mails.find(
            actor, jobs.receive(office_id, mail(CANARIES[name], head, files=(held,)), now=now)
        )
        opened, _ = mails.read(actor, row, now=now)
        print(
            opened.contents.subject,
            opened.contents.text,
            *(one.name for one in opened.contents.files),
        )
        if name == "mail in a case":
            case = queries.find(actor, Case.objects.get().pk)
            case_id = letters.add(
                actor,
                row,
                opened.raw,
                case,
                opened.contents.text,
                now.date(),
                by_person=True,
                now=now,
                idempotency_key=name,
            )
            again = queries.open_case(actor, case_id, now=now)
            for card in evidence.cards(again.staff):
                print(card.name, b"".join(original(actor, case, card.id, now=now)[1]))
        if name == "mail laid aside":
            letters.lay_aside(actor, row, now=now)


def take_calls(now: datetime) -> None:
    """A sheet that is kept, one that was filed with a scan, and a number opened for a reason."""
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    office = by_host("localhost", "desk")
    assert office
    staff, _ = colleague(office, "counsellor", now)
    browser = inside(staff, "localhost")
    print(keep(browser, begin(browser), text=CANARIES["sheet"]).page)
    told = {**CALL, "text": CANARIES["sheet filed"], "danger_log": CANARIES["danger"]}
    scan = SimpleUploadedFile(f"{CANARIES['scan']}.jpg", JPEG)
    filed = press(browser, begin(browser, "letter"), "take", **told, files=scan)
    receipt = filed.headers["Location"]
    print(squeezed(browser.get(receipt.replace("receipts", "cases"))))
    for paper in (f"{receipt}card/", receipt.replace("receipts", "sheets")):
        print(*pdf.pages(browser.post(paper, {"notes": "1"}).content))
    known = {"phone": CALL["phone"], "number_why": CANARIES["reason"]}
    opened = squeezed(press(browser, begin(browser), "open_number", **known))
    (case,) = re.findall(r'href="(/cases/[^"]+)"', opened)
    print(squeezed(browser.get(case)))


if __name__ == "__main__":
    main()
