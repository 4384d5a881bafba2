"""The facts behind a reason (理由の事実): the days and sums on which a condition turns.

Who is refused reads not only the rule but what it was held against (行政手続法8条).
"""

from collections.abc import Mapping
from datetime import date

from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.year import signed_before
from madoguchi.web.desk.grants.opened import Page
from madoguchi.work.subsidy.history import newest
from madoguchi.work.subsidy.reviewing.findings import Finding


def facts(one: Finding, page: Page) -> str:
    """What is known of it, in a sentence; empty where nothing is that a sentence could say."""
    name = one.machine.code.removeprefix("subsidy.")
    known = _known(one, page).get(name, {})
    if not known or not all(known.values()):
        return ""
    return page.words.get(f"desk.grant.fact.{name}", "ja", **known).words


def contradicted(page: Page) -> str:
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


def _known(one: Finding, page: Page) -> Mapping[str, Mapping[str, str]]:
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
