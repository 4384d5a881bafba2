"""The application form as it was filled in (書き込んだ交付申請書), in reading form."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.subsidy import (
    PAPERS,
    AfterPayment,
    Estimate,
    Resident,
    SubsidyVersion,
    UsedAnyOf,
    is_confirmed,
)
from madoguchi.rules.subsidy.fields import circled, fields
from madoguchi.work.subsidy.application import Applied, promises
from madoguchi.work.subsidy.papers import Application, More, Tick

type Say = Callable[..., str]

NONE = ""
ENGAGED = ("lawyer", "judicial_scrivener", "other")
CONTRACT = ("none", "signed")
WAYS = ("counter", "post", "address")
WHO = ("self", "minor", "representative")
LEGAL_AID = ("none", "repaying", "suspended")


def further_fields(
    version: SubsidyVersion, say: Say, applied: Applied | None = None
) -> tuple[More, ...]:
    """The fields from ⑬ on, as far as these rules have them; empty without an application."""

    def ticks(name: str, options: tuple[str, ...], chosen: str) -> tuple[Tick, ...]:
        return tuple(Tick(say(f"more.{name}.{each}"), each == chosen) for each in options)

    made: list[More] = []
    for field in fields(version):
        mark, words = f"{circled(field.number)} ", NONE
        match field.number:
            case 13:
                how, delivery = NONE, applied.delivery if applied else None
                if applied and delivery:
                    how = delivery.how
                    sender = say(f"more.sender.{delivery.sender}", name=delivery.sender_name)
                    address = NONE if applied.protected else delivery.address
                    words = "　".join(filter(None, (address, sender)))
                label, asked = mark + say("more.delivery.label"), say("more.delivery.asked")
                made.append(More(label, ticks("delivery", WAYS, how), asked, words, below=True))
            case 14:
                who = NONE
                if applied:
                    by_age = {"yes": "self", "no": "minor"}.get(applied.adult, NONE)
                    who = "representative" if applied.by == "representative" else by_age
                    words = applied.representative
                label, asked = mark + say("more.who.label"), say("more.who.asked")
                made.append(More(label, ticks("who", WHO, who), asked, words))
            case 15:  # the condition in the city's own words, ticked where it was said to hold
                rule = next(each for each in version.condition if isinstance(each, UsedAnyOf))
                ticked = bool(applied and applied.consulted)
                label = mark + say("more.consulted.label")
                made.append(More(label, (Tick(rule.words.ja, ticked),)))
            case 16:
                if applied and applied.household is not None and applied.income_yen is not None:
                    people, yen = str(applied.household), f"{applied.income_yen:,}"
                    words = say("more.income.said", people=people, yen=yen)
                label, asked = mark + say("more.income.label"), say("more.income.asked")
                made.append(More(label, (), asked, words))
            case 17:
                chosen = applied.legal_aid if applied else NONE
                label = mark + say("more.legal_aid.label")
                made.append(More(label, ticks("legal_aid", LEGAL_AID, chosen)))
    return tuple(made)


def filled_in(
    form: Application,
    version: SubsidyVersion,
    say: Say,
    applied: Applied | None,
    *,
    grant_yen: int | None = None,
    receipt: str = "",
) -> Application:
    """The form with all that was written; a protected address is on no paper (支援措置)."""
    if applied is None:
        return form
    acts = dict.fromkeys(cost.act for cost in version.cost)
    lines = {(line.act, line.fee): line for line in applied.costs}
    costs = []
    for row, cost in zip(form.costs, version.cost, strict=True):
        line = lines.get((cost.act, cost.fee))
        yen, tax = (line.yen, line.tax_yen) if line else (None, None)
        costs.append(replace(row, yen=_yen(say, yen), tax=_yen(say, tax)))
    papers = [  # whether each that the rules name was sent or will be brought
        bool(applied.estimate_files or applied.estimate_brought)
        if isinstance(each, Estimate)
        else bool(applied.screen_files or applied.screens_brought)
        for each in version.condition
        if isinstance(each, PAPERS) and is_confirmed(each)
    ]
    other_aid = NONE
    if applied.other_aid == "no":
        other_aid = say("aid.no")
    elif applied.other_aid == "yes":
        known = applied.other_aid_yen is not None
        other_aid = _yen(say, applied.other_aid_yen) if known else say("aid.yes")
    after_payment = isinstance(version.timing, AfterPayment)
    return replace(
        form,
        person=applied.name,
        kana=applied.kana,
        former_name=applied.former_name,
        postal_code=NONE if applied.protected else applied.postal_code,
        address=say("protected") if applied.protected else applied.address,
        protected=replace(form.protected, ticked=applied.protected),
        phone=applied.phone,
        born_on=_day(applied.born_on),
        receipt=receipt,
        acts=_ticked(form.acts, [act in applied.acts for act in acts]),
        engaged=_ticked(form.engaged, [each == applied.engaged for each in ENGAGED]),
        lawyer=applied.lawyer,
        office=applied.law_office,
        costs=tuple(costs),
        grant=_yen(say, grant_yen or None),
        contract=_ticked(form.contract, [each == applied.contract for each in CONTRACT]),
        day=_day(applied.paid_on if after_payment else applied.contract_on),
        other_aid=other_aid,
        attachments=_ticked(form.attachments, papers),
        promises=tuple(_promised(form, version, applied)),
        more=further_fields(version, say, applied),
    )


def _ticked(ticks: tuple[Tick, ...], on: list[bool]) -> tuple[Tick, ...]:
    """The boxes with these ticked; further ones, of which only the desk knows, stay empty."""
    known = [*on, *(False for _ in ticks[len(on) :])]
    return tuple(replace(tick, ticked=each) for tick, each in zip(ticks, known, strict=False))


def _promised(form: Application, version: SubsidyVersion, applied: Applied) -> Iterator[Tick]:
    """The promises, ticked; who has signed is not asked to promise that they have not."""
    ticks = iter(form.promises)
    if any(isinstance(each, Resident) and is_confirmed(each) for each in version.condition):
        yield replace(next(ticks), ticked=applied.register_consent == "consent")
    for tick, each in zip(ticks, promises(version), strict=True):
        if each.must or applied.contract != "signed":
            yield replace(tick, ticked=each.code in applied.promises)


def contracts(version: SubsidyVersion) -> tuple[str, ...]:
    """The answers to whether there is a contract; none where it is always there by then."""
    return () if isinstance(version.timing, AfterPayment) else CONTRACT


def _yen(say: Say, yen: int | None) -> str:
    return NONE if yen is None else say("sum", yen=f"{yen:,}")


def _day(iso: str) -> str:
    return wareki(date.fromisoformat(iso)) if iso else NONE
