"""What a colleague of the town does at the desk: open the case, then one of the desk's acts."""

from datetime import date, datetime, time
from uuid import UUID

from madoguchi.ops.town import seats
from madoguchi.ops.town.people import Step
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.steps.outcome import Outcome, what_next
from madoguchi.rules.steps.referral import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.phone.sheet import KIND_OF_DOOR, WAY_OF_DOOR
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import queries
from madoguchi.work.interviews import actions as interviews
from madoguchi.work.interviews.public import Wanted, When
from madoguchi.work.record import actions as record
from madoguchi.work.referrals import actions as referrals
from madoguchi.work.referrals.public import Summary


def work(scene: Scene, by: str, case_id: UUID, step: Step, moment: datetime) -> None:
    """The account `by` opens the case and does the step.

    Raises:
        ValueError: for a step that no colleague knows.
    """
    actor, again_on = scene.staff[by], scene.past.in_days(moment, step.days)
    queries.open_case(actor, case_id, now=moment)
    case = queries.find(actor, case_id)
    match step.do:
        case "take":
            cases.take(actor, case, now=moment)
        case "answer" | "note" | "log":
            _write(actor, case, step, again_on, moment)
        case "refer":
            _refer(actor, case, step, again_on, moment)
        case "plan" | "book":
            _ahead(scene, actor, case, step, again_on, moment)
        case "close":
            cases.close(actor, case, step.code, now=moment)
        case "reopen":
            cases.reopen(actor, case, now=moment)
        case "level":
            cases.set_level(actor, case, step.code, now=moment)
        case "confirm":
            seats.confirm(actor, case, moment)
        case "deny":
            cases.deny(actor, case, scene.staff[step.code].colleague, now=moment)
        case _:
            raise ValueError(step.do)


def _write(actor: Actor, case: queries.Found, step: Step, again_on: date, moment: datetime) -> None:
    """An answer to the person, a note, or a call, a visit or a letter with what came of it."""
    match step.do:
        case "answer":
            record.answer(actor, case, step.text, again_on, now=moment)
        case "note":
            record.note(actor, case, step.text, now=moment)
        case "log":
            outcome = Outcome(step.code)
            contact = record.Contact(
                kind=KIND_OF_DOOR[step.way],
                way=WAY_OF_DOOR[step.way],
                direction="out",
                outcome=outcome,
                text=step.text,
                minutes=step.minutes,
                next_on=again_on if what_next(outcome).asks_for_day else None,
            )
            record.log(actor, case, contact, now=moment)


def _ahead(
    scene: Scene, actor: Actor, case: queries.Found, step: Step, on: date, moment: datetime
) -> None:
    """What comes next on a day: something to do, or an interview."""
    if step.do == "plan":
        cases.plan(actor, case, step.code, on, step.text, "working_days", now=moment)
        return
    when, wanted = When(on, time.fromisoformat(step.code)), Wanted(note=step.text)
    interviews.book(actor, case, scene.desk, (), when, wanted, now=moment)


def _refer(actor: Actor, case: queries.Found, step: Step, again_on: date, moment: datetime) -> None:
    """To an agency; where it asks for consent, the person heard what is passed on and agreed."""
    consent, summary = referrals.Consent(step.consent), Summary(told=step.text)
    new = referrals.NewReferral(step.code, consent, again_on, summary)
    made = referrals.refer(actor, case, new, now=moment)
    steps = ((Verb.APPROVE, "aloud"), (Verb.GIVE, "")) if step.consent == "person" else ()
    for verb, how in steps:
        found = queries.find(actor, case.id)
        referrals.move(actor, found, made, referrals.Move(verb, again_on, how), now=moment)
