"""Whose office a duty is about (どの窓口か): after Django has started, never before."""

from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office


def office(slug: str) -> Office:
    """The office with this folder of a programme.

    Raises:
        Misconfigured: there is none.
    """
    from madoguchi.tools.office.models import Office

    found = Office.objects.filter(slug=slug).first()
    if found is None:
        raise Misconfigured(slug, "no such office", "see `madoguchi office add`")
    return found
