"""The steps of a grant as its page lists them (経過): what, when, who, and what was typed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.afterwards import KEPT
from madoguchi.rules.subsidy.fields import circled
from madoguchi.web.kit.reading import Reading
from madoguchi.web.kit.reveal import Said, said
from madoguchi.work.subsidy.history import PROTECTED, StepCard, amended

WORDS = "desk.grant"
REPORTED = (Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
CODED = ("outcome", "into", "before", "decision_class", "disclosure")
HIDDEN = ("postal_code", "address")  # of a person with measures of support (支援措置)
UNSAID = frozenset({"application", "working", "files", "applied_on", "fiscal_year", "number"})


@dataclass(frozen=True)
class Line:
    """One thing that was written down with a step."""

    label: str
    said: tuple[Said, ...] = field(repr=False)


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
    for one in amended(steps):
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
            lines=tuple(telling.lines(one.told)),
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
                yield Line(label, tuple(said(words) for words in self._said(name, value) if words))

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
            return Reading(self.words).day(date.fromisoformat(value))
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


ACCOUNT = ("bank_name", "branch_name", "bank_code", "branch_code", "kind", "number", "holder_kana")
