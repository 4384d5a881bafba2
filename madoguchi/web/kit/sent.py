"""What a form sent, for a page that gives it back because it was not taken (書いた内容).

No page repeats a password, a code or a receipt's secret. Where one was typed, nothing of the form
comes back: it is typed anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from madoguchi.web.kit.form import BESIDE, NOT_REPEATED
from madoguchi.web.kit.typed import showable

if TYPE_CHECKING:
    from django.http import HttpRequest

type Sent = tuple[tuple[str, str], ...]


def fields(request: HttpRequest) -> Sent:
    """Every field with its words, as a page can carry them; none where a secret was typed."""
    if NOT_REPEATED & request.POST.keys():
        return ()
    lists = request.POST.lists()
    return tuple((name, showable(word)) for name, words in lists for word in words)


def words(sent: Sent) -> tuple[str, ...]:
    """What a person typed of it, without what the page itself put beside."""
    return tuple(word for name, word in sent if name not in BESIDE and word.strip())
