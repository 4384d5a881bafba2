"""What machine and officer found of a grant's conditions (審査の結果), side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from madoguchi.rules.steps.grant import RESERVING, State, Verb
from madoguchi.rules.subsidy.facts import Granted
from madoguchi.rules.subsidy.judge import judge
from madoguchi.rules.subsidy.reviewed import reviewed
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy.application import current, facts
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing.verdicts import holding
from madoguchi.work.subsidy.steps import history
from madoguchi.work.subsidy.sums import granted_yen, newest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from madoguchi.rules.decision import Ground, Held
    from madoguchi.rules.programme.subsidy import Terms
    from madoguchi.rules.subsidy.facts import Facts
    from madoguchi.rules.subsidy.judge import Judgement
    from madoguchi.tools.vault.drawer import Drawer
    from madoguchi.work.subsidy.reviewing.verdicts import CheckCard
    from madoguchi.work.subsidy.steps import StepCard

DOORS = {"phone": "phone", "counter": "face", "mail": "email", "web": "web"}


@dataclass(frozen=True)
class Known:
    """What stands beside the application: the day it counts from, how it came, the case's door.

    `granted`: what was granted in this case before; None where there was nothing, since elsewhere
    there may have been.
    """

    applied_on: date | None
    channel: str
    door: str
    granted: tuple[Granted, ...] | None = None


@dataclass(frozen=True)
class Finding:
    """One condition: the machine's ground, the officer's verdict, and what holds of both."""

    machine: Ground
    officer: CheckCard | None
    holds: Held


@dataclass(frozen=True)
class Findings:
    """Every condition, and the judgement that follows from what holds."""

    conditions: tuple[Finding, ...]
    judgement: Judgement


def findings(
    steps: Sequence[StepCard], checks: Sequence[CheckCard], known: Known, terms: Terms
) -> Findings:
    """What is found of the application as it stands now, under the terms of its day."""
    told, held = _facts(steps, known, {}), holding(checks)
    verdicts = {code: check.held for code, check in held.items()}
    seen = {code: verdict.value for code, verdict in verdicts.items()}
    judgement = reviewed(_facts(steps, known, seen), terms, verdicts)
    holds = {ground.code: ground.held for ground in judgement.decision.grounds}
    machine = judge(told, terms).decision.grounds
    return Findings(
        tuple(
            Finding(ground, held.get(ground.code), holds.get(ground.code, ground.held))
            for ground in machine
        ),
        judgement,
    )


def _facts(steps: Sequence[StepCard], known: Known, seen: Mapping[str, str]) -> Facts:
    return facts(
        current(steps),
        received_on=known.applied_on,
        channel=known.channel,
        used_desk=DOORS.get(known.door),  # type: ignore[arg-type] # one of the means
        checks=seen,
        granted=known.granted,
    )


def applied_on(steps: Sequence[StepCard]) -> date | None:
    """The day of the application (申請の日); None before the desk has received it."""
    told = newest(steps, Verb.RECEIVE, Verb.TYPE_IN).get("applied_on")
    return date.fromisoformat(told) if told else None


def known(grant: Grant, shared: Drawer, staff: Drawer, steps: Sequence[StepCard]) -> Known:
    """What stands beside a grant's application, from its row, its case and its earlier grants."""
    door = Case.of(grant.office_id).values_list("channel", flat=True).get(pk=grant.case_id)
    others = Grant.of(grant.office_id).filter(case_id=grant.case_id).exclude(pk=grant.id)
    granted = tuple(found for one in others for found in _granted(history(one, shared, staff)))
    return Known(applied_on(steps), grant.channel, door, granted or None)


def _granted(steps: Sequence[StepCard]) -> tuple[Granted, ...]:
    """What came of an earlier grant of the same case; nothing where it ended without money."""
    if not steps or steps[-1].state not in (*RESERVING, State.PAID):
        return ()
    on = next(step.on for step in steps if step.verb is Verb.DECIDE)
    return (Granted(on, granted_yen(steps), same_matter=True),)
