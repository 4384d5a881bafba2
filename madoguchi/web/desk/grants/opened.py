"""A grant's file, opened for its page: the file itself, and what follows from it under the rules.

The rules are those of the day of the application; before the desk has received it, today's.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.subsidy import Subsidy, SubsidyVersion
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import signed_before
from madoguchi.tools.act.action import allowed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.act_page import ActPage
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.subsidy.budget.public import terms_on
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import newest
from madoguchi.work.subsidy.reviewing.findings import (
    Finding,
)


def subsidy(request: DeskRequest) -> Subsidy:
    """The city's subsidy.

    Raises:
        Absent: it has none.
    """
    found = request.programme.subsidy
    if found is None:
        raise Absent
    return found


def rules_today(request: DeskRequest) -> SubsidyVersion:
    """The rules by which an application goes that comes in today.

    Raises:
        Absent: the city has none.
    """
    terms = terms_on(request.office.id, subsidy(request), request.now.date())
    if terms.version is None:
        raise Absent
    return terms.version


def open_page(request: DeskRequest, grant_id: UUID) -> GrantView:
    """The file, opened: one line.

    Raises:
        Absent: not there, or not for this colleague.
    """
    row, of = queries.find(request.actor, grant_id), subsidy(request)
    today, opened = request.now.date(), queries.open_grant(request.actor, grant_id, now=request.now)
    terms = terms_on(request.office.id, of, opened.known.applied_on or today)
    may_issue = allowed(request.actor, "paper.issue", row)
    may_bundle = allowed(request.actor, "grant.bundle", row)
    return GrantView(row, opened, terms, today, words_for(request), may_issue, may_bundle)


class OnGrant(ActPage[GrantView]):
    """A page on one grant, opened; what it presses leads back to the grant."""

    stale = ("grant.stale",)
    not_yours = "grant.not_yours"  # who may not see it finds nothing on the page either
    opens_again = True
    request: DeskRequest

    def open(self) -> GrantView:
        return open_page(self.request, self.kwargs["grant_id"])

    def revision(self, opened: GrantView) -> int:
        return opened.card.revision

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the step's
        return SeeOther(reverse("grant", args=[self.kwargs["grant_id"]]))


def facts(one: Finding, page: GrantView) -> str:
    """What is known of it, in a sentence; empty where nothing is that a sentence could say.

    Who is refused reads not only the rule but what it was held against (行政手続法8条).
    """
    name = one.machine.code.removeprefix("subsidy.")
    known = _known(one, page).get(name, {})
    if not known or not all(known.values()):
        return ""
    return page.words.get(f"desk.grant.fact.{name}", "ja", **known).words


def contradicted(page: GrantView) -> str:
    """That the contract, as it was reported, is older than the application; empty where it is not.

    What was judged before the decision stands; a human asks how it came, and decides.
    """
    told, applied = newest(page.steps, Verb.CONTRACT), page.opened.known.applied_on
    if not told.get("contract_on") or applied is None or page.version is None:
        return ""
    on = date.fromisoformat(told["contract_on"])
    if signed_before(page.version.timing, on, applied, None) != "application":
        return ""
    days = {"contract": wareki(on), "applied": wareki(applied)}
    return page.words.get("desk.grant.checks.contradicted", "ja", **days).words


def _known(one: Finding, page: GrantView) -> Mapping[str, Mapping[str, str]]:
    """The days and sums by the condition that turns on them."""
    applied, on = page.applied, page.opened.known.applied_on
    signed = applied.contract_on if applied.contract != "none" else ""  # else it is a plan
    earlier = (page.opened.known.granted or (None,))[0]
    moved = one.officer.moved_out_on if one.officer else None
    return {
        "before_contract": {"contract": _day(signed), "applied": _said(on)},
        "after_payment": {"paid": _day(applied.paid_on), "applied": _said(on)},
        "resident": {"moved": _said(moved)},
        "not_granted_before": {
            "granted": _said(earlier.on if earlier else None),
            "yen": f"{earlier.yen:,}" if earlier else "",
        },
    }


def _day(iso: str) -> str:
    return wareki(date.fromisoformat(iso)) if iso else ""


def _said(on: date | None) -> str:
    return wareki(on) if on else ""
