"""What tables of the counts and their rows are called, at the desk and in public (集計)."""

from madoguchi.rules.figures.suppress import TOTAL
from madoguchi.rules.figures.tally import AGENCY_UNKNOWN, UNHEARD

OF_ALL = (TOTAL, "all")


def table_key(table: str) -> str:
    """The text key of a table's name."""
    return f"figures.table.{table}"


def row_key(table: str, row: str) -> str:
    """The text key of a row's name; most stand where the answer itself is asked for.

    >>> row_key("age", "65_up"), row_key("way", "total"), row_key("outcome", "unheard")
    ('consult.age_band.65_up', 'figures.total', 'figures.no_outcome')
    """
    match table:
        case _ if row in OF_ALL:
            key = "figures.total"
        case _ if row == UNHEARD:
            key = "figures.no_outcome" if table == "outcome" else "figures.unheard"
        case "referral" if row == AGENCY_UNKNOWN:
            key = "figures.agency_unknown"
        case "referral":
            key = f"pages.guide_{row}"
        case "age":
            key = f"consult.age_band.{row}"
        case "kind":
            key = f"consult.kinds.{row}"
        case "outcome":
            key = f"outcome.{row}"
        case _:
            key = f"figures.{table}.{row}"
    return key
