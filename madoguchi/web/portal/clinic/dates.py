"""The clinic's public dates: published ones only, moved and cancelled ones told (公表した日程)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.slots import ClinicDay, days
from madoguchi.web.kit.standing import changes

if TYPE_CHECKING:
    from django.http import HttpRequest


def published(request: HttpRequest) -> tuple[ClinicDay, ...]:
    """The published days of all fiscal years that may concern anybody, in order."""
    clinic = request.programme.clinic  # type: ignore[attr-defined] # set on arrival
    if clinic is None:
        return ()
    this_year = fiscal_year(request.now.date())  # type: ignore[attr-defined]
    told = [each.fiscal_year for each in clinic.year]
    years = sorted({*told, this_year - 1, this_year, this_year + 1})
    found = [day for year in years for day in days(clinic, year, changes(request))]
    return tuple(sorted((day for day in found if day.published), key=lambda day: day.on))


def coming(request: HttpRequest) -> tuple[ClinicDay, ...]:
    """The published days from today on that take place."""
    today = request.now.date()  # type: ignore[attr-defined]
    return tuple(day for day in published(request) if day.on >= today and not day.cancelled)
