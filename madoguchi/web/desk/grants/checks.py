"""The conditions one by one (条件の確認): what the machine found, and the officer's verdict."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast
from uuid import UUID

from django.http import QueryDict

from madoguchi.rules.decision import Held, Reason
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import PrintedScreens, SubsidyVersion
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.subsidy.fields import circled, field_of_condition
from madoguchi.rules.subsidy.guardian import GUARDIAN, officer_words
from madoguchi.rules.subsidy.judge import TERMS, words_of
from madoguchi.tools.forms.days import dated
from madoguchi.tools.forms.form import Filled, Option
from madoguchi.web.desk.grants import forms
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.subsidy.reviewing.findings import SEEN, Findings, Verdict

WORDS = "desk.grant.checks"
VERDICTS = tuple(held.value for held in Held)
PARTS = ("verdict", "on", "moved", "seen", "note")
BEFORE_CONTRACT = "subsidy.before_contract"
TAX = "subsidy.no_tax_arrears"
SCREENS = "subsidy.printed_screens"
RESIDENT = "subsidy.resident"  # the only condition that asks for a day of moving away


@dataclass(frozen=True)
class Row:
    """One condition as the page shows it.

    `found`: what the machine says, `held`: what holds after an officer's verdict. `filled`: the
    form of a new verdict, `typed` where it was submitted and not saved. `substitutes`: an officer
    may have seen what was posted instead of its print.
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
    substitutes: bool = False

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
    def asks(self) -> bool:
        """Whether nobody has said anything of it: then 適 is one press, all else is folded."""
        return self.held == Held.UNKNOWN.value and not self.verdict

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

    @property
    def seen(self) -> tuple[Option, ...]:
        """How an officer saw what was posted, where that stands for its print."""
        chosen = self.filled.words("seen")
        return tuple(
            Option(how, f"{self.id}-seen-{how}", f"desk.grant.check.seen.{how}", how == chosen)
            for how in (SEEN if self.substitutes else ())
        )


@dataclass(frozen=True)
class Checks:
    """All conditions; `may`: whether this colleague may give verdicts now.

    `unwritten`: what the city has not confirmed as a condition, which is not judged.
    """

    rows: tuple[Row, ...]
    may: bool
    unwritten: tuple[Words, ...] = ()

    @property
    def as_found(self) -> tuple[Row, ...]:
        """What the machine found met and no officer has looked at: one press confirms them all."""
        return tuple(row for row in self.rows if row.found == Held.MET.value and not row.verdict)

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
        filled = dated(typed, today)
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
    on = filled.value("on") or today
    moved = filled.value("moved") if code == RESIDENT else None
    return Verdict(code, chosen, filled.value("note"), on, moved, filled.value("seen") or "")


def rows(
    findings: Findings,
    version: SubsidyVersion | None,
    words: Texts,
    names: Mapping[UUID, str],
    submitted: Mapping[str, Filled],
    *,
    consents: bool = True,
    asks: bool = False,
) -> tuple[Row, ...]:
    """The rows of the page; `submitted`: the verdicts that were submitted and not saved.

    `consents`: whether the city may look into its registers; else a certificate is asked for.
    `asks`: the person asks before any screen is printed.
    """
    screens = [
        rule for rule in (version.condition if version else ()) if isinstance(rule, PrintedScreens)
    ]
    substitutes = any(rule.substitutes for rule in screens)
    found, reading = [], Formatter(words)
    for finding in findings.asked:
        reason, officer = finding.machine, finding.officer
        field_of = field_of_condition(version, reason.code) if version else None
        asked = version.open_questions if version and reason.code == TERMS else ()
        by = ""
        if officer:
            who, on = names.get(officer.staff_id, ""), reading.day(officer.confirmed_on)
            by = words.get(f"{WORDS}.by", "ja", who=who, on=on).words
        if officer and officer.moved_out_on is not None:
            moved_on = reading.day(officer.moved_out_on)
            by = f"{by}　{words.get(f'{WORDS}.moved', 'ja', on=moved_on).words}"
        if officer and officer.seen_how:
            how = words.get(f"desk.grant.check.seen.{officer.seen_how}").words
            by = f"{by}　{words.get(f'{WORDS}.seen', 'ja', how=how).words}"
        filled = submitted.get(reason.code)
        without = reason.code == TAX and not consents
        said = words.get(f"{WORDS}.certificate").words if without else found_words(reason, words)
        if reason.code == SCREENS and (asks or substitutes):
            said += words.get(f"{WORDS}.substitute{'' if substitutes else '_ask'}").words
        row = Row(
            code=reason.code,
            mark=circled(field_of.number) if field_of else "",
            title=title(reason.code, version, words),
            words="".join((said, *asked)),
            found=reason.held.value,
            held=finding.holds.value,
            source=reason.source,
            verdict=f"{WORDS}.{officer.held.value}" if officer else "",
            by=by,
            note=sanitized(officer.note if officer else ""),
            filled=filled or forms.CHECK.show({}),
            typed=filled is not None,
            substitutes=substitutes and reason.code == SCREENS,
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
