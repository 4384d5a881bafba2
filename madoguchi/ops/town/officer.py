"""What a colleague of the town does about the subsidy: its years, an application, its payment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from madoguchi.ops.town.people import Grant, Step
from madoguchi.ops.town.person import applied
from madoguchi.ops.town.scene import Event, Scene
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.law import Clause, YearLaw
from madoguchi.rules.programme.subsidy import Life, Subsidy, Terms
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.grant import OVER
from madoguchi.rules.subsidy.fields import field_of_condition
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import Judgement, way_words
from madoguchi.rules.subsidy.year import fix_by
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions as notices
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.budget import actions
from madoguchi.work.subsidy.budget.law import ask_law
from madoguchi.work.subsidy.budget.public import terms_on
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.fiscal_year import years_of
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.models import Grant as Row
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict, findings
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing

BUDGET_YEN, WARN_BELOW_YEN = 1_500_000, 300_000
SECTION = "2款1項8目18節"
RETENTION_YEARS = 5
CLAUSES = {
    "before_contract": "第6条",
    "decision": "第7条",
    "change": "第8条",
    "fixing": "第10条",
    "revocation": "第12条",
}


@dataclass(frozen=True)
class Desk:
    """A colleague with the grant of a case before them, at a moment."""

    scene: Scene
    subsidy: Subsidy
    actor: Actor
    case_id: UUID
    now: datetime

    @property
    def grant(self) -> Row:
        rows = Row.of(self.scene.office.id).filter(case_id=self.case_id)
        return rows.exclude(state__in=OVER).get()

    @property
    def life(self) -> Life:
        """What follows a decision, by the rules of the day."""
        return life_on(self.subsidy, self.now)

    def judged(self) -> tuple[Judgement, Terms]:
        """The current judgement of the grant, and the rules that it follows."""
        file = queries.open_grant(self.actor, self.grant.id, now=self.now)
        on = file.known.applied_on or self.now.date()
        terms = terms_on(self.scene.office.id, self.subsidy, on)
        return findings(file.steps, file.checks, file.known, terms).judgement, terms

    def filing(self, number: int) -> Filing:
        """A decision of today, as the city's own system would have it."""
        today = self.now.date()
        return Filing(
            drafted_on=today,
            decided_on=today,
            decision_class="delegated",
            enforced_on=today,
            document_number=f"見本第{self.grant.number}号の{number}",
            binder="見本の簿冊",
            retention_years=RETENTION_YEARS,
            disclosure="partly",
        )


def life_on(subsidy: Subsidy, moment: datetime) -> Life:
    """The stages of the version of that day.

    Raises:
        LookupError: there is none.
    """
    version = subsidy.terms_on(moment.date()).version
    if version is None:
        raise LookupError(moment)
    return version.life


def act(desk: Desk, grant: Grant, step: Step) -> None:
    """Do the step.

    Raises:
        ValueError: for a step that no officer knows.
    """
    match step.do:
        case "type_in":
            paper = typing.PaperApplication(applied(grant), desk.now.date(), "見本収第2号")
            applicant = typing.Applicant(cases.find(desk.actor, desk.case_id))
            typing.type_in(desk.actor, applicant, paper, now=desk.now)
        case "receive":
            arrival = Receive(received_on=desk.now.date(), received_number="見本収第1号")
            perform(desk.actor, desk.grant, arrival, now=desk.now)
        case "return":
            _return(desk, step)
        case "draft":
            _draft(desk)
        case "decide":
            decided = Decide(filing=desk.filing(1), commitment_number="見本支第1号")
            perform(desk.actor, desk.grant, decided, desk.life, desk.judged()[1], now=desk.now)
        case "fix" | "pay":
            _settle(desk, step)
        case _:
            raise ValueError(step.do)


def _return(desk: Desk, step: Step) -> None:
    """The application goes back: the printed screens are missing."""
    _, terms = desk.judged()
    found = field_of_condition(terms.version, "subsidy.printed_screens") if terms.version else None
    if found is None:
        raise ValueError(step.do)
    missing = Missing(found.number, step.text)
    by_on = desk.scene.past.in_days(desk.now, step.days)
    wanted = reviewing.CompletionRequest((missing,), by_on)
    reviewing.send_for_completion(desk.actor, desk.grant, wanted, now=desk.now)


def _draft(desk: Desk) -> None:
    """Every condition is ticked as met; then the proposal is drafted."""
    judged, _ = desk.judged()
    for reason in judged.decision.reasons:
        if reason.code != "subsidy.amount":
            verdict = Verdict(reason.code, "met")
            reviewing.check(desk.actor, desk.grant, verdict, now=desk.now)
    judged, terms = desk.judged()
    words = texts(desk.scene.office.slug)
    proposal = reviewing.Proposal(
        "grant",
        desk.filing(1),
        judged.amount_yen or judged.at_most_yen,
        working=way_words(judged, words),
        why="消費税も費用に入れて計算した。",
    )
    reviewing.draft(desk.actor, desk.grant, proposal, terms, now=desk.now)


def _settle(desk: Desk, step: Step) -> None:
    """The sum that was granted is settled, or its payment written down by another colleague."""
    yen = queries.open_grant(desk.actor, desk.grant.id, now=desk.now).granted_yen
    if step.do == "fix":
        year = years_of([desk.grant])[desk.grant.id]
        if desk.now.date() > fix_by(year):  # the year has ended meanwhile: carried over (繰越)
            why = "契約と支払いが、年度をまたぐため。"
            granted.carry(desk.actor, desk.grant, why, desk.life, now=desk.now)
        fixed = Fix(amount_yen=yen, filing=desk.filing(2))
        _, terms = desk.judged()
        perform(desk.actor, desk.grant, fixed, desk.life, terms, now=desk.now)
        return
    paid = Pay(
        paid_on=desk.now.date(),
        amount_yen=yen,
        order_number="見本支払第1号",
        creditor_number="見本債第1号",
    )
    _, terms = desk.judged()
    perform(desk.actor, desk.grant, paid, desk.life, terms, now=desk.now)


def years(scene: Scene, subsidy: Subsidy) -> Iterator[Event]:
    """Every fiscal year of the past is opened, with the rules of before, on its first day."""
    begun: set[int] = set()
    for moment in scene.past.openings():
        year = fiscal_year(moment.date())
        if year not in begun:
            begun.add(year)
            yield Event(moment, partial(_open_year, scene, subsidy, year))


def _open_year(scene: Scene, subsidy: Subsidy, year: int, at: datetime) -> None:
    """One fiscal year is opened by the document that the town invented."""
    opening = actions.Opening(year, BUDGET_YEN, SECTION, WARN_BELOW_YEN, "same")
    document = actions.Document(f"見本財第{year % 100}号", at.date())
    actor, where = scene.colleague("subsidy_officer"), AtOffice(scene.office.id)
    actions.open_year(actor, where, opening, document, subsidy, now=at)
    name = wareki_fiscal_year(year)
    law = YearLaw(
        year,
        from_on=at.date(),
        regulation="（見本）補助金等交付規則",
        title=f"（見本）{name}支援補助金交付要領",
        number=f"見本告示第{year % 100}号",
        document=document.number,
        decided_on=at.date(),
        clause=tuple(Clause(of, f"（見本）要領{article}") for of, article in CLAUSES.items()),
        condition=(
            "内容や費用が変わるときは、先に変更の承認を受けること。",
            "実績を報告すること。",
        ),
        delegated_yen=WARN_BELOW_YEN,
        binder="見本の簿冊",
        retention_years=RETENTION_YEARS,
        disclosure="partly",
    )
    wish = ask_law(actor, where, law, now=at)
    notices.confirm(scene.colleague("supervisor"), where, wish, now=at)
