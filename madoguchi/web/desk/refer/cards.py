"""What a referral's pages show and ask: agencies, its state in words, the forms."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Held
from madoguchi.rules.opening import working_day
from madoguchi.rules.programme.agency import AUDIENCES, NEEDS, Agency, AgencyPhone, Way
from madoguchi.rules.referral import Fit, Reach, Wanted, fit
from madoguchi.tools.forms.days import DayLine
from madoguchi.tools.forms.fields import Choice, Choices, Line, Story, Whole
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.case.acts import AGAINST, check_days
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.safe_contact import CONTACT, safe_contact
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
        Choice("place", options=("here", "near", "elsewhere")),
        Choice("audience", options=AUDIENCES),
        Choice("hour", options=("now",)),
    ),
)
LETTER = Form(WORDS, (Line("document_number", hint=True, limit=40, width="middle"), *AGAINST))


def opened(request: DeskRequest, case_id: UUID) -> OpenedCase:
    """The case, opened for somebody who may refer it.

    Raises:
        Absent: not there, or not for this colleague.
    """
    case = queries.open_case(request.actor, case_id, now=request.now)
    if not rights.may(request.actor.role, "case.refer", case.situation):
        raise Absent
    return case


def day_after(request: DeskRequest, days: int) -> date:
    """The day so many working days (開庁日) from now."""
    desk, changes = request.programme.desk, notices.changes(request.office.id)
    return working_day(desk, request.now.date(), days, changes)


def new(facts: Sequence[str]) -> Form:
    """The form of a new referral; `facts`: the answers that can be ticked to be passed on."""
    return Form(
        WORDS,
        (
            Line("agency", limit=60),
            Choice("consent", required=True, options=CONSENTS),
            Choices("facts", hint=True, options=tuple(facts)),
            Story("told", hint=True, limit=800, rows=6, guarded=True),
            Story("asks", hint=True, limit=400, rows=3, guarded=True),
            DayLine("until", hint=True, when="ahead"),
            Line("reason", hint=True, limit=500, guarded=True),
            Whole("days", hint=True, least=1, most=250),
        ),
    )


def check(filled: Filled, request: DeskRequest) -> Filled:
    """The form, checked: what each kind of consent requires, and that the day is not over."""
    filled = check_days(filled, request)
    consent = filled.value("consent")
    passes = any(filled.words(name).strip() for name in ("told", "asks")) or filled.value("facts")
    if consent in ("person", "none") and not passes:
        filled = filled.refuse("told", "required")
    if consent == "none" and not filled.words("reason").strip():
        filled = filled.refuse("reason", "required")
    return filled


def step(card: ReferralCard) -> Form:
    """The form of a referral's next step."""
    verbs = [verb.value for verb in card.verbs]
    approvals = [f"{APPROVE}{how}" for how in HOWS] if "approve" in verbs else []
    options = (*approvals, *(verb for verb in verbs if verb != "approve"))
    return Form(
        WORDS,
        (
            Choice("step", required=True, options=options),
            Story("text", hint=True, limit=2000, rows=3, guarded=True),
            Whole("days", hint=True, least=1, most=250),
            *AGAINST,
        ),
    )


@dataclass(frozen=True)
class LineCard:
    """A line of an agency: what to dial or open, and whether it answers now."""

    where: str
    href: str
    label: str
    way: Way
    open: bool | None
    when: str


@dataclass(frozen=True)
class Offer:
    """An agency to choose; `asks`: text keys of what has to be asked first."""

    agency: Agency
    lines: tuple[LineCard, ...]
    asks: tuple[str, ...]
    review_due: bool


@dataclass(frozen=True)
class Passed:
    """An answer that is passed on, under the text key of its question."""

    label: str
    said: SanitizedText = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """What is passed on to the agency (渡す内容), on a page."""

    agency: str
    facts: tuple[Passed, ...] = field(repr=False)
    told: SanitizedText = field(repr=False)
    asks: SanitizedText = field(repr=False)


@dataclass(frozen=True)
class Following:
    """A referral as its page shows it."""

    card: ReferralCard
    sheet: Sheet
    offer: Offer | None
    who: str
    overdue: bool
    rule: str

    @property
    def contact(self) -> tuple[str, ...]:
        """The text keys of how contact was safe and is now, if the person's wish has changed."""
        if self.rule == self.card.agreed_rule or self.card.summary.empty:
            return ()
        before, now = self.card.agreed_rule, self.rule
        return f"desk.wishes.contact_rule.{before}", f"desk.wishes.contact_rule.{now}"

    @property
    def state(self) -> str:
        """The text key of its state."""
        return f"referral.state.{self.card.stands}"

    @property
    def look_on(self) -> str:
        """The text key of what its day is for."""
        return f"desk.refer.look_on_{self.card.stands}"

    @property
    def letters(self) -> bool:
        """Whether a letter for the agency can be issued."""
        return self.card.may_go_out and (self.offer is None or self.offer.agency.takes_letters)

    @property
    def consent(self) -> str:
        """The text key of the consent."""
        return f"desk.refer.consent.{self.card.consent.kind}"

    @property
    def approved(self) -> str:
        """The text key of how the summary was approved, empty while it was not."""
        return f"referral.how.{self.card.approved_how}" if self.card.approved_how else ""


def offer(request: DeskRequest, found: Fit) -> Offer:
    """An agency that was compared with what is wanted."""
    unknown = [reason for reason in found.decision.reasons if reason.held is Held.UNKNOWN]
    lines = []
    for reach in found.lines:
        line, when = reach.line, _when(request, reach)
        if isinstance(line, AgencyPhone):
            label = line.label.ja if line.label else ""
            lines.append(
                LineCard(str(line.number), line.number.tel, label, reach.way, reach.open, when)
            )
        else:
            lines.append(LineCard(line.address, line.href or "", "", reach.way, reach.open, when))
    asks = tuple(f"desk.{reason.code}" for reason in unknown)
    return Offer(found.agency, tuple(lines), asks, found.review_due)


def offer_of(request: DeskRequest, agency_id: str, wanted: Wanted) -> Offer | None:
    """An agency that a citizen may be sent to; None where there is none of that id."""
    agencies = (agency for agency in request.programme.directory if agency.id == agency_id)
    agency = next(agencies, None)
    return offer(request, fit(agency, wanted, request.now)) if agency else None


def _when(request: DeskRequest, reach: Reach) -> str:
    """Until when the line answers, or from when on."""
    words, now = texts_for(request), request.now
    reading = Formatter(words)
    if reach.way in ("form", "page"):
        return ""
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


def now_passed(request: DeskRequest, case: OpenedCase, card: ReferralCard) -> Summary:
    """What is passed on, with how contact is safe now: the person's newest wish, not an older."""
    rule, texts = case.wishes.contact_rule, texts_for(request)
    words = safe_contact(case.wishes, texts)
    changed = rule != card.agreed_rule and not card.summary.empty
    if changed:
        words = texts.get("referral.letter.contact_now", rule=words).words
    return card.summary.safely(CONTACT, words, always=changed)


def following(
    request: DeskRequest,
    case: OpenedCase,
    card: ReferralCard,
    names: dict[UUID, str],
    wanted: Wanted,
) -> Following:
    """A referral with its agency's lines now."""
    today = request.now.date()
    return Following(
        card,
        sheet(
            agency_name(request.programme.agencies, card.agency), now_passed(request, case, card)
        ),
        offer_of(request, card.agency, wanted),
        names.get(card.staff_id, ""),
        card.due_on is not None and card.due_on < today,
        case.wishes.contact_rule,
    )


def agency_name(agencies: Sequence[Agency], agency_id: str) -> str:
    """The agency's name; its id where no file has it any more."""
    return next((each.name.ja for each in agencies if each.id == agency_id), agency_id)
