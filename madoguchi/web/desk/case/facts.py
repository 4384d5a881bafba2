"""What the person told (聴取項目), question by question; what was not told says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.reveal import Said, said
from madoguchi.web.kit.typed import phone_digits

PERSON = (
    "danger",
    "who",
    "name",
    "kana",
    "phone",
    "phone_note",
    "email",
    "age",
    "age_band",
    "residence",
    "town",
    "officer",
    "language",
    "support",
)
STORY = ("place", "urls", "when", "kinds", "effects", "measures", "wished", "how", "visit_when")
CODED = frozenset(
    {
        "danger",
        "who",
        "phone_note",
        "age_band",
        "residence",
        "officer",
        "support",
        "place",
        "kinds",
        "wished",
        "how",
    }
)


@dataclass(frozen=True)
class Fact:
    """One question with its answer; empty words: not told (未聴取). `dial`: a number to ring."""

    label: str
    said: Said
    dial: str = field(default="", repr=False)


def facts(names: Sequence[str], told: Mapping[str, Any], words: Texts) -> tuple[Fact, ...]:
    """The questions in their order, each with what was answered."""
    return tuple(_fact(name, told.get(name), words) for name in names)


def _fact(name: str, answer: Any, words: Texts) -> Fact:  # noqa: ANN401 - from the drawer
    label = f"consult.{name}.label"
    answers = answer if isinstance(answer, list | tuple) else [answer]
    told = [str(one) for one in answers if one not in (None, "")]
    if name in CODED:
        told = [_coded(name, code, words) for code in told]
    text = "、".join(told)
    dialled = phone_digits(text) if name == "phone" else ""
    return Fact(label, said(text), dialled if dialled != text else "")


def _coded(name: str, code: str, words: Texts) -> str:
    try:
        return words.get(f"consult.{name}.{code}").words
    except KeyError:
        return code
