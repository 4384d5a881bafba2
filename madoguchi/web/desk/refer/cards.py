"""What a referral's pages show and ask: agencies, its state in words, the forms."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Held
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.agency import AUDIENCES, NEEDS, Agency, AgencyPhone
from madoguchi.rules.referral import Fit, Reach, Wanted, fit
from madoguchi.tools.forms.days import ahead
from madoguchi.tools.forms.fields import Choice, Choices, Line, Story, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.sanitize import SanitizedText, sanitized
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.notices import public as notices
from madoguchi.work.referrals.actions import CONSENTS, HOWS
from madoguchi.work.referrals.public import Summary
from madoguchi.work.referrals.queries import ReferralCard

WORDS = "desk.refer"
APPROVE = "approve_"

FIND = Form(
    WORDS,
    (
        Choice("need", options=NEEDS),
        Choice("place", options=("here", "elsewhere")),
        Choice("audience", options=AUDIENCES),
        Choice("hour", options=("now",)),
    ),
)
LETTER = Form(WORDS, (Line("document_number", hint=True, limit=40, width="middle"),))


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


def day_after(request: DeskRequest, days: int) -> date:
    """The day that lies so many working days (開庁日) ahead."""
    desk, changes = request.programme.desk, notices.changes(request.office.id)
    return working_day(desk, request.now.date(), days, changes)


def new(facts: Sequence[str]) -> Form:
    """What a referral records; only what the person told can be ticked."""
    return Form(
        WORDS,
        (
            Line("agency", limit=60),
            Choice("consent", required=True, options=CONSENTS),
            Choices("facts", hint=True, options=tuple(facts)),
            Story("told", hint=True, limit=800, rows=6, guarded=True),
            Story("asks", hint=True, limit=400, rows=3, guarded=True),
            Line("until", hint=True, limit=40, width="middle"),
            Line("reason", hint=True, limit=500, guarded=True),
            Whole("days", hint=True, least=1, most=250),
        ),
    )


def check(filled: Filled, today: date) -> Filled:
    """With consent, or for a reason without it, something is passed on; a day lies ahead."""
    filled, _ = ahead(filled, "until", today)
    consent = filled.value("consent")
    says = any(filled.words(name).strip() for name in ("told", "asks")) or filled.value("facts")
    if consent in ("person", "none") and not says:
        filled = filled.refuse("told", "required")
    if consent == "none" and not filled.words("reason").strip():
        filled = filled.refuse("reason", "required")
    return filled


def step(card: ReferralCard) -> Form:
    """What may be written down next of a referral."""
    verbs = [verb.value for verb in card.verbs]
    approvals = [f"{APPROVE}{how}" for how in HOWS] if "approve" in verbs else []
    options = (*approvals, *(verb for verb in verbs if verb != "approve"))
    return Form(
        WORDS,
        (
            Choice("step", required=True, options=options),
            Story("text", hint=True, limit=2000, rows=3, guarded=True),
            Whole("days", hint=True, least=1, most=250),
        ),
    )


@dataclass(frozen=True)
class LineCard:
    """One line of an agency: what to dial or open, and whether it answers now."""

    where: str
    href: str
    label: str
    open: bool | None
    when: str


@dataclass(frozen=True)
class Offer:
    """One agency as the chooser shows it; `asks`: text keys of what has to be asked first."""

    agency: Agency
    lines: tuple[LineCard, ...]
    asks: tuple[str, ...]
    review_due: bool


@dataclass(frozen=True)
class Passed:
    """One answer that is passed on, under the text key of its question."""

    label: str
    said: SanitizedText = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """What is passed on, on one page (渡す内容)."""

    agency: str
    facts: tuple[Passed, ...] = field(repr=False)
    told: SanitizedText = field(repr=False)
    asks: SanitizedText = field(repr=False)


@dataclass(frozen=True)
class Following:
    """One referral as its page shows it."""

    card: ReferralCard
    sheet: Sheet
    offer: Offer | None
    who: str
    overdue: bool

    @property
    def state(self) -> str:
        """The text key of its state."""
        return f"referral.state.{self.card.state}"

    @property
    def consent(self) -> str:
        """The text key of the consent."""
        return f"desk.refer.consent.{self.card.consent.kind}"

    @property
    def approved(self) -> str:
        """The text key of how the summary was approved, empty while it was not."""
        return f"referral.how.{self.card.approved_how}" if self.card.approved_how else ""


def offer(request: DeskRequest, found: Fit) -> Offer:
    """The card of an agency that was held against what is wanted."""
    unknown = [one.code for one in found.decision.reasons if one.held is Held.UNKNOWN]
    return Offer(
        found.agency,
        tuple(_line(request, line) for line in found.lines),
        tuple(f"desk.{code}" for code in unknown),
        found.review_due,
    )


def offer_of(request: DeskRequest, agency_id: str, wanted: Wanted) -> Offer | None:
    """The card of one agency that a citizen may be sent to; None where there is none."""
    agencies = (one for one in request.programme.directory if one.id == agency_id)
    agency = next(agencies, None)
    return offer(request, fit(agency, wanted, request.now)) if agency else None


def _line(request: DeskRequest, reach: Reach) -> LineCard:
    line = reach.line
    label = line.label if isinstance(line, AgencyPhone) else None
    if isinstance(line, AgencyPhone):
        where, href = str(line.number), line.number.tel
    else:
        where, href = line.address, line.href or ""
    return LineCard(where, href, label.ja if label else "", reach.open, _when(request, reach))


def _when(request: DeskRequest, reach: Reach) -> str:
    words, now = words_for(request), request.now
    reading = Formatter(words)
    if reach.open is None:
        return words.get("desk.refer.when.unknown").words
    if reach.open and reach.closes_at is None:
        return words.get("desk.refer.when.always").words
    if reach.open and reach.closes_at:
        until = reading.opening(reach.closes_at, now)
        return words.get("desk.refer.when.open", until=until).words
    if reach.opens_at is None:
        return words.get("desk.refer.when.shut").words
    opens = reading.opening(reach.opens_at, now)
    return words.get("desk.refer.when.opens", opens=opens).words


def sheet(agency: str, summary: Summary) -> Sheet:
    """The page that is passed on."""
    facts = tuple(Passed(label, sanitized(words)) for label, words in summary.facts)
    return Sheet(agency, facts, sanitized(summary.told), sanitized(summary.asks))


def following(
    request: DeskRequest, card: ReferralCard, names: dict[UUID, str], wanted: Wanted
) -> Following:
    """One referral with its agency's lines now."""
    today = request.now.date()
    return Following(
        card,
        sheet(agency_name(request.programme.agencies, card.agency), card.summary),
        offer_of(request, card.agency, wanted),
        names.get(card.staff_id, ""),
        card.due_on is not None and card.due_on < today,
    )


def agency_name(agencies: Sequence[Agency], agency_id: str) -> str:
    """The agency's name; its id where no file has it any more."""
    return next((one.name.ja for one in agencies if one.id == agency_id), agency_id)
