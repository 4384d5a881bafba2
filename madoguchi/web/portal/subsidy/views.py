"""The subsidy in the programme's own numbers: for whom, which cost, how much, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit.standing import changes
from madoguchi.web.portal.page import Cards, information
from madoguchi.web.portal.reception import reception

if TYPE_CHECKING:
    from fractions import Fraction

    from django.http import HttpRequest

STEPS = (1, 2, 3, 4)


@information("subsidy", "portal/subsidy/page.html")
def subsidy(request: HttpRequest) -> Cards:
    """The newest rules that had begun, and whether they are surely this year's."""
    today = request.now.date()  # type: ignore[attr-defined] # set on arrival
    programme = request.programme.subsidy  # type: ignore[attr-defined]
    version = programme.version_on(today) if programme else None
    return {
        "version": version,
        "known": bool(version and version.known_for(today)),
        "share": share(version.amount.formula.share) if version else "",
        "cap": f"{version.amount.cap.cap_yen:,}" if version else "",
        "steps": [(f"subsidy.order_{n}", f"subsidy.order_{n}_text") for n in STEPS],
        "reception": reception(request, "phone", changes(request)),
    }


def share(part: Fraction) -> str:
    """A share as it is said: 2分の1.

    >>> from fractions import Fraction
    >>> share(Fraction(1, 2))
    '2分の1'
    """
    return f"{part.denominator}分の{part.numerator}"
