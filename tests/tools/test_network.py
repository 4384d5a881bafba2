"""From which neighbourhood a request counts as coming."""

from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.tools.office.network import UNNAMED, neighbourhood


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),  # not all of IPv4 as one
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
    ],
)
def test_a_neighbourhood(address: str, counted: str, settings: Settings) -> None:
    assert neighbourhood({"REMOTE_ADDR": address}) == counted
    settings.DEMO = False
    told = {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": address}
    assert neighbourhood(told) == counted


@pytest.mark.parametrize(
    "told", [{}, {"HTTP_X_FORWARDED_FOR": "unix:"}], ids=["none", "no address"]
)
def test_whom_the_proxy_does_not_name_counts_alone_and_it_is_noted(
    told: dict[str, str], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one neighbourhood, forty strangers would use up the share of whoever comes next."""
    settings.DEMO = False
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    assert neighbourhood({"HTTP_X_FORWARDED_FOR": "192.0.2.77"})
    assert not list(tmp_path.iterdir())
    environ = {"REMOTE_ADDR": "", **told}
    assert neighbourhood(environ) != neighbourhood(environ)
    assert (tmp_path / UNNAMED).exists()
