"""The papers of a case that were issued, for the case page (発行した書類)."""

from collections.abc import Iterable
from dataclasses import dataclass

from madoguchi.rules import rights
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import Colleague
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.issued.queries import IssuedCard, issued


@dataclass(frozen=True)
class Paper:
    """An issued paper and who issued it."""

    card: IssuedCard
    who: str

    @property
    def missing(self) -> str:
        """The characters that were printed as 〓."""
        return " ".join(self.card.missing)


def papers(actor: Actor, opened: OpenedCase, staff: Iterable[Colleague]) -> tuple[Paper, ...]:
    """The case's issued papers, the newest first; none for who may not open them."""
    if not rights.may(actor.role, "paper.copy", opened.situation):
        return ()
    names = {one.id: one.name for one in staff}
    return tuple(Paper(card, names.get(card.staff_id, "")) for card in issued(opened.staff))
