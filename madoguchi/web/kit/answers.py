"""The answers to choose from, in every window, and how the counts of them are called."""

from madoguchi.rules.figures.suppress import TOTAL
from madoguchi.rules.figures.tally import AGENCY_UNKNOWN, UNHEARD

DANGER = ("yes", "no", "no_answer")
WHO = ("self", "child", "guardian", "family", "supporter", "other", "no_answer")
PHONE_NOTES = ("withheld", "shared")
AGE_BANDS = ("under_18", "18_29", "30_39", "40_49", "50_64", "65_up", "no_answer")
RESIDENCES = ("inside", "outside", "no_answer")
OFFICERS = ("any", "female", "male")
SUPPORTS = ("sign", "writing", "companion")
PLACES = ("x", "instagram", "tiktok", "line", "youtube", "board", "review", "other", "unknown")
KINDS = (
    *("insult", "lie", "picture", "personal", "impersonation"),
    *("threat", "sexual", "school", "other", "unknown"),
)
WISHED = ("delete", "identify", "damages", "criminal", "listen")
HOW = ("any", "phone", "visit", "mail", "here")
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
