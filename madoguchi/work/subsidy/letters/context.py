"""What a letter is written from: the opened grant, and what all letters of it rest on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from madoguchi.rules.bank import Account, Kind
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import granted_yen, last, newest
from madoguchi.work.subsidy.letters.papers import Earlier
from madoguchi.work.subsidy.letters.writing import About, earlier
from madoguchi.work.subsidy.validation import read

ACCOUNT = ("bank_code", "branch_code", "number", "holder_kana")


@dataclass(frozen=True)
class LetterContext:
    """A paper about to be written: of which grant, who wrote what, how it reaches the person.

    `rests_on` makes what the letterhead needs of rules and desk, and is asked only by papers that
    have one; it raises Absent where no rules were in force.
    """

    view: GrantView
    names: Mapping[UUID, str] = field(repr=False)
    applied: Applied = field(repr=False)
    rests_on: Callable[[Applied], About]

    @cached_property
    def about(self) -> About:
        """What all papers of the grant rest on."""
        return self.rests_on(self.applied)

    @property
    def applied_on(self) -> date:
        """The day of the application.

        Raises:
            Absent: no application counts yet, so that no letter speaks of one.
        """
        on = self.view.opened.known.applied_on
        if on is None:
            raise Absent
        return on

    def details(self, *verbs: Verb) -> dict[str, Any]:
        """What the newest of these steps is about."""
        return newest(self.view.steps, *verbs)

    def on(self, *verbs: Verb) -> date | None:
        """The day of the newest of these steps; None where there is none."""
        step = last(self.view.steps, *verbs)
        return step.on if step else None

    def filing(self, *verbs: Verb) -> Filing:
        """How the newest of these steps is filed."""
        return read(self.details(*verbs).get("filing") or {})

    def earlier(self, *later: Verb) -> Earlier:
        """The letter on which this one builds: the newest of the decision and what changed it."""
        decided = self.details(Verb.DECIDE, *later)
        return earlier(read(decided.get("filing") or {}), int(decided["amount_yen"]))

    def yen_before(self, verb: Verb) -> int:
        """The sum that stood before the newest step of a verb."""
        steps = self.view.steps
        at = max(place for place, step in enumerate(steps) if step.verb is verb)
        return granted_yen(steps[:at])

    @property
    def account(self) -> Account:
        """The account that the person gave for the payment."""
        claimed = self.details(Verb.CLAIM).get("account") or {}
        kind = cast("Kind", claimed.get("kind") or "ordinary")
        code, branch, number, holder = (str(claimed.get(name) or "") for name in ACCOUNT)
        return Account(code, branch, kind, number, holder)

    @property
    def bank(self) -> str:
        """Bank and branch by name, as far as the person gave them."""
        claimed = self.details(Verb.CLAIM).get("account") or {}
        return "".join(str(claimed.get(name) or "") for name in ("bank_name", "branch_name"))
