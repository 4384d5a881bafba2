"""A grant's file as the officer reads it: the application field by field, and the steps (経過)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import KEPT, Field, circled
from madoguchi.web.kit.formatting import Formatter
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.history import PROTECTED, StepCard, with_corrections

WORDS = "desk.grant"
NEVER_SHOWN = "amount"  # it is reckoned: the officer reads it beside its working
REPORTED = (Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
CODED = ("outcome", "into", "before", "decision_class", "disclosure")
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)
UNSAID = frozenset({"application", "working", "files", "applied_on", "fiscal_year", "number"})
ACCOUNT = ("bank_name", "branch_name", "bank_code", "branch_code", "kind", "number", "holder_kana")


@dataclass(frozen=True)
class Row:
    """One field: its number, its name, what was written in it, line by line."""

    mark: str
    label: str
    lines: tuple[SanitizedText, ...] = field(repr=False)


def rows(asked: Iterable[Field], applied: Applied, receipt: str, words: Texts) -> tuple[Row, ...]:
    """The fields that these rules ask, each as it was filled; `receipt`: the last five digits."""
    speech = _Speech(applied, receipt, words)
    return tuple(
        Row(one.mark, f"{WORDS}.field.{one.name}", tuple(map(sanitized, speech.of(one.name))))
        for one in asked
        if one.name != NEVER_SHOWN
    )


@dataclass(frozen=True)
class _Speech:
    """The application in words; what was not told is not there."""

    applied: Applied
    receipt: str
    words: Texts

    def of(self, name: str) -> list[str]:
        """The lines of a field that say something."""
        says = getattr(self, name, None)
        return [line for line in says() if line.strip()] if says else []

    def person(self) -> Iterator[str]:
        told = self.applied
        yield told.name
        yield told.kana
        if told.former_name:
            yield self._say("former_name", name=told.former_name)
        if told.born_on:
            yield self._say("born_on", on=self._day(told.born_on))

    def address(self) -> Iterator[str]:
        """Where measures of support are in force the page has no address, in any element of it."""
        told = self.applied
        if told.protected:
            yield self._say("protected")
            return
        yield f"〒{told.postal_code}" if told.postal_code else ""
        yield told.address

    def phone(self) -> Iterator[str]:
        yield self.applied.phone

    def record(self) -> Iterator[str]:
        yield self._say("receipt", digits=self.receipt)

    def acts(self) -> Iterator[str]:
        yield "、".join(self._coded("acts", one) for one in self.applied.acts)

    def lawyer(self) -> Iterator[str]:
        told = self.applied
        yield self._coded("engaged", told.engaged)
        yield "　".join(filter(None, (told.law_office, told.lawyer)))

    def costs(self) -> Iterator[str]:
        yield from map(self._cost, self.applied.costs)

    def day(self) -> Iterator[str]:
        told = self.applied
        yield self._coded("contract", told.contract)
        if told.contract_on:
            signed = told.contract or ("signed" if told.paid_on else "none")
            yield self._say(f"contract_on.{signed}", on=self._day(told.contract_on))
        if told.paid_on:
            yield self._say("paid_on", on=self._day(told.paid_on))

    def other_aid(self) -> Iterator[str]:
        told = self.applied
        yield self._coded("other_aid", told.other_aid)
        yield self._yen(told.other_aid_yen)

    def papers(self) -> Iterator[str]:
        """How many papers came with it, and which will be brought."""
        told = self.applied
        if told.estimate_on:
            yield self._say("estimate_on", on=self._day(told.estimate_on))
        for name in ("estimate", "screen", "other"):
            if count := len(getattr(told, f"{name}_files")):
                yield self._say(f"files.{name}", count=count)
        yield self._say("brought.estimate") if told.estimate_brought else ""
        yield self._say("brought.screens") if told.screens_brought else ""

    def promises(self) -> Iterator[str]:
        told = self.applied
        yield self._coded("register", told.register_consent)
        if told.promises:
            yield self._say("promised", count=len(told.promises))

    def delivery(self) -> Iterator[str]:
        told = self.applied.delivery
        yield self._coded("delivery", told.how)
        if told.how == "address" and not self.applied.protected:
            yield told.address
        sender = self._coded("sender", told.sender)
        yield f"{sender}　{told.sender_name}" if told.sender == "own" else sender

    def representative(self) -> Iterator[str]:
        told = self.applied
        yield self._coded("by", told.by)
        yield self._coded("adult", told.adult)
        yield told.representative
        yield self._coded("guardian", told.guardian_is_other)

    def consulted(self) -> Iterator[str]:
        """Whether they were at one of the places of the rules; which one is not asked."""
        yield self._say("consulted") if self.applied.consulted else ""

    def income(self) -> Iterator[str]:
        told = self.applied
        if told.household is not None:
            yield self._say("household", count=told.household)
        yield self._yen(told.income_yen)

    def legal_aid(self) -> Iterator[str]:
        yield self._coded("legal_aid", self.applied.legal_aid)

    def _cost(self, line: CostLine) -> str:
        act, fee = self._coded("acts", line.act), self._coded("fee", line.fee)
        tax = self._say("tax", yen=f"{line.tax_yen:,}") if line.tax_yen is not None else ""
        return f"{act}　{fee}　{self._yen(line.yen)}{tax}"

    def _yen(self, yen: int | None) -> str:
        return "" if yen is None else self.words.get(f"{WORDS}.yen", "ja", yen=f"{yen:,}").words

    def _day(self, iso: str) -> str:
        return Formatter(self.words).day(date.fromisoformat(iso))

    def _say(self, key: str, **values: str | int) -> str:
        return self.words.get(f"{WORDS}.said.{key}", "ja", **values).words

    def _coded(self, name: str, code: str) -> str:
        """The words of a code; a city's own code, which has none here, as it stands."""
        if not code:
            return ""
        key = f"{WORDS}.said.{name}.{code}"
        return self.words.get(key).words if key in self.words.words else code


@dataclass(frozen=True)
class Line:
    """One thing that was written down with a step."""

    label: str
    said: tuple[SanitizedText, ...] = field(repr=False)


@dataclass(frozen=True)
class Step:
    """One step; who is empty where the person did it."""

    number: int
    key: str
    on: date
    at: datetime
    who: str
    lines: tuple[Line, ...] = field(repr=False)


def reported(steps: Sequence[StepCard]) -> tuple[StepCard, ...]:
    """The newest contract, report and claim (届け出) as amended since; none that was sent back."""
    newest: dict[Verb, StepCard] = {}
    for one in with_corrections(steps):
        if one.verb is Verb.SEND_BACK and newest:
            newest.popitem()
        elif one.verb in REPORTED:
            newest.pop(one.verb, None)
            newest[one.verb] = one
    return tuple(newest.values())


def listed(
    steps: Iterable[StepCard], names: Mapping[UUID, str], words: Texts, *, protected: bool
) -> tuple[Step, ...]:
    """The steps, the newest first; no address, however it was amended, of who is `protected`."""
    telling, somebody = _Telling(words, protected), words.get(f"{WORDS}.somebody").words
    found = tuple(
        Step(
            number=one.number,
            key=f"{WORDS}.step.{one.verb}",
            on=one.on,
            at=one.at,
            who=names.get(one.staff_id, somebody) if one.staff_id else "",
            lines=tuple(telling.lines(one.details)),
        )
        for one in steps
    )
    return found[::-1]


@dataclass(frozen=True)
class _Telling:
    """What was written down, in words."""

    words: Texts
    protected: bool

    def lines(self, told: Mapping[str, Any]) -> Iterator[Line]:
        """A line for each thing that says something; a filing is spread out among them."""
        for name, value in told.items():
            if name in ("filing", "fields"):
                yield from self.lines(value)
            elif name not in UNSAID and value is not False and value not in (None, "", [], {}):
                key = f"{WORDS}.told.{name}"
                label = key if key in self.words.words else f"{WORDS}.told.other"
                yield Line(
                    label, tuple(sanitized(words) for words in self._said(name, value) if words)
                )

    def _said(self, name: str, value: Any) -> list[str]:  # noqa: ANN401 - from the drawer
        match name:
            case "missing":
                return [f"{circled(each['field'])} {each['what']}" for each in value]
            case "grounds":
                return [f"{each['words']}（{each['source']}）" for each in value]
            case "account":
                return self._account(value)
            case "kept":
                return [self._say(f"form.kept.{one}") for one in KEPT if one in value]
            case "answers":
                return list(self._answers(value))
            case _:
                return [self._one(name, value)]

    def _one(self, name: str, value: Any) -> str:  # noqa: ANN401 - from the drawer
        if self.protected and name in HIDDEN:
            return self._say("said.protected")
        if name in CODED:
            return self._coded(name, value)
        if name in (PROTECTED, "bring"):
            return self._say("answered.bring" if name == "bring" else f"said.protected_{value}")
        if name == "yen" or name.endswith("_yen"):
            return self._say("yen", yen=f"{value:,}")
        if name.endswith("_on"):
            return Formatter(self.words).day(date.fromisoformat(value))
        return str(value)

    def _coded(self, name: str, code: str) -> str:
        shelf = WORDS if name in CODED[:3] else f"{WORDS}.form"
        key = f"{shelf}.{name}.{code}"
        return self.words.get(key).words if key in self.words.words else code

    def _answers(self, answers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """How each missing thing was given, then what the person said of all of them."""
        for one in answers:
            given = self._say(f"answered.{one['how']}")
            yield f"{circled(one['field'])} {given}" if one["field"] else given
        yield from dict.fromkeys(str(one.get("words") or "") for one in answers)

    def _account(self, account: Mapping[str, Any]) -> list[str]:
        """As a clerk reads it off to the accounting system."""
        known = {name: str(account.get(name) or "") for name in ACCOUNT}
        kind = self._say(f"account.kind.{known['kind'] or 'ordinary'}")
        place = [known["bank_name"], known["branch_name"]]
        codes = self._say("account.bank", bank=known["bank_code"], branch=known["branch_code"])
        return [
            " ".join(filter(None, place)),
            codes if known["bank_code"] else "",
            self._say("account.number", kind=kind, number=known["number"]),
            known["holder_kana"],
        ]

    def _say(self, key: str, **values: str) -> str:
        return self.words.get(f"{WORDS}.{key}", "ja", **values).words
