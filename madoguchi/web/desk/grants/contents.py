"""A grant's file as the officer reads it: the application field by field, and the steps (経過)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import KEPT, Field, circled
from madoguchi.web.desk.grants import corrections
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.corrections import replaced
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import PROTECTED, StepCard, undone, with_corrections
from madoguchi.work.subsidy.money import standing

WORDS = "desk.grant"
NEVER_SHOWN = "amount"  # it is calculated: the page shows it beside its working
REPORTED = (Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
CODED = {  # code of an option: below which key its words stand
    **dict.fromkeys(("outcome", "into", "before"), WORDS),
    **dict.fromkeys(("decision_class", "disclosure", "less", "holder"), f"{WORDS}.form"),
}
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)
OMITTED = frozenset({"application", "working", "files", "applied_on", "fiscal_year", "number"})
ACCOUNT = ("bank_name", "branch_name", "bank_code", "branch_code", "kind", "number", "holder_kana")


@dataclass(frozen=True)
class Row:
    """One field: its number, its name, what was written in it, line by line."""

    mark: str
    label: str
    lines: tuple[SanitizedText, ...] = field(repr=False)


def rows(asked: Iterable[Field], applied: Applied, receipt: str, words: Texts) -> tuple[Row, ...]:
    """The fields that these rules ask, each as it was filled; `receipt`: the last five digits."""
    in_words = _ApplicationInWords(applied, receipt, words)
    return tuple(
        Row(
            asked_field.mark,
            f"{WORDS}.field.{asked_field.name}",
            tuple(sanitized(line) for line in in_words.lines(asked_field.name)),
        )
        for asked_field in asked
        if asked_field.name != NEVER_SHOWN
    )


@dataclass(frozen=True)
class _ApplicationInWords:
    """The application in words: for each field a method of its name; empty lines are left out."""

    applied: Applied
    receipt: str
    words: Texts

    def lines(self, name: str) -> list[str]:
        """The lines of a field that say something."""
        of_field = getattr(self, name, None)
        return [line for line in of_field() if line.strip()] if of_field else []

    def person(self) -> Iterator[str]:
        applied = self.applied
        yield applied.name
        yield applied.kana
        if applied.former_name:
            yield self._say("former_name", name=applied.former_name)
        if applied.born_on:
            yield self._say("born_on", on=self._day(applied.born_on))

    def address(self) -> Iterator[str]:
        """Where measures of support are in force the page has no address, in any element of it."""
        applied = self.applied
        if applied.protected:
            yield self._say("protected")
            return
        yield f"〒{applied.postal_code}" if applied.postal_code else ""
        yield applied.address

    def phone(self) -> Iterator[str]:
        yield self.applied.phone

    def record(self) -> Iterator[str]:
        yield self._say("receipt", digits=self.receipt)

    def acts(self) -> Iterator[str]:
        yield "、".join(self._coded("acts", act) for act in self.applied.acts)

    def lawyer(self) -> Iterator[str]:
        applied = self.applied
        yield self._coded("engaged", applied.engaged)
        yield "　".join(filter(None, (applied.law_office, applied.lawyer)))

    def costs(self) -> Iterator[str]:
        for cost in self.applied.costs:
            act, fee = self._coded("acts", cost.act), self._coded("fee", cost.fee)
            tax = self._say("tax", yen=f"{cost.tax_yen:,}") if cost.tax_yen is not None else ""
            yield f"{act}　{fee}　{self._yen(cost.yen)}{tax}"

    def day(self) -> Iterator[str]:
        applied = self.applied
        yield self._coded("contract", applied.contract)
        if applied.contract_on:
            signed = applied.contract or ("signed" if applied.paid_on else "none")
            yield self._say(f"contract_on.{signed}", on=self._day(applied.contract_on))
        if applied.paid_on:
            yield self._say("paid_on", on=self._day(applied.paid_on))

    def other_aid(self) -> Iterator[str]:
        applied = self.applied
        yield self._coded("other_aid", applied.other_aid)
        yield self._yen(applied.other_aid_yen)

    def papers(self) -> Iterator[str]:
        """How many papers came with it, and which will be brought."""
        applied = self.applied
        if applied.estimate_on:
            yield self._say("estimate_on", on=self._day(applied.estimate_on))
        for name in ("estimate", "screen", "other"):
            if count := len(getattr(applied, f"{name}_files")):
                yield self._say(f"files.{name}", count=count)
        yield self._say("brought.estimate") if applied.estimate_brought else ""
        yield self._say("brought.screens") if applied.screens_brought else ""
        yield self._say("brought.ask") if applied.screens_asked else ""

    def promises(self) -> Iterator[str]:
        applied = self.applied
        yield self._coded("register", applied.register_consent)
        if applied.promises:
            yield self._say("promised", count=len(applied.promises))

    def delivery(self) -> Iterator[str]:
        delivery = self.applied.delivery
        yield self._coded("delivery", delivery.how)
        if delivery.how == "address" and not self.applied.protected:
            yield delivery.address
        sender = self._coded("sender", delivery.sender)
        yield f"{sender}　{delivery.sender_name}" if delivery.sender == "own" else sender

    def representative(self) -> Iterator[str]:
        applied = self.applied
        yield self._coded("by", applied.by)
        yield self._coded("adult", applied.adult)
        yield applied.representative
        yield self._coded("guardian", applied.guardian_is_other)

    def consulted(self) -> Iterator[str]:
        """Whether they used one of the consultations that the rules name; which is not asked."""
        yield self._say("consulted") if self.applied.consulted else ""

    def income(self) -> Iterator[str]:
        applied = self.applied
        if applied.household is not None:
            yield self._say("household", count=applied.household)
        yield self._yen(applied.income_yen)

    def legal_aid(self) -> Iterator[str]:
        yield self._coded("legal_aid", self.applied.legal_aid)

    def _yen(self, yen: int | None) -> str:
        return "" if yen is None else self.words.get(f"{WORDS}.yen", "ja", yen=f"{yen:,}").words

    def _day(self, iso: str) -> str:
        return Formatter(self.words).day(date.fromisoformat(iso))

    def _say(self, key: str, **values: str | int) -> str:
        return self.words.get(f"{WORDS}.said.{key}", "ja", **values).words

    def _coded(self, name: str, code: str) -> str:
        """The words of a code; the code itself where a city's own has none here."""
        if not code:
            return ""
        key = f"{WORDS}.said.{name}.{code}"
        return self.words.get(key).words if key in self.words.words else code


@dataclass(frozen=True)
class Line:
    """One thing that was written down with a step; `to`: where it is corrected (訂正)."""

    name: str
    label: str
    texts: tuple[SanitizedText, ...] = field(repr=False)
    to: str = ""


@dataclass(frozen=True)
class Step:
    """One step in words; `who` is empty where the person did it.

    `undone`: the number of the step that took it back as recorded by mistake; 0 for none.
    """

    card: StepCard = field(repr=False)
    who: str
    lines: tuple[Line, ...] = field(repr=False)
    undone: int = 0

    @property
    def key(self) -> str:
        """The text key of what was done."""
        return f"{WORDS}.step.{self.card.verb}"


def reported(steps: Sequence[StepCard]) -> tuple[StepCard, ...]:
    """The newest contract, report and claim (届け出) as amended since; none that was sent back."""
    newest = {step.verb: step for step in standing(steps)}
    return tuple(newest[verb] for verb in REPORTED if verb in newest)


def listed(
    view: GrantView, steps: Iterable[StepCard], names: Mapping[UUID, str]
) -> tuple[Step, ...]:
    """Steps in words; no address, however it was amended, of who is protected.

    A correction says what stood there before.
    """
    words, protected = view.words, view.applied.protected
    somebody = words.get(f"{WORDS}.somebody").words
    in_words = _DetailsInWords(words, protected, names)
    corrected = {step.number: step for step in with_corrections(view.past)}
    by_number = {number: by.number for number, by in undone(view.past).items()}
    return tuple(
        Step(
            step,
            names.get(step.staff_id, somebody) if step.staff_id else "",
            tuple(
                _with_corrections(
                    view,
                    corrected[step.number],
                    in_words.lines(step.details, replaced(view.past, step)),
                )
            ),
            by_number.get(step.number, 0),
        )
        for step in steps
    )


def _with_corrections(view: GrantView, step: StepCard, lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, each beside where it is corrected; then what may be and says nothing yet."""
    values = {value.name: value for value in corrections.of_step(view, step)}
    page = reverse("grant", args=[view.card.id])
    for line in lines:
        value = values.pop(line.name, None)
        yield replace(line, to=f"{page}?do=amend&of={value.of}#act") if value else line
    for value in values.values():
        to = f"{page}?do=amend&of={value.of}#act"
        yield Line(value.name, value.label, (sanitized(value.now),) if value.now else (), to)


@dataclass(frozen=True)
class _DetailsInWords:
    """The details of a step in words."""

    words: Texts
    protected: bool
    names: Mapping[UUID, str] = field(default_factory=dict)

    def lines(
        self, details: Mapping[str, Any], before: Mapping[str, Any] | None = None
    ) -> Iterator[Line]:
        """A line for each detail that says something; those of a filing are spread out."""
        for name, value in details.items():
            if name == "fields":
                yield from self._corrected(value, before or {})
            elif name == "filing":
                yield from self.lines(value)
            elif name not in OMITTED and value is not False and value not in (None, "", [], {}):
                key = f"{WORDS}.told.{name}"
                label = key if key in self.words.words else f"{WORDS}.told.other"
                texts = tuple(sanitized(text) for text in self._texts(name, value) if text)
                yield Line(name, label, texts)

    def _corrected(self, fields: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[Line]:
        """What was corrected: what stood there, and what stands there now."""
        for name, value in fields.items():
            earlier, later = (
                self._text(name, each) if each else self._say("amend_empty")
                for each in (before.get(name), value)
            )
            key = f"{WORDS}.told.{name}"
            label = key if key in self.words.words else f"{WORDS}.told.other"
            changed = self.words.get("desk.told.changed", "ja", earlier=earlier, later=later).words
            yield Line(name, label, (sanitized(later if name == PROTECTED else changed),))

    def _texts(self, name: str, value: Any) -> list[str]:  # noqa: ANN401 - from the drawer
        match name:
            case "missing":
                return [f"{circled(missing['field'])} {missing['what']}" for missing in value]
            case "grounds":
                return [f"{reason['words']}（{reason['source']}）" for reason in value]
            case "account":
                return self._account(value)
            case "kept":
                return [self._say(f"form.kept.{paper}") for paper in KEPT if paper in value]
            case _ if name.endswith("_by_act"):
                return [
                    f"{self._say(f'said.acts.{act}')} {self._text('yen', yen)}"
                    for act, yen in value.items()
                ]
            case "sure":
                return [self._say(f"form.sure.{each}") for each in value]
            case "answers":
                return list(self._answers(value))
            case _:
                return [self._text(name, value)]

    def _text(self, name: str, value: Any) -> str:  # noqa: ANN401 - from the drawer
        if self.protected and name in HIDDEN:
            return self._say("said.protected")
        if name in CODED:
            key = f"{CODED[name]}.{name}.{value}"
            return self.words.get(key).words if key in self.words.words else str(value)
        if name in (PROTECTED, "bring"):
            return self._say("answered.bring" if name == "bring" else f"said.protected_{value}")
        if name == "second":
            return self.names.get(UUID(value), self._say("somebody"))
        if name == "yen" or name.endswith("_yen"):
            return self._say("yen", yen=f"{value:,}")
        if name.endswith("_on"):
            return Formatter(self.words).day(date.fromisoformat(value))
        return str(value)

    def _answers(self, answers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """How each missing thing was supplied, then the person's notes, each once."""
        for answer in answers:
            given = self._say(f"answered.{answer['how']}")
            yield f"{circled(answer['field'])} {given}" if answer["field"] else given
        yield from dict.fromkeys(str(answer.get("words") or "") for answer in answers)

    def _account(self, account: Mapping[str, Any]) -> list[str]:
        """As a clerk copies it into the accounting system."""
        known = {name: str(account.get(name) or "") for name in ACCOUNT}
        kind = self._say(f"account.kind.{known['kind'] or 'ordinary'}")
        codes = self._say("account.bank", bank=known["bank_code"], branch=known["branch_code"])
        return [
            " ".join(filter(None, (known["bank_name"], known["branch_name"]))),
            codes if known["bank_code"] else "",
            self._say("account.number", kind=kind, number=known["number"]),
            known["holder_kana"],
        ]

    def _say(self, key: str, **values: str) -> str:
        return self.words.get(f"{WORDS}.{key}", "ja", **values).words
