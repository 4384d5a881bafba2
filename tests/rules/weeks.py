"""Hours at random (受付時間): by the weekday, by its week of the month, by the day of the month."""

from hypothesis import strategies as st

from madoguchi.rules.koyomi.hours import WEEKDAYS, Week

NTHS = ("1st", "2nd", "3rd", "4th", "5th")
DAYS = (
    *("1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th"),
    *("11th", "12th", "13th", "14th", "15th", "16th", "17th", "18th", "19th", "20th"),
    *("21st", "22nd", "23rd", "24th", "25th", "26th", "27th", "28th", "29th", "30th", "31st"),
)


def _some(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(names), min_size=1, max_size=3).map(",".join)


def _span(quarters: tuple[int, int]) -> str:
    (hour, quarter), (last_hour, last_quarter) = (divmod(each, 4) for each in sorted(quarters))
    return f"{hour}:{quarter * 15:02}-{last_hour}:{last_quarter * 15:02}"


_edge = st.one_of(st.sampled_from((0, 96)), st.integers(0, 96))  # midnight often
_spans = st.tuples(_edge, _edge).filter(lambda pair: pair[0] != pair[1]).map(_span)
_days = st.one_of(
    _some(WEEKDAYS),
    st.builds("{} {}".format, _some(NTHS), _some(WEEKDAYS)),
    _some(DAYS),
)
_lines = st.builds("{} {}".format, _days, _spans)
written = st.lists(_lines, min_size=1, max_size=2).map("; ".join)
"""Two lines of three names leave a day of the week, so that each of them is shut at some time."""
weeks = written.map(Week.from_text)
