"""Where the check ends early (ここで終わるとき): which answer a rule turns on, and what to read."""

from dataclasses import dataclass, replace

from madoguchi.rules.decision import Ground, Held
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.subsidy.judge import quote
from madoguchi.web.portal.check.answers import Answers
from madoguchi.web.portal.check.questions import GONE_PAST
from madoguchi.web.portal.check.told import facts

WORDED = {
    "resident": "registered",
    "used_desk": "used_desk",
    "used_any_of": "consulted",
    "before_contract": "contract",
    "after_payment": "paid",
    "engaged_lawyer": "engaged",
    "eligible_cost": "act",
}
"""The grounds whose ending has words of its own, and the question that it answers."""
OTHER = "other"


@dataclass(frozen=True)
class End:
    """An ending: its name in the words, and the question whose answer may be changed."""

    name: str
    question: str

    @property
    def past(self) -> str:
        """The answer with which one goes past it; empty where one cannot."""
        return GONE_PAST.get(self.question, "")

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"check.end_{self.name}.heading"

    @property
    def lead(self) -> str:
        """The text key of what it says."""
        return f"check.end_{self.name}.lead"


def end_of(answers: Answers, terms: Terms) -> End | None:
    """The first ending that answers lead to; None where the way goes on.

    Last year's rules are taken as this year's here: the page says that they may have changed.
    """
    judged = quote(facts(answers, terms.on), replace(terms, state="known"))
    unmet = [one for one in judged.decision.grounds if one.held is Held.UNMET]
    return _end(unmet[0], answers) if unmet else None


def _end(ground: Ground, answers: Answers) -> End:
    name = ground.code.removeprefix("subsidy.")
    asked = answers.due
    question = WORDED.get(name, "")
    return End(name, question) if question in asked else End(OTHER, asked[-1])
