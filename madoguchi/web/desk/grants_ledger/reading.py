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
from madoguchi.work.subsidy.application import APPLICATION, Applied, CostLine
from madoguchi.work.subsidy.budget.public import terms_on
from madoguchi.work.subsidy.bundle.actions import FILE, Bundle, Piece, zipped
from madoguchi.work.subsidy.bundle.dossier import Dossier
from madoguchi.work.subsidy.bundle.papers import Checked, Entry, File, Happened, Index, Line
from madoguchi.work.subsidy.corrections import replaced
from madoguchi.work.subsidy.history import PROTECTED, StepCard, undone
from madoguchi.work.subsidy.ledger.queries import COLUMNS, FILING, HIDES, cells
from madoguchi.work.subsidy.letters.writing import cited
from madoguchi.work.subsidy.reviewing.findings import CheckCard, findings

UNNAMED = "–"
LEDGER, DETAILS, WORDS = "desk.ledger", "desk.told", "desk.bundle"
TEXTS = (
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
    *("holder", "proof", "asked_on"),
)
LISTS = ("missing", "answers", "grounds", "working", "kept", "sure")
FILED = tuple(filed.name for filed in fields(Filing))
FILES = ("estimate_files", "screen_files", "other_files")


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
            return self.text(f"{LEDGER}.no_number")
        year = wareki_fiscal_year(opened.fiscal_year)
        return self.text(f"{LEDGER}.reference", year=year, number=opened.number)

    def state(self, opened: Dossier) -> str:
        """The grant's state in words."""
        return self.text(f"desk.grant.state.{opened.state}")

    def who(self, staff_id: UUID | None) -> str:
        """A colleague's name, if there is one; the applicant where nobody of the staff did it."""
        return self.names.get(staff_id, UNNAMED) if staff_id else self.text(f"{DETAILS}.applicant")

    def text(self, key: str, **values: object) -> str:
        return self.words.get(key, "ja", **values).words

    def kept(self, paper: str) -> str:
        """What stays on paper, in words."""
        return self.text(f"desk.grant.form.kept.{paper if paper in KEPT else 'other'}")

    def _code(self, name: str, value: object) -> str:
        """The words of a code; the code itself where it has none."""
        try:
            return self.text(f"{DETAILS}.{name}_is.{value}")
        except KeyError:
            return str(value)

    def _application(self, applied: Applied) -> Iterator[Line]:
        """What was applied for: in the order of the form's numbers, then what has no number."""
        found = []
        for at, column in enumerate(fields(applied)):
            words = self._answer(column.name, getattr(applied, column.name), applied)
            field = holding(self.version, column.name) if self.version else None
            if words:
                mark = circled(field.number) if field else ""
                line = Line(self.text(f"{DETAILS}.{column.name}"), words, mark)
                found.append((field.number if field else len(fields(applied)), at, line))
        return (line for _, _, line in sorted(found, key=lambda numbered: numbered[:2]))

    def _answer(self, name: str, value: Any, applied: Applied) -> str:  # noqa: ANN401 - any of its fields
        """One answer of the application in words; empty where it was left out."""
        if applied.protected and name in HIDES:
            return self.text(f"{DETAILS}.protected_hides")
        if name == "costs":
            return "\n".join(self._cost(cost) for cost in value)
        if name == "delivery":
            address = "" if applied.protected else value.address
            how, sender = self._code("delivery", value.how), self._code("sender", value.sender)
            return "\n".join(filter(None, (how, address, sender, value.sender_name)))
        if name in FILES:
            return self.text(f"{DETAILS}.files", count=len(value)) if value else ""
        if isinstance(value, tuple) and name != "consulted":  # which place it was is not asked
            return "\n".join(self._code(name, code) for code in value)
        return self._plain(name, bool(value) if name == "consulted" else value)

    def _plain(self, name: str, value: Any) -> str:  # noqa: ANN401 - text, yes or no, or a number
        if value is None or value == "" or value is False:
            return ""
        if value is True:
            return self.text(f"{DETAILS}.yes")
        if name.endswith("_on"):
            return wareki_day(date.fromisoformat(value))
        if name.endswith("_yen"):
            return self._yen(value)
        return self._code(name, value)

    def _yen(self, yen: int) -> str:
        return self.text(f"{DETAILS}.yen", yen=f"{yen:,}")

    def _cost(self, line: CostLine) -> str:
        act, fee = self._code("acts", line.act), self._code("fee", line.fee)
        what = self.text(f"{DETAILS}.cost", act=act, fee=fee)
        tax = self.text(f"{DETAILS}.tax", yen=f"{line.tax_yen:,}") if line.tax_yen else ""
        return f"{what} {self._yen(line.yen)}{tax}"

    def _checks(self, opened: Dossier) -> Iterator[Checked]:
        """Each condition with every verdict on it; then verdicts on what is no condition any more.

        What the machine finds is under the terms of the application's day.
        """
        reasons: tuple[Reason, ...] = ()
        if self.terms is not None:
            found = findings(opened.steps, opened.checks, opened.known, self.terms)
            reasons = tuple(finding.machine for finding in found.asked)
        for reason in reasons:
            on_it = [check for check in opened.checks if check.code == reason.code]
            yield from (self._check(check, reason) for check in on_it)
            if not on_it:
                yield self._check(None, reason)
        known = {reason.code for reason in reasons}
        yield from (self._check(check, None) for check in opened.checks if check.code not in known)

    def _check(self, check: CheckCard | None, reason: Reason | None) -> Checked:
        held = "none" if check is None else "overtaken" if check.overtaken else check.held.value
        code = reason.code if reason else check.code if check else ""
        machine = ""
        if reason:
            machine_held = self.text(f"{DETAILS}.held.{reason.held.value}")
            machine = f"{machine_held}。{found_words(reason, self.words)}"
        return Checked(
            title(code, self.version, self.words),
            machine,
            cited(reason.source, self.words) if reason else "",
            self.text(f"{DETAILS}.held.{held}"),
            self.who(check.staff_id) if check else "",
            wareki_day(check.confirmed_on) if check else "",
            check.note if check else "",
        )

    def _steps(self, opened: Dossier) -> Iterator[Happened]:
        """What happened; of an application that came again, what has changed in it."""
        hidden = opened.applied.protected
        before: Applied | None = None
        by_number = undone(opened.past)
        for step in opened.past:
            earlier = replaced(opened.past, step)
            details = self._details(step, earlier, hidden=hidden)
            lines = [*self._columns(step), *self._filed(step), *details]
            if APPLICATION in step.details:
                now = replace(Applied.from_json(step.details[APPLICATION]), protected=hidden)
                lines += self._changed(before, now) if before else ()
                before = now
            what = self.text(f"{DETAILS}.verb.{step.verb}")
            if step.number in by_number:
                what = self.text(f"{DETAILS}.undone", what=what)
            yield Happened(wareki_day(step.on), what, self.who(step.staff_id), tuple(lines))

    def _changed(self, before: Applied, now: Applied) -> Iterator[Line]:
        for column in fields(now):
            earlier = self._answer(column.name, getattr(before, column.name), before)
            later = self._answer(column.name, getattr(now, column.name), now)
            if earlier != later:
                nothing = self.text(f"{DETAILS}.nothing")
                words = self.text(
                    f"{DETAILS}.changed", earlier=earlier or nothing, later=later or nothing
                )
                yield Line(self.text(f"{DETAILS}.{column.name}"), words)

    def _columns(self, step: StepCard) -> Iterator[Line]:
        """The details for which the ledger has a column."""
        own = [
            column
            for column in COLUMNS
            if step.verb in column.verbs and column.at and column.at[0] != APPLICATION
        ]
        found = cells([step], own)
        for column in own:
            value = found.get(column.name)
            if value is None:
                continue
            if isinstance(value, date):
                words = wareki_day(value)
            elif column.kind == "yen":
                words = self.text(f"{DETAILS}.yen", yen=f"{value:,}")
            else:
                words = self._worded((column.name, *column.at[-1:]), value)
            yield Line(self.text(f"{LEDGER}.column.{column.name}"), words)

    def _filed(self, step: StepCard) -> Iterator[Line]:
        """What else was typed of the city's own file: the ledger has no column for it."""
        filing = step.details.get(FILING) or {}
        in_columns = {
            column.at[1]
            for column in COLUMNS
            if column.at[:1] == (FILING,) and step.verb in column.verbs
        }
        for name in FILED:
            value = filing.get(name)
            if value and name not in in_columns:
                if name.endswith("_on"):
                    words = wareki_day(date.fromisoformat(str(value)))
                else:
                    words = self._worded((name,), value)
                yield Line(self.text(f"desk.grant.told.{name}"), words)

    def _worded(self, names: Iterable[str], value: object) -> str:
        """The words of a code of ours, under the first of these names that has some."""
        keys = (f"{LEDGER}.{name}.{value}" for name in names)
        return next((self.text(key) for key in keys if key in self.words.words), str(value))

    def _details(
        self, step: StepCard, earlier: Mapping[str, Any], *, hidden: bool
    ) -> Iterator[Line]:
        """The other details of a step; `hidden`: no address, however it was corrected.

        `earlier`: what stood in the fields that it corrects.
        """
        details = step.details
        for name in TEXTS:
            if details.get(name):
                label = self.text(f"{DETAILS}.step.{name}")
                yield Line(label, self._plain(name, details[name]))
        for name in LISTS:
            if details.get(name):
                lines = "\n".join(self._listed(name, item) for item in details[name])
                yield Line(self.text(f"{DETAILS}.step.{name}"), lines)
        if details.get("account"):
            parts = (self._code(*part) for part in details["account"].items() if part[1])
            yield Line(self.text(f"{DETAILS}.step.account"), " ".join(parts))
        if step.verb is Verb.AMEND:
            for name, value in details["fields"].items():
                if hidden and name in HIDES:
                    yield Line(self._label(name), self.text(f"{DETAILS}.protected_hides"))
                else:
                    was, now = (self._plain(name, each) for each in (earlier.get(name), value))
                    nothing = self.text(f"{DETAILS}.nothing")
                    words = self.text(
                        f"{DETAILS}.changed", earlier=was or nothing, later=now or nothing
                    )
                    yield Line(self._label(name), words)

    def _listed(self, name: str, item: Any) -> str:  # noqa: ANN401 - a line, or a line with its place
        match name:
            case "missing":
                return f"{circled(item['field'])} {item['what']}"
            case "answers":
                how = self._code("how", item["how"])
                return f"{circled(item['field'])} {how} {item['words']}".strip()
            case "kept":
                return self.kept(item)
            case "sure":
                return self.text(f"desk.grant.form.sure.{item}")
            case "grounds":
                return f"{item.get('words') or item['code']}（{item.get('source', '')}）"
            case _:
                return str(item)

    def _label(self, name: str) -> str:
        """What a corrected field is called; its own name where it has no words."""
        for key in (f"{LEDGER}.column.{name}", f"{DETAILS}.{name}"):
            try:
                return self.text(key)
            except KeyError:
                continue
        return name


def reader(
    office_id: UUID, words: Texts, subsidy: Subsidy | None, on: date | None, now: datetime
) -> Reader:
    """What puts a grant's file into words, by the rules of a day: that of its application."""
    names = {staff.id: staff.name for staff in colleagues(office_id, now)}
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
        TooLong: the grant's file has more words than a paper takes.
    """
    record = render(find(slug, "grant_file"), read.file(made.dossier), printed)
    index = render(find(slug, "grant_index"), _index(made, record, read, printed, today), printed)
    return zipped(made, index.content, record.content)


def _index(made: Bundle, record: Pdf, read: Reader, printed: Printed, today: date) -> Index:
    own = Entry(
        "1",
        FILE,
        read.text(f"{WORDS}.record"),
        printed.by,
        wareki_day(today),
        read.text(f"{WORDS}.pages", pages=record.pages),
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
        tuple(read.text(f"{WORDS}.note.{name}") for name in notes),
    )


def _entry(number: int, piece: Piece, read: Reader) -> Entry:
    if not piece.title:
        kind = read.text(f"{WORDS}.kind.{piece.kind}")
        piece_title = read.text(f"{WORDS}.annexed", kind=kind)
    elif piece.closed:
        piece_title = read.text(f"{WORDS}.closed", title=piece.title)
    else:
        piece_title = piece.title
    return Entry(
        str(number),
        piece.name,
        piece_title,
        read.who(piece.staff_id),
        wareki_day(piece.on) if piece.on else "",
        read.text(f"{WORDS}.pages", pages=piece.pages) if piece.pages else "",
        file_size(piece.length) if piece.length else "",
        piece.sha256,
        read.text(f"{WORDS}.lacking.{piece.lacking}") if piece.lacking else "",
    )


def _on_paper(opened: Dossier, read: Reader, first: int) -> Iterator[Entry]:
    """What came on paper and stays in the city's own file: listed, though not in the bundle."""
    binder = opened.binder
    where = read.text(f"{WORDS}.kept_in" if binder else f"{WORDS}.kept", binder=binder)
    for number, kept in enumerate(opened.kept, first):
        who, on = read.who(kept.staff_id), wareki_day(kept.on)
        yield Entry(str(number), "", read.kept(kept.paper), who, on, lacking=where)
