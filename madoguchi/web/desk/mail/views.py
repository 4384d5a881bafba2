"""The mails that came in (メール受付): the list, one of them as plain words, its acts."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from madoguchi.rules import limits
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.proposals import Proposal, propose
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.door import takes_files
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.mail import acts
from madoguchi.web.desk.mail.acts import ACTS, Doing
from madoguchi.web.kit import submitted
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.web.kit.sanitize import SanitizedText, sanitized, visible
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.mail import actions, queries
from madoguchi.work.search.queries import Found

WORDS = "desk.mail"
SHOWN_TO = 3
CHECKS = ("spf", "dkim", "dmarc")
MAIL_FILES = (".eml", ".msg")
BUSY = 503


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
    files: tuple[File, ...]
    verdict: str
    checks: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Attempt:
    """An act that was not done: which, what was typed, why not; of a search, what it found."""

    act: str = ""
    filled: Filled | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    grounds: tuple[str, ...] = ()
    found: Found | None = field(default=None, repr=False)
    status: int = 200


@takes_files
def queue(request: DeskRequest) -> HttpResponse:
    """The mails that wait, or those laid aside; a post hands in mails as files."""
    at = AtOffice(request.office.id)
    unkept = _hand_in(request) if request.method == "POST" else ()
    if request.method == "POST" and not unkept:
        return SeeOther(reverse("mail"))
    tab = request.GET.get("tab", "")
    shown = {"unkept": unkept, **_tabs(request, tab)}
    if tab == "filed":
        names = {one.id: one.name for one in colleagues(request.office.id, request.now)}
        filed = queries.filed(request.actor)
        shown["filed"] = tuple(
            (one, names.get(one.staff_id, "") if one.staff_id else "") for one in filed
        )
    else:
        after = request.GET.get("after", "")
        state = tab if tab in queries.TABS else queries.TABS[0]
        page = queries.listed(request.actor, at, state, after, now=request.now)
        shown |= {
            "lines": tuple(line(one, request.now) for one in page.lines),
            "after": page.after,
        }
    return render(request, "desk/mail/page.html", shown, status=422 if unkept else 200)


def _hand_in(request: DeskRequest) -> tuple[tuple[str, str], ...]:
    """Take the files in; the name of each that was not taken, with the text key of why."""
    mails = request.FILES.getlist("mails")
    unkept = [("", "desk.mail.unkept.none")] if not mails else []
    for one in mails:
        name = one.name or ""
        if not isinstance(one, SealedUpload) or not name.lower().endswith(MAIL_FILES):
            unkept.append((name, "desk.mail.unkept.kind"))
        elif one.about.length > limits.BYTES_A_MAIL:
            unkept.append((name, "desk.mail.unkept.large"))
        else:
            actions.hand_in(request.actor, one, now=request.now)
    return tuple(unkept)


def mail(request: DeskRequest, mail_id: UUID) -> HttpResponse:
    """One mail, opened, beside the list; one that became part of a case leads there."""
    row = queries.find(request.actor, mail_id)
    if row.became_id is not None:
        return redirect("case", row.became_id)
    return _page(request, row, Attempt())


def act(request: DeskRequest, mail_id: UUID, name: str) -> HttpResponse:
    """Do what was decided, or show the mail again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    row = queries.find(request.actor, mail_id)
    if request.method != "POST":
        return redirect("mail-one", mail_id)
    todo, token = ACTS[name], request.POST.get("token", "")
    typed = todo.form.take(request.POST)
    idempotency_key = submission_key(request, row.id, typed)
    if row.became_id is not None:
        return _filed(
            request, mail_id, done=done_before(request.actor, f"mail.{name}", idempotency_key)
        )
    opened, page = queries.read(request.actor, row, now=request.now)
    doing = Doing(
        request,
        opened,
        _proposals(request, opened),
        todo.form.check(typed),
        idempotency_key,
    )
    try:
        done = todo.do(doing)
    except Refused as refused:
        reasons = tuple(reason.code for reason in refused.reasons)
        attempt = Attempt(name, doing.filled, token, reasons, status=409)
    except Busy:
        attempt = Attempt(name, doing.filled, token, ("busy",), status=BUSY)
    else:
        if done.to:
            return SeeOther(done.to)
        attempt = Attempt(name, done.filled, token, found=done.found, status=done.filled.status)
    return _drawn(request, opened, page, attempt)


def _filed(request: DeskRequest, mail_id: UUID, *, done: bool) -> HttpResponse:
    """To the case that the mail became part of.

    Raises:
        Absent: a colleague was faster, and what was typed here is shown once more.
    """
    if not done and submitted.typed_texts(submitted.fields(request)):
        raise Absent
    return redirect("mail-one", mail_id)


def _proposals(request: DeskRequest, opened: queries.Opened) -> tuple[Proposal, ...]:
    """What the mail seems to say; the sender's own words about themselves are proposals too."""
    mail = opened.said
    sender = (("name", showable(mail.from_name)), ("email", showable(mail.from_address)))
    said = tuple(Proposal(asked, value, "", sure=False) for asked, value in sender if value)
    return (*propose(showable(mail.text), request.now.date()), *said)


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


def _page(request: DeskRequest, row: queries.Found, attempt: Attempt) -> HttpResponse:
    opened, page = queries.read(request.actor, row, now=request.now)
    return _drawn(request, opened, page, attempt)


def _drawn(
    request: DeskRequest, opened: queries.Opened, page: queries.Page, attempt: Attempt
) -> HttpResponse:
    first = {
        "take": {
            "next_days": [acts.NEXT_DAYS],
            "why": [words_for(request).get("desk.mail.reply").words],
        }
    }
    take, find = (
        attempt.filled
        if attempt.act == name and attempt.filled
        else ACTS[name].form.show(first.get(name))
        for name in ("take", "find")
    )
    shown = {
        **_tabs(request, opened.line.state),
        "lines": tuple(line(one, request.now, opened.line.id) for one in page.lines),
        "line": line(opened.line, request.now, opened.line.id),
        "before": opened.before,
        "message": message(opened.said),
        "questions": acts.questions(take, _proposals(request, opened)),
        "take": take,
        "find": find,
        "attempt": attempt,
        "form": attempt.filled,
        "grounds": tuple(f"ground.{code}" for code in attempt.grounds),
        "token": secrets.token_hex(16) if not attempt.act or attempt.grounds else attempt.token,
    }
    return render(request, "desk/mail/page.html", shown, status=attempt.status)


def line(told: queries.MailLine, now: datetime, chosen: UUID | None = None) -> Line:
    """A mail as the list shows it; late when it waits since another day."""
    mail = told.said
    return Line(
        id=told.id,
        arrived_at=told.arrived_at,
        forget_at=told.forget_at,
        sender=visible(mail.from_name or mail.from_address) if mail else "",
        subject=visible(mail.subject) if mail else "",
        files=len(mail.files) if mail else 0,
        automatic=bool(mail and mail.automatic),
        opens=mail is not None,
        late=told.forget_at is None and day_in_japan(told.arrived_at) < now.date(),
        chosen=told.id == chosen,
    )


def message(mail: queries.Said) -> Message:
    """A mail as the page shows it."""
    automatic = ("automatic",) if mail.automatic else ()
    return Message(
        sender=visible(mail.from_name),
        address=visible(mail.from_address),
        to=tuple(visible(one) for one in mail.to[:SHOWN_TO]),
        more_to=max(0, mail.to_count - SHOWN_TO),
        subject=visible(mail.subject),
        at=mail.at,
        text=sanitized(mail.text),
        files=tuple(
            File(visible(one.name), one.length, tuple(f"{WORDS}.flag.{flag}" for flag in one.flags))
            for one in mail.files
        ),
        verdict=f"{WORDS}.verdict.{verdict(mail)}",
        checks=tuple((name.upper(), f"{WORDS}.check.{getattr(mail, name)}") for name in CHECKS),
        warnings=tuple(f"{WORDS}.flag.{flag}" for flag in (*automatic, *mail.flags)),
    )


def verdict(mail: queries.Said) -> str:
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
