"""A person's grant in its own house, as if person and desk had moved it: `-m … VERB ARGS`."""

import os
import sys

from madoguchi.ops.start import django

django(os.environ["MADOGUCHI_WINDOW"])

from madoguchi.rules.steps.grant import Verb  # noqa: E402 - Django must have started
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import by_id  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases import jobs  # noqa: E402
from madoguchi.work.subsidy.models import Grant  # noqa: E402
from tests.web.portal.browsing import holding  # noqa: E402
from tests.work.subsidy.owning import Owner, own_of  # noqa: E402

NOW = now()
OFFICE = by_id(Office.objects.get().id)


def begin(number: str, secret: str, state: str) -> None:
    """A new grant of the case of a receipt, in a state."""
    held = holding(OFFICE, (number, secret))
    jobs.adopt(held.case_id, now=NOW)
    own_of(held, NOW, (number, secret), state)


def go(number: str, secret: str, *verbs: str) -> None:
    """The newest grant of the case goes on by these verbs."""
    held = holding(OFFICE, (number, secret))
    row = Grant.objects.filter(case_id=held.case_id).latest("sent_at")
    Owner(held, row, NOW, (number, secret)).goes(*map(Verb, verbs))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
