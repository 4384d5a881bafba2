"""Programme values as plain data: what a command prints and a JSON page sends."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction

from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.phone import Phone


def plain(value: object) -> object:
    """The value in dicts, lists, strings and numbers, written as the programme files write it.

    >>> plain(Week.from_text("mon-fri 8:30-17:15")), plain(Fraction(1, 2)), plain((1, None))
    ('mon-fri 8:30-17:15', '1/2', [1, None])
    """
    if isinstance(value, Week):
        return value.text
    if isinstance(value, (Phone, Fraction, YearlySpan)):
        return str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return value
