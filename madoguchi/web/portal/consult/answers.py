"""The answers as the check page shows them (確認画面): by step, each with its way back."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.urls import reverse

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.column import column
from madoguchi.web.kit.fields import Field
from madoguchi.web.kit.form import HeldFile, Typed
from madoguchi.web.kit.typed import showable
from madoguchi.web.portal.consult.steps import STEPS, Step


@dataclass(frozen=True)
class Answer:
    """One question with what was answered: chosen words by key, or typed words, or files."""

    label: str
    target: str
    chosen: tuple[str, ...] = ()
    words: str = field(default="", repr=False)
    files: tuple[HeldFile, ...] = ()


@dataclass(frozen=True)
class Part:
    """The answers of one step."""

    number: int
    heading: str
    href: str
    answers: tuple[Answer, ...]


def parts(
    typed: Typed,
    held: tuple[HeldFile, ...] = (),
    steps: Iterable[Step] = STEPS.values(),
    name: str = "consult",
) -> tuple[Part, ...]:
    """All answers in the order of the steps, each with the address of its page (`name`)."""
    return tuple(
        Part(
            step.number,
            step.heading,
            reverse(name, args=[step.number]),
            tuple(_answer(step, asked, typed.get(asked.name, []), held) for asked in step.fields),
        )
        for step in steps
    )


def in_words(step: Step, changed: Typed, texts: Texts) -> str:
    """The changed answers of a step as one text, each under its question."""

    def say(key: str) -> str:
        return texts.get(key, column()).words

    answers = [
        _answer(step, one, changed[one.name], ()) for one in step.fields if one.name in changed
    ]
    told = [
        (answer, answer.words or "\n".join(map(say, answer.chosen or ("consult.unanswered",))))
        for answer in answers
    ]
    return "\n\n".join(f"{say(answer.label)}\n{words}" for answer, words in told)


def _answer(step: Step, asked: Field, typed: list[str], held: tuple[HeldFile, ...]) -> Answer:
    words, target = f"{step.form.words}.{asked.name}", f"f-{asked.name}"
    label = f"{words}.label"
    if asked.kind == "files":
        return Answer(label, target, files=held)
    options: tuple[str, ...] = getattr(asked, "options", ())
    if options:
        chosen = tuple(f"{words}.{one}" for one in options if one in typed)
        return Answer(label, target, chosen=chosen)
    return Answer(label, target, words=showable(typed[0].strip()) if typed else "")
