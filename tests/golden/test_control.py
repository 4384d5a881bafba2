"""Controls: a key renamed or in another place, a value changed, a line left out, all are seen."""

import json
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from tests.golden import reading, telling
from tests.golden.telling import HERE
from tests.golden.windows import Town
from tests.web.portal import browsing

WHOLE = (HERE / "grant.txt").read_text("utf-8")
LINES = WHOLE.split("\n")
DECIDED = next(place for place, line in enumerate(LINES) if " grant.decide done " in line)
TOLD = DECIDED + 2  # the line, the address of what it sealed, the JSON


def changed(place: int, line: str | None) -> str:
    """The text with another line there, or none."""
    return "\n".join([*LINES[:place], *([] if line is None else [line]), *LINES[place + 1 :]])


def renamed(told: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("commitment_number", "commitment"): told[name] for name in told}


def turned(told: dict[str, Any]) -> dict[str, Any]:
    return {name: told[name] for name in reversed(told)}


def otherwise(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "commitment_number": "支負第9号"}


def test_the_text_that_is_kept_is_the_one_that_fits() -> None:
    assert json.loads(LINES[TOLD])["commitment_number"] == "支負第8号"
    telling.require_same(WHOLE, changed(TOLD, LINES[TOLD]))


@pytest.mark.parametrize("change", [renamed, turned, otherwise])
def test_another_sealed_value_is_seen(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    told = json.dumps(change(json.loads(LINES[TOLD])), ensure_ascii=False)
    with pytest.raises(AssertionError, match=telling.DIFFERS):
        telling.require_same(WHOLE, changed(TOLD, f"      {told}"))


@pytest.mark.parametrize("place", [DECIDED, DECIDED + 1, TOLD, len(LINES) - 3])
def test_a_line_that_is_left_out_is_seen(place: int) -> None:
    with pytest.raises(AssertionError, match=telling.DIFFERS):
        telling.require_same(WHOLE, changed(place, None))


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_house_that_seals_in_another_order_is_seen(town: Town) -> None:
    """The same control in a walk: `json.dumps` as it would be with its keys sorted."""
    plain = json.dumps

    def dumps(value: Any, **how: Any) -> str:
        return plain(value, **{**how, "sort_keys": True})

    def walked() -> list[str]:
        before = len(town.walk.sealed)
        person = town.citizen()
        browsing.fill(person)
        browsing.send(person)
        return [one.text for one in town.walk.sealed[before:] if one.label == "consultee"]

    usual = walked()
    with patch(f"{reading.SEALING}.json.dumps", dumps):
        otherwise = walked()
    assert json.loads(usual[0]) == json.loads(otherwise[0])
    assert usual != otherwise
    assert telling.Names().of(usual[0]) == usual[0]
