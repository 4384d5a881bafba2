"""What people type when they look for help (さがすことば), and where it leads."""

from dataclasses import dataclass

from madoguchi.rules.programme.people import PersonName


@dataclass(frozen=True)
class Meaning:
    """Words that mean one thing, and what they lead to: agencies by file name, pages by address.

    ``words`` are found anywhere in what was typed; ``alone``: only where hardly more was typed.
    Of ``a|b + c|d`` one of each side must be there, wherever. ``danger``: for whom of the seven
    persons of ``people.toml`` the lines are shown at once; such words go before all others.
    ``letter``: whether they tell of a letter that wants an answer by a date (意見照会書, 訴状);
    ``voiceless``: of somebody who cannot speak or hear.
    """

    leads: tuple[str, ...]
    words: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    danger: PersonName | None = None
    letter: bool = False
    voiceless: bool = False

    def __post_init__(self) -> None:
        """Refuse a meaning without words or without anywhere to go."""
        if not self.leads or not (self.words or self.alone):
            raise ValueError("leads と、words か alone のことばを、一つ以上書いてください。")


@dataclass(frozen=True)
class Meanings:
    """What ``search.toml`` holds, the weightiest first.

    ``sayings``: what holds a word of danger and means none; it is taken out first.
    """

    meaning: tuple[Meaning, ...]
    sayings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse danger that stands behind something else."""
        behind = [bool(each.danger) for each in self.meaning]
        if behind != sorted(behind, reverse=True):
            raise ValueError("danger のある meaning を、ほかより先に書いてください。")
