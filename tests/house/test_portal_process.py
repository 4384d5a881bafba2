"""A portal process: every address answers, nothing closed is loaded, no closed door opens."""

import json
from typing import Any

import pytest

from tests.proof.house import House, prepared

PAGES = 40


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose master key lies where the demo puts it."""
    return prepared(tmp_path_factory.mktemp("portal") / "home")


@pytest.fixture(scope="module")
def told(house: House) -> dict[str, Any]:
    """What the portal tells after calling every address; the key file is readable."""
    answer: dict[str, Any] = json.loads(house.run("-m", "tests.house.closed_doors"))
    return answer


def test_every_address_answers_to_get_and_post(told: dict[str, Any]) -> None:
    assert len(told["statuses"]) > PAGES
    assert not {call: status for call, status in told["statuses"].items() if status >= 500}
    assert not [call for call in told["statuses"] if "<" in call]


def test_nothing_closed_is_loaded_on_the_way(told: dict[str, Any]) -> None:
    assert told["loaded"] == []


def test_no_closed_door_opens_when_tried(told: dict[str, Any]) -> None:
    assert told["opened"] == []


def test_accounts_are_in_no_database_of_the_portal(told: dict[str, Any]) -> None:
    assert told["databases"] == ["default"]
    assert told["reads_accounts"] is False


def test_the_desk_opens_what_the_portal_cannot(house: House) -> None:
    """The control: the same doors are there."""
    load = (
        "from madoguchi.ops.start import django; django('desk');"
        "import madoguchi.tools.vault.unseal, madoguchi.work.record.jobs;"
        "from madoguchi.tools.signin.models import Staff;"
        "print(Staff.objects.exists())"
    )
    assert house.run("-c", load) == "False\n"
