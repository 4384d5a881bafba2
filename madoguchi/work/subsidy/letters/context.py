"""What a letter is written from: the opened grant, and the basis of all its letters (`About`)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, cast
from uuid import UUID

from madoguchi.rules.bank import Account, Kind
from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import Judgement
from madoguchi.work.issued.queries import IssuedCard
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import SETTING, StepCard, last, newest, with_corrections
from madoguchi.work.subsidy.letters.papers import Earlier
from madoguchi.work.subsidy.letters.writing import LetterBasis, earlier
from madoguchi.work.subsidy.money import money
from madoguchi.work.subsidy.reviewing.findings import reckoned
from madoguchi.work.subsidy.validation import read

OF_STEP: Mapping[Verb, str] = {
    Verb.DRAFT: "draft",
    Verb.RETURN: "correction",
    Verb.DECIDE: "decision",
    Verb.REFUSE: "refusal",
    Verb.CHANGE: "change",
    Verb.FIX: "fixing",
    Verb.PAY: "payment",
    Verb.REDUCE: "reduction",
    Verb.REVOKE: "revocation",
}
"""Which paper is about which step."""
CITED: Mapping[Verb, tuple[Verb, ...]] = {
    Verb.CHANGE: (Verb.DECIDE,),
    Verb.FIX: (Verb.DECIDE, Verb.CHANGE),
    Verb.REVOKE: (Verb.DECIDE, Verb.CHANGE),
    **dict.fromkeys((Verb.PAY, Verb.REDUCE), SETTING),
}
"""The letter about a step names the notice of the newest of these before it (もとの通知)."""
ACCOUNT = ("bank_code", "branch_code", "number", "holder_kana")


def issued_for(step: StepCard, papers: Iterable[IssuedCard]) -> tuple[IssuedCard, ...]:
    """The papers about a step that were issued since it was taken."""
    name = f"grant_{OF_STEP.get(step.verb)}"
    return tuple(card for card in papers if card.paper == name and card.at >= step.at)


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

    def earlier(self, verb: Verb) -> Earlier:
        """The notice that the letter about the newest step of this verb names."""
        cited = self._cited(verb).details
        return earlier(read(cited.get("filing") or {}), int(cited["amount_yen"]))

    def waits_for(self, verb: Verb) -> str:
        """The letter that has to be issued before the one about this verb, which builds on it.

        What is only told (支払のお知らせ) waits for none.
        """
        if verb not in CITED or verb is Verb.PAY:
            return ""
        cited = self._cited(verb)
        return "" if issued_for(cited, self.view.opened.papers) else OF_STEP[cited.verb]

    def _cited(self, verb: Verb) -> StepCard:
        steps = with_corrections(self.view.steps)
        newest_at = max(at for at, step in enumerate(steps) if step.verb is verb)
        return next(step for step in reversed(steps[:newest_at]) if step.verb in CITED[verb])

    def reckoned(self, verb: Verb) -> Judgement:
        """What might be granted by what was known at the newest step of a verb."""
        view = self.view
        newest_at = max(at for at, step in enumerate(view.steps) if step.verb is verb)
        known = view.steps[: newest_at + 1]
        return reckoned(known, view.opened.checks, view.opened.known, view.terms)

    def yen_before(self, *verbs: Verb) -> int:
        """The sum that was granted before the newest step of these verbs."""
        steps = self.view.steps
        newest_at = max(at for at, step in enumerate(steps) if step.verb in verbs)
        return money(steps[:newest_at]).granted_yen

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
