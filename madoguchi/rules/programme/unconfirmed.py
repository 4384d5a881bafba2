"""What waits for confirmation (要確認), told by the name of the rule in which it stands."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.words import UNCONFIRMED


def open_facts(value: object, left_out: tuple[type, ...] = ()) -> Iterator[str]:
    """What is 要確認 in a part of the programme, by the part's name; some kinds are left out.

    >>> from madoguchi.rules.programme.subsidy import NoTaxArrears
    >>> from madoguchi.rules.programme.words import Words
    >>> list(open_facts(NoTaxArrears(Words("市税の滞納がないこと"), "要確認")))
    ['no_tax_arrears.source']
    """
    if isinstance(value, tuple):
        for each in value:
            yield from open_facts(each, left_out)
    elif is_dataclass(value) and not isinstance(value, left_out):
        for field in fields(value):
            inside = getattr(value, field.name)
            if inside == UNCONFIRMED:
                yield f"{snake(type(value).__name__)}.{field.name}"
            else:
                yield from open_facts(inside, left_out)
