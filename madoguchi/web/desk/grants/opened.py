"""A grant's file, opened for its page: the file itself, and what follows from it under the rules.

The rules are those of the day of the application; before the desk has received it, today's.
"""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.law import governing, under
from madoguchi.rules.programme.subsidy import Subsidy, SubsidyVersion
from madoguchi.tools.act.action import allowed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.kit.act_page import ActPage
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.subsidy.budget.public import laws, terms_on
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.fiscal_year import decided_on
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.order import stopped_by
from madoguchi.work.subsidy.reviewing.findings import Finding


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
    """The rules for an application that comes in today.

    Raises:
        Absent: the city has none.
    """
    terms = terms_on(request.office.id, subsidy(request), request.now.date())
    if terms.version is None:
        raise Absent
    return terms.version


def open_page(request: DeskRequest, grant_id: UUID) -> GrantView:
    """Open the grant, which writes one audit line.

    Raises:
        Absent: not there, or not for this colleague.
    """
    row, of_city = queries.find(request.actor, grant_id), subsidy(request)
    today, opened = request.now.date(), queries.open_grant(request.actor, grant_id, now=request.now)
    applied_on = opened.known.applied_on or today
    year, decided = opened.card.fiscal_year or fiscal_year(applied_on), decided_on(opened.steps)
    law = governing(laws(request.office.id), year, applied_on, decided or today)
    terms = under(terms_on(request.office.id, of_city, applied_on), law)
    may_issue = allowed(request.actor, "paper.issue", row)
    may_bundle = allowed(request.actor, "grant.bundle", row)
    return GrantView(row, opened, terms, today, texts_for(request), may_issue, may_bundle, law)


class OnGrant(ActPage[GrantView]):
    """A page on one opened grant; every act on it leads back to the grant's own page."""

    stale = ("grant.stale",)
    not_yours = "grant.not_yours"  # opened anew: who may not see the grant finds nothing
    opens_again = True
    request: DeskRequest

    def open(self) -> GrantView:
        return open_page(self.request, self.kwargs["grant_id"])

    def revision(self, opened: GrantView) -> int:
        return opened.card.revision

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the step's
        here = reverse("grant", args=[self.kwargs["grant_id"]])
        return go_on(self.request, here, f"desk.done.{self.verb()}")


def facts(finding: Finding, view: GrantView) -> str:
    """The days and sums on which a condition turns, in a sentence; empty where one is not known.

    Who is refused reads not only the rule but what it was held against (行政手続法8条).
    """
    applied, applied_on = view.applied, view.opened.known.applied_on
    name = finding.machine.code.removeprefix("subsidy.")
    values: dict[str, str] = {}
    if name == "before_contract":
        signed = applied.contract_on if applied.contract != "none" else ""  # else it is a plan
        values = {"contract": _day(signed), "applied": _day(applied_on)}
    elif name == "after_payment":
        values = {"paid": _day(applied.paid_on), "applied": _day(applied_on)}
    elif name == "resident":
        values = {"moved": _day(finding.officer.moved_out_on if finding.officer else None)}
    elif name == "not_granted_before" and view.opened.known.granted:
        earlier = view.opened.known.granted[0]
        values = {"granted": _day(earlier.on), "yen": f"{earlier.yen:,}"}
    if not values or not all(values.values()):
        return ""
    return view.words.get(f"desk.grant.fact.{name}", "ja", **values).words


def contradiction(view: GrantView) -> str:
    """A sentence where contract or payment came too early; empty once that was decided.

    What was judged before the decision stays; an officer asks how it came, and it is decided.
    """
    applied = view.opened.known.applied_on
    early = stopped_by(view.steps, view.terms.version, applied)
    if applied is None or not early:
        return ""
    first = early[0]
    days = {"early": wareki(first.on), "applied": wareki(applied)}
    how = "early" if first.before == "decision" else "first" if first.on < applied else "same_day"
    return view.words.get(f"desk.grant.checks.{first.what}_{how}", "ja", **days).words


def too_late(view: GrantView) -> str:
    """A sentence with the three roads where it was performed after the year that pays; else empty.

    They are to carry it over (繰越), to revoke, and an application of the new year.
    """
    on, year = view.performed_late, view.card.budget_year
    if on is None or year is None:
        return ""
    values = {"on": wareki(on), "year": wareki_fiscal_year(year)}
    return view.words.get("desk.grant.checks.performed_late", "ja", **values).words


def _day(on: date | str | None) -> str:
    """A day, or one in ISO form, as it is read; empty where there is none."""
    if not on:
        return ""
    return wareki(date.fromisoformat(on) if isinstance(on, str) else on)
