"""What came of a consultation with the lawyer (相談の結果), and what the desk does next.

A result of the lawyer's is none of the desk's own contacts (`steps.outcome`): several may stand
side by side, and none of them closes the case.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.steps.outcome import Next, Turn


class Result(StrEnum):
    """What the lawyer advised; the words are `desk.consulted.result.<value>`."""

    ADVISED = "advised"  # and nothing else (助言のみ)
    DELETION = "deletion"
    DISCLOSURE = "disclosure"
    POLICE = "police"
    AGENCY = "agency"
    MAY_TAKE = "may_take"  # the lawyer might take the case (受任の可能性)
    SUBSIDY = "subsidy"  # the person might have the city's grant (補助金の案内)
    AGAIN = "again"  # another consultation is needed (再相談)


NEXT: Mapping[Result, Next] = {
    Result.ADVISED: Next(Turn.PERSON, "follow_up", 10),
    Result.DELETION: Next(Turn.PERSON, "follow_up", 10),
    Result.DISCLOSURE: Next(Turn.PERSON, "follow_up", 10),
    Result.POLICE: Next(Turn.DESK, "clinic_refer", 2),
    Result.AGENCY: Next(Turn.DESK, "clinic_refer", 2),
    Result.MAY_TAKE: Next(Turn.PERSON, "follow_up", 10),
    Result.SUBSIDY: Next(Turn.DESK, "subsidy_guide", 3),
    Result.AGAIN: Next(Turn.DESK, "clinic", 3),
}


def what_next(results: Iterable[Result]) -> tuple[Next, ...]:
    """What the desk does, each thing once, the soonest first.

    >>> [then.due for then in what_next([Result.DELETION, Result.SUBSIDY, Result.DISCLOSURE])]
    ['subsidy_guide', 'follow_up']
    """
    found = dict.fromkeys(NEXT[result] for result in results)
    return tuple(sorted(found, key=lambda then: then.days or 0))


def waits_for_person(results: Iterable[Result]) -> bool:
    """Whether the next move is the person's, not the desk's.

    >>> waits_for_person([Result.DELETION]), waits_for_person([Result.DELETION, Result.AGAIN])
    (True, False)
    """
    return all(then.turn is Turn.PERSON for then in what_next(results))


def offered(may_take: str) -> tuple[Result, ...]:
    """The results to choose from; where the city lets no lawyer take a case, not that one.

    >>> Result.MAY_TAKE in offered("no"), Result.MAY_TAKE in offered("要確認")
    (False, True)
    """
    return tuple(one for one in Result if one is not Result.MAY_TAKE or may_take != "no")


def require(results: Iterable[Result], may_take: str) -> None:
    """Nothing where these results can stand together.

    Raises:
        Refused: none was chosen, advice alone beside something else, or a case that the city lets
            no lawyer take.
    """
    chosen = frozenset(results)
    if not chosen:
        raise Refused(Ground("clinic.no_result"))
    if Result.ADVISED in chosen and len(chosen) > 1:
        raise Refused(Ground("clinic.only_advice"))
    if not chosen <= set(offered(may_take)):
        raise Refused(Ground("clinic.may_not_take"))
