"""What was told so far, as the rules know it (聞いたこと): answers in, facts out."""

from datetime import date
from typing import Literal

from madoguchi.rules.programme.subsidy import UsedAnyOf
from madoguchi.rules.subsidy.facts import Cost, Facts
from madoguchi.web.portal.check.answers import Answers
from madoguchi.web.portal.check.questions import ACTS, LATER

YES_NO = {"yes": True, "no": False}
LEGAL_AID = ("repaying", "suspended")


def facts(answers: Answers, today: date) -> Facts:
    """What the answers say of somebody who has not applied yet; what was not answered is unknown.

    Rules ask whether something came before today, never how long ago: no day of a contract or of a
    payment is asked for.
    """
    contract, paid = answers.value("contract"), answers.value("paid")
    used, aid = answers.value("used_desk"), answers.value("other_aid")
    return Facts(
        registered=YES_NO.get(answers.value("registered")),
        used_desk=None if used == LATER else used,
        contract=_contract(contract, paid),
        contract_on=today if contract == "today" else None,
        engaged=answers.value("engaged"),
        estimate=YES_NO.get(answers.value("estimate")),
        estimate_on=answers.value("estimate_on"),
        costs=_costs(answers),
        other_aid_yen=0 if aid == "no" else None,
        consulted=_consulted(answers),
        household=answers.value("household"),
        income_yen=_income(answers),
        paid_on=today if paid == "yes" else None,
        legal_aid=paid if paid in LEGAL_AID else None,
    )


def _contract(contract: str | None, paid: str | None) -> Literal["none", "signed"] | None:
    """Whoever has not paid may still sign; whoever has, did."""
    if contract == "none" or paid == "no":
        return "none"
    return "signed" if contract in ("today", "earlier") or paid == "yes" else None


def _income(answers: Answers) -> int | None:
    """What was answered for the period that the rules ask about; nothing earned is an answer."""
    told = (answers.value(name) for name in ("income_year", "income_month"))
    return next((yen for yen in told if yen is not None), None)


def _costs(answers: Answers) -> tuple[Cost, ...]:
    """A line for each act; which act it is may be unknown."""
    if not answers.has("act"):
        return ()
    act = answers.value("act")
    if act == "other":
        return (Cost("other", "retainer"),)
    if act is None:
        return (Cost(None, "retainer", answers.value("yen_either")),)
    return tuple(Cost(one, "retainer", answers.value(f"yen_{one}")) for one in ACTS[act])


def _consulted(answers: Answers) -> tuple[str, ...] | None:
    """Whoever used one of several says only that."""
    of = next((one.of for one in answers.version.condition if isinstance(one, UsedAnyOf)), ())
    return {"yes": of[:1], "no": ()}.get(answers.value("consulted"))
