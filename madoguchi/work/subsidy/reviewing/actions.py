"""The desk reviews an application (審査): receive, check, ask for what is missing, draft, decide.

All that is typed from the city's own document system comes as a `Filing`.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from madoguchi.rules.decision import Held, Reason, Refused
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.subsidy import Life, PrintedScreens, Resident, Terms
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import unsettled
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.work.subsidy.budget import moving
from madoguchi.work.subsidy.corrections import drafted
from madoguchi.work.subsidy.desk import StepDetails, lock_grant, not_later, worded, write
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing import findings as reviewing_findings
from madoguchi.work.subsidy.reviewing.findings import Circumstances, Findings, findings, known
from madoguchi.work.subsidy.validation import (
    Missing,
    checked_filing,
    decided_or_today,
    missing_details,
    public_filing,
    require_decider,
    with_earlier,
)

RESIDENT, SCREENS = "subsidy.resident", "subsidy.printed_screens"


@dataclass(frozen=True)
class CompletionRequest:
    """A request to complete the application (補正); the person never reads the note."""

    missing: tuple[Missing, ...] = field(repr=False)
    by_on: date
    note: str = field(default="", repr=False)


@dataclass(frozen=True)
class RefusalReason:
    """One reason of a refusal, with the article that it is based on (理由の提示)."""

    code: str
    source: str
    words: str = field(repr=False)


@dataclass(frozen=True)
class Proposal:
    """What is proposed (起案). `working`: the lines of the reckoning, in words.

    `why`: the reason of a sum that the officer chose, where the rules leave several. `reason`: the
    one of the year's list for less than is reckoned (予算の範囲内など).
    """

    outcome: Literal["grant", "refuse"]
    filing: Filing = field(repr=False)
    amount_yen: int | None = None
    grounds: tuple[RefusalReason, ...] = field(default=(), repr=False)
    working: tuple[str, ...] = field(default=(), repr=False)
    why: str = field(default="", repr=False)
    reason: str = ""


@action("grant.check")
def check(
    actor: Actor, grant: Grant, verdict: reviewing_findings.Verdict, *, now: datetime
) -> UUID:
    """Write the verdict on one condition (判定).

    Raises:
        Refused: the rules know no such condition, a verdict other than `met` has no note, the day
            is later than today, or what was posted was seen for another condition
            (`grant.seen_how`).
    """
    if verdict.code not in reviewing_findings.CODES:
        raise Refused(Reason("grant.check_code"))
    seen = verdict.seen_how
    if seen and (verdict.code, verdict.verdict) != (SCREENS, "met"):
        raise Refused(Reason("grant.seen_how"))
    not_later(verdict.confirmed_on or now.date(), now, "grant.confirmed_on")
    if verdict.verdict != Held.MET.value:
        worded(verdict.note, "grant.check_note")
    locked = lock_grant(actor, grant, Verb.CHECK, now)
    grant.revision += 1
    grant.save(update_fields=["revision"])
    return reviewing_findings.write(grant, locked.staff, verdict, locked.actor.colleague, now)


@action("grant.return")
def send_for_completion(
    actor: Actor, grant: Grant, wanted: CompletionRequest, *, now: datetime
) -> UUID:
    """Ask for what is missing (補正依頼); the day is a wish, and nothing is refused after it.

    Raises:
        Refused: nothing is named, or the day is past.
    """
    missing = missing_details(wanted.missing)
    if not missing:
        raise Refused(Reason("grant.nothing_missing"))
    if wanted.by_on < now.date():
        raise Refused(Reason("grant.by_past"))
    locked = lock_grant(actor, grant, Verb.RETURN, now)
    public_details = {"missing": missing, "by_on": wanted.by_on.isoformat()}
    details = {**public_details, "note": wanted.note.strip()}
    new = StepDetails(details, public_details=public_details, answer_by=wanted.by_on)
    return write(locked, new)


@action("grant.draft")
def draft(actor: Actor, grant: Grant, proposal: Proposal, terms: Terms, *, now: datetime) -> UUID:
    """Propose the decision (起案), on terms of the day of the application.

    Raises:
        Refused: contract or payment came first (`grant.order`), a condition is open or unmet or was
            looked at by no officer, the year is not open (`subsidy.year`), the sum is not lawful
            (`require_lawful`) or, without a reason, comes beside an earlier one
            (`grant.amount_again`), or a refusal has no reason that an officer found
            (`grant.reason_unseen`) and the city confirmed (要確認).
    """
    locked = lock_grant(actor, grant, Verb.DRAFT, now, terms=terms)
    filing = checked_filing(locked.steps, proposal.filing, Verb.DRAFT, now)
    moving.require_year(grant.office_id, locked.year)
    of_grant = known(locked.grant, locked.shared, locked.staff, locked.steps)
    checks = reviewing_findings.verdicts(locked.grant, locked.staff, locked.steps)
    if terms.on != of_grant.applied_on:
        raise Refused(Reason("grant.stale"))
    found = findings(locked.steps, checks, of_grant, terms)
    if proposal.outcome == "grant":
        _require_grantable(found, terms, proposal.filing.drafted_on)
        reviewing_findings.require_in_order(locked)
        reviewing_findings.require_lawful(
            locked, proposal.amount_yen or 0, why=proposal.why, less=proposal.reason
        )
        _require_why_again(of_grant, proposal, terms)
    else:
        _require_reasons(found, proposal)
    details = {
        "outcome": proposal.outcome,
        "amount_yen": proposal.amount_yen if proposal.outcome == "grant" else 0,
        "grounds": [asdict(reason) for reason in proposal.grounds],
        "working": list(proposal.working),
        "why": proposal.why.strip(),
        "why_printed": True,
        "less": proposal.reason.strip(),
        "filing": filing,
    }
    return write(locked, StepDetails(details))


def _require_grantable(found: Findings, terms: Terms, drafted_on: date | None) -> None:
    """Refuse unless an officer looked at every condition, and none is open or unmet."""
    judged = found.judgement
    against = [reason for reason in judged.decision.reasons if reason.held is Held.UNMET]
    if against:
        raise Refused(_with_codes("grant.against", [reason.code for reason in against]))
    unjudged = dict.fromkeys(reason.code for reason in (*found.unjudged, *unsettled(judged)))
    if unjudged:
        raise Refused(_with_codes("grant.unsettled", tuple(unjudged)))
    # Who moves away in between: the register has to be looked up on the day that counts or after.
    # As long as nobody confirmed which day counts, it is the later one: that of the draft.
    rules = terms.version.condition if terms.version else ()
    resident = next((rule for rule in rules if isinstance(rule, Resident)), None)
    on_application = resident is None or (
        resident.as_of == "application" and resident.as_of_source != UNCONFIRMED
    )
    needed = terms.on if on_application else drafted_on
    conditions = found.conditions
    screens = next((rule for rule in rules if isinstance(rule, PrintedScreens)), None)
    unprinted = any(each.officer and each.officer.seen_how for each in conditions)
    if unprinted and not (screens and screens.substitutes):
        raise Refused(Reason("grant.substitute"))
    seen = next((each.officer for each in conditions if each.machine.code == RESIDENT), None)
    if seen is not None and needed is not None and seen.confirmed_on < needed:
        raise Refused(Reason("grant.resident_again", Held.UNKNOWN, {"on": needed.isoformat()}))


def _with_codes(code: str, conditions: Sequence[str]) -> Reason:
    """A reason that names conditions by their codes; the page has words for each."""
    return Reason(code, values={"count": len(conditions), "codes": tuple(conditions)})


def _require_why_again(of_grant: Circumstances, proposal: Proposal, terms: Terms) -> None:
    """A second sum in a year needs a reason, while nobody confirmed that the cap is for each."""
    year = fiscal_year(terms.on)
    before = sum(each.yen for each in of_grant.granted or () if fiscal_year(each.on) == year)
    is_open = terms.version is not None and terms.version.amount.cap_is_open
    if before and is_open and not proposal.why.strip():
        raise Refused(Reason("grant.amount_again", values={"yen": f"{before:,}"}))


def _require_reasons(found: Findings, proposal: Proposal) -> None:
    """Refuse a refusal without reasons, or by one that the city has not confirmed (要確認).

    Every reason needs an officer's verdict: what only the machine found refuses nobody.
    """
    if not proposal.grounds:
        raise Refused(Reason("grant.reasons"))
    for reason in proposal.grounds:
        worded(reason.words, "grant.reasons")
        if worded(reason.source, "grant.reason_source") == UNCONFIRMED:
            raise Refused(Reason("grant.reason_unconfirmed"))
    unseen = {reason.code for reason in proposal.grounds} - found.against
    if unseen:
        raise Refused(_with_codes("grant.reason_unseen", sorted(unseen)))


@action("grant.undraft")
def undraft(actor: Actor, grant: Grant, why: str, *, now: datetime) -> UUID:
    """Take the draft back (起案の取消し); the application is reviewed again."""
    details = {"why": worded(why, "grant.why")}
    locked = lock_grant(actor, grant, Verb.UNDRAFT, now)
    return write(locked, StepDetails(details))


@action("grant.refuse")
def refuse(actor: Actor, grant: Grant, filing: Filing, life: Life, *, now: datetime) -> UUID:
    """The grant is refused (不交付決定), with the reasons that were drafted.

    Raises:
        Refused: another outcome was drafted (`grant.outcome`), or of an application that was
            amended since (`grant.amended_since`); or it is one's own draft.
    """
    locked = lock_grant(actor, grant, Verb.REFUSE, now, life)
    draft = drafted(locked.steps, "refuse")
    typed = checked_filing(locked.steps, with_earlier(filing, draft["filing"]), Verb.REFUSE, now)
    require_decider(locked, life)
    details = {"grounds": draft["grounds"], "filing": typed}
    public_details = {"grounds": draft["grounds"], **public_filing(typed)}
    new = StepDetails(details, decided_or_today(typed, now), public_details)
    return write(locked, new)
