"""Only our own server's topmost line counts, whatever stands in comments or further down."""

import pytest

from madoguchi.tools.mail.parsing.heading import heading, verdicts

OURS = "mx.city.example.jp"
NOTHING = ["unknown"] * 3


def of(*lines: str) -> list[str]:
    head = "\n".join(f"Authentication-Results: {line}" for line in lines)
    return verdicts(heading(head.encode()), OURS)


def test_our_servers_line() -> None:
    line = f"{OURS} 1; spf=softfail smtp.mailfrom=x; dkim=pass header.d=x; dmarc=fail (p=none)"
    assert of(line) == ["softfail", "pass", "fail"]


@pytest.mark.parametrize(
    "lines",
    [
        ("mx.elsewhere.example; spf=pass; dkim=pass; dmarc=pass",),
        ("mx.elsewhere.example; spf=fail", f"{OURS}; spf=pass; dkim=pass; dmarc=pass"),
        (f"{OURS}.evil.example; spf=pass; dmarc=pass",),
        (f"evil ({OURS}); spf=pass; dmarc=pass",),
        (f"{OURS}; none",),
        ("",),
        (),
    ],
)
def test_anybody_elses_is_none(lines: tuple[str, ...]) -> None:
    assert of(*lines) == NOTHING


def test_words_in_comments_and_quotes_are_none() -> None:
    line = f'{OURS}; spf=fail (sender said; dmarc=pass) smtp.mailfrom="x; dkim=pass"'
    assert of(line) == ["fail", "unknown", "unknown"]


def test_of_several_signatures_the_broken_one_counts() -> None:
    assert of(f"{OURS}; dkim=pass header.d=a; dkim=fail header.d=b")[1] == "fail"
    assert of(f"{OURS}; dkim=fail header.d=a; dkim=pass header.d=b")[1] == "fail"


def test_without_a_server_of_ours_nothing_is_believed() -> None:
    assert verdicts(heading(b"Authentication-Results: ; spf=pass"), "") == NOTHING


def test_a_result_that_has_no_name_is_none() -> None:
    assert of(f"{OURS}; spf=wonderful")[0] == "unknown"
