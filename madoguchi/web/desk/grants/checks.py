"""One condition after another (条件の確認): what the machine found, and what the officer says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast
from uuid import UUID

from django.http import QueryDict

from madoguchi.rules.decision import Held, Reason
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.fields import circled, of_ground
from madoguchi.rules.subsidy.guardian import GUARDIAN, officer_words
from madoguchi.rules.subsidy.judge import words_of
from madoguchi.tools.forms.form import FieldCard, Filled, Option
from madoguchi.web.desk.grants import forms
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.subsidy.reviewing.findings import CheckCard, Finding, Findings, Verdict

WORDS = "desk.grant.checks"
VERDICTS = tuple(one.value for one in Held)
PARTS = ("verdict", "on", "moved", "note")
BEFORE_CONTRACT = "subsidy.before_contract"
RESIDENT = "subsidy.resident"  # of them alone a day of moving away is asked


@dataclass(frozen=True)
class Row:
    """One condition as the page shows it; `filled`: what is typed of it."""

    code: str
    mark: str
    title: str
    words: str
    found: str
    held: str
    source: str
    verdict: str
    by: str
    note: SanitizedText
    filled: Filled = field(repr=False)
    typed: bool

    @property
    def id(self) -> str:
        """The anchor of the row; field errors lead into it."""
        return f"c-{self.code.replace('.', '-')}"

    @property
    def machine(self) -> str:
        """The text key of what the machine found."""
        return f"{WORDS}.{self.found}"

    @property
    def unconfirmed(self) -> bool:
        """Whether nobody has confirmed where the condition stands (要確認)."""
        return self.source == UNCONFIRMED

    @property
    def url(self) -> str:
        """Where the source is a page: its address."""
        return self.source if self.source.startswith("https://") else ""

    @property
    def names(self) -> dict[str, str]:
        """The names of its fields in the one form."""
        return {part: _name(part, self.code) for part in PARTS}

    @property
    def card(self) -> dict[str, FieldCard]:
        """Its fields."""
        return self.filled.card

    @property
    def wrong(self) -> tuple[FieldCard, ...]:
        """Its fields that have a slip."""
        return self.filled.wrong

    @property
    def is_timing(self) -> bool:
        """Whether it is on applying before the contract, which the contract itself may belie."""
        return self.code == BEFORE_CONTRACT

    @property
    def moves(self) -> bool:
        """Whether a day of moving away is asked."""
        return self.code == RESIDENT

    @property
    def options(self) -> tuple[Option, ...]:
        """The three verdicts; the one that holds is not chosen anew."""
        chosen = self.filled.words("verdict")
        return tuple(
            Option(
                one,
                f"{self.id}-verdict" if at == 0 else f"{self.id}-{one}",
                f"desk.grant.check.verdict.{one}",
                one == chosen,
            )
            for at, one in enumerate(VERDICTS)
        )


@dataclass(frozen=True)
class Checks:
    """All conditions; `as_found`: those that one press confirms as the machine found them."""

    rows: tuple[Row, ...]
    may: bool

    @property
    def as_found(self) -> tuple[Row, ...]:
        """What the machine found met and nobody has looked at."""
        return tuple(row for row in self.rows if row.found == Held.MET.value and not row.verdict)

    @property
    def settled(self) -> bool:
        """Whether an officer found each met and none can be judged any more: they are folded."""
        return not self.may and all(row.verdict == f"{WORDS}.{Held.MET.value}" for row in self.rows)

    @property
    def unjudged(self) -> int:
        """How many conditions no officer has looked at."""
        return sum(not row.verdict for row in self.rows)

    @property
    def unknown(self) -> int:
        """Of how many of these the machine knows nothing either."""
        return sum(not row.verdict and row.found == Held.UNKNOWN.value for row in self.rows)

    @property
    def open(self) -> int:
        """How many an officer has looked at, and they are open all the same."""
        return sum(bool(row.verdict) and row.held == Held.UNKNOWN.value for row in self.rows)


def take(post: QueryDict, codes: Sequence[str]) -> dict[str, Filled]:
    """What was chosen or typed, by condition; those left alone are not among them."""
    typed = {code: {part: post.getlist(_name(part, code)) for part in PARTS} for code in codes}
    touched = {code: one for code, one in typed.items() if any(map(_says, one.values()))}
    return {code: forms.CHECK.check(one) for code, one in touched.items()}


def check(taken: Mapping[str, Filled], today: date) -> dict[str, Filled]:
    """The same with a slip where a verdict is missing, has no reason or a day that is to come."""
    return {code: _checked(filled, today) for code, filled in taken.items()}


def _checked(filled: Filled, today: date) -> Filled:
    filled = forms.days(filled, today, on="past", moved="past")
    verdict = filled.value("verdict")
    if not verdict:
        return filled.refuse("verdict", "choose")
    if verdict != Held.MET.value and not filled.words("note").strip():
        return filled.refuse("note", "required")
    return filled


def verdict(code: str, filled: Filled, today: date) -> Verdict:
    """The verdict for work; a day that was left out is today."""
    chosen = cast('Literal["met", "unmet", "unknown"]', filled.value("verdict"))
    on = forms.day_of(filled, "on", today) or today
    moved = forms.day_of(filled, "moved", today) if code == RESIDENT else None
    return Verdict(code, chosen, filled.value("note"), on, moved)


def rows(
    findings: Findings,
    version: SubsidyVersion | None,
    words: Texts,
    names: Mapping[UUID, str],
    taken: Mapping[str, Filled],
) -> tuple[Row, ...]:
    """The rows of the page; `taken`: what was typed when it was sent."""
    told = _Told(version, words, names)
    return tuple(told.row(one, taken.get(one.machine.code)) for one in findings.asked)


@dataclass(frozen=True)
class _Told:
    """What rows are put into words with."""

    version: SubsidyVersion | None
    words: Texts
    names: Mapping[UUID, str]

    def row(self, one: Finding, filled: Filled | None) -> Row:
        reason, officer = one.machine, one.officer
        asked = of_ground(self.version, reason.code) if self.version else None
        return Row(
            code=reason.code,
            mark=circled(asked.number) if asked else "",
            title=title(reason.code, self.version, self.words),
            words=found_words(reason, self.words),
            found=reason.held.value,
            held=one.holds.value,
            source=reason.source,
            verdict=f"{WORDS}.{officer.held.value}" if officer else "",
            by=self._by(officer) if officer else "",
            note=sanitized(officer.note if officer else ""),
            filled=filled or forms.CHECK.show({}),
            typed=filled is not None,
        )

    def _by(self, officer: CheckCard) -> str:
        reading, who = Formatter(self.words), self.names.get(officer.staff_id, "")
        on = reading.day(officer.confirmed_on)
        by = self.words.get(f"{WORDS}.by", "ja", who=who, on=on).words
        if officer.moved_out_on is None:
            return by
        moved = reading.day(officer.moved_out_on)
        return f"{by}　{self.words.get(f'{WORDS}.moved', 'ja', on=moved).words}"


def title(code: str, version: SubsidyVersion | None, words: Texts) -> str:
    """The condition as the city words it; else its short name."""
    for rule in version.condition if version else ():
        if f"subsidy.{snake(type(rule).__name__)}" == code:
            return rule.words.ja
    key = f"desk.grant.condition.{code.removeprefix('subsidy.')}"
    return words.get(key).words if key in words.words else code


def found_words(reason: Reason, words: Texts) -> str:
    """What the machine says; of a minor's representative what the desk reads, not the person."""
    key = officer_words(reason) if reason.code == GUARDIAN else ""
    return words.get(key).words if key else said_of(reason, words)


def said_of(reason: Reason, words: Texts) -> str:
    """The words of a condition's reason, with the values that they name."""
    return words.get(words_of(reason), "ja", **reason.values).words


def _name(part: str, code: str) -> str:
    return f"{part}-{code}"


def _says(given: Sequence[str]) -> bool:
    return any(one.strip() for one in given)


def as_found(findings: Findings, today: date, *, but: Collection[str] = ()) -> tuple[Verdict, ...]:
    """A verdict for each condition that the machine found met and nobody has looked at.

    `but`: those of which the officer has just said something themselves.
    """
    return tuple(
        Verdict(one.machine.code, "met", "", today)
        for one in findings.asked
        if one.machine.held is Held.MET and one.officer is None and one.machine.code not in but
    )
