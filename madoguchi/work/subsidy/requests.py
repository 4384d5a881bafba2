"""Sums that are asked of each request where an application has several (請求ごとの額).

With one request (削除 or 特定) a form asks for the sum; with several it asks for each in its place.
"""

from collections.abc import Sequence
from dataclasses import replace

from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.tools.forms.form import Filled, Form

EACH = ("estimate_yen", "contract_yen", "paid_yen", "refunded_yen")
"""The fields that are asked of each request."""


def asked_of_each(form: Form, requests: Sequence[str]) -> Form:
    """The form as it is for an application with these requests; unchanged where there are none."""
    if not requests:
        return form
    fields = (
        [replace(field, name=f"{field.name}_{act}", hint=False) for act in requests]
        if field.name in EACH
        else [field]
        for field in form.fields
    )
    return replace(form, fields=tuple(field for of in fields for field in of))


def names(form: Form, name: str) -> tuple[str, ...]:
    """The fields that ask for a sum: itself, or one for each request.

    >>> from madoguchi.tools.forms.fields import Yen
    >>> names(asked_of_each(Form("x", (Yen("paid_yen"),)), ("deletion", "other")), "paid_yen")
    ('paid_yen_deletion', 'paid_yen_other')
    """
    return tuple(
        field.name
        for field in form.fields
        if field.name == name or field.name.startswith(f"{name}_")
    )


def read(filled: Filled, name: str) -> CostByNow:
    """The sum that was typed, of each request where it was asked so; 0 where nothing was."""
    if name in filled.values:
        return int(filled.value(name) or 0)
    fields = names(filled.form, name)
    return {field.removeprefix(f"{name}_"): filled.value(field) or 0 for field in fields}


def typed(name: str, cost: CostByNow | None) -> dict[str, str]:
    """A sum as it would be typed into the fields that ask for it.

    >>> typed("paid_yen", {"deletion": 1_000, "disclosure": 0}), typed("paid_yen", 5)
    ({'paid_yen_deletion': '1,000', 'paid_yen_disclosure': '0'}, {'paid_yen': '5'})
    """
    if cost is None or isinstance(cost, int):
        return {name: f"{cost:,}"} if cost else {}
    return {f"{name}_{act}": f"{yen:,}" for act, yen in cost.items()}


def field(name: str, cost: CostByNow, act: str) -> str:
    """The field that asks for the sum of a request; of no request, the first of all.

    >>> field("paid_yen", {"deletion": 1, "disclosure": 2}, "disclosure"), field("paid_yen", 3, "")
    ('paid_yen_disclosure', 'paid_yen')
    """
    return f"{name}_{act}" if act else first(name, cost)


def first(name: str, cost: CostByNow) -> str:
    """The first field that asks for a sum, where an error of all of it is shown.

    >>> first("paid_yen", {"deletion": 1, "disclosure": 2}), first("paid_yen", 3)
    ('paid_yen_deletion', 'paid_yen')
    """
    return name if isinstance(cost, int) else f"{name}_{next(iter(cost))}"
