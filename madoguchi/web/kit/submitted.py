"""The fields of a submitted form: for its key, and to be given back where it was not taken.

No page repeats a password, a code or a receipt's secret. Where one was typed, nothing of the form
comes back: it is typed anew. Which state of a row the page showed comes back as its revision.
"""

import re

from django.http import HttpRequest, QueryDict

from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import HIDDEN_FIELDS, NOT_REPEATED

type Fields = tuple[tuple[str, str], ...]
CODE = re.compile(r"[a-z][a-z0-9_]*|[0-9]{1,3}|[0-9a-f-]{36}")  # the value of an option, not typed
NOT_ENTERED = ("csrfmiddlewaretoken", "token", "revision", "do")
REVISION = re.compile(r"\d{1,9}")


def fields(request: HttpRequest) -> Fields:
    """Every field, name and value, as a page can carry them; none where a secret was typed."""
    if NOT_REPEATED & request.POST.keys():
        return ()
    lists = request.POST.lists()
    return tuple((name, showable(value)) for name, values in lists for value in values)


def entered(post: QueryDict) -> list[tuple[str, str]]:
    """The fields that a person filled, as name and value: without what the page itself adds."""
    fields = ((name, value) for name, values in post.lists() for value in values)
    return [(name, value) for name, value in fields if name not in NOT_ENTERED]


def answers(submitted: Fields) -> tuple[str, ...]:
    """All that was typed or chosen, also a name that looks like the code of an option."""
    return tuple(value for name, value in submitted if name not in HIDDEN_FIELDS and value.strip())


def typed_texts(submitted: Fields) -> tuple[str, ...]:
    """What a person typed, to be read beside a button that sends all of it: without choices."""
    return tuple(value for value in answers(submitted) if not CODE.fullmatch(value))


def revision(value: str) -> int:
    """The revision that a page showed; -1, which no row has, where no page of ours sent it."""
    return int(value) if REVISION.fullmatch(value) else -1
