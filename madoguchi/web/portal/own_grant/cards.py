"""A grant as its person reads it (申請のようす): where it is, what comes next, and what they do.

What the city has not confirmed is never said as its rule: then the page says whom to ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.subsidy import Life, SubsidyVersion
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.steps.grant import BEFORE_DRAFT, OVER, State, Verb, path
from madoguchi.rules.subsidy.fields import circled, numbered
from madoguchi.rules.subsidy.year import (
    application_day,
    counts_online,
    fix_by,
    payable_until,
    report_by,
)
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.apply.cards import to_bring
from madoguchi.web.portal.own_grant.forms import last_digits
from madoguchi.work.cases import public as cases
from madoguchi.work.subsidy.history import StepCard, current
from madoguchi.work.subsidy.own import public as grants
from madoguchi.work.subsidy.own.public import DESKS_OWN, OwnGrant

type Place = Literal["past", "now", "ahead", "end"]
NO_STAGE = Verb.CHECK, Verb.AMEND, Verb.CARRY, Verb.CHANGE
SUMS = {
    Verb.DECIDE: "amount_yen",
    Verb.CHANGE: "amount_yen",
    Verb.FIX: "amount_yen",
    Verb.PAY: "amount_yen",
    Verb.REVOKE: "repay_yen",
    Verb.REPAY: "yen",
}
TURNED = (*SUMS, Verb.REFUSE, Verb.SEND_BACK, Verb.LAPSE, Verb.WITHDRAW)
"""The steps of which the page says the day, the sum and the reasons."""
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
class Missing:
    """One thing that is missing, in the desk's own words.

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
    """One stage of the order (順番): its words are `own_grant.stage.<name>`."""

    name: str
    place: Place
    on: date | None = None

    @property
    def key(self) -> str:
        """The key of its name; what is decided says nothing of a letter that may be on its way."""
        decided = self.name == State.DECIDED and self.place == "past"
        return f"own_grant.stage.{self.name}{'_past' if decided else ''}"

    @property
    def tag(self) -> str:
        """The key of done, now or to come."""
        return f"own_grant.place.{self.place}"


@dataclass(frozen=True)
class Why:
    """One reason, and the public page on which the rule stands; empty where it is in the words."""

    words: str
    page: str = ""


@dataclass(frozen=True)
class Turned:
    """One step that the person was told (お知らせしたこと): its day, sum and reasons."""

    verb: Verb
    on: date
    yen: str
    reasons: tuple[Why, ...] = field(repr=False)

    @property
    def key(self) -> str:
        """The key of what happened."""
        return f"own_grant.turned.{self.verb}"

    @property
    def by_letter(self) -> bool:
        """Whether a letter about it comes, which is what counts."""
        return self.verb not in (Verb.PAY, Verb.REPAY, Verb.WITHDRAW, Verb.SEND_BACK)


@dataclass(frozen=True)
class Until:
    """By when something is (期限): the key of the sentence and its day; None where one asks."""

    key: str
    on: date | None = None


def missing(own: OwnGrant, version: SubsidyVersion | None = None) -> tuple[Missing, ...]:
    """What is missing, as the desk wrote it, in the order of the form's numbers."""
    asked = own.last(Verb.RETURN)
    listed = asked.public_details.get("missing", ()) if asked else ()
    found = (_one(int(each.get("field") or 0), each.get("what", ""), version) for each in listed)
    return tuple(sorted(found, key=lambda one: one.number or 99))


def order(own: grants.OwnGrant, life: Life, *, counts: bool) -> Iterator[Stage]:
    """The whole order: what is done, what is now, what comes."""
    way = path(life.stages)
    done = _reached(own.steps, way)
    if own.channel == "web":
        yield Stage("sent_counts" if counts else "sent", "past", own.steps[0].on)
    for state, on in done.items():
        yield Stage(state, "past", on)
    if own.state in OVER and own.state is not State.PAID:
        ended = next(step for step in reversed(own.steps) if step.verb not in NO_STAGE)
        yield Stage(own.state, "end", ended.on)
        return
    if own.state is State.RETURNED:
        yield Stage("returned", "now")
    if own.state is State.RECLAIMED:
        revoked = own.last(Verb.REVOKE)
        yield Stage(State.REVOKED, "past", revoked.on if revoked else None)
        yield Stage(own.state, "now")
        return
    left = [state for state in way if state not in done]
    for at, state in enumerate(left):
        yield Stage(state, "ahead" if at or own.state is State.RETURNED else "now")


def turned(steps: Sequence[StepCard]) -> Iterator[Turned]:
    """What the person was told, the newest first; what was sent back and mended is over."""
    last = max((step.number for step in steps if step.verb not in DESKS_OWN), default=0)
    for step in reversed(steps):
        if step.verb not in TURNED or (step.verb is Verb.SEND_BACK and step.number != last):
            continue
        yen = step.public_details.get(SUMS.get(step.verb, ""))
        on = (
            day_of(step.public_details.get("paid_on") or step.public_details.get("repaid_on"))
            or step.on
        )
        yield Turned(step.verb, on, f"{yen:,}" if isinstance(yen, int) else "", _reasons(step))


@dataclass(frozen=True)
class GrantPage:
    """What the page of a grant shows; `todo`: what the desk waits for the person to do, if it does.

    `unsure`: whether the order after the decision is still to be confirmed by the city. `new_year`:
    whether the budget and the rules of a new year are waited for before anything is decided.
    """

    own: grants.OwnGrant
    todo: Verb | None
    order: tuple[Stage, ...]
    until: tuple[Until, ...]
    missing: tuple[Missing, ...]
    turned: tuple[Turned, ...]
    brought: bool
    unsure: bool
    account: str
    bring: tuple[str, ...] = ()  # what still comes on paper, before the desk has it
    new_year: bool = False
    counts: bool = False  # a form sent online is the application itself

    @property
    def state(self) -> str:
        """The key of the state's words."""
        return f"grant.state.{self.own.state}{self._counts}"

    @property
    def next(self) -> str:
        """The key of what the person does, or of what the desk does next."""
        if self.todo:
            return f"own_grant.todo.{self.todo}"
        return f"own_grant.wait.{self.own.state}{self._counts}"

    @property
    def _counts(self) -> str:
        """What is said otherwise where the form on the web is the application itself."""
        return "_counts" if self.own.state is State.SENT and self.counts else ""

    @property
    def after(self) -> str:
        """The key of what the desk does once the person has done it; empty for nothing."""
        return f"own_grant.after.{self.todo}" if self.todo else ""

    @property
    def button(self) -> str:
        """The key of what leads to the page on which it is done."""
        return f"own_grant.to.{self.todo}"

    @property
    def page(self) -> str:
        """The page on which it is done."""
        return PAGES[self.todo] if self.todo else ""

    @property
    def over(self) -> bool:
        """Whether nothing goes on."""
        return self.own.state in OVER

    @property
    def owed(self) -> str:
        """What is to be repaid, in yen; empty where nothing is."""
        revoked = self.own.last(Verb.REVOKE) if self.own.state is State.RECLAIMED else None
        return f"{revoked.public_details['repay_yen']:,}" if revoked else ""

    @property
    def again(self) -> bool:
        """Whether a new application may begin."""
        return self.own.state in (State.REFUSED, State.WITHDRAWN, State.LAPSED)

    @property
    def may_withdraw(self) -> bool:
        """Whether the person may take it back alone."""
        return self.own.state in BEFORE_DRAFT

    @property
    def sent_back(self) -> tuple[str, ...]:
        """What has to be made again of what was sent back (差戻し), by the form's numbers."""
        back = next((one.reasons for one in self.turned if one.verb is Verb.SEND_BACK), ())
        return tuple(why.words for why in back)

    @property
    def number(self) -> str:
        """The number under which the desk finds it in its year; empty before it has one."""
        return str(self.own.number or "")

    @property
    def era(self) -> str:
        """The fiscal year of it as letters write it; empty before it has one."""
        return wareki_fiscal_year(self.own.fiscal_year) if self.own.fiscal_year else ""


ASK = Until("own_grant.until.ask")


def grant_page(request: OfficeRequest, own: grants.OwnGrant) -> GrantPage:
    """The page of a grant as it stands."""
    version = version_of(request, own)
    life, counts = life_of(version), bool(version and counts_online(version))
    todo = next((verb for verb in ASKED if own.may(verb, life.stages)), None)
    claimed = own.last(Verb.CLAIM)
    return GrantPage(
        own=own,
        todo=todo,
        order=tuple(order(own, life, counts=counts)),
        until=tuple(_until(own, todo, life)),
        missing=missing(own, version) if todo is Verb.COMPLETE else (),
        turned=tuple(turned(own.steps)),
        brought=own.state is State.RECEIVED and _brought(own),
        unsure=life.stages_source == UNCONFIRMED and own.state not in OVER,
        account=last_digits(claimed.details.get("account") or {}) if claimed else "",
        bring=to_bring(current(own.steps), counts=counts) if own.state is State.SENT else (),
        new_year=own.state in UNDECIDED and subsidy_year.waits(request),
        counts=counts,
    )


def grant_card(request: OfficeRequest, held: cases.Holding) -> GrantPage | None:
    """The grant for the receipt's first page; None before there is one."""
    found = grants.own(held)
    return grant_page(request, found) if found else None


def _one(number: int, what: str, version: SubsidyVersion | None) -> Missing:
    asked = numbered(version, number) if version else None
    return Missing(number, str(what), f"apply.task_{asked.task}" if asked else "")


def _reached(steps: Sequence[StepCard], way: Sequence[State]) -> dict[State, date]:
    """The stages that are done, each with its day: what was sent back is not done any more."""
    done: dict[State, date] = {}
    for step in steps:
        if step.verb in NO_STAGE or step.state not in (*way, State.RETURNED):
            continue
        reached = State.RECEIVED if step.state is State.RETURNED else step.state
        before = way[: way.index(reached)]
        done = {state: on for state, on in done.items() if state in before or state is reached}
        done.setdefault(reached, step.on)
    return done


def _reasons(step: StepCard) -> tuple[Why, ...]:
    """Why, each with what it rests on, as the desk lets the person read it."""
    grounds = step.public_details.get("grounds") or ()
    told = [
        _with_source(str(one.get("words", "")), str(one.get("source", "")))
        for one in grounds
        if one.get("words")
    ]
    why = str(step.public_details.get("why") or "")
    return (*told, *(Why(words) for words in (*_again(step), why) if words))


def _again(step: StepCard) -> Iterator[str]:
    """What of a form has to be made again, by its numbers."""
    if step.verb is Verb.SEND_BACK:
        for one in step.public_details.get("missing", ()):
            yield f"{circled(int(one['field']))} {one['what']}"


def _with_source(words: str, source: str) -> Why:
    if source.startswith("https://"):
        return Why(words, source)
    known = source and source != UNCONFIRMED
    return Why(f"{words}（{source}）" if known else words)


def day_of(told: object) -> date | None:
    """A day as a step holds it; None where it holds none."""
    return date.fromisoformat(told) if isinstance(told, str) and told else None


def applied_day(request: OfficeRequest, own: grants.OwnGrant) -> date | None:
    """The day of the application; the day on which it was sent where none counts yet."""
    subsidy = request.programme.subsidy
    return application_day(subsidy.version_on, own.sent_at, own.received_on) if subsidy else None


def version_of(request: OfficeRequest, own: grants.OwnGrant) -> SubsidyVersion | None:
    """The rules of that day."""
    subsidy, on = request.programme.subsidy, applied_day(request, own)
    return subsidy.version_on(on) if subsidy and on else None


def life_of(version: SubsidyVersion | None) -> Life:
    """How a grant goes on under these rules."""
    return version.life if version else Life()


def _brought(own: grants.OwnGrant) -> bool:
    """Whether the person said of something that they bring it."""
    given = own.last(Verb.COMPLETE, Verb.RETURN)
    answers: Sequence[Mapping[str, Any]] = given.details.get("answers", ()) if given else ()
    return any(one.get("how") == "bring" for one in answers)


def _until(own: grants.OwnGrant, todo: Verb | None, life: Life) -> Iterator[Until]:
    year = own.budget_year
    if own.state is State.RECLAIMED:
        revoked = own.last(Verb.REVOKE)
        by_on = day_of(revoked.public_details.get("repay_by_on")) if revoked else None
        yield Until("own_grant.until.repay", by_on) if by_on else ASK
    match todo:
        case Verb.COMPLETE:
            asked = own.last(Verb.RETURN)
            by_on = day_of(asked.public_details.get("by_on")) if asked else None
            yield Until("own_grant.until.complete", by_on) if by_on else ASK
        case Verb.REPORT:
            confirmed = life.report_within_days_source != UNCONFIRMED
            contract = own.last(Verb.CONTRACT)
            signed = day_of(contract.details.get("contract_on")) if contract else None
            if confirmed and life.report_within_days and signed and year:
                yield Until("own_grant.until.report", report_by(life, signed, year))
            else:
                yield ASK
            yield from _year_ends(year)
        case Verb.CONTRACT:
            yield ASK
            yield from _year_ends(year)
        case Verb.CLAIM:
            if year:
                yield Until("own_grant.until.pay", payable_until(year))


def _year_ends(year: int | None) -> Iterator[Until]:
    if year:
        yield Until("own_grant.until.year", fix_by(year))
