"""The words of an HTML mail (HTML本文): nothing is fetched, drawn or followed."""

import re
from html.parser import HTMLParser

UNSEEN = frozenset({"head", "script", "style", "template", "title"})
LINES = frozenset(
    {"br", "p", "div", "tr", "li", "hr", "table", "blockquote", "ul", "ol", "pre"}
) | {f"h{level}" for level in range(1, 7)}
CELLS = frozenset({"td", "th"})
MANY = re.compile(r"\n{3,}")
PREFORMATTED = "pre"


def words(page: str) -> str:
    r"""What a reader would see, a link with its address behind it.

    >>> words('<p>まず<b>一</b></p><p>次に<a href="https://example.jp/x">こちら</a></p><script>a()</script>')
    'まず一\n\n次にこちら <https://example.jp/x>'
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return MANY.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen: list[str] = []
        self._links: list[str] = []
        self._preformatted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        elif tag in LINES:
            self.words.append("\n")
        elif tag in CELLS:
            self.words.append(" ")
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
        self._preformatted += tag == PREFORMATTED

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag in UNSEEN:
            if tag in self._unseen:
                del self._unseen[self._unseen.index(tag) :]
        elif tag == "a" and self._links:
            self._behind(self._links.pop())
        elif tag in LINES:
            self.words.append("\n")
        self._preformatted -= tag == PREFORMATTED and self._preformatted > 0

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self.words.append(data if self._preformatted else re.sub(r"\s+", " ", data))

    def _behind(self, address: str) -> None:
        """The link's address, where the words before it are another."""
        if address.startswith(("http:", "https:")) and "".join(self.words[-1:]).strip() != address:
            self.words.append(f" <{address}>")
