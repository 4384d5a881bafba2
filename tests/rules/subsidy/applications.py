"""An application at Shibukawa in the year whose rules are known (申請の例)."""

from datetime import date

from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.subsidy.facts import Cost, Facts

DAY = date(2024, 6, 3)
FULL = Facts(
    applied_on=DAY,
    applied_by="counter",
    registered=True,
    used_desk="phone",
    contract="none",
    engaged="lawyer",
    estimate=True,
    estimate_on=date(2024, 5, 20),
    screens_printed=True,
    costs=(Cost("disclosure", "retainer", 330_000, 30_000),),
    other_aid_yen=0,
    refunded_yen=0,
    recovered_yen=0,
    granted=(),
    tax_arrears=False,
    gang_ties=False,
)
"""Everything known and in order, and a cost so high that nothing open changes the amount."""


def shibukawa(day: date = DAY) -> Terms:
    """Shibukawa's rules of a day."""
    subsidy = programme("shibukawa").subsidy
    assert subsidy is not None
    return subsidy.terms_on(day)
