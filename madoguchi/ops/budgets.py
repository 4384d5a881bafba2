"""A year's budget from the command line (予算の控え): its totals, and whether the steps agree.

The totals are no secret and stand in the clear; nobody signs for them. `--check` reckons them from
the sealed steps and says only whether they agree, for a job that runs by itself.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

from madoguchi.ops import start, whose
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.work.subsidy.models import Budget

BUDGET = "budget"
HELP = "a fiscal year's budget: decided, paid, left (予算の控え)"
STANDING = {
    "open": "お知らせなし",
    "nearly_spent": "残りが少ない",
    "spent": "残りがない",
}
FIGURES = {
    "budget_yen": "予算額",
    "reserved_yen": "決定済み（支払前）",
    "spent_yen": "支払済み",
    "left_yen": "残り",
}
NOT_OPEN = "{year}の予算は、登録されていません。"
AGREE, DIFFER = (
    "交付の記録と合っています。",
    "交付の記録と合いません。予算の画面で確かめてください。",
)
UNREAD = "{count}件の交付の記録が、開けないか、見つからないため、比べられません。"
CHECK = "reckon it anew from the sealed steps; 1 where they do not agree, or cannot be read"


def arguments(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", year: Callable[[str], int]
) -> None:
    """Whose office, and which fiscal year; this one where none is named."""
    one = verbs.add_parser(BUDGET, help=HELP, description=HELP)
    one.add_argument("office", help="the programme's folder name, such as shibukawa")
    one.add_argument("--fiscal-year", type=year, metavar="YYYY")
    one.add_argument("--check", action="store_true", help=CHECK)
    one.add_argument("--json", action="store_true")


@dataclass(frozen=True)
class Year:
    """A year's totals as they are printed."""

    fiscal_year: int
    budget_yen: int
    reserved_yen: int
    spent_yen: int
    left_yen: int
    warn_below_yen: int
    standing: str
    terms: str


@dataclass(frozen=True)
class Checked:
    """Whether the steps agree with the totals; None where some of them do not open."""

    agrees: bool | None
    unread: int


def run(args: argparse.Namespace) -> int:
    """Print the year; 1 where it was never opened, or the steps say something else.

    Raises:
        Misconfigured: no such office.
    """
    start.django("desk")
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.subsidy.models import Budget

    office = whose.office(args.office)
    number = args.fiscal_year or fiscal_year(now().date())
    row = Budget.of(office.id).filter(fiscal_year=number).first()
    year, checked = (_year(row) if row else None), (_checked(row) if row and args.check else None)
    if args.json:
        told = {**asdict(year), **(asdict(checked) if checked else {})} if year else None
        said = json.dumps(told, ensure_ascii=False)
    else:
        said = _words(year, checked) if year else NOT_OPEN.format(year=wareki_fiscal_year(number))
    sys.stdout.write(f"{said}\n")
    sound = checked is None or checked.agrees is True
    return 0 if year and sound else 1


def _year(row: Budget) -> Year:
    from madoguchi.work.subsidy.budget.moving import left
    from madoguchi.work.subsidy.budget.public import word

    return Year(
        row.fiscal_year,
        row.budget_yen,
        row.reserved_yen,
        row.spent_yen,
        left(row),
        row.warn_below_yen,
        word(row),
        row.terms,
    )


def _checked(row: Budget) -> Checked:
    from madoguchi.rules.subsidy.books import together
    from madoguchi.work.subsidy.budget.steps import movements

    found = movements(row.office_id, row.fiscal_year)
    sums = together(found.lines)
    same = (sums.reserved_yen, sums.spent_yen) == (row.reserved_yen, row.spent_yen)
    return Checked(None if found.unread else same, found.unread)


def _words(year: Year, checked: Checked | None) -> str:
    lines = [
        f"{wareki_fiscal_year(year.fiscal_year)}の予算",
        *(f"  {name}：{getattr(year, key):,}円" for key, name in FIGURES.items()),
        f"  市民のページ：{STANDING[year.standing]}",
    ]
    return "\n".join([*lines, *([f"  {_agreement(checked)}"] if checked else [])])


def _agreement(checked: Checked) -> str:
    if checked.agrees is None:
        return UNREAD.format(count=checked.unread)
    return AGREE if checked.agrees else DIFFER
