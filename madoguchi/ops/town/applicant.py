"""What a person of the town does about the subsidy: apply, then report and claim (補助金の申請)."""

from datetime import date, datetime
from uuid import UUID

from madoguchi.ops.town import person
from madoguchi.ops.town.people import Grant
from madoguchi.ops.town.scene import Scene
from madoguchi.rules.bank import read_holder
from madoguchi.rules.opening import opening
from madoguchi.rules.programme.subsidy import Life
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.notices.public import changes
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.own import public as own

STEPS = ("apply", "contract", "report", "claim")


def applied(grant: Grant, files: tuple[UUID, ...] = ()) -> Applied:
    """What the form says; papers that were not sent are brought to the desk."""
    return Applied(
        name=grant.name,
        kana=grant.kana,
        postal_code="377-8501",
        address=grant.address,
        phone=grant.phone,
        adult="yes",
        acts=(grant.act,),
        costs=(CostLine(grant.act, "retainer", grant.yen),),
        engaged="lawyer",
        lawyer="見本 つかさ",
        law_office="見本法律事務所",
        contract="none",
        estimate_brought=True,
        screen_files=files,
        screens_brought=not files,
        register_consent="consent",
        other_aid="no",
        promises=("unsigned", "true"),
    )


def act(
    scene: Scene, grant: Grant, slip: person.Slip, do: str, life: Life, moment: datetime
) -> None:
    """Come back with the receipt and do the step.

    Raises:
        ValueError: for a step that no applicant knows, or where there is no grant.
    """
    held, actor = person.hold(scene.office.id, slip), cases.consultee(scene.office.id)
    look_on = _look_on(scene, moment)
    if do == "apply":
        files = tuple(one.id for one in evidence.readable(held.drawer))
        told = applied(grant, files)
        applying.apply(actor, held, told, look_on, now=moment)
        return
    there = own.own(held)
    if there is None:
        raise ValueError(do)
    seen, course = own.HeldGrant(held, there.id, there.turn), own.Course(life.stages, look_on)
    today = moment.date()
    match do:
        case "contract":
            signed = own.Contracted(today, "見本 つかさ", grant.yen)
            own.report_contract(actor, seen, signed, course, now=moment)
        case "report":
            paid = own.Reported(today, grant.yen, bring=True)
            own.report(actor, seen, paid, course, now=moment)
        case "claim":
            own.claim(actor, seen, _account(grant), course, now=moment)
        case _:
            raise ValueError(do)


def _look_on(scene: Scene, moment: datetime) -> date:
    return opening(scene.desk, "web", moment, changes(scene.office.id)).answer_by.date()


def _account(grant: Grant) -> dict[str, str]:
    """An account of a bank that does not exist."""
    return {
        "bank_name": "見本銀行",
        "branch_name": "見本支店",
        "bank_code": "",
        "branch_code": "",
        "kind": "ordinary",
        "number": "0000000",
        "holder_kana": read_holder(grant.kana),
    }
