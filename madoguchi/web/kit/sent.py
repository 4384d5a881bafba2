"""What a form sent, for a page that gives it back because it was not taken (書いた内容).

No page repeats a password, a code or a receipt's secret. Where one was typed, nothing of the form
comes back: it is typed anew. Which state of a row the page showed comes back as its revision.
"""

import re

from django.http import HttpRequest

from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import BESIDE, NOT_REPEATED

type Sent = tuple[tuple[str, str], ...]
CHOSEN = re.compile(r"[a-z][a-z0-9_]*|[0-9]{1,3}|[0-9a-f-]{36}")  # an option's value, no words
REVISION = re.compile(r"\d{1,9}")


def fields(request: HttpRequest) -> Sent:
    """Every field with its words, as a page can carry them; none where a secret was typed."""
    if NOT_REPEATED & request.POST.keys():
        return ()
    lists = request.POST.lists()
    return tuple((name, showable(word)) for name, words in lists for word in words)


def answers(sent: Sent) -> tuple[str, ...]:
    """All that was typed or chosen, also a name that looks like a choice."""
    return tuple(word for name, word in sent if name not in BESIDE and word.strip())


def words(sent: Sent) -> tuple[str, ...]:
    """What a person typed, to be read beside a button that sends all of it: without choices."""
    return tuple(word for word in answers(sent) if not CHOSEN.fullmatch(word))


def revision(sent: str) -> int:
    """The revision that a page showed; -1, which no row has, where no page of ours sent it."""
    return int(sent) if REVISION.fullmatch(sent) else -1
