"""The six needs a person comes with (困りごと), as cards and as filters."""

from dataclasses import dataclass

from django.urls import register_converter
from django.urls.converters import StringConverter

from madoguchi.rules.programme.agency import NEEDS, Need
from madoguchi.web.portal import pages


class NeedConverter(StringConverter):
    """A need in an address: one of the six, nothing else."""

    regex = "|".join(NEEDS)


register_converter(NeedConverter, "need")
IN_ADDRESS = "<need:need>"


@dataclass(frozen=True)
class NeedCard:
    """One need: its page, one sentence, its picture."""

    need: Need
    link: pages.Link
    words: str
    picture: str

    @property
    def urgent(self) -> bool:
        """Is it about life and limb?"""
        return self.need == "danger"


def need_cards() -> tuple[NeedCard, ...]:
    """The six needs in their order."""
    return tuple(
        NeedCard(
            need,
            pages.link(f"guide/{need}"),
            f"landing.need_{need}",
            f"portal/pictures/{need}.html",
        )
        for need in NEEDS
    )
