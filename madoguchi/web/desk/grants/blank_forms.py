"""The forms that a person writes by hand later (本人が書く用紙), as far as something is known."""

from collections.abc import Callable, Mapping
from datetime import date

from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.web.desk.grants.letters import Writing
from madoguchi.web.desk.grants.opened import Page
from madoguchi.work.subsidy.history import granted_yen
from madoguchi.work.subsidy.letters.forms import writing

OF_VERB: Mapping[Verb, str] = {
    Verb.CONTRACT: "contract_form",
    Verb.REPORT: "report_form",
    Verb.CLAIM: "claim_form",
    Verb.CHANGE: "change_form",
    Verb.WITHDRAW: "withdrawal_form",
}


def available(page: Page) -> tuple[str, ...]:
    """The forms of what the person may bring next, in the order of the way."""
    return tuple(name for verb, name in OF_VERB.items() if verb in page.verbs)


def write(name: str, of: Writing) -> object:
    """What the form of that name says; what only the person knows is a blank."""
    paper = find(of.request.office.slug, f"grant_{name}").paper
    return _WRITTEN[name](of, paper.source != UNCONFIRMED)


def _contract(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    return writing.contract_form(of.about, _decided(of), confirmed=confirmed)


def _report(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    return writing.report_form(
        of.about,
        _decided(of),
        granted_yen(of.page.steps),
        confirmed=confirmed,
        contracted_on=_contracted_on(of),
    )


def _claim(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    fixed = bool(of.told(Verb.FIX))
    settled = of.filing(Verb.FIX) if fixed else _decided(of)
    yen = granted_yen(of.page.steps)
    return writing.claim_form(of.about, settled, yen, confirmed=confirmed, fixed=fixed)


def _change(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    yen = granted_yen(of.page.steps)
    return writing.change_form(of.about, _decided(of), yen, confirmed=confirmed)


def _withdrawal(of: Writing, confirmed: bool) -> object:  # noqa: FBT001 - of a table
    decided = _decided(of) if of.told(Verb.DECIDE) else None
    return writing.withdrawal_form(
        of.about, decided, confirmed=confirmed, applied_on=of.page.opened.known.applied_on
    )


def _decided(of: Writing) -> Filing:
    """The letter that the form is about: of the decision, or of what changed it."""
    return of.filing(Verb.DECIDE, Verb.CHANGE)


def _contracted_on(of: Writing) -> date | None:
    told = of.told(Verb.CONTRACT).get("contract_on")
    return date.fromisoformat(told) if told else None


_WRITTEN: Mapping[str, Callable[[Writing, bool], object]] = {
    "contract_form": _contract,
    "report_form": _report,
    "claim_form": _claim,
    "change_form": _change,
    "withdrawal_form": _withdrawal,
}
