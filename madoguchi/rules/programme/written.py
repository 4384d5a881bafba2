"""A decision as it is written down (決定の書き方): its kind's name and plain fields, and back."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import get_type_hints

from madoguchi.rules.programme.changes import KINDS, Change
from madoguchi.rules.programme.plain import plain
from madoguchi.rules.programme.read import ProgrammeError, read


def kind_of(change: Change) -> str:
    """The name of a decision's kind.

    >>> from madoguchi.rules.programme.changes import ClinicYearPublished
    >>> kind_of(ClinicYearPublished(2026))
    'clinic_year'
    """
    return next(name for name, kind in KINDS.items() if kind is type(change))


def encode(change: Change) -> dict[str, object]:
    """The fields as JSON holds them: days in ISO 8601, numbers and hours as the files write them.

    A field that says no more than its default is not written.

    >>> from madoguchi.rules.programme.changes import AgencyHidden
    >>> encode(AgencyHidden("ihaho", date(2026, 12, 1)))
    {'agency': 'ihaho', 'from_on': '2026-12-01'}
    """
    said = {field.name: getattr(change, field.name) for field in fields(change)}
    defaults = {field.name: field.default for field in fields(change)}
    told = {name: value for name, value in said.items() if value != defaults[name]}
    return {name: _bare(plain(value)) for name, value in told.items()}


def decode(kind: str, told: Mapping[str, object]) -> Change:
    """The decision of that kind, read as strictly as a programme file.

    >>> decode("number_hidden", {"number": "0279−25−8526", "from_on": "2026-12-01"}).number.number
    '0279-25-8526'

    Raises:
        ProgrammeError: no such kind, or a field that does not fit; the text says what to do.
    """
    if kind not in KINDS:
        raise ProgrammeError(f"「{kind}」という決定はありません。")
    hints = get_type_hints(KINDS[kind])
    values = {name: _dated(hints.get(name), value) for name, value in told.items()}
    return read(KINDS[kind], values, "お知らせ")


def _dated(kind: object, value: object) -> object:
    if kind == tuple[date, ...] and isinstance(value, list):
        return [_dated(date, each) for each in value]
    if kind is not date or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value  # said by the reader, with the field's name


def _bare(value: object) -> object:
    """Columns that are not there are not written."""
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if each is not None}
    return value
