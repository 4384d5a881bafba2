"""A year's budget inside an act on a grant (予算の控え): reserved, moved, spent, given back.

Each of these is one UPDATE with its own condition: the second of two waits for the row, and its
condition is asked of what the first one left. The table's constraints say the same again. The act
holds its case by then (`@action`), so that all lock the case first and the budget last.
"""

from uuid import UUID

from django.db.models import F, QuerySet

from madoguchi.rules.decision import Reason, Refused
from madoguchi.work.subsidy.models import Budget

LEFT = F("budget_yen") - F("reserved_yen") - F("spent_yen")


def require_year(office_id: UUID, fiscal_year: int) -> Budget:
    """The year's budget.

    Raises:
        Refused: the year has not been opened (`subsidy.year`).
    """
    row = _year(office_id, fiscal_year).first()
    if row is None:
        raise Refused(Reason("subsidy.year"))
    return row


def is_open(office_id: UUID, fiscal_year: int) -> bool:
    """Whether the year has been opened."""
    return _year(office_id, fiscal_year).exists()


def reserve(office_id: UUID, fiscal_year: int, yen: int) -> None:
    """Reserve the sum of a decision (交付決定).

    Raises:
        Refused: less than that is left (`subsidy.budget`), or the year is not open.
    """
    move(office_id, fiscal_year, 0, yen)


def move(office_id: UUID, fiscal_year: int, was_yen: int, yen: int) -> None:
    """Reserve another sum than before for one grant (変更・額の確定).

    Raises:
        Refused: less than the difference is left, the year is not open, or the books never held
            what the grant is said to have (`budget.books`).
    """
    more = _not_negative(yen) - _not_negative(was_yen)
    held = _year(office_id, fiscal_year).filter(reserved_yen__gte=was_yen)
    room = held.alias(left=LEFT).filter(left__gte=more) if more > 0 else held
    if not room.update(reserved_yen=F("reserved_yen") + more):
        _refuse(office_id, fiscal_year, more)


def release(office_id: UUID, fiscal_year: int, yen: int) -> None:
    """Give a reserved sum back to the year (取下げ・取消し・失効).

    Raises:
        Refused: the year is not open, or the books do not hold so much (`budget.books`).
    """
    move(office_id, fiscal_year, yen, 0)


def spend(office_id: UUID, fiscal_year: int, yen: int) -> None:
    """Turn a reserved sum into a spent one (支払).

    Raises:
        Refused: the year is not open, or the books do not hold so much (`budget.books`).
    """
    held = _year(office_id, fiscal_year).filter(reserved_yen__gte=_not_negative(yen))
    if not held.update(reserved_yen=F("reserved_yen") - yen, spent_yen=F("spent_yen") + yen):
        _refuse(office_id, fiscal_year, 0)


def give_back(office_id: UUID, fiscal_year: int, yen: int) -> None:
    """Take back what was spent (戻入), while the year's books are open.

    Raises:
        Refused: the year is not open, or the books do not hold so much (`budget.books`).
    """
    spent = _year(office_id, fiscal_year).filter(spent_yen__gte=_not_negative(yen))
    if not spent.update(spent_yen=F("spent_yen") - yen):
        _refuse(office_id, fiscal_year, 0)


def take_back(office_id: UUID, fiscal_year: int, reserved_yen: int, spent_yen: int) -> None:
    """Move back what was moved by mistake (誤記録): both sums by so much, more or less.

    Raises:
        Refused: less than that is left (`subsidy.budget`), the year is not open, or the books do
            not hold so much (`budget.books`).
    """
    more = reserved_yen + spent_yen
    room = _year(office_id, fiscal_year).filter(
        reserved_yen__gte=max(0, -reserved_yen), spent_yen__gte=max(0, -spent_yen)
    )
    if more > 0:
        room = room.alias(left=LEFT).filter(left__gte=more)
    moved = {"reserved_yen": F("reserved_yen") + reserved_yen}
    if not room.update(**moved, spent_yen=F("spent_yen") + spent_yen):
        _refuse(office_id, fiscal_year, more)


def _year(office_id: UUID, fiscal_year: int) -> QuerySet[Budget]:
    return Budget.of(office_id).filter(fiscal_year=fiscal_year)


def _not_negative(yen: int) -> int:
    """The sum itself; a negative one would turn each movement into its opposite."""
    if yen < 0:
        raise ValueError("a sum of money that is moved is not negative")
    return yen


def left(year: Budget) -> int:
    """What may still be decided in a year (残額), in yen."""
    return year.budget_yen - year.reserved_yen - year.spent_yen


def _refuse(office_id: UUID, fiscal_year: int, more: int) -> None:
    year = require_year(office_id, fiscal_year)
    if more > left(year):
        raise Refused(Reason("subsidy.budget", values={"left": f"{left(year):,}"}))
    raise Refused(Reason("budget.books"))
