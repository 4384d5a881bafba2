"""A grant's file in reading form (申請の内容と経過): for the auditor and the archive (綴り)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.decision import Reason
from madoguchi.rules.koyomi.wareki import wareki_day, wareki_fiscal_year
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.subsidy import Subsidy, SubsidyVersion, Terms
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import BACK, KEPT, circled, holding
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.tools.papers.engine import Pdf, Printed, render
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.grants.checks import found_words, title
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.templatetags.words import file_size
from madoguchi.work.subsidy.application import APPLICATION, Applied, CostLine, Delivery
from madoguchi.work.subsidy.budget.public import terms_on
from madoguchi.work.subsidy.bundle.actions import FILE, Bundle, Piece, zipped
from madoguchi.work.subsidy.bundle.dossier import Dossier
from madoguchi.work.subsidy.bundle.papers import Checked, Entry, File, Happened, Index, Line
from madoguchi.work.subsidy.history import PROTECTED, StepCard
from madoguchi.work.subsidy.ledger.queries import COLUMNS, FILING, HIDES, Column, cells
from madoguchi.work.subsidy.letters.writing import cited
from madoguchi.work.subsidy.reviewing.findings import CheckCard, findings

UNNAMED = "–"
LEDGER, TOLD = "desk.ledger", "desk.told"
WRITTEN = (
    PROTECTED,
    "outcome",
    "why",
    "note",
    "lawyer",
    "by_on",
    "before",
    "bring",
    *BACK,
    "words",
)
LISTED = ("missing", "answers", "grounds", "working", "kept")
FILED = tuple(one.name for one in fields(Filing))
FILES = ("estimate_files", "screen_files", "other_files")
WORDS = "desk.bundle"


@dataclass(frozen=True)
class Reader:
    """Puts a grant's file into words; `names`: the colleagues' names."""

    words: Texts
    names: Mapping[UUID, str]
    terms: Terms | None

    @property
    def version(self) -> SubsidyVersion | None:
        """The rules of the day of the application; None where there were none."""
        return self.terms.version if self.terms else None

    def file(self, opened: Dossier) -> File:
        return File(
            self.reference(opened),
            self.state(opened),
            tuple(self._application(opened.applied)),
            wareki_day(opened.received_on) if opened.received_on else "",
            tuple(self._checks(opened)),
            tuple(self._steps(opened)),
        )

    def reference(self, opened: Dossier) -> str:
        """令和8年度 第12号."""
        if opened.fiscal_year is None:
            return self.said(f"{LEDGER}.no_number")
        year = wareki_fiscal_year(opened.fiscal_year)
        return self.said(f"{LEDGER}.reference", year=year, number=opened.number)

    def state(self, opened: Dossier) -> str:
        """Where the grant is."""
        return self.said(f"desk.grant.state.{opened.state}")

    def who(self, staff_id: UUID | None) -> str:
        """A colleague's name, if there is one; the applicant where nobody of the staff did it."""
        return self.names.get(staff_id, UNNAMED) if staff_id else self.said(f"{TOLD}.applicant")

    def said(self, key: str, **values: object) -> str:
        return self.words.get(key, "ja", **values).words

    def kept(self, paper: str) -> str:
        """What stays on paper, in words."""
        return self.said(f"desk.grant.form.kept.{paper if paper in KEPT else 'other'}")

    def _code(self, name: str, value: object) -> str:
        try:
            return self.said(f"{TOLD}.{name}_is.{value}")
        except KeyError:
            return str(value)

    def _application(self, applied: Applied) -> Iterator[Line]:
        """What was told, in the order of the form's numbers, then what has no number."""
        found = []
        for at, each in enumerate(fields(applied)):
            words = self._told(each.name, getattr(applied, each.name), applied)
            field = holding(self.version, each.name) if self.version else None
            if words:
                mark = circled(field.number) if field else ""
                line = Line(self.said(f"{TOLD}.{each.name}"), words, mark)
                found.append((field.number if field else len(fields(applied)), at, line))
        return (line for _, _, line in sorted(found, key=lambda each: each[:2]))

    def _told(self, name: str, value: Any, applied: Applied) -> str:  # noqa: ANN401 - any of its fields
        """What one thing says; empty where nothing was told."""
        if applied.protected and name in HIDES:
            return self.said(f"{TOLD}.protected_hides")
        if name == "costs":
            return "\n".join(map(self._cost, value))
        if name == "delivery":
            return self._delivery(value, applied)
        if name in FILES:
            return self.said(f"{TOLD}.files", count=len(value)) if value else ""
        if isinstance(value, tuple) and name != "consulted":  # of that one, which is not asked
            return "\n".join(self._code(name, one) for one in value)
        return self._plain(name, bool(value) if name == "consulted" else value)

    def _plain(self, name: str, value: Any) -> str:  # noqa: ANN401 - text, yes or no, or a number
        if value is None or value == "" or value is False:
            return ""
        if value is True:
            return self.said(f"{TOLD}.yes")
        if name.endswith("_on"):
            return wareki_day(date.fromisoformat(value))
        if name.endswith("_yen"):
            return self._yen(value)
        return self._code(name, value)

    def _yen(self, yen: int) -> str:
        return self.said(f"{TOLD}.yen", yen=f"{yen:,}")

    def _cost(self, line: CostLine) -> str:
        what = self.said(
            f"{TOLD}.cost", act=self._code("acts", line.act), fee=self._code("fee", line.fee)
        )
        tax = self.said(f"{TOLD}.tax", yen=f"{line.tax_yen:,}") if line.tax_yen else ""
        return f"{what} {self._yen(line.yen)}{tax}"

    def _delivery(self, told: Delivery, applied: Applied) -> str:
        address = "" if applied.protected else told.address
        sender = self._code("sender", told.sender)
        parts = (self._code("delivery", told.how), address, sender, told.sender_name)
        return "\n".join(part for part in parts if part)

    def _checks(self, opened: Dossier) -> Iterator[Checked]:
        """Each condition with every verdict on it; then the verdicts on what is none by now."""
        reasons = self._grounds(opened)
        for reason in reasons:
            on_it = [one for one in opened.checks if one.code == reason.code]
            yield from (self._check(one, reason) for one in on_it)
            if not on_it:
                yield self._check(None, reason)
        known = {reason.code for reason in reasons}
        yield from (self._check(one, None) for one in opened.checks if one.code not in known)

    def _grounds(self, opened: Dossier) -> tuple[Reason, ...]:
        """What the machine finds of each condition, under the terms of the application's day."""
        if self.terms is None:
            return ()
        found = findings(opened.steps, opened.checks, opened.known, self.terms)
        return tuple(one.machine for one in found.asked)

    def _check(self, one: CheckCard | None, reason: Reason | None) -> Checked:
        held = "none" if one is None else "overtaken" if one.overtaken else one.held.value
        code = reason.code if reason else one.code if one else ""
        return Checked(
            title(code, self.version, self.words),
            self._machine(reason) if reason else "",
            cited(reason.source, self.words) if reason else "",
            self.said(f"{TOLD}.held.{held}"),
            self.who(one.staff_id) if one else "",
            wareki_day(one.confirmed_on) if one else "",
            one.note if one else "",
        )

    def _machine(self, reason: Reason) -> str:
        held = self.said(f"{TOLD}.held.{reason.held.value}")
        return f"{held}。{found_words(reason, self.words)}"

    def _steps(self, opened: Dossier) -> Iterator[Happened]:
        """What happened; of an application that came again, what is told otherwise in it."""
        hidden = opened.applied.protected
        before: Applied | None = None
        for step in opened.steps:
            lines = [*self._known(step), *self._filed(step), *self._said(step, opened.applied)]
            if APPLICATION in step.details:
                now = replace(Applied.from_json(step.details[APPLICATION]), protected=hidden)
                lines += self._changed(before, now) if before else ()
                before = now
            what = self.said(f"{TOLD}.verb.{step.verb}")
            yield Happened(wareki_day(step.on), what, self.who(step.staff_id), tuple(lines))

    def _changed(self, before: Applied, now: Applied) -> Iterator[Line]:
        for each in fields(now):
            earlier = self._told(each.name, getattr(before, each.name), before)
            later = self._told(each.name, getattr(now, each.name), now)
            if earlier != later:
                nothing = self.said(f"{TOLD}.nothing")
                words = self.said(
                    f"{TOLD}.changed", earlier=earlier or nothing, later=later or nothing
                )
                yield Line(self.said(f"{TOLD}.{each.name}"), words)

    def _known(self, step: StepCard) -> Iterator[Line]:
        """What the ledger has a column for."""
        own = [
            column
            for column in COLUMNS
            if step.verb in column.verbs and column.at and column.at[0] != APPLICATION
        ]
        found = cells([step], own)
        for column in own:
            value = found.get(column.name)
            if value is not None:
                yield Line(self.said(f"{LEDGER}.column.{column.name}"), self._cell(column, value))

    def _filed(self, step: StepCard) -> Iterator[Line]:
        """What else was typed of the city's own file: the ledger has no column for it."""
        told = {**(step.details.get(FILING) or {})}
        shown = {
            column.at[1]
            for column in COLUMNS
            if column.at[:1] == (FILING,) and step.verb in column.verbs
        }
        for name in FILED:
            if told.get(name) and name not in shown:
                yield Line(self.said(f"desk.grant.told.{name}"), self._filing(name, told[name]))

    def _filing(self, name: str, value: object) -> str:
        if name.endswith("_on"):
            return wareki_day(date.fromisoformat(str(value)))
        return self._worded((name,), value)

    def _cell(self, column: Column, value: object) -> str:
        if isinstance(value, date):
            return wareki_day(value)
        if column.kind == "yen":
            return self.said(f"{TOLD}.yen", yen=f"{value:,}")
        return self._worded((column.name, *column.at[-1:]), value)

    def _worded(self, names: Iterable[str], value: object) -> str:
        """The words of a code of ours, under the first of these names that has some."""
        keys = (f"{LEDGER}.{name}.{value}" for name in names)
        return next((self.said(key) for key in keys if key in self.words.words), str(value))

    def _said(self, step: StepCard, applied: Applied) -> Iterator[Line]:
        told = step.details
        for name in WRITTEN:
            if told.get(name):
                yield Line(self.said(f"{TOLD}.step.{name}"), self._plain(name, told[name]))
        for name in LISTED:
            if told.get(name):
                lines = "\n".join(self._listed(name, one) for one in told[name])
                yield Line(self.said(f"{TOLD}.step.{name}"), lines)
        if told.get("account"):
            account = " ".join(self._code(*part) for part in told["account"].items() if part[1])
            yield Line(self.said(f"{TOLD}.step.account"), account)
        if step.verb is Verb.AMEND:
            yield from self._amended(told, applied)

    def _listed(self, name: str, one: Any) -> str:  # noqa: ANN401 - a line, or a line with its place
        if name == "missing":
            return f"{circled(one['field'])} {one['what']}"
        if name == "answers":
            return f"{circled(one['field'])} {self._code('how', one['how'])} {one['words']}".strip()
        if name == "kept":
            return self.kept(one)
        if name == "grounds":
            return f"{one.get('words') or one['code']}（{one.get('source', '')}）"
        return str(one)

    def _amended(self, told: Mapping[str, Any], applied: Applied) -> Iterator[Line]:
        for name, value in told["fields"].items():
            hidden = applied.protected and name in HIDES
            said = f"{TOLD}.protected_hides" if hidden else ""
            yield Line(self._label(name), self.said(said) if said else self._plain(name, value))

    def _label(self, name: str) -> str:
        for key in (f"{LEDGER}.column.{name}", f"{TOLD}.{name}"):
            try:
                return self.said(key)
            except KeyError:
                continue
        return name


def reader(
    office_id: UUID, words: Texts, subsidy: Subsidy | None, on: date | None, now: datetime
) -> Reader:
    """What puts a grant's file into words, by the rules of a day: that of its application."""
    names = {one.id: one.name for one in colleagues(office_id, now)}
    terms = terms_on(office_id, subsidy, on or now.date()) if subsidy else None
    return Reader(words, names, terms)


def printed_by(name: str, words: Texts, now: datetime) -> Printed:
    """Who makes the bundle now, as the foot of its pages says it."""
    return Printed(name, f"{wareki_day(now.date())} {Formatter(words).clock(now)}")


def archived(
    slug: str, made: Bundle, read: Reader, printed: Printed, today: date
) -> Iterator[bytes]:
    """The archive, piece by piece; both papers are made before its first byte.

    Raises:
        TooLong: what was told holds more words than a paper takes.
    """
    record = render(find(slug, "grant_file"), read.file(made.dossier), printed)
    index = _index(made, record, read, printed, today)
    listed = render(find(slug, "grant_index"), index, printed)
    return zipped(made, listed.content, record.content)


def _index(made: Bundle, record: Pdf, read: Reader, printed: Printed, today: date) -> Index:
    said = read.said
    own = Entry(
        "1",
        FILE,
        said(f"{WORDS}.record"),
        printed.by,
        wareki_day(today),
        said(f"{WORDS}.pages", pages=record.pages),
        file_size(len(record.content)),
        hashlib.sha256(record.content).hexdigest(),
    )
    entries = tuple(_entry(number, piece, read) for number, piece in enumerate(made.pieces, 2))
    notes = ["annex"] if made.annexes else []
    notes += ["protected"] if made.dossier.applied.protected else []
    notes += ["closed"] if any(paper.closed for paper in made.papers) else []
    return Index(
        read.reference(made.dossier),
        read.state(made.dossier),
        wareki_day(today),
        printed.by,
        (own, *entries, *_on_paper(made.dossier, read, len(entries) + 2)),
        tuple(said(f"{WORDS}.note.{name}") for name in notes),
    )


def _title(piece: Piece, read: Reader) -> str:
    if not piece.title:
        return read.said(f"{WORDS}.annexed", kind=read.said(f"{WORDS}.kind.{piece.kind}"))
    return read.said(f"{WORDS}.closed", title=piece.title) if piece.closed else piece.title


def _entry(number: int, piece: Piece, read: Reader) -> Entry:
    said = read.said
    return Entry(
        str(number),
        piece.name,
        _title(piece, read),
        read.who(piece.staff_id),
        wareki_day(piece.on) if piece.on else "",
        said(f"{WORDS}.pages", pages=piece.pages) if piece.pages else "",
        file_size(piece.length) if piece.length else "",
        piece.sha256,
        said(f"{WORDS}.lacking.{piece.lacking}") if piece.lacking else "",
    )


def _on_paper(opened: Dossier, read: Reader, first: int) -> Iterator[Entry]:
    """What came on paper and stays in the city's own file: named, though it is not in here."""
    binder = opened.binder
    where = read.said(f"{WORDS}.kept_in" if binder else f"{WORDS}.kept", binder=binder)
    for number, one in enumerate(opened.kept, first):
        who, on = read.who(one.staff_id), wareki_day(one.on)
        yield Entry(str(number), "", read.kept(one.paper), who, on, lacking=where)
