"""From which neighbourhood a request counts as coming."""

import pytest

from madoguchi.tools.office.network import neighbourhood


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),  # not all of IPv4 as one
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("nowhere", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_neighbourhood(address: str, counted: str) -> None:
    assert neighbourhood({"REMOTE_ADDR": address}) == counted
