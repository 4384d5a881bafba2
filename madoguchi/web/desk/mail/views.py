"""The mails that came in (メール受付): the list, a mail as plain text, its acts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from madoguchi.rules import limits
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.proposals import Proposal, propose
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.door import takes_files
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.mail import acts
from madoguchi.web.desk.mail.acts import ACTS, Press
from madoguchi.web.kit import submitted
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.sanitize import SanitizedText, sanitized, visible
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.mail import actions, queries
from madoguchi.work.search.queries import Found

WORDS = "desk.mail"
SHOWN_TO = 3
CHECKS = ("spf", "dkim", "dmarc")
MAIL_FILES = (".eml", ".msg")


@dataclass(frozen=True)
class Line:
    """A mail in the list."""

    id: UUID
    arrived_at: datetime
    forget_at: datetime | None
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    files: int
    automatic: bool
    opens: bool
    late: bool
    chosen: bool
    noticed: bool  # words in it mean danger: a hint


@dataclass(frozen=True)
class File:
    """A file in the mail, by name."""

    name: str = field(repr=False)
    length: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Message:
    """A mail, opened. Nothing in it leads anywhere and no picture is shown."""

    sender: str = field(repr=False)
    address: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    more_to: int
    subject: str = field(repr=False)
    at: datetime | None
    text: SanitizedText = field(repr=False)
    aside: str = field(repr=False)
    files: tuple[File, ...]
    verdict: str
    checks: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@takes_files
def queue(request: DeskRequest) -> HttpResponse:
    """The mails that wait, or those laid aside; a post hands in mails as files."""
    at = AtOffice(request.office.id)
    unkept = _hand_in(request) if request.method == "POST" else ()
    if request.method == "POST" and not unkept:
        return SeeOther(reverse("mail"))
    tab = request.GET.get("tab", "")
    values = {"unkept": unkept, **_tabs(request, tab)}
    if tab == "filed":
        staff = colleagues(request.office.id, request.now)
        names = {colleague.id: colleague.name for colleague in staff}
        values["filed"] = tuple(
            (each, names.get(each.staff_id, "") if each.staff_id else "")
            for each in queries.filed(request.actor)
        )
    else:
        after = request.GET.get("after", "")
        state = tab if tab in queries.TABS else queries.TABS[0]
        page = queries.listed(request.actor, at, state, after, now=request.now)
        values |= {
            "lines": _lines(request, page),
            "after": page.after,
        }
    return render(request, "desk/mail/page.html", values, status=422 if unkept else 200)


def _hand_in(request: DeskRequest) -> tuple[tuple[str, str], ...]:
    """Take the files in; the name of each that was not taken, with the text key of why."""
    mails = request.FILES.getlist("mails")
    unkept = [("", "desk.mail.unkept.none")] if not mails else []
    for file in mails:
        name = file.name or ""
        if not isinstance(file, SealedUpload) or not name.lower().endswith(MAIL_FILES):
            unkept.append((name, "desk.mail.unkept.kind"))
        elif file.about.length > limits.BYTES_A_MAIL:
            unkept.append((name, "desk.mail.unkept.large"))
        else:
            actions.hand_in(request.actor, file, now=request.now)
    return tuple(unkept)


def mail(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    """A mail, opened, beside the list; one that became part of a case leads there."""
    row = queries.find(request.actor, mail_id)
    if row.became_id is not None:
        return redirect("case", row.became_id)
    opened, page = queries.read(request.actor, row, now=request.now)
    return _page(request, opened, page, Submission())


def act(request: DeskRequest, mail_id: UUID, name: str) -> HttpResponse:
    """Do what was decided, or show the mail again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    row = queries.find(request.actor, mail_id)
    if request.method != "POST":
        return redirect("mail-one", mail_id)
    act, found = ACTS[name], None
    typed = act.form.take(request.POST)
    key = submission_key(request, row.id, typed)
    if row.became_id is not None:
        if done_before(request.actor, f"mail.{name}", key):
            return redirect("mail-one", mail_id)
        return _became(request, row)
    opened, page = queries.read(request.actor, row, now=request.now)
    submission = Submission(name, act.form.check(typed))
    press = Press(request, opened, _proposals(request, opened), submission.filled, key)
    try:
        done = act.perform(press)
    except Refused as refused:
        row = queries.find(request.actor, mail_id)
        if row.became_id is not None:
            return _became(request, row)
        submission = submission.refused(*refused.reasons, stale=True)
    except Busy:
        submission = submission.refused(Reason("busy"), busy=True)
    else:
        if done.confirmation:
            return go_on(request, done.to, done.confirmation)
        if done.to:
            return SeeOther(done.to)
        submission, found = Submission(name, done.filled), done.found
    return _page(request, opened, page, submission, found)


def _became(request: DeskRequest, row: queries.Found) -> HttpResponse:
    """A colleague was faster: who, when, which case it became, and what was typed here.

    Only for who may know of the case; for others `queries.find` found nothing.
    """
    staff = colleagues(request.office.id, request.now)
    names = {colleague.id: colleague.name for colleague in staff}
    values = {
        "page": "mail",
        "who": names.get(row.staff_id, "") if row.staff_id else "",
        "decided_at": row.decided_at,
        "became": f"desk.mail.became.{row.state}",
        "case_id": row.became_id,
        "name": cases.find(request.actor, row.became_id).short_name if row.became_id else "",
        "words": submitted.typed_texts(submitted.fields(request)),
    }
    return render(request, "desk/mail/became.html", values, status=409)


def _proposals(request: DeskRequest, opened: queries.Opened) -> tuple[Proposal, ...]:
    """What the mail seems to say; the sender's own words about themselves are proposals too."""
    mail = opened.contents
    sender = (("name", showable(mail.from_name)), ("email", showable(mail.from_address)))
    own = tuple(Proposal(asked, value, "", sure=False) for asked, value in sender if value)
    city = request.programme.city
    found = propose(showable(mail.text), request.now.date(), city.name.ja, city.prefecture)
    return (*found, *own)


def _tabs(request: DeskRequest, chosen: str) -> dict[str, object]:
    counts = queries.counts(request.actor, request.now)
    numbers = {"waiting": counts.waiting, "aside": counts.aside, "filed": None}
    chosen = chosen if chosen in numbers else "waiting"
    return {
        "page": "mail",
        "chosen": chosen,
        "tabs": tuple(
            (name, f"desk.mail.tab.{name}", number, name == chosen)
            for name, number in numbers.items()
        ),
    }


def _page(
    request: DeskRequest,
    opened: queries.Opened,
    page: queries.Page,
    submission: Submission,
    found: Found | None = None,
) -> HttpResponse:
    """The mail beside the list, with an act that was not done; `found`: by a search for a case."""
    forms = {
        "take": acts.TAKE.show({"why": [texts_for(request).get("desk.mail.reply").words]}),
        "find": acts.FIND.show(),
        "aside-danger": acts.ASIDE.show(),
    }
    if submission.form is not None:
        forms[submission.act] = submission.form
    same_token = submission.act and not submission.reasons
    values = {
        **_tabs(request, opened.line.state),
        "lines": _lines(request, page, opened.line.id),
        "line": line(request, opened.line, opened.line.id),
        "before": opened.before,
        "message": message(opened.contents),
        "questions": acts.questions(forms["take"], _proposals(request, opened)),
        "take": forms["take"],
        "find": forms["find"],
        "aside": forms["aside-danger"] if opened.line.noticed else None,
        "attempt": submission,
        "found": found,
        "form": submission.form,
        "grounds": submission.grounds,
        "token": request.POST.get("token", "") if same_token else secrets.token_hex(16),
    }
    return render(request, "desk/mail/page.html", values, status=submission.status)


def _lines(
    request: DeskRequest, page: queries.Page, chosen: UUID | None = None
) -> tuple[Line, ...]:
    return tuple(line(request, each, chosen) for each in page.lines)


def line(request: DeskRequest, listed: queries.MailLine, chosen: UUID | None = None) -> Line:
    """A mail as the list shows it; late when it waits since another day."""
    mail, now = listed.contents, request.now
    return Line(
        id=listed.id,
        arrived_at=listed.arrived_at,
        forget_at=listed.forget_at,
        sender=visible(mail.from_name or mail.from_address) if mail else "",
        subject=visible(mail.subject) if mail else "",
        files=len(mail.files) if mail else 0,
        automatic=bool(mail and mail.automatic),
        opens=mail is not None,
        late=listed.forget_at is None and day_in_japan(listed.arrived_at) < now.date(),
        chosen=listed.id == chosen,
        noticed=listed.noticed,
    )


def message(mail: queries.Contents) -> Message:
    """A mail as the page shows it."""
    automatic = ("automatic",) if mail.automatic else ()
    return Message(
        sender=visible(mail.from_name),
        address=visible(mail.from_address),
        to=tuple(visible(address) for address in mail.to[:SHOWN_TO]),
        more_to=max(0, mail.to_count - SHOWN_TO),
        subject=visible(mail.subject),
        at=mail.at,
        text=sanitized(mail.text),
        aside=visible(mail.aside),
        files=tuple(
            File(visible(f.name), f.length, tuple(f"{WORDS}.flag.{flag}" for flag in f.flags))
            for f in mail.files
        ),
        verdict=f"{WORDS}.verdict.{verdict(mail)}",
        checks=tuple((name.upper(), f"{WORDS}.check.{getattr(mail, name)}") for name in CHECKS),
        warnings=tuple(f"{WORDS}.flag.{flag}" for flag in (*automatic, *mail.flags)),
    )


def verdict(mail: queries.Contents) -> str:
    """What the checks of our mail server come to: `matches`, `differs` or `unknown`.

    Only DMARC looks at the address that people see; the others may speak of another one.
    """
    if mail.dmarc == "pass":
        return "matches"
    if mail.dmarc == "fail" or "fail" in (mail.spf, mail.dkim):
        return "differs"
    return "unknown"


urlpatterns = [
    path("mail/", queue, name="mail"),
    path("mail/<uuid:mail_id>/", mail, name="mail-one"),
    path("mail/<uuid:mail_id>/<slug:name>/", act, name="mail-act"),
]
