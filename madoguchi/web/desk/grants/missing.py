"""What a correction asks for (補正): a line for each field of the form, empty if all is well."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.steps.grant import State
from madoguchi.rules.subsidy.afterwards import later
from madoguchi.rules.subsidy.fields import Field, Later, fields
from madoguchi.web.kit.typed import showable
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.validation import Missing

NAME = re.compile(r"what-(\d{1,2})")
LONGEST = 300
WORDS = "desk.grant.lack"
PAPERS = "papers"
CONDITIONS = {"estimate": "subsidy.estimate", "screens": "subsidy.printed_screens"}
SENT_BACK: Mapping[State, Later] = {State.REPORTED: "report", State.CLAIMED: "claim"}


@dataclass(frozen=True)
class Line:
    """One field of the form and what is missing in it."""

    number: int
    mark: str
    label: str
    words: str = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the field in which it is written."""
        return f"what-{self.number}"


def wanted(post: Mapping[str, str]) -> tuple[Missing, ...]:
    """What was written, by the numbers of the form."""
    found = ((NAME.fullmatch(name), words.strip()) for name, words in post.items())
    named = ((int(hit[1]), words[:LONGEST]) for hit, words in found if hit and words)
    return tuple(Missing(number, words) for number, words in sorted(named))


def lines(
    version: SubsidyVersion,
    applied: Applied,
    holds: Mapping[str, Held],
    post: Mapping[str, str] | None,
    words: Texts,
) -> tuple[Line, ...]:
    """A line for each field; before it is sent, with what is seen to be missing.

    `holds`: how each condition stands, by machine and officer.
    """
    asked = [one for one in fields(version) if one.asks]
    seen = {one.number: _seen(one, applied, holds, words) for one in asked} if post is None else {}
    return _lines(asked, post or {}, seen)


def later_lines(state: State, post: Mapping[str, str] | None) -> tuple[Line, ...]:
    """A line for each field of the form that is sent back in this state."""
    form = SENT_BACK.get(state)
    return _lines(later(form), post or {}, {}) if form else ()


def _lines(
    asked: Iterable[Field], post: Mapping[str, str], seen: Mapping[int, str]
) -> tuple[Line, ...]:
    return tuple(
        Line(
            one.number,
            one.mark,
            f"desk.grant.field.{one.name}",
            seen.get(one.number, "") or showable(post.get(f"what-{one.number}", "")),
        )
        for one in asked
    )


def _seen(one: Field, applied: Applied, holds: Mapping[str, Held], words: Texts) -> str:
    """What can be seen to be missing without reading: an empty field, a paper that nobody has."""
    if one.name == PAPERS:
        return "、".join(words.get(f"{WORDS}.{name}").words for name in papers(applied, holds))
    empty = one.required and not any(getattr(applied, name) for name in one.asks)
    return words.get(f"{WORDS}.empty").words if empty else ""


def papers(applied: Applied, holds: Mapping[str, Held]) -> list[str]:
    """Which papers nobody has sent or will bring, or the officer looked for and did not find."""
    there = {
        "estimate": applied.estimate_files or applied.estimate_brought,
        "screens": applied.screen_files or applied.screens_brought,
    }
    return [name for name, has in there.items() if _is_missing(holds.get(CONDITIONS[name]), has)]


def _is_missing(held: Held | None, has: object) -> bool:
    return held is Held.UNMET or (held is Held.UNKNOWN and not has)
