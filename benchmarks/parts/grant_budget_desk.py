"""The processes of `grant_budget`: make the grants, decide on them at once, say what stands."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from time import perf_counter
from uuid import UUID

from madoguchi.ops.start import django

django("desk")

from django.db import connection, connections  # noqa: E402 - Django first
from django.db.models import F  # noqa: E402

from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.ops.town.bulk import grants  # noqa: E402
from madoguchi.rules.decision import Reason, Refused  # noqa: E402
from madoguchi.rules.steps.grant import State  # noqa: E402
from madoguchi.rules.subsidy.books import sums_of  # noqa: E402
from madoguchi.rules.subsidy.year import fix_by  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import OfficeCard, by_host  # noqa: E402
from madoguchi.tools.transaction import transaction  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.subsidy.acts.act import perform  # noqa: E402
from madoguchi.work.subsidy.acts.decision import Decide  # noqa: E402
from madoguchi.work.subsidy.budget import moving  # noqa: E402
from madoguchi.work.subsidy.budget.steps import movements  # noqa: E402
from madoguchi.work.subsidy.models import Budget, Grant  # noqa: E402
from tests.offices import actor_of, make_staff  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.work.subsidy.granting import LIFE, filing  # noqa: E402

TIMES, BUDGET_YEN, FLOOR = 50, 1_500_000, 1000  # of a floor's year: that much later
GUARD = next(one for one in Budget._meta.constraints if one.name == "subsidy_never_overspent")


def office() -> OfficeCard:
    """The one office of the house."""
    found = by_host(HOSTS["desk"], "desk")
    assert found is not None
    return found


def make(*years: str) -> None:
    """Fifty grants of each year that wait for their decision, and its budget."""
    here, today = office(), now()
    bulk.cases(here, TIMES, today, [])
    actor = actor_of(make_staff(here, "subsidy_officer", "木村", today))
    for year in map(int, years):
        grants(actor, year, today, ends=[State.DRAFTED])
        for number in (year, year + FLOOR):
            Budget.objects.create(
                office_id=here.id,
                fiscal_year=number,
                budget_yen=BUDGET_YEN,
                warn_below_yen=0,
                terms="same",
            )


def unguard() -> None:
    """The table without its constraint; SQLite makes it anew from what the model says."""
    meta = Budget._meta
    meta.constraints = [one for one in meta.constraints if one is not GUARD]
    with connection.schema_editor() as tables:
        tables.remove_constraint(Budget, GUARD)


def stands(year: str) -> None:
    """What is left, and whether the books are sound and say what the steps say."""
    row = Budget.of(office().id).get(fiscal_year=int(year))
    sums = sums_of(movements(row.office_id, row.fiscal_year).lines)
    left = moving.left(row)
    same = (sums.reserved_yen, sums.spent_yen) == (row.reserved_yen, row.spent_yen)
    print(json.dumps({"left": left, "sound": same and left >= 0 and row.reserved_yen >= 0}))


def press(acts: Sequence[Callable[[], object]]) -> None:
    """Do all at one moment, once the other processes are ready too; say what came of it."""
    gate = Barrier(len(acts) + 1)

    def do(act: Callable[[], object]) -> str:
        connection.ensure_connection()
        gate.wait()
        try:
            act()
        except Refused as refused:
            return refused.reasons[0].code
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        heard = [pool.submit(do, act) for act in acts]
        print("ready", flush=True)
        sys.stdin.readline()
        gate.wait()
        began = perf_counter()
        came = Counter(one.result() for one in heard)
        took = perf_counter() - began
    assert set(came) <= {"", "subsidy.budget"}, came
    told = {"ms": took * 1000, "decided": came[""], "refused": came["subsidy.budget"]}
    print(json.dumps(told))


def decide(year: str, number: str, of: str) -> None:
    """This process' share of the year's decisions."""
    here, today = office(), now()
    actor = Actor(here.id, "subsidy_officer", make_staff(here, "subsidy_officer", "林", today).id)
    rows = Grant.of(here.id).filter(fiscal_year=int(year)).order_by("number")
    decided = Decide(filing=filing(_in_year(int(year), today)), commitment_number="支負第8号")
    press(
        [
            lambda grant=grant: perform(actor, grant, decided, LIFE, now=today)  # type: ignore[misc]
            for grant in list(rows)[int(number) :: int(of)]
        ]
    )


def _in_year(year: int, today: datetime) -> datetime:
    """Today, or the last day of a year that is over: only then is the decision of that year."""
    last = fix_by(year)
    return today if today.date() <= last else today.replace(last.year, last.month, last.day)


def floor(year: str, number: str, of: str) -> None:
    """As many UPDATEs, each in a transaction of its own; the sums are those of the grants."""
    here = office()

    def reserve() -> None:
        with transaction():
            moving.reserve(here.id, int(year) + FLOOR, BUDGET_YEN // 17)

    press([reserve] * (TIMES // int(of) + (int(number) < TIMES % int(of))))


def believe(year: str, number: str, of: str) -> None:
    """The decisions of who believes what the page said before."""
    page = Budget.of(office().id).get(fiscal_year=int(year))

    def reserve(office_id: UUID, fiscal_year: int, yen: int) -> None:
        if moving.left(page) < yen:
            raise Refused(Reason("subsidy.budget"))
        rows = Budget.of(office_id).filter(fiscal_year=fiscal_year)
        rows.update(reserved_yen=F("reserved_yen") + yen)

    moving.reserve = reserve  # the control
    decide(year, number, of)


DEEDS: dict[str, Callable[..., None]] = {
    "make": make,
    "unguard": unguard,
    "stands": stands,
    "decide": decide,
    "floor": floor,
    "believe": believe,
}
DEEDS[sys.argv[1]](*sys.argv[2:])
