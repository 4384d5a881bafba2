"""Which state of a row a page showed (画面に出したときの版): its form sends it back."""

import re

REVISION = re.compile(r"\d{1,9}")


def revision(sent: str) -> int:
    """The revision that a page showed; -1, which no row has, where no page of ours sent it."""
    return int(sent) if REVISION.fullmatch(sent) else -1
