"""An opened receipt (開いた受付): held by the visit, fifteen minutes idle, renewed by each page."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.drawer import Drawer
from madoguchi.work.cases.public import Holding


def remember(who: visit.Holder, drawer: Drawer, now: datetime) -> None:
    """Hold the drawer's key for this visit."""
    told = {"case": str(drawer.case_id), "key": drawer.key.hex(), "token": os.urandom(16).hex()}
    visit.remember(who, "opened", told, now)


def recall(who: visit.Holder | None, now: datetime) -> Holding | None:
    """The case whose receipt is open, for another fifteen minutes; None when it is not."""
    told = visit.recall(who, "opened", now) if who else None
    if who is None or told is None:
        return None
    case_id, key = UUID(told["case"]), bytes.fromhex(told["key"])
    drawer = receipt.reopen(who.office_id, case_id, key)
    if drawer is None:
        visit.drop(who, "opened")
        return None
    visit.remember(who, "opened", told, now)
    return Holding(drawer)


def note(who: visit.Holder, code: str, now: datetime) -> None:
    """What the next page should say once."""
    told = visit.recall(who, "opened", now)
    if told:
        visit.remember(who, "opened", {**told, "note": code}, now)


def take_note(who: visit.Holder, now: datetime) -> str:
    """What the page should say once; empty for nothing."""
    told: dict[str, Any] = visit.recall(who, "opened", now) or {}
    code = told.pop("note", "")
    if code:
        visit.remember(who, "opened", told, now)
    return str(code)


def once(who: visit.Holder, act: str, now: datetime) -> str:
    """A key for something that is done at most once while the receipt is open."""
    told: dict[str, Any] = visit.recall(who, "opened", now) or {}
    return who.bind(f"{act}/{told.get('token', '')}")
