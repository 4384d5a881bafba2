"""The conditions one by one (条件の確認): what the machine found, and the officer's verdict."""

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
from madoguchi.rules.subsidy.fields import circled, field_of_condition
from madoguchi.rules.subsidy.guardian import GUARDIAN, officer_words
from madoguchi.rules.subsidy.judge import words_of
from madoguchi.tools.forms.form import Filled, Option
from madoguchi.web.desk.grants import forms
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.subsidy.reviewing.findings import Findings, Verdict

WORDS = "desk.grant.checks"
VERDICTS = tuple(held.value for held in Held)
PARTS = ("verdict", "on", "moved", "note")
BEFORE_CONTRACT = "subsidy.before_contract"
RESIDENT = "subsidy.resident"  # the only condition that asks for a day of moving away


@dataclass(frozen=True)
class Row:
    """One condition as the page shows it.

    `found`: what the machine says, `held`: what holds after an officer's verdict. `filled`: the
    form of a new verdict, `typed` where it was submitted and not saved.
    """

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
        """Whether nobody has confirmed where the condition is written (要確認)."""
        return self.source == UNCONFIRMED

    @property
    def url(self) -> str:
        """Where the source is a page: its address."""
        return self.source if self.source.startswith("https://") else ""

    @property
    def names(self) -> dict[str, str]:
        """The names of its fields in the one form."""
        return {part: _field_name(part, self.code) for part in PARTS}

    @property
    def is_timing(self) -> bool:
        """Whether it is on applying before the contract: a contract may contradict it later."""
        return self.code == BEFORE_CONTRACT

    @property
    def moves(self) -> bool:
        """Whether a day of moving away is asked."""
        return self.code == RESIDENT

    @property
    def options(self) -> tuple[Option, ...]:
        """The three verdicts; ticked is only what was submitted, not the verdict that holds."""
        chosen = self.filled.words("verdict")
        return tuple(
            Option(
                verdict,
                f"{self.id}-verdict" if at == 0 else f"{self.id}-{verdict}",
                f"desk.grant.check.verdict.{verdict}",
                verdict == chosen,
            )
            for at, verdict in enumerate(VERDICTS)
        )


@dataclass(frozen=True)
class Checks:
    """All conditions; `may`: whether this colleague may give verdicts now."""

    rows: tuple[Row, ...]
    may: bool

    @property
    def as_found(self) -> tuple[Row, ...]:
        """What the machine found met and no officer has looked at: one press confirms them all."""
        return tuple(row for row in self.rows if row.found == Held.MET.value and not row.verdict)

    @property
    def settled(self) -> bool:
        """Whether an officer found each met and none can be judged any more: it folds."""
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
        """How many are open although an officer has looked at them."""
        return sum(bool(row.verdict) and row.held == Held.UNKNOWN.value for row in self.rows)


def take(post: QueryDict, codes: Sequence[str]) -> dict[str, Filled]:
    """What was chosen or typed, by condition; without those that were left alone."""
    found = {}
    for code in codes:
        typed = {part: post.getlist(_field_name(part, code)) for part in PARTS}
        if any(text.strip() for texts in typed.values() for text in texts):
            found[code] = forms.CHECK.check(typed)
    return found


def check(taken: Mapping[str, Filled], today: date) -> dict[str, Filled]:
    """The same with an error where a verdict is missing, has no reason or a day in the future."""
    found = {}
    for code, typed in taken.items():
        filled = forms.days(typed, today, on="past", moved="past")
        chosen = filled.value("verdict")
        if not chosen:
            filled = filled.refuse("verdict", "choose")
        elif chosen != Held.MET.value and not filled.words("note").strip():
            filled = filled.refuse("note", "required")
        found[code] = filled
    return found


def verdict(code: str, filled: Filled, today: date) -> Verdict:
    """The verdict that was submitted; a day that was left out is today."""
    chosen = cast('Literal["met", "unmet", "unknown"]', filled.value("verdict"))
    on = forms.day_of(filled, "on", today) or today
    moved = forms.day_of(filled, "moved", today) if code == RESIDENT else None
    return Verdict(code, chosen, filled.value("note"), on, moved)


def rows(
    findings: Findings,
    version: SubsidyVersion | None,
    words: Texts,
    names: Mapping[UUID, str],
    submitted: Mapping[str, Filled],
) -> tuple[Row, ...]:
    """The rows of the page; `submitted`: the verdicts that were submitted and not saved."""
    found, reading = [], Formatter(words)
    for finding in findings.asked:
        reason, officer = finding.machine, finding.officer
        field_of = field_of_condition(version, reason.code) if version else None
        by = ""
        if officer:
            who, on = names.get(officer.staff_id, ""), reading.day(officer.confirmed_on)
            by = words.get(f"{WORDS}.by", "ja", who=who, on=on).words
        if officer and officer.moved_out_on is not None:
            moved_on = reading.day(officer.moved_out_on)
            by = f"{by}　{words.get(f'{WORDS}.moved', 'ja', on=moved_on).words}"
        filled = submitted.get(reason.code)
        row = Row(
            code=reason.code,
            mark=circled(field_of.number) if field_of else "",
            title=title(reason.code, version, words),
            words=found_words(reason, words),
            found=reason.held.value,
            held=finding.holds.value,
            source=reason.source,
            verdict=f"{WORDS}.{officer.held.value}" if officer else "",
            by=by,
            note=sanitized(officer.note if officer else ""),
            filled=filled or forms.CHECK.show({}),
            typed=filled is not None,
        )
        found.append(row)
    return tuple(found)


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
    return words.get(key).words if key else condition_words(reason, words)


def condition_words(reason: Reason, words: Texts) -> str:
    """The words of a condition's reason, with the values that they name."""
    return words.get(words_of(reason), "ja", **reason.values).words


def _field_name(part: str, code: str) -> str:
    return f"{part}-{code}"


def as_found(findings: Findings, today: date, *, but: Collection[str] = ()) -> tuple[Verdict, ...]:
    """A verdict for each condition that the machine found met and no officer has looked at.

    `but`: the codes of those on which the officer gives a verdict of their own in the same press.
    """
    return tuple(
        Verdict(finding.machine.code, "met", "", today)
        for finding in findings.asked
        if finding.machine.held is Held.MET
        and finding.officer is None
        and finding.machine.code not in but
    )
