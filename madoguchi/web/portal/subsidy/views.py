"""The subsidy in the programme's own numbers: for whom, which cost, how much, in which order."""

from fractions import Fraction
from typing import assert_never

from django.urls import path

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    BeforeContract,
    SubsidyVersion,
    UsedAnyOf,
    UsedDesk,
)
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.column import column
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.page import Cards, information, reception

type Step = tuple[str, str]
"""The keys of a step's heading and sentence."""


@information("subsidy", "portal/subsidy/page.html", subsidy_year.version)
def subsidy(request: OfficeRequest) -> Cards:
    """The newest rules that had begun, whether they are surely this year's, how far money goes."""
    terms = subsidy_year.terms(request)
    version = terms.version if terms else None
    note = ""
    if version and version.timing.source == UNCONFIRMED:
        note = "subsidy.note_open"
    elif version:
        before = isinstance(version.timing, BeforeContract)
        note = "subsidy.note_before_contract" if before else "subsidy.note_after_payment"
    years = Formatter(texts_for(request))
    amount = version.amount if version and not version.amount.rate_is_open else None
    return {
        "version": version,
        "known": bool(terms and terms.state == "known"),
        "budget": subsidy_year.budget_key(request),
        "year": years.fiscal_year(fiscal_year(version.since)) if version else "",
        "now": years.fiscal_year(fiscal_year(request.now.date())),
        "rate": rate(amount.formula.share) if amount else "subsidy.amount_open",
        "share": share(amount.formula.share) if amount else "",
        "cap": f"{amount.cap.cap_yen:,}" if amount else "",
        "steps": steps(version) if version else (),
        "note": note,
        "reception": reception(request),
    }


def rate(part: Fraction) -> str:
    """The key of how much is paid of the retainer.

    >>> from fractions import Fraction
    >>> rate(Fraction(1, 2)), rate(Fraction(1))
    ('subsidy.amount', 'subsidy.amount_whole')
    """
    return "subsidy.amount_whole" if part == 1 else "subsidy.amount"


def share(part: Fraction) -> str:
    """A share in words: 2分の1, and 1/2 in English.

    >>> from fractions import Fraction
    >>> share(Fraction(1, 2))
    '2分の1'
    """
    return str(part) if column() == "en" else f"{part.denominator}分の{part.numerator}"


def steps(version: SubsidyVersion) -> tuple[Step, ...]:
    """What to do one after the other, as the rules want it."""
    rule = version.timing
    used = next(
        (rule for rule in version.condition if isinstance(rule, UsedDesk | UsedAnyOf)), None
    )
    match used:
        case UsedDesk():
            talk = _step("talk", "talk_used_desk")
        case UsedAnyOf():
            talk = _step("talk", "talk_used_any_of")
        case None:
            talk = _step("talk", "talk_text")
        case _:
            assert_never(used)
    if rule.source == UNCONFIRMED:
        return talk, _step("apply", "apply_open")
    match rule:
        case BeforeContract():
            is_open = rule.contract_after_source == UNCONFIRMED
            return (
                talk,
                _step("estimate", "estimate_text"),
                _step("apply", "apply_before_contract"),
                _step("contract", f"contract_{'open' if is_open else rule.contract_after}"),
            )
        case AfterPayment():
            return (
                talk,
                _step("contract", "contract_after_payment"),
                _step("pay", "pay_text"),
                _step("apply", "apply_after_payment"),
            )
        case _:
            assert_never(rule)


def _step(heading: str, sentence: str) -> Step:
    return f"subsidy.step.{heading}", f"subsidy.step.{sentence}"


urlpatterns = [path("subsidy/", subsidy, name="subsidy")]
