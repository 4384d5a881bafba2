"""What the desk decided reads back as it was written, old rows and short ones too."""

from datetime import date

import pytest

from madoguchi.rules.programme.changes import (
    Change,
    ClinicDayAdded,
    ClinicDayCancelled,
    ClinicDayMoved,
    ClinicYearPublished,
    decode,
    encode,
    kind_of,
)

FIRST, SECOND = date(2026, 12, 19), date(2026, 12, 26)
CHANGES: tuple[Change, ...] = (
    ClinicYearPublished(2026),
    ClinicYearPublished(2026, (FIRST, SECOND), "kita"),
    ClinicDayMoved(FIRST, SECOND),
    ClinicDayMoved(FIRST, SECOND, "9:00-12:00", "kita"),
    ClinicDayCancelled(FIRST),
    ClinicDayAdded(SECOND, venue="kita"),
)


@pytest.mark.parametrize("change", CHANGES)
def test_it_reads_back_as_it_was_written(change: Change) -> None:
    assert decode(kind_of(change), encode(change)) == change


def test_what_says_nothing_is_not_written() -> None:
    assert encode(ClinicDayCancelled(FIRST)) == {"on": "2026-12-19"}
    assert decode("clinic_year", {"fiscal_year": 2026}) == ClinicYearPublished(2026)
