"""What the desk says is missing (足りないもの), under the numbers of the form."""

from dataclasses import dataclass, field

from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import circled, numbered
from madoguchi.work.subsidy.own.public import OwnGrant


@dataclass(frozen=True)
class Missing:
    """One thing that is missing, in the desk's own words.

    `part`: the text key of the part of the form, for who reads no Japanese; empty for none.
    """

    number: int
    what: str = field(repr=False)
    part: str = ""

    @property
    def mark(self) -> str:
        """The number in its circle, as it stands on the form; empty for none."""
        return circled(self.number) if self.number else ""


def missing(own: OwnGrant, version: SubsidyVersion | None = None) -> tuple[Missing, ...]:
    """What is missing, as the desk wrote it, in the order of the form's numbers."""
    asked = own.last(Verb.RETURN)
    listed = asked.shown.get("missing", ()) if asked else ()
    found = (_one(int(each.get("field") or 0), each.get("what", ""), version) for each in listed)
    return tuple(sorted(found, key=lambda one: one.number or 99))


def _one(number: int, what: str, version: SubsidyVersion | None) -> Missing:
    asked = numbered(version, number) if version else None
    return Missing(number, str(what), f"apply.task_{asked.task}" if asked else "")
