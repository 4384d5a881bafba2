"""A reply that is not sent yet (返信の下書き): it lies beside the receipt, for one case only.

Two people may open their receipts in one browser, one after the other. What the first wrote is
neither shown to the second nor filed with their case: draft and form name their case by the mark of
its drawer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from madoguchi.tools.vault import visit

if TYPE_CHECKING:
    from datetime import datetime


def written(who: visit.Holder, case_mark: str, now: datetime) -> dict[str, Any] | None:
    """The draft of a reply for this case; None when there is none, or one for another case."""
    draft = visit.recall(who.beside, "draft", now)
    return draft if draft and draft.get("case") == case_mark else None


def make_room(who: visit.Holder, case_mark: str, now: datetime) -> None:
    """Forget the draft and the files of a reply for another case."""
    draft = visit.recall(who.beside, "draft", now)
    if draft and draft.get("case") != case_mark:
        visit.leave(who.beside)
