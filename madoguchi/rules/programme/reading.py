"""Numbers and names of a programme as papers say them (読み方)."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction

PREFECTURES = "都道府県"


def head_of(city: str) -> str:
    """Who is written to (宛先): the mayor of a city, the governor of a prefecture.

    >>> head_of("渋川市"), head_of("山梨県")
    ('渋川市長', '山梨県知事')
    """
    return city + ("知事" if city[-1] in PREFECTURES else "長")


def office_of(city: str) -> str:
    """The town hall as an envelope names it (役所), which tells nobody why it writes.

    >>> office_of("渋川市"), office_of("浅川町"), office_of("山梨県")
    ('渋川市役所', '浅川町役場', '山梨県庁')
    """
    if city[-1] in PREFECTURES:
        return city + "庁"
    return city + ("役場" if city[-1] in "町村" else "役所")


def in_reading(value: object) -> str:
    """A number of the programme as it is read: money with commas, a share as 2分の1 or 全額.

    >>> in_reading(150_000), in_reading(Fraction(1, 2)), in_reading(Fraction(1))
    ('150,000', '2分の1', '全額')
    """
    if isinstance(value, Fraction):
        return "全額" if value == 1 else f"{value.denominator}分の{value.numerator}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def numbers(rule: object) -> Mapping[str, str]:
    """The numbers of a rule by name, as its words want them.

    >>> from madoguchi.rules.programme.subsidy import Share
    >>> numbers(Share(Fraction(1, 2), "x"))["share"]
    '2分の1'
    """
    if not is_dataclass(rule):
        return {}
    return {field.name: in_reading(getattr(rule, field.name)) for field in fields(rule)}
