"""Agencies and referrals as the desk's pages show them: lines with their state, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from madoguchi.rules.decision import Held
from madoguchi.rules.programme.agency import Agency, AgencyPhone
from madoguchi.rules.reach import Reach
from madoguchi.rules.referral import Fit, Wanted, fit
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.reveal import Said, said
from madoguchi.work.referrals.public import Summary
from madoguchi.work.referrals.queries import ReferralCard


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
    said: Said = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """What is passed on, on one page (渡す内容)."""

    agency: str
    facts: tuple[Passed, ...] = field(repr=False)
    told: Said = field(repr=False)
    asks: Said = field(repr=False)


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
    unknown = [one.code for one in found.decision.grounds if one.held is Held.UNKNOWN]
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
    reading = Reading(words)
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
    facts = tuple(Passed(label, said(words)) for label, words in summary.facts)
    return Sheet(agency, facts, said(summary.told), said(summary.asks))


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
