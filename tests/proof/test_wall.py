"""A portal that has shown every page and taken a request has still nothing that unseals."""

import json
from typing import Any

import pytest

from tests.proof.house import prepared

STAFF_ONLY = ("signin", "account", "mfa", "auth_", "django_session")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the portal says of itself after its visits, with the master key out of reach."""
    house = prepared(tmp_path_factory.mktemp("wall") / "home")
    (house.home / "master.key").unlink()
    answer: dict[str, Any] = json.loads(house.run("-m", "tests.proof.visiting", window="portal"))
    return answer


def test_every_page_answers(told: dict[str, Any]) -> None:
    assert len(told["pages"]) > 30
    assert not {path: code for path, code in told["pages"].items() if code >= 500}


@pytest.mark.parametrize(
    "closed",
    [
        "madoguchi.tools.vault.unseal",
        "madoguchi.tools.signin.models",
        "madoguchi.work.cases.queries",
        "madoguchi.work.cases.actions",
        "madoguchi.work.record.jobs",
        "allauth",
    ],
)
def test_what_is_closed_was_never_loaded(told: dict[str, Any], closed: str) -> None:
    assert closed not in told["modules"]


def test_staff_accounts_are_in_no_app_database_or_table_of_the_portal(told: dict[str, Any]) -> None:
    assert told["databases"] == ["default"]
    assert not [app for app in told["apps"] if "signin" in app or "allauth" in app]
    assert not [table for table in told["tables"] if table.startswith(STAFF_ONLY)]
