"""What a person waits for, said to be done: no case closes over it."""

from madoguchi.work.cases import dues
from madoguchi.work.cases.models import Case
from madoguchi.work.record.promises import Ending, Said


def answered(case: Case) -> Said:
    """Every answer that the person waits for was given."""
    return {each.id: Ending("kept") for each in dues.awaited(case)}


def ticked(case: Case) -> dict[str, str]:
    """The same as the form of an act asks for it."""
    return {f"how_{each.hex}": ending.how for each, ending in answered(case).items()}
