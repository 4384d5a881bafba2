"""A grant as its person reads it (申請のようす): where it is, what comes next, and what they do.

What the city has not confirmed is never shown as its rule: then the page says whom to ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.law import YearLaw, under
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion, Terms
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import BEFORE_DRAFT, OVER, State, Verb, path
from madoguchi.rules.subsidy.fields import circled, numbered
from madoguchi.rules.subsidy.year import (
    Awaited,
    application_day,
    counts_online,
    fix_by,
    payable_until,
    report_by,
    waits_for,
)
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.apply.cards import to_bring
from madoguchi.web.portal.own_grant.forms import last_digits
from madoguchi.work.subsidy.history import StepCard, contracted, current
from madoguchi.work.subsidy.own.public import DESKS_OWN, OwnGrant

type Place = Literal["past", "now", "ahead", "end"]
NO_STAGE = (
    *(Verb.CHECK, Verb.AMEND, Verb.CARRY, Verb.CHANGE, Verb.REFUND, Verb.REDUCE),
    *(Verb.PROCEED, Verb.HOLDER),
)
DEMANDING = Verb.REVOKE, Verb.REDUCE
SUMS = {
    Verb.DECIDE: "amount_yen",
    Verb.CHANGE: "amount_yen",
    Verb.FIX: "amount_yen",
    Verb.PAY: "amount_yen",
    Verb.REDUCE: "amount_yen",
    Verb.REVOKE: "repay_yen",
    Verb.REPAY: "yen",
}
ANNOUNCED = (*SUMS, Verb.REFUSE, Verb.SEND_BACK, Verb.LAPSE, Verb.WITHDRAW, Verb.UNDO)
"""The steps of which the page shows the day, the sum and the reasons."""
DECISIONS = (Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX, Verb.REDUCE, Verb.REVOKE)
"""The steps against which a person can do something."""
UNDECIDED = (*BEFORE_DRAFT, State.DRAFTED)
ASKED = (Verb.COMPLETE, Verb.CONTRACT, Verb.REPORT, Verb.CLAIM)
"""What the desk waits for the person to do, at most one of them in any state."""
PAGES = {
    Verb.COMPLETE: "own-grant-answer",
    Verb.CONTRACT: "own-grant-contract",
    Verb.REPORT: "own-grant-report",
    Verb.CLAIM: "own-grant-claim",
}


@dataclass(frozen=True)
class MissingItem:
    """Something that is missing, in the desk's own words.

    `part`: the text key of the part of the form, for who reads no Japanese; empty for none.
    """

    number: int
    what: str = field(repr=False)
    part: str = ""

    @property
    def mark(self) -> str:
        """The number in its circle, as it stands on the form; empty for none."""
        return circled(self.number) if self.number else ""


@dataclass(frozen=True)
class Stage:
    """One stage of the order (順番): its words are `own_grant.stage.<name>`.

    `one_report`: the contract is reported with the payment. `signed`: there was one before.
    """

    name: str
    place: Place
    on: date | None = None
    one_report: bool = False
    signed: bool = False

    @property
    def key(self) -> str:
        """The key of its name; what is decided says nothing of a letter that may be on its way."""
        decided = self.name == State.DECIDED and self.place == "past"
        one = self.name == State.REPORTED and self.one_report
        signed = self.name == State.CONTRACTED and self.signed and self.place != "past"
        how = "_past" if decided else "_one" if one else "_signed" if signed else ""
        return f"own_grant.stage.{self.name}{how}"

    @property
    def tag(self) -> str:
        """The key of done, now or to come."""
        return f"own_grant.place.{self.place}"


@dataclass(frozen=True)
class StepReason:
    """A reason, and the public page on which its rule stands; empty where the words name it."""

    words: str
    page: str = ""


@dataclass(frozen=True)
class Announcement:
    """A step of which the person is told (お知らせしたこと): its day, sum and reasons.

    `undone`: the key of what was recorded by mistake and taken back; empty for none.
    """

    verb: Verb
    on: date
    yen: str
    reasons: tuple[StepReason, ...] = field(repr=False)
    undone: str = ""

    @property
    def key(self) -> str:
        """The key of what happened."""
        return f"own_grant.turned.{self.verb}"

    @property
    def by_letter(self) -> bool:
        """Whether a letter about it comes, which is what counts."""
        return self.verb in DECISIONS or self.verb is Verb.LAPSE


@dataclass(frozen=True)
class Deadline:
    """By when something is due (期限): the key of the sentence and its day; None: to be asked."""

    key: str
    on: date | None = None


def missing(own: OwnGrant, version: SubsidyVersion | None = None) -> tuple[MissingItem, ...]:
    """What is missing, as the desk wrote it, in the order of the form's numbers."""
    returned = own.last(Verb.RETURN)
    items: list[MissingItem] = []
    for item in returned.public_details.get("missing", ()) if returned else ():
        number = int(item.get("field") or 0)
        asked = numbered(version, number) if version else None
        part = f"apply.task_{asked.task}" if asked else ""
        items.append(MissingItem(number, str(item.get("what", "")), part))
    return tuple(sorted(items, key=lambda item: item.number or 99))


def order(own: OwnGrant, life: Life, *, counts: bool, held: bool) -> Iterator[Stage]:
    """The whole order: what is done, what is now, what comes.

    `held`: what comes next is what is decided about that.
    """
    states = path(life.stages)
    done = _reached(own.steps, states)
    if own.channel == "web":
        yield Stage("sent_counts" if counts else "sent", "past", own.steps[0].on)
    for state, on in done.items():
        yield Stage(state, "past", on, one_report=life.one_report)
    if own.state in OVER and own.state is not State.PAID:
        ended = next(step for step in reversed(own.steps) if step.verb not in NO_STAGE)
        yield Stage(own.state, "end", ended.on)
        return
    held = held and own.state is not State.SENT
    if own.state is State.RETURNED:
        yield Stage("returned", "now")
    elif held:
        yield Stage("held", "now")
    if own.state is State.RECLAIMED:
        if revoked := own.last(Verb.REVOKE):
            yield Stage(State.REVOKED, "past", revoked.on)
        yield Stage(own.state, "now")
        return
    left = [state for state in states if state not in done]
    for place, state in enumerate(left):
        ahead = place or own.state is State.RETURNED or held
        come: Place = "ahead" if ahead else "now"
        yield Stage(state, come, one_report=life.one_report, signed=has_signed(own))


def _reached(steps: Sequence[StepCard], states: Sequence[State]) -> dict[State, date]:
    """The stages that are done, each with its day: what was sent back is not done any more."""
    done: dict[State, date] = {}
    for step in steps:
        if step.verb in NO_STAGE or step.state not in (*states, State.RETURNED):
            continue
        reached = State.RECEIVED if step.state is State.RETURNED else step.state
        before = states[: states.index(reached)]
        done = {state: on for state, on in done.items() if state in before or state is reached}
        done.setdefault(reached, step.on)
    return done


def announcements(steps: Sequence[StepCard]) -> Iterator[Announcement]:
    """What the person was told, the newest first; what was sent back and mended is over."""
    last = max((step.number for step in steps if step.verb not in DESKS_OWN), default=0)
    for step in reversed(steps):
        if step.verb not in ANNOUNCED or (step.verb is Verb.SEND_BACK and step.number != last):
            continue
        details = step.public_details
        yen = details.get(SUMS.get(step.verb, ""))
        on = day_of(details.get("paid_on") or details.get("repaid_on")) or step.on
        total = f"{yen:,}" if isinstance(yen, int) else ""
        mistaken = f"own_grant.turned.{details['verb']}" if step.verb is Verb.UNDO else ""
        yield Announcement(step.verb, on, total, tuple(_reasons(step)), mistaken)


def _reasons(step: StepCard) -> Iterator[StepReason]:
    """Why, each with what it rests on, as the desk lets the person read it."""
    for reason in step.public_details.get("grounds") or ():
        words, source = str(reason.get("words", "")), str(reason.get("source", ""))
        if not words:
            continue
        if source.startswith("https://"):
            yield StepReason(words, source)
        else:
            confirmed = source and source != UNCONFIRMED
            yield StepReason(f"{words}（{source}）" if confirmed else words)
    if step.verb is Verb.SEND_BACK:  # what of the form has to be made again, by its numbers
        for item in step.public_details.get("missing", ()):
            yield StepReason(f"{circled(int(item['field']))} {item['what']}")
    if why := str(step.public_details.get("why") or ""):
        yield StepReason(why)


@dataclass(frozen=True)
class GrantPage:
    """What the page of a grant shows; `todo`: what the desk waits for the person to do, if it does.

    `may`: what they may do by now, also while it is `held`: what came before the application stops
    the desk. `early`: the contract was before something, and nobody is stopped. `sign`: what a
    contract waits for; empty where there is one, or nothing is known of it. `brings`: whether they
    said that they bring what is waited for. `unsure`: whether the order after the decision is still
    to be confirmed by the city. `new_year`: whether the budget and the rules of a new year are
    waited for before anything is decided.
    """

    own: OwnGrant
    may: Verb | None
    todo: Verb | None
    held: bool
    early: bool
    sign: Awaited
    order: tuple[Stage, ...]
    until: tuple[Deadline, ...]
    missing: tuple[MissingItem, ...]
    turned: tuple[Announcement, ...]
    brings: bool
    unsure: bool
    account: str
    bring: tuple[str, ...] = ()  # what still comes on paper, before the desk has it
    new_year: bool = False
    counts: bool = False  # a form sent online is the application itself
    against: YearLaw | None = None  # the year's law, which says what can be done against it
    one_report: bool = False  # the contract is reported with the payment

    @property
    def state(self) -> str:
        """The key of the state's words."""
        return f"grant.state.{self.own.state}{self._counts}{'' if self.owed else self._since}"

    @property
    def next(self) -> str:
        """The key of what the person does, or of what the desk does next; empty while held."""
        if self.held and not self.acts and self.own.state is not State.SENT:
            return ""
        if self.todo:
            anew = bool(self.sent_back)
            return f"own_grant.{'anew' if anew else 'todo'}.{self.todo}{'' if anew else self._kind}"
        how = "_bring" if self.brings else self._counts
        return f"own_grant.wait.{self.own.state}{how}{self._since}"

    @property
    def _since(self) -> str:
        """The suffix of the keys of a paid grant of which money is to come back: by what.

        What came back to the person lets the city look at the sum; only a decision demands any.
        """
        if self.own.state is not State.RECLAIMED:
            return ""
        decided = self.own.last(*DEMANDING) if self.owed else None
        return f"_{decided.verb}" if decided else "_refund"

    @property
    def _one(self) -> str:
        """The suffix of the keys of one report of contract and payment."""
        return "_one" if self.may is Verb.REPORT and self.one_report else ""

    @property
    def _kind(self) -> str:
        """The suffix of the keys of what is still to be done."""
        return "_signed" if self.todo is Verb.CONTRACT and has_signed(self.own) else self._one

    @property
    def _counts(self) -> str:
        """The suffix of the keys where the form on the web is the application itself."""
        return "_counts" if self.own.state is State.SENT and self.counts else ""

    @property
    def after(self) -> str:
        """The key of what the desk does once the person has done it; empty for nothing."""
        return f"own_grant.after.{self.todo}" if self.todo else ""

    @property
    def button(self) -> str:
        """The key of what leads to the page on which it is done."""
        return f"own_grant.to.{self.may}{self._one}"

    @property
    def page(self) -> str:
        """The page on which it is done."""
        return PAGES[self.may] if self.may else ""

    @property
    def acts(self) -> bool:
        """Whether the person has something to do."""
        return bool(self.todo or self.owed or self.brings)

    @property
    def over(self) -> bool:
        """Whether nothing goes on."""
        return self.own.state in OVER

    @property
    def owed(self) -> str:
        """What is to be repaid, in yen; empty where nothing is."""
        demanded = _sum(self.own.steps, DEMANDING, "repay_yen")
        owed = demanded - _sum(self.own.steps, (Verb.REPAY,), "yen")
        return f"{owed:,}" if owed else ""

    @property
    def again(self) -> bool:
        """Whether a new application may begin."""
        return self.own.state in (State.REFUSED, State.WITHDRAWN, State.LAPSED)

    @property
    def told(self) -> tuple[Announcement, ...]:
        """What stands below; what was sent back is said first, with what to do."""
        return tuple(step for step in self.turned if step.verb is not Verb.SEND_BACK)

    @property
    def decided(self) -> bool:
        """Whether something was decided against which the person can do something."""
        return any(step.verb in DECISIONS for step in self.turned)

    @property
    def may_withdraw(self) -> bool:
        """Whether the person may take it back alone."""
        return self.own.state in BEFORE_DRAFT

    @property
    def sent_back(self) -> tuple[str, ...]:
        """What has to be made again of what was sent back (差戻し), by the form's numbers."""
        reasons = next((step.reasons for step in self.turned if step.verb is Verb.SEND_BACK), ())
        return tuple(reason.words for reason in reasons)

    @property
    def era(self) -> str:
        """The fiscal year of it as letters write it; empty before it has one."""
        return wareki_fiscal_year(self.own.fiscal_year) if self.own.fiscal_year else ""


ASK = Deadline("own_grant.until.ask")


def grant_page(request: OfficeRequest, own: OwnGrant) -> GrantPage:
    """The page of a grant as it stands."""
    version, law, today = version_of(request, own), _law(request, own), request.now.date()
    life, counts = life_of(version), bool(version and counts_online(version))
    may = next((verb for verb in ASKED if own.may(verb, life.stages)), None)
    past = sorted((*own.steps, *own.undone), key=lambda step: step.number)
    turned = tuple(announcements(past))
    to_come = own.state is State.SENT and not counts  # the application is of today or later
    applied_on = today if to_come else applied_day(request, own)
    ruled = under(Terms(version, today, "known"), law).version
    held, signed = own.stopped(ruled, applied_on), has_signed(own)
    asked = may is Verb.COMPLETE or any(step.verb is Verb.SEND_BACK for step in turned)
    todo = may if asked or not held else None
    looked_at = own.state in (State.CONTRACTED, State.REPORTED) and not own.last(Verb.PROCEED)
    timing = ruled.timing if ruled and own.state in (State.SENT, *UNDECIDED) else None
    claimed = own.last(Verb.CLAIM)
    return GrantPage(
        own=own,
        may=may,
        todo=todo,
        held=held,
        early=looked_at and not held and bool(contracted(own.steps).get("before")),
        sign="" if signed else waits_for(timing, None if to_come else applied_on, today),
        order=tuple(order(own, life, counts=counts, held=held)),
        until=tuple(_deadlines(own, todo, life)),
        missing=missing(own, version) if todo is Verb.COMPLETE else (),
        turned=turned,
        brings=_brings(own),
        unsure=life.stages_source == UNCONFIRMED and own.state not in OVER,
        account=last_digits(claimed.details.get("account") or {}) if claimed else "",
        bring=to_bring(current(own.steps), counts=counts) if own.state is State.SENT else (),
        new_year=own.state in UNDECIDED and subsidy_year.waits(request),
        counts=counts,
        against=law,
        one_report=life.one_report,
    )


def has_signed(own: OwnGrant) -> bool:
    """Whether the application says that there is a contract already."""
    return current(own.steps).contract == "signed"


def _brings(own: OwnGrant) -> bool:
    """Whether the person said that they bring what the desk waits for."""
    given = own.last(Verb.COMPLETE, Verb.RETURN, Verb.REPORT)
    details = given.details if given else {}
    if own.state is State.REPORTED:
        return bool(details.get("bring"))
    answers: Sequence[Mapping[str, Any]] = details.get("answers", ())
    return own.state is State.RECEIVED and any(each.get("how") == "bring" for each in answers)


def _law(request: OfficeRequest, own: OwnGrant) -> YearLaw | None:
    applied_on, today = applied_day(request, own), request.now.date()
    if own.fiscal_year is None or applied_on is None:
        return None
    decided = own.last(Verb.DECIDE)
    return subsidy_year.law_of(
        request, own.fiscal_year, applied_on, decided.on if decided else today
    )


def _sum(steps: Sequence[StepCard], verbs: tuple[Verb, ...], name: str) -> int:
    return sum(int(step.public_details.get(name) or 0) for step in steps if step.verb in verbs)


def day_of(value: object) -> date | None:
    """A day as a step holds it; None where it holds none."""
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def applied_day(request: OfficeRequest, own: OwnGrant) -> date | None:
    """The day of the application; the day on which it was sent where none counts yet."""
    subsidy = request.programme.subsidy
    return application_day(subsidy.version_on, own.sent_at, own.received_on) if subsidy else None


def version_of(request: OfficeRequest, own: OwnGrant) -> SubsidyVersion | None:
    """The rules of that day."""
    subsidy, on = request.programme.subsidy, applied_day(request, own)
    return subsidy.version_on(on) if subsidy and on else None


def life_of(version: SubsidyVersion | None) -> Life:
    """How a grant goes on under these rules."""
    return version.life if version else Life()


def _deadlines(own: OwnGrant, todo: Verb | None, life: Life) -> Iterator[Deadline]:
    year = own.budget_year
    if own.state is State.RECLAIMED:
        revoked = own.last(*DEMANDING)
        by_on = day_of(revoked.public_details.get("repay_by_on")) if revoked else None
        yield Deadline("own_grant.until.repay", by_on) if by_on else ASK
    match todo:
        case Verb.COMPLETE:
            returned = own.last(Verb.RETURN)
            by_on = day_of(returned.public_details.get("by_on")) if returned else None
            yield Deadline("own_grant.until.complete", by_on) if by_on else ASK
        case Verb.REPORT:
            confirmed = life.report_within_days_source != UNCONFIRMED
            contract = own.last(Verb.CONTRACT)
            signed = day_of(contract.details.get("contract_on")) if contract else None
            if confirmed and life.report_within_days and signed and year:
                yield Deadline("own_grant.until.report", report_by(life, signed, year))
            else:
                yield ASK
            yield from _year_ends(year)
        case Verb.CONTRACT:
            yield ASK
            yield from _year_ends(year)
        case Verb.CLAIM:
            if year:
                yield Deadline("own_grant.until.pay", payable_until(year))


def _year_ends(year: int | None) -> Iterator[Deadline]:
    if year:
        yield Deadline("own_grant.until.year", fix_by(year))
