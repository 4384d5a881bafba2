"""Where the button that leaves leads: to another site, whole."""

from dataclasses import replace
from typing import Any

import pytest

from madoguchi.rules.programme.load import programme


@pytest.mark.parametrize("key", ["exit_url", "page_url"])
@pytest.mark.parametrize("address", ["www.city.jp", "javascript:alert(1)", "/", "", "https://"])
def test_an_address_that_stays_here_is_refused(key: str, address: str) -> None:
    changed: dict[str, Any] = {key: address}
    with pytest.raises(ValueError, match=key):
        replace(programme("shibukawa").city, **changed)
