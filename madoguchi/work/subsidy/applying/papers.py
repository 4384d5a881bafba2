"""The application form as it was filled in (書き込んだ交付申請書), in reading form."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
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
from madoguchi.work.subsidy.papers import Application, Asked, More, Tick

type Say = Callable[..., str]

NONE = ""
ENGAGED = ("lawyer", "judicial_scrivener", "other")
CONTRACT = ("none", "signed")
WAYS = ("counter", "post", "address")
WHO = ("self", "minor", "representative")
LEGAL_AID = ("none", "repaying", "suspended")


@dataclass(frozen=True)
class Filling:
    """What a form is filled from: the rules, the words of papers, what was told (None: nothing)."""

    version: SubsidyVersion
    say: Say
    told: Applied | None = None

    def more(self) -> tuple[More, ...]:
        """The fields from ⑬ on, as far as these rules have them."""
        made = {13: self._delivery, 14: self._who, 15: self._consulted, 16: self._income}
        made[17] = self._legal_aid
        asked = (one for one in fields(self.version) if one.number in made)
        return tuple(made[one.number](f"{circled(one.number)} ") for one in asked)

    def _delivery(self, mark: str) -> More:
        told = self.told.delivery if self.told else None
        words = NONE
        if told:
            sender = self.say(f"more.sender.{told.sender}", name=told.sender_name)
            address = NONE if self.told and self.told.protected else told.address
            words = "　".join(filter(None, (address, sender)))
        ticks = self._ticks("delivery", WAYS, told.how if told else NONE)
        label, asked = self.say("more.delivery.label"), self.say("more.delivery.asked")
        return More(mark + label, ticks, asked, words, below=True)

    def _who(self, mark: str) -> More:
        told = self.told
        who = NONE
        if told:
            own = {"yes": "self", "no": "minor"}.get(told.adult, NONE)
            who = "representative" if told.by == "representative" else own
        ticks = self._ticks("who", WHO, who)
        words = told.representative if told else NONE
        return More(mark + self.say("more.who.label"), ticks, self.say("more.who.asked"), words)

    def _consulted(self, mark: str) -> More:
        """The condition in the city's own words, ticked where it was said to hold."""
        rule = next(one for one in self.version.condition if isinstance(one, UsedAnyOf))
        ticked = bool(self.told and self.told.consulted)
        return More(mark + self.say("more.consulted.label"), (Tick(rule.words.ja, ticked),))

    def _income(self, mark: str) -> More:
        told, words = self.told, NONE
        if told and told.household is not None and told.income_yen is not None:
            yen = f"{told.income_yen:,}"
            words = self.say("more.income.said", people=str(told.household), yen=yen)
        return More(mark + self.say("more.income.label"), (), self.say("more.income.asked"), words)

    def _legal_aid(self, mark: str) -> More:
        chosen = self.told.legal_aid if self.told else NONE
        ticks = self._ticks("legal_aid", LEGAL_AID, chosen)
        return More(mark + self.say("more.legal_aid.label"), ticks)

    def _ticks(self, name: str, options: tuple[str, ...], chosen: str) -> tuple[Tick, ...]:
        return tuple(Tick(self.say(f"more.{name}.{one}"), one == chosen) for one in options)


def filled_in(
    form: Application, filling: Filling, *, grant_yen: int | None = None, receipt: str = ""
) -> Application:
    """The form with all that was told; a protected address stands on no paper (支援措置)."""
    told, version, say = filling.told, filling.version, filling.say
    if told is None:
        return form
    return replace(
        form,
        person=told.name,
        kana=told.kana,
        former_name=told.former_name,
        postal_code=NONE if told.protected else told.postal_code,
        address=say("protected") if told.protected else told.address,
        protected=replace(form.protected, ticked=told.protected),
        phone=told.phone,
        born_on=_day(told.born_on),
        receipt=receipt,
        acts=_ticked(form.acts, [act in told.acts for act in _acts(version)]),
        engaged=_ticked(form.engaged, [one == told.engaged for one in ENGAGED]),
        lawyer=told.lawyer,
        office=told.law_office,
        costs=tuple(_costs(form, version, say, told)),
        grant=_yen(say, grant_yen or None),
        contract=_ticked(form.contract, [one == told.contract for one in CONTRACT]),
        day=_day(told.paid_on if isinstance(version.timing, AfterPayment) else told.contract_on),
        other_aid=_aid(say, told),
        attachments=_ticked(form.attachments, list(_there(version, told))),
        promises=tuple(_promised(form, version, told)),
        more=filling.more(),
    )


def _ticked(ticks: tuple[Tick, ...], on: list[bool]) -> tuple[Tick, ...]:
    """The boxes with these ticked; what only the desk knows of stays empty."""
    known = [*on, *(False for _ in ticks[len(on) :])]
    return tuple(replace(tick, ticked=each) for tick, each in zip(ticks, known, strict=False))


def _acts(version: SubsidyVersion) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.act for each in version.cost))


def _there(version: SubsidyVersion, told: Applied) -> Iterator[bool]:
    """For each paper that the rules name: whether it was sent or will be brought."""
    for each in version.condition:
        if isinstance(each, PAPERS) and is_confirmed(each):
            if isinstance(each, Estimate):
                yield bool(told.estimate_files or told.estimate_brought)
            else:
                yield bool(told.screen_files or told.screens_brought)


def _promised(form: Application, version: SubsidyVersion, told: Applied) -> Iterator[Tick]:
    """The promises, ticked; whoever has signed is not asked to promise that they have not."""
    ticks = iter(form.promises)
    if any(isinstance(each, Resident) and is_confirmed(each) for each in version.condition):
        yield replace(next(ticks), ticked=told.register_consent == "consent")
    for tick, each in zip(ticks, promises(version), strict=True):
        if each.must or told.contract != "signed":
            yield replace(tick, ticked=each.code in told.promises)


def _costs(form: Application, version: SubsidyVersion, say: Say, told: Applied) -> Iterator[Asked]:
    """What the lawyer asks for each act; a sum that was not told is a blank."""
    lines = {(line.act, line.fee): line for line in told.costs}
    for asked, cost in zip(form.costs, version.cost, strict=True):
        line = lines.get((cost.act, cost.fee))
        yield replace(
            asked,
            yen=_yen(say, line.yen if line else None),
            tax=_yen(say, line.tax_yen if line else None),
        )


def contracts(version: SubsidyVersion) -> tuple[str, ...]:
    """The answers to whether there is a contract, where the rules ask for one only afterwards."""
    return () if isinstance(version.timing, AfterPayment) else CONTRACT


def _aid(say: Say, told: Applied) -> str:
    if told.other_aid == "no":
        return say("aid.no")
    if told.other_aid == "yes":
        return say("aid.yes") if told.other_aid_yen is None else _yen(say, told.other_aid_yen)
    return NONE


def _yen(say: Say, yen: int | None) -> str:
    return NONE if yen is None else say("sum", yen=f"{yen:,}")


def _day(told: str) -> str:
    return wareki(date.fromisoformat(told)) if told else NONE
