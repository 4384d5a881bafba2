"""How a contact or a consultation ended (結果): whose turn is next, and by which working day.

What came of a consultation with the lawyer (相談の結果) is none of the desk's own contacts: several
results may stand side by side, and none of them closes the case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from madoguchi.rules.decision import Reason, Refused


class Outcome(StrEnum):
    """What came of a call, interview, letter or mail; the words are `outcome.<value>`."""

    ANSWERED = "answered"
    NO_ANSWER_1 = "no_answer_1"
    NO_ANSWER_2 = "no_answer_2"
    NO_ANSWER_3 = "no_answer_3"
    CALL_BACK = "call_back"
    VISIT_BOOKED = "visit_booked"
    CLINIC_WANTED = "clinic_wanted"
    REFERRED = "referred"
    SUBSIDY_EXPLAINED = "subsidy_explained"
    ADVISED = "advised"
    WAITING_PERSON = "waiting_person"
    SOLVED = "solved"
    WITHDRAWN = "withdrawn"
    NO_CONTACT = "no_contact"
    OTHER = "other"


class Turn(StrEnum):
    """Whose turn it is (次に動く人); the words are `turn.<value>`."""

    DESK = "desk"
    PERSON = "person"
    AGENCY = "agency"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Next:
    """What follows an outcome.

    `days`: working days (開庁日) after today until the desk looks again; None where the officer
    names the day, and where the case closes. `due`: what the desk then does (`desk.due.<due>`).
    `closing`: the reason under which the case closes, empty where it stays open.
    """

    turn: Turn
    due: str = ""
    days: int | None = None
    closing: str = ""

    @property
    def closes(self) -> bool:
        """Whether the case ends with it."""
        return bool(self.closing)

    @property
    def asks_for_day(self) -> bool:
        """Whether the officer has to name the day."""
        return self.days is None and not self.closes


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


NEXT: Mapping[Outcome, Next] = {
    Outcome.ANSWERED: Next(Turn.PERSON, "follow_up", 5),
    Outcome.NO_ANSWER_1: Next(Turn.DESK, "call", 1),
    Outcome.NO_ANSWER_2: Next(Turn.DESK, "call", 3),
    Outcome.NO_ANSWER_3: Next(Turn.DESK, "decide", 1),  # counsellor and supervisor, no fourth call
    Outcome.CALL_BACK: Next(Turn.DESK, "call", 1),
    Outcome.VISIT_BOOKED: Next(Turn.PERSON, "meet"),
    Outcome.CLINIC_WANTED: Next(Turn.DESK, "clinic", 3),
    Outcome.REFERRED: Next(Turn.AGENCY, "referral", 10),
    Outcome.SUBSIDY_EXPLAINED: Next(Turn.PERSON, "follow_up", 10),
    Outcome.ADVISED: Next(Turn.NOBODY, closing="advised"),
    Outcome.WAITING_PERSON: Next(Turn.PERSON, "wait", 10),
    Outcome.SOLVED: Next(Turn.NOBODY, closing="solved"),
    Outcome.WITHDRAWN: Next(Turn.NOBODY, closing="withdrawn"),
    Outcome.NO_CONTACT: Next(Turn.NOBODY, closing="no_contact"),
    Outcome.OTHER: Next(Turn.DESK, "other"),
}


UNREACHED = (Outcome.NO_ANSWER_1, Outcome.NO_ANSWER_2, Outcome.NO_ANSWER_3)


NEXT_OF_RESULT: Mapping[Result, Next] = {
    Result.ADVISED: Next(Turn.PERSON, "follow_up", 10),
    Result.DELETION: Next(Turn.PERSON, "follow_up", 10),
    Result.DISCLOSURE: Next(Turn.PERSON, "follow_up", 10),
    Result.POLICE: Next(Turn.DESK, "clinic_refer", 2),
    Result.AGENCY: Next(Turn.DESK, "clinic_refer", 2),
    Result.MAY_TAKE: Next(Turn.PERSON, "follow_up", 10),
    Result.SUBSIDY: Next(Turn.DESK, "subsidy_guide", 3),
    Result.AGAIN: Next(Turn.DESK, "clinic", 3),
}


def what_next(outcome: Outcome) -> Next:
    """Whose turn follows, by when, or that the case closes.

    >>> what_next(Outcome.NO_ANSWER_3)
    Next(turn=<Turn.DESK: 'desk'>, due='decide', days=1, closing='')
    >>> what_next(Outcome.WITHDRAWN).closes, what_next(Outcome.VISIT_BOOKED).asks_for_day
    (True, True)
    """
    return NEXT[outcome]


def next_unreached(earlier: Iterable[str]) -> Outcome:
    """How often nobody answered, this time included, after the outcomes so far, newest first.

    A contact that reached the person begins the count anew; after the third it stays the third.

    >>> next_unreached([])
    <Outcome.NO_ANSWER_1: 'no_answer_1'>
    >>> next_unreached(["no_answer_1", "answered", "no_answer_1"])
    <Outcome.NO_ANSWER_2: 'no_answer_2'>
    >>> next_unreached(["no_answer_3"])
    <Outcome.NO_ANSWER_3: 'no_answer_3'>
    """
    last = next(iter(earlier), "")
    if last not in UNREACHED:
        return UNREACHED[0]
    return UNREACHED[min(UNREACHED.index(Outcome(last)) + 1, len(UNREACHED) - 1)]


def what_follows(results: Iterable[Result]) -> tuple[Next, ...]:
    """What the desk does, each thing once, the soonest first.

    >>> [then.due for then in what_follows([Result.DELETION, Result.SUBSIDY, Result.DISCLOSURE])]
    ['subsidy_guide', 'follow_up']
    """
    found = dict.fromkeys(NEXT_OF_RESULT[result] for result in results)
    return tuple(sorted(found, key=lambda then: then.days or 0))


def waits_for_person(results: Iterable[Result]) -> bool:
    """Whether the next move is the person's, not the desk's.

    >>> waits_for_person([Result.DELETION]), waits_for_person([Result.DELETION, Result.AGAIN])
    (True, False)
    """
    return all(then.turn is Turn.PERSON for then in what_follows(results))


def offered(may_take: str) -> tuple[Result, ...]:
    """The results to choose from; where the city lets no lawyer take a case, not that one.

    >>> Result.MAY_TAKE in offered("no"), Result.MAY_TAKE in offered("要確認")
    (False, True)
    """
    return tuple(each for each in Result if each is not Result.MAY_TAKE or may_take != "no")


def require(results: Iterable[Result], may_take: str) -> None:
    """Raise Refused unless these results can stand together.

    Raises:
        Refused: none was chosen, advice alone beside something else, or a case that the city lets
            no lawyer take.
    """
    chosen = frozenset(results)
    if not chosen:
        raise Refused(Reason("clinic.no_result"))
    if Result.ADVISED in chosen and len(chosen) > 1:
        raise Refused(Reason("clinic.only_advice"))
    if not chosen <= set(offered(may_take)):
        raise Refused(Reason("clinic.may_not_take"))
