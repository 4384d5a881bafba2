"""The pages of a booking (予約の手続き): their questions, and who is asked which of them.

Who comes new is asked whether there is danger, then for a date, then how contact is safe, who they
are and what it is about. Whose receipt is open has said all but the date and the matter.
"""

from dataclasses import dataclass
from functools import lru_cache

from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.web.kit.fields import Choice, Line, Name, Story, Whole
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.kit.told import DANGER, RESIDENCES
from madoguchi.web.portal.consult import steps as consult

FIRST, DATES, CONTACT, SELF, ABOUT = range(1, 6)
MOST_PEOPLE = 99
LONGEST_SUBJECT = 2000


@dataclass(frozen=True)
class Step(consult.Step):
    """One page of a booking."""

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"book.step_{self.number}"


@dataclass(frozen=True)
class Way:
    """The pages that a person sees, in order; the date is chosen on one of them."""

    numbers: tuple[int, ...]

    @property
    def last(self) -> int:
        """How many pages there are."""
        return len(self.numbers)

    def place(self, number: int) -> int:
        """The how-manieth page it is."""
        return self.numbers.index(number) + 1

    def after(self, number: int) -> int | None:
        """The next page; None for the check page."""
        at = self.place(number)
        return self.numbers[at] if at < self.last else None

    def before(self, number: int) -> int | None:
        """The page before, None on the first one."""
        at = self.place(number)
        return self.numbers[at - 2] if at > 1 else None


NEW, KNOWN = Way((FIRST, DATES, CONTACT, SELF, ABOUT)), Way((DATES, ABOUT))


@lru_cache(maxsize=16)
def steps(clinic: Clinic) -> dict[int, Step]:
    """The pages with questions, by number; the clinic's data say what has to be answered."""
    asked = clinic.booking.asked
    forms = {
        FIRST: Form(consult.WORDS, (Choice("danger", required=True, options=DANGER),)),
        CONTACT: Form(
            consult.WORDS,
            (
                consult.CONTACT_RULE,
                *(field for field in consult.FORMS[2].fields if field.name in ("phone", "email")),
                consult.NAME_DESK,
                consult.MAIL,
            ),
        ),
        SELF: Form(
            consult.WORDS,
            (
                Name("name", hint=True, required="name" in asked),
                Choice("residence", required="residence" in asked, options=RESIDENCES),
                Line("town", limit=100, width="middle"),
                consult.HOURS,
            ),
        ),
        ABOUT: Form(
            "book",
            (
                Story("subject", hint=True, rows=5, limit=LONGEST_SUBJECT, guarded=True),
                Line("other_party", hint=True),
                Choice("names_ok", hint=True, options=("yes", "no")),
                Whole("people", hint=True, least=1, most=MOST_PEOPLE),
                Line("note", hint=True, guarded=True),
            ),
        ),
    }
    return {number: Step(number, form) for number, form in forms.items()}


def check(step: consult.Step, answers: Typed, clinic: Clinic, desk: Desk) -> Filled:
    """The page checked; no more people than there are chairs."""
    filled = consult.check(step, answers, desk)
    people, most = filled.values.get("people"), clinic.booking.people_most
    if isinstance(people, int) and people > most:
        return filled.refuse("people", "range", least=1, most=most)
    return filled


def unready(
    way: Way, answers: Typed, clinic: Clinic, desk: Desk
) -> tuple[consult.Step, Filled] | None:
    """The first page that keeps the booking from being sent, checked; None when it can go."""
    found = steps(clinic)
    for number in way.numbers:
        if number in found:
            filled = check(found[number], answers, clinic, desk)
            if not filled.ok:
                return found[number], filled
    return None


def pages(way: Way, clinic: Clinic) -> tuple[Step, ...]:
    """The pages with questions that a person sees."""
    return tuple(step for number, step in steps(clinic).items() if number in way.numbers)
