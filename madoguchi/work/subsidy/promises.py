"""What the person promises with an application (誓約): only what the city says is asked for."""

from dataclasses import dataclass

from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import (
    BeforeContract,
    NoGangTies,
    NoTaxArrears,
    NotGrantedBefore,
    NotRecovered,
    NotRefunded,
    SubsidyVersion,
)
from madoguchi.rules.programme.subsidy_condition import is_confirmed
from madoguchi.rules.programme.words import UNCONFIRMED, Words

PLEDGED = (NoTaxArrears, NoGangTies, NotGrantedBefore, NotRefunded, NotRecovered)
UNSIGNED, TRUE = "before_contract", "true"


@dataclass(frozen=True)
class Promise:
    """One promise: a condition in the city's own words, or words of ours under `apply.promises`.

    `must`: it is asked of everybody; not so the one that whoever has signed cannot give.
    """

    code: str
    words: Words | None = None
    must: bool = True


def promises(version: SubsidyVersion) -> tuple[Promise, ...]:
    """What is promised under these rules, in its order."""
    held = (each for each in version.condition if isinstance(each, PLEDGED) and is_confirmed(each))
    timing = version.timing
    unsigned = isinstance(timing, BeforeContract) and timing.source != UNCONFIRMED
    return (
        *((Promise(UNSIGNED, must=False),) if unsigned else ()),
        *(Promise(snake(type(each).__name__), each.words) for each in held),
        Promise(TRUE),
    )
