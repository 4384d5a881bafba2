"""Text that people wrote, as the desk sees it: what hides is shown, and nothing stops a page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.web.kit.sanitize import HIDDEN, JOINER, visible

FAMILY = "👨\u200d👩\u200d👧"
HIDING = "".join(map(chr, sorted(HIDDEN))) + JOINER


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("cod\u202egpj.exe", "cod⟦U+202E⟧gpj.exe"),
        ("\u200b\u200d", "⟦U+200B⟧⟦U+200D⟧"),  # a joiner behind what was made visible
        ("a\u200db", "a⟦U+200D⟧b"),
        (FAMILY, FAMILY),
        ("", ""),
    ],
)
def test_what_hides_is_made_visible(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text(st.one_of(st.sampled_from(HIDING), st.characters(exclude_categories=["Cs"]))))
def test_no_text_stops_a_page_and_nothing_that_hides_is_left(text: str) -> None:
    assert not HIDDEN & set(map(ord, visible(text)))
