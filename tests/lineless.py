"""Acts are tried without what writes their line, before they are done (開封と行).

A test that is marked `opens(verb, …)` does so by itself: under these verbs something is opened, and
without the line it is not.
"""

from copy import deepcopy
from typing import Any

import pytest
from django.db.transaction import atomic, set_rollback

from madoguchi.tools.act import action
from madoguchi.tools.audit import chain, opening
from madoguchi.tools.audit.chain import NoLine

type Act = tuple[str, str, str]  # verb, module, name


class Tries:
    """Before an act is done, it is tried without what writes its line.

    The same function with what it was handed, in a transaction that is rolled back. `opened`: under
    which acts something was opened; `refused`: those that raised when their line was taken away.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.opened: set[Act] = set()
        self.refused: set[Act] = set()
        self._doing: list[Act] = []
        self._trying = False
        self._inside, self._current = action._inside, opening.current
        patch.setattr(action, "_inside", self._act)
        patch.setattr(opening, "current", self._open)

    def require(self, *verbs: str) -> None:
        """Fail where an act opened something though its line was taken away."""
        assert self.opened <= self.refused
        assert {*verbs} <= {verb for verb, *_ in self.opened}

    def _act(self, verb: str, do: Any, actor: Any, subject: Any, *rest: Any) -> Any:
        act = verb, do.__module__, do.__qualname__
        if not self._trying and act not in self.refused:
            self._without_its_line(act, do, actor, subject, rest)
        self._doing.append(act)
        try:
            return self._inside(verb, do, actor, subject, *rest)
        finally:
            self._doing.pop()

    def _without_its_line(
        self, act: Act, do: Any, actor: Any, subject: Any, rest: tuple[Any, ...]
    ) -> None:
        args, kwargs, now, _ = rest
        nobody = opening._now.set(None)
        self._trying = True
        try:
            own, given, named = deepcopy((subject, args, kwargs))  # an act may change them
            with atomic(), chain.seals(), chain.telling():
                do(actor, own, *given, now=now, **named)
                set_rollback(True)
        except NoLine:
            self.refused.add(act)
        except Exception:  # noqa: BLE001 - refused, say: the act itself comes now
            return
        finally:
            self._trying = False
            opening._now.reset(nobody)

    def _open(self, case_ids: Any) -> opening.Opening:
        if not self._trying and self._doing:
            self.opened.add(self._doing[-1])
        return self._current(case_ids)
