"""The fields of a submitted form: for its key, and to be given back where it was not taken.

No page repeats a password, a code or a receipt's secret. Where one was typed, nothing of the form
comes back: it is typed anew. Which state of a row the page showed comes back as its revision.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict

from madoguchi.rules.programme.load import NATIONAL
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import HIDDEN_FIELDS, NOT_REPEATED, FieldCard, Form

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


@dataclass(frozen=True)
class Given:
    """An answer of a form that was not taken: the text key of its question, empty if unknown.

    `key`: the text key of what was chosen, else empty; `typed`: what was typed.
    """

    label: str
    key: str
    typed: str = field(repr=False)


def given(request: HttpRequest, submitted: Fields) -> tuple[Given, ...]:
    """What was typed and chosen, with its questions, as far as the view's module names its forms.

    What belongs to no form is given as it was typed; a code alone would say nothing.
    """
    words, cards = texts(NATIONAL).words, dict[str, FieldCard]()

    def known(key: str) -> str:
        return key if key in words else ""

    for form in _forms(request):
        cards = {**form.show().card, **cards}
    found = []
    for name, value in submitted:
        card = cards.get(name)
        if name in HIDDEN_FIELDS or not value.strip() or (card is None and CODE.fullmatch(value)):
            continue
        keys = {option.value: option.key for option in card.options} if card else {}
        label, key = (known(each) for each in (card.label if card else "", keys.get(value, "")))
        found.append(Given(label, key, "" if key else value))
    return tuple(found)


def _forms(request: HttpRequest) -> Iterator[Form]:
    """The forms that the module of the request's view names, those of its acts among them."""
    match = request.resolver_match
    if match is None:
        return
    view = getattr(match.func, "view_class", match.func)
    for value in vars(sys.modules[view.__module__]).values():
        acts = value.values() if isinstance(value, dict) else (value,)
        forms = (getattr(each, "form", each) for each in acts)
        yield from (form for form in forms if isinstance(form, Form))


def revision(value: str) -> int:
    """The revision that a page showed; -1, which no row has, where no page of ours sent it."""
    return int(value) if REVISION.fullmatch(value) else -1
