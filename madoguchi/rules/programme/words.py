"""Words that a citizen reads, in the columns of the site: Japanese, plain Japanese, English."""

from dataclasses import dataclass
from typing import Literal, Self

type Column = Literal["ja", "easy", "en"]

COLUMNS: tuple[Column, ...] = ("ja", "easy", "en")
UNCONFIRMED = "要確認"


@dataclass(frozen=True, slots=True)
class Text:
    """Words together with the column they came from, so that a gap can be marked as Japanese."""

    words: str
    column: Column


@dataclass(frozen=True, slots=True)
class Words:
    """One saying in up to three columns (``easy``: やさしい日本語); a gap shows Japanese."""

    ja: str
    easy: str | None = None
    en: str | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Words that exist in Japanese only.

        >>> Words.from_text("渋川市").ja
        '渋川市'
        """
        return cls(text)

    def get(self, column: Column = "ja") -> Text:
        """The words of a column, or the Japanese ones marked as such.

        >>> Words("渋川市", en="Shibukawa City").get("easy")
        Text(words='渋川市', column='ja')
        """
        words = {"ja": self.ja, "easy": self.easy, "en": self.en}[column]
        return Text(self.ja, "ja") if words is None else Text(words, column)
