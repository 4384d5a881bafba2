"""What every page of a referral needs: the case opened for it, and the key of what is sent once."""

import hashlib
import json
import secrets
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent
from madoguchi.rules.opening import working_day
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.form import Typed
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.notices import public as notices


def opened(request: DeskRequest, case_id: UUID) -> OpenedCase:
    """The case, opened for somebody who may refer it.

    Raises:
        Absent: not there, or not for this colleague.
    """
    case = queries.open_case(request.actor, case_id, now=request.now)
    if not rights.may(request.actor.role, "case.refer", case.situation):
        raise Absent
    return case


def fresh_token() -> str:
    """A token for a page that has not been sent yet."""
    return secrets.token_hex(16)


def once(request: DeskRequest, subject: UUID, typed: Typed) -> str:
    """The key under which what was sent is done once: this colleague's, page's and words'."""
    token = request.POST.get("token") or fresh_token()
    words = json.dumps(typed, sort_keys=True)
    said = f"{request.actor.staff_id}/{subject}/{token}/{words}"
    return hashlib.sha256(said.encode()).hexdigest()


def day_after(request: DeskRequest, days: int) -> date:
    """The day that lies so many working days (開庁日) ahead."""
    desk, changes = request.programme.desk, notices.changes(request.office.id)
    return working_day(desk, request.now.date(), days, changes)
