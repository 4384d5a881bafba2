"""Published files (案内と申請書類) with the sizes that the page states."""

from dataclasses import dataclass
from typing import Literal

from madoguchi.rules.programme.words import Words


@dataclass(frozen=True)
class Document:
    """One published file; without ``url`` the page names it and says where to ask for it."""

    title: Words
    kind: Literal["pdf", "doc", "docx", "xls", "xlsx"]
    size_kb: int
    source: str
    fiscal_year: int | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        """Refuse a size of nothing."""
        if self.size_kb <= 0:
            raise ValueError("size_kb は 1 以上の大きさ（KB）で書いてください。")
