"""Grants of a town in its own house, as if people had sent them: `-m … VERB ARGS`."""

import os
import sys
from dataclasses import replace

from madoguchi.ops.start import django

django(os.environ["MADOGUCHI_WINDOW"])

from madoguchi.rules.koyomi.dates import fiscal_year  # noqa: E402 - Django must have started
from madoguchi.tools.office.models import Office  # noqa: E402
from madoguchi.tools.office.public import by_id  # noqa: E402
from madoguchi.tools.vault.models import Receipt  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases import jobs  # noqa: E402
from madoguchi.work.subsidy.application import Applied  # noqa: E402
from madoguchi.work.subsidy.models import Grant  # noqa: E402
from tests.web.desk.colleagues import asked  # noqa: E402
from tests.work.subsidy import granting  # noqa: E402
from tests.work.subsidy.drawn import JPEG, attach  # noqa: E402

NOW = now()
OFFICE = by_id(Office.objects.get().id)
APPLIED = replace(
    granting.APPLIED,
    name="葛󠄀城 髙子",
    address="渋川市石原80番地 コーポ石原 101号室",
    lawyer="法務 一郎",
    law_office="渋川みなみ法律事務所",
)


def year() -> None:
    """This fiscal year's budget is open, by the rules of before."""
    granting.opened_year(OFFICE, fiscal_year(NOW.date()))


def sent() -> None:
    """Somebody sends an application that is complete, with estimate and screen."""
    case = asked(OFFICE, NOW)
    row = Grant(office_id=OFFICE.id, case_id=case.pk)
    jobs.adopt(case.pk, now=NOW)
    screen, estimate = (attach(row, name, JPEG, NOW) for name in ("画面.jpg", "見積書.jpg"))
    whole = replace(APPLIED, screen_files=(screen,), estimate_files=(estimate,))
    print(granting.sent_in(OFFICE, case.pk, NOW, whole).id)


def until(state: str) -> None:
    """An application that the desk has had in hand until this state."""
    desk = granting.sent(OFFICE, NOW, APPLIED)
    desk.until(state)
    print(desk.id)


def checked() -> None:
    """An application of which every condition was looked at and holds."""
    desk = granting.sent(OFFICE, NOW, APPLIED).until("received")
    desk.check_all()
    print(desk.id)


def protected() -> None:
    """Somebody whose address nobody may see, under 18, with the same telephone as another."""
    _sent(
        replace(
            APPLIED,
            name="見本 あき",
            protected=True,
            born_on="2010-05-05",
            guardian_is_other="yes",
        )
    )


def _sent(applied: Applied) -> None:
    print(granting.sent(OFFICE, NOW, applied).id)


def number() -> None:
    """Somebody asked for help and fills the paper form in: the number that stands on it."""
    case = asked(OFFICE, NOW)
    print(Receipt.objects.get(case_id=case.pk).number)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
