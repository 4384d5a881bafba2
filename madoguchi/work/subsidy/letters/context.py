"""What a letter is written from: the opened grant, and the basis of all its letters (`About`)."""

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
from madoguchi.work.subsidy.letters.writing import LetterBasis, earlier
from madoguchi.work.subsidy.validation import read

ACCOUNT = ("bank_code", "branch_code", "number", "holder_kana")


@dataclass(frozen=True)
class LetterContext:
    """The grant of which a paper is written.

    `names`: of the colleagues who took its steps. `applied`: the application, with the way in which
    this paper is to reach the person. `make_about`: what rules and desk give to the letterhead;
    called only for papers that have one, it raises Absent where no rules were in force.
    """

    view: GrantView
    names: Mapping[UUID, str] = field(repr=False)
    applied: Applied = field(repr=False)
    make_about: Callable[[Applied], LetterBasis]

    @cached_property
    def about(self) -> LetterBasis:
        return self.make_about(self.applied)

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
        """The details of the newest of these steps."""
        return newest(self.view.steps, *verbs)

    def on(self, *verbs: Verb) -> date | None:
        """The day of the newest of these steps; None where there is none."""
        step = last(self.view.steps, *verbs)
        return step.on if step else None

    def filing(self, *verbs: Verb) -> Filing:
        """How the newest of these steps is filed."""
        return read(self.details(*verbs).get("filing") or {})

    def earlier(self, *later: Verb) -> Earlier:
        """The letter that this one changes: of the decision, or the newest of the `later` steps."""
        decided = self.details(Verb.DECIDE, *later)
        return earlier(read(decided.get("filing") or {}), int(decided["amount_yen"]))

    def yen_before(self, verb: Verb) -> int:
        """The sum that was granted before the newest step of a verb."""
        steps = self.view.steps
        newest_at = max(at for at, step in enumerate(steps) if step.verb is verb)
        return granted_yen(steps[:newest_at])

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
