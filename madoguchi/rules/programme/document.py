"""Published files (案内と申請書類): papers of our own making, and files that lie elsewhere."""

from dataclasses import dataclass
from typing import Literal

from madoguchi.rules.programme.words import Words


@dataclass(frozen=True)
class Document:
    """One published file.

    ``paper``: the folder under ``papers/`` of which the file is made, so that its size is that of
    the bytes. Any other file is named with its kind and size; without ``url`` the page says where
    to ask for it.
    """

    title: Words
    source: str
    paper: str | None = None
    kind: Literal["pdf", "doc", "docx", "xls", "xlsx"] | None = None
    size_kb: int | None = None
    fiscal_year: int | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        """Refuse a paper that is also a file, a file without kind or size, a size of nothing."""
        if self.paper is not None:
            self._must_be_no_file()
        elif self.kind is None or self.size_kb is None:
            raise ValueError(
                "paper に様式のフォルダーの名前を書くか、kind と size_kb の両方を書いてください。"
            )
        elif self.size_kb <= 0:
            raise ValueError("size_kb は 1 以上の大きさ（KB）で書いてください。")

    def _must_be_no_file(self) -> None:
        named = {"kind": self.kind, "size_kb": self.size_kb, "url": self.url}
        too_many = [name for name, value in named.items() if value is not None]
        if too_many:
            raise ValueError(
                f"{too_many[0]} は要りません。paper の書類は、そのつど作り、大きさを数えます。"
            )
