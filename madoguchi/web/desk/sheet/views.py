"""The record sheet (相談記録票): printed by a button, with an audit line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.timezone import localtime

from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki_day, wareki_short
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.papers.wrong import TooLong
from madoguchi.web.desk.case.cards import Entry as Shown
from madoguchi.web.desk.case.cards import Fact, Opened, Planned, cards
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.printed import BRACKETS, aside, on_paper, printed
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.work.cases import queries
from madoguchi.work.record.papers import Answer, Due, Entry, RecordSheet, Referral

ASKED_LONGER = ("danger", "who", "officer", "how")  # what a form calls by fewer words
SHORT = {f"consult.{name}.label": f"desk.record_sheet.{name}" for name in ASKED_LONGER}
BLANKS = ("",) * 4  # boxes without a title, where the programme names nobody


@dataclass(frozen=True)
class SheetWriter:
    """Puts what the case page shows into words for the paper."""

    words: Texts

    def sheet(
        self, office: str, opened: Opened, circulated: tuple[str, ...], *, notes: bool
    ) -> RecordSheet:
        """The sheet of an opened case, with the desk's own notes where they were asked for."""
        case, oldest_first = opened.case.card, opened.entries[::-1]
        internal = tuple(entry for entry in oldest_first if entry.card.internal)
        reason = (self._text(f"closing.{case.closing}"),) if case.closing else ()
        return RecordSheet(
            office=office,
            case=case.short_name,
            opened=f"{self._day(case.opened_at)} {self._clock(case.opened_at)}",
            channel=self._text(f"way.{case.channel}"),
            assignee=opened.assignee or self._text("desk.nobody"),
            state="・".join((self._text(opened.state), *reason)),
            urgent=case.meant,
            noticed=case.noticed,
            contact=self._text(opened.contact.key),
            circulated=circulated or BLANKS,
            minutes=f"{opened.minutes:,}" if opened.minutes else "",
            internal=len(internal),
            unread=opened.unread,
            dues=tuple(
                Due(self._due_on(due), self._text(due.key), on_paper(due.why))
                for due in opened.dues
            ),
            person=self._answers(opened.person),
            story=self._answers(opened.story),
            referrals=tuple(
                Referral(
                    self._day(referred.card.at),
                    referred.agency,
                    self._text(referred.state_key),
                    self._text(referred.consent_key),
                )
                for referred in opened.referred
            ),
            entries=tuple(self._entry(each) for each in oldest_first if not each.card.internal),
            notes=tuple(self._entry(each) for each in internal) if notes else (),
        )

    def _text(self, key: str, **values: object) -> str:
        return self.words.get(key, "ja", **values).words

    def _day(self, at: datetime) -> str:
        return wareki_day(day_in_japan(at))

    def _due_on(self, due: Planned) -> str:
        at = f" {Formatter(self.words).clock(due.at)}" if due.at else ""
        return wareki_day(due.card.on) + at

    def _short(self, at: datetime) -> str:
        return wareki_short(day_in_japan(at))

    def _clock(self, at: datetime) -> str:
        return Formatter(self.words).clock(localtime(at))

    def _answers(self, facts: Iterable[Fact]) -> tuple[Answer, ...]:
        return tuple(
            Answer(
                self._text(SHORT.get(fact.label, fact.label)),
                on_paper(fact.said),
                aside(fact.said, self.words) + fact.aside,
            )
            for fact in facts
        )

    def _entry(self, shown: Shown) -> Entry:
        happened = shown.happened_at or shown.card.at
        written = shown.card.at if shown.happened_at else None
        return Entry(
            number=str(shown.card.number),
            on=self._short(happened),
            at=f"{localtime(happened):%H:%M}".removeprefix("0"),
            who=shown.who,
            kind=self._text(shown.key),
            about=self._about(shown),
            written=f"{self._short(written)} {localtime(written):%H:%M}" if written else "",
            corrected=shown.card.corrected,
            reason=on_paper(shown.reason),
            words=on_paper(shown.said),
            aside=aside(shown.said, self.words),
            answers=self._answers(shown.facts),
            files=tuple(file.name.translate(BRACKETS) for file in shown.attachments),
        )

    def _about(self, shown: Shown) -> str:
        """Way, outcome and minutes; which entry it replaces; which agency it is about."""
        parts = [self._text(key) for key in shown.contact]
        if shown.card.minutes:
            parts.append(self._text("desk.minutes", minutes=f"{shown.card.minutes:,}"))
        if shown.against:
            parts.append(self._text("desk.against.because") + shown.against)
        if shown.earlier:
            parts.append(self._text("desk.corrects", number=shown.earlier))
        if shown.agency:  # entries of bookings have steps, too
            how = f"（{self._text(shown.how)}）" if shown.how else ""
            step = f"：{self._text(shown.step)}{how}" if shown.step else ""
            parts.append(f"{shown.agency}{step}")
        return "・".join(parts)


def sheet(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The sheet as a PDF; asked for otherwise than by its button, back to the case.

    Internal notes are on it only where the officer ticked that.
    """
    if request.method != "POST":
        return redirect("case", case_id)
    opened = cards(request, queries.print_case(request.actor, case_id, now=request.now))
    if opened.further["entries"]:  # a record of some of the entries is none
        raise TooLong
    circulated = request.programme.desk.circulated
    facts = SheetWriter(texts_for(request)).sheet(
        request.office.name,
        opened,
        circulated.titles if circulated else (),
        notes="notes" in request.POST,
    )
    return printed(request, "record_sheet", facts, "sheet.pdf")


urlpatterns = [path("sheets/<uuid:case_id>/", sheet, name="sheet")]
