"""An act on a grant that was not done (行わなかった手続): what was typed, and why it was not."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict

from madoguchi.rules.decision import Ground, Refused
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.subsidy.judge import words_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.typed import showable

STALE, NOT_YOURS = "grant.stale", "grant.not_yours"
NOT_TYPED = ("csrfmiddlewaretoken", "token", "revision", "do")


@dataclass(frozen=True)
class Why:
    """One reason in words; `to`: the field that it is about, empty for none."""

    words: str = field(repr=False)
    to: str = ""


@dataclass(frozen=True)
class Attempt:
    """Which act, what was typed for it or for the conditions, why not; empty for a first look."""

    act: str = ""
    filled: Filled | None = field(default=None, repr=False)
    checks: Mapping[str, Filled] = field(default_factory=dict, repr=False)
    grounds: tuple[Why, ...] = field(default=(), repr=False)
    post: QueryDict | None = field(default=None, repr=False)
    stale: bool = False

    @property
    def failed(self) -> bool:
        """Whether the page has to say why."""
        wrong = [one for one in (self.filled, *self.checks.values()) if one and not one.ok]
        return bool(self.grounds or wrong)

    @property
    def status(self) -> int:
        """409 when the grant moved on, 422 when something has to be changed."""
        if not self.failed:
            return 200
        return 409 if self.stale else 422

    def unshown(self, shown: str) -> tuple[str, ...]:
        """What was typed for an act whose form is not on the page."""
        if self.post is None or not self.act or self.act == shown:
            return ()
        typed = (word for name, word in _pairs(self.post) if name not in NOT_TYPED)
        return tuple(showable(word) for word in typed if word.strip())


def _pairs(post: QueryDict) -> list[tuple[str, str]]:
    return [(name, word) for name, words in post.lists() for word in words]


def reasons(refused: Refused, words: Texts) -> tuple[Why, ...]:
    """Why it was not done, in words."""
    return tuple(
        Why(_words(one, words), str(one.values.get("field", ""))) for one in refused.grounds
    )


def reason(code: str, words: Texts) -> Why:
    """A reason without anything special."""
    return Why(words.get(f"ground.{code}").words)


def _words(ground: Ground, words: Texts) -> str:
    key = f"ground.{ground.code}"
    return words.get(key if key in words.words else words_of(ground), "ja", **ground.values).words


def once(request: DeskRequest, grant_id: UUID, act: str) -> str:
    """The key under which what was sent is done once: this colleague's, page's and words'."""
    token = request.POST.get("token") or secrets.token_hex(16)
    typed = sorted(pair for pair in _pairs(request.POST) if pair[0] not in NOT_TYPED)
    said = f"{request.actor.staff_id}/{grant_id}/{act}/{token}/{json.dumps(typed)}"
    return hashlib.sha256(said.encode()).hexdigest()
