"""The desk reviews an application (審査): receive, check, ask for what is missing, draft, decide.

All that is typed from the city's own document system comes as a `Filing`. What a `Told` step shows
is what the person reads of it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from madoguchi.rules.decision import Held, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Life, Resident, Terms
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import Judgement, unsettled
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.budget import moving
from madoguchi.work.subsidy.corrections import drafted
from madoguchi.work.subsidy.desk import InHand, StepDetails, lock_grant, not_later, worded, write
from madoguchi.work.subsidy.fiscal_year import year_of
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing import findings as reviewing_findings
from madoguchi.work.subsidy.reviewing.findings import Findings, Known, findings, known
from madoguchi.work.subsidy.validation import (
    Missing,
    by_another,
    dated,
    decided_or_today,
    filed,
    listed,
    over,
)

RESIDENT = "subsidy.resident"


@dataclass(frozen=True)
class Wanted:
    """What is asked for (補正); the person reads the list and the day, never the note."""

    missing: tuple[Missing, ...] = field(repr=False)
    by_on: date
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class RefusalReason:
    """One reason of a refusal, with the article it stands on (理由の提示)."""

    code: str
    source: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class Proposal:
    """What is proposed (起案). `working`: the lines of the reckoning, in words.

    `why`: the reason of a sum that the officer chose, where the rules leave several.
    """

    outcome: Literal["grant", "refuse"]
    filing: Filing = field(repr=False)
    amount_yen: int | None = None
    grounds: tuple[RefusalReason, ...] = field(default=(), repr=False)
    working: tuple[str, ...] = field(default=(), repr=False)
    why: str = field(default="", repr=False)


@action("grant.check")
def check(
    actor: Actor, grant: Grant, verdict: reviewing_findings.Verdict, *, now: datetime
) -> UUID:
    """Write down what was found of one condition (判定).

    Raises:
        Refused: on nothing that the rules know, a no or a don't-know without a note, or a day later
            than today.
    """
    if verdict.code not in reviewing_findings.CODES:
        raise Refused(Reason("grant.check_code"))
    not_later(verdict.confirmed_on or now.date(), now, "grant.confirmed_on")
    if verdict.verdict != Held.MET.value:
        worded(verdict.note, "grant.check_note")
    hand = lock_grant(actor, grant, Verb.CHECK, now)
    grant.revision += 1
    grant.save(update_fields=["revision"])
    return reviewing_findings.write(grant, hand.staff, verdict, hand.staff_id, now)


@action("grant.return")
def send_for_completion(actor: Actor, grant: Grant, wanted: Wanted, *, now: datetime) -> UUID:
    """Ask for what is missing, exactly, by a day that is a wish and refuses nothing (補正依頼).

    Raises:
        Refused: nothing is named, or the day is past.
    """
    missing = listed(wanted.missing)
    if not missing:
        raise Refused(Reason("grant.nothing_missing"))
    if wanted.by_on < now.date():
        raise Refused(Reason("grant.by_past"))
    hand = lock_grant(actor, grant, Verb.RETURN, now)
    shown = {"missing": missing, "by_on": wanted.by_on.isoformat()}
    told = {**shown, "note": wanted.note.strip()}
    return write(
        hand, StepDetails(Verb.RETURN, told, public_details=shown, answer_by=wanted.by_on), now
    )


@action("grant.draft")
def draft(actor: Actor, grant: Grant, proposal: Proposal, terms: Terms, *, now: datetime) -> UUID:
    """Propose the decision (起案), on terms of the day of the application.

    Raises:
        Refused: a condition is open, stands against it or was looked at by no officer, the year
            is not open (`subsidy.year`), the sum is none that the rules allow or, without a
            reason, comes beside an earlier one (`grant.amount_again`), or a refusal has no reason
            that an officer found (`grant.reason_unseen`) and the city confirmed (要確認).
    """
    hand = lock_grant(actor, grant, Verb.DRAFT, now)
    filing = filed(hand.steps, proposal.filing, Verb.DRAFT, now)
    moving.require_year(grant.office_id, year_of(grant, hand.steps))
    beside = known(hand.grant, hand.shared, hand.staff, hand.steps)
    found = _found(hand, beside, terms)
    if proposal.outcome == "grant":
        _may_be_granted(found, proposal, terms)
        _comes_again(beside, proposal, terms)
    else:
        _has_reasons(proposal)
        _officer_found(found, proposal)
    told = {
        "outcome": proposal.outcome,
        "amount_yen": proposal.amount_yen if proposal.outcome == "grant" else 0,
        "grounds": [asdict(reason) for reason in proposal.grounds],
        "working": list(proposal.working),
        "why": proposal.why.strip(),
        "filing": filing,
    }
    return write(hand, StepDetails(Verb.DRAFT, told), now)


def _found(hand: InHand, beside: Known, terms: Terms) -> Findings:
    """What machine and officers have found by now, under the terms of the application's day."""
    checks = reviewing_findings.verdicts(hand.grant, hand.staff, hand.steps)
    if terms.on != beside.applied_on:
        raise Refused(Reason("grant.stale"))
    return findings(hand.steps, checks, beside, terms)


def _may_be_granted(found: Findings, proposal: Proposal, terms: Terms) -> None:
    """An officer looked at every condition, none is open or against it; the sum is allowed."""
    judged = found.judgement
    against = [one for one in judged.decision.reasons if one.held is Held.UNMET]
    if against:
        raise Refused(_naming("grant.against", against))
    unjudged = {one.code: one for one in (*found.unjudged, *unsettled(judged))}
    if unjudged:
        raise Refused(_naming("grant.unsettled", tuple(unjudged.values())))
    _residence_was_seen(found, proposal, terms)
    _sum_is_allowed(judged, proposal)


def _naming(code: str, conditions: Sequence[Reason]) -> Reason:
    """A reason that names the conditions, by their codes; the page has words for each."""
    codes = tuple(one.code for one in conditions)
    return Reason(code, values={"count": len(codes), "codes": codes})


def _residence_was_seen(found: Findings, proposal: Proposal, terms: Terms) -> None:
    """Who moves away in between: the register is looked up on a day that tells of the right one.

    As long as nobody confirmed which day counts, it is the later one: that of the draft.
    """
    needed = terms.on if _counts_on_application(terms) else proposal.filing.drafted_on
    seen = next((one.officer for one in found.conditions if one.machine.code == RESIDENT), None)
    if seen is not None and needed is not None and seen.confirmed_on < needed:
        raise Refused(Reason("grant.resident_again", Held.UNKNOWN, {"on": needed.isoformat()}))


def _counts_on_application(terms: Terms) -> bool:
    rules = terms.version.condition if terms.version else ()
    resident = next((rule for rule in rules if isinstance(rule, Resident)), None)
    if resident is None:
        return True
    return resident.as_of == "application" and resident.as_of_source != UNCONFIRMED


def _sum_is_allowed(judged: Judgement, proposal: Proposal) -> None:
    """The sum is the rules' own or, where they leave several, one of those with a reason."""
    yen = proposal.amount_yen
    if yen is None or yen <= 0:
        raise Refused(Reason("grant.amount"))
    if judged.amount_yen is not None:
        if yen != judged.amount_yen:
            raise Refused(_reckoned(judged.amount_yen))
        return
    if yen < (judged.at_least_yen or 0) or (
        judged.at_most_yen is not None and yen > judged.at_most_yen
    ):
        if judged.at_least_yen == judged.at_most_yen:
            raise Refused(_reckoned(judged.at_least_yen))
        raise Refused(Reason("grant.amount_outside", values=_bounds(judged)))
    worded(proposal.why, "grant.amount_why")


def _comes_again(beside: Known, proposal: Proposal, terms: Terms) -> None:
    """A second sum in a year has a reason, while nobody confirmed that the cap is for each."""
    year = fiscal_year(terms.on)
    before = sum(one.yen for one in beside.granted or () if fiscal_year(one.on) == year)
    is_open = terms.version is not None and terms.version.amount.cap_is_open
    if before and is_open and not proposal.why.strip():
        raise Refused(Reason("grant.amount_again", values={"yen": f"{before:,}"}))


def _reckoned(yen: int | None) -> Reason:
    """The reason for another sum than the one that the rules give."""
    return Reason("grant.amount_reckoned", values={"yen": f"{yen:,}"})


def _bounds(judged: Judgement) -> dict[str, str]:
    most = "" if judged.at_most_yen is None else f"{judged.at_most_yen:,}"
    return {"least": f"{judged.at_least_yen or 0:,}", "most": most}


def _has_reasons(proposal: Proposal) -> None:
    if not proposal.grounds:
        raise Refused(Reason("grant.reasons"))
    for reason in proposal.grounds:
        worded(reason.words, "grant.reasons")
        if worded(reason.source, "grant.reason_source") == UNCONFIRMED:
            raise Refused(Reason("grant.reason_unconfirmed"))


def _officer_found(found: Findings, proposal: Proposal) -> None:
    """Behind every reason stands a verdict: what only the machine found refuses nobody."""
    unseen = {reason.code for reason in proposal.grounds} - found.against
    if unseen:
        codes = tuple(sorted(unseen))
        raise Refused(Reason("grant.reason_unseen", values={"count": len(codes), "codes": codes}))


@action("grant.undraft")
def undraft(actor: Actor, grant: Grant, why: str, *, now: datetime) -> UUID:
    """Take the draft back (起案の取消し); the application is reviewed again."""
    said = worded(why, "grant.why")
    hand = lock_grant(actor, grant, Verb.UNDRAFT, now)
    return write(hand, StepDetails(Verb.UNDRAFT, {"why": said}), now)


@action("grant.refuse")
def refuse(actor: Actor, grant: Grant, filing: Filing, life: Life, *, now: datetime) -> UUID:
    """The grant is refused (不交付決定), with the reasons that were drafted.

    Raises:
        Refused: another outcome was drafted (`grant.outcome`), or of an application that was
            amended since (`grant.amended_since`); or it is one's own draft.
    """
    hand = lock_grant(actor, grant, Verb.REFUSE, now, life.stages)
    draft = drafted(hand.steps, "refuse")
    typed = filed(hand.steps, over(filing, draft["filing"]), Verb.REFUSE, now)
    by_another(actor, hand.steps, life)
    told = {"grounds": draft["grounds"], "filing": typed}
    shown = {"grounds": draft["grounds"], **dated(typed)}
    return write(hand, StepDetails(Verb.REFUSE, told, decided_or_today(typed, now), shown), now)
