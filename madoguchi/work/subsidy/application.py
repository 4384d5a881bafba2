"""An application (申請の内容): its fields, the facts that the rules judge, and its promises."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any, Literal, Self
from uuid import UUID

from madoguchi.rules.decision import Reason
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import (
    BeforeContract,
    Means,
    NoGangTies,
    NoTaxArrears,
    NotGrantedBefore,
    NotRecovered,
    NotRefunded,
    SubsidyVersion,
    is_confirmed,
)
from madoguchi.rules.programme.subsidy_amount import Act
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import Cost, CostByNow, Facts, Granted
from madoguchi.rules.subsidy.guardian import Representative, guardian

APPLICATION = "application"
APPLICATION_VERBS = (Verb.APPLY, Verb.TYPE_IN, Verb.COMPLETE)
FILES = ("estimate_files", "screen_files", "other_files")


@dataclass(frozen=True)
class Delivery:
    """How letters reach the person (受け取り方), and which sender is printed on the envelope."""

    how: Literal["counter", "post", "address"] = "counter"
    address: str = field(default="", repr=False)
    sender: Literal["city", "none", "own"] = "city"
    sender_name: str = field(default="", repr=False)


@dataclass(frozen=True)
class CostLine:
    """What the lawyer asks for one act (見積書の一行); `yen` includes `tax_yen`."""

    act: str
    fee: str
    yen: int
    tax_yen: int | None = None


@dataclass(frozen=True, repr=False)
class Applied:
    """The fields of an application; days are ISO texts, "" where nothing was written.

    `former_name`: another name on the lawyer's papers. `protected`: measures of support (支援措置)
    are in force, the address is shown nowhere. `adult`: whether they are 18. `guardian_is_other`:
    whether who would sign for a minor is the other party. `applied_yen`: the sum applied for, where
    another one than is reckoned stands on the paper (申請額). `screens_asked`: they ask the desk
    before any screen is printed or sent.
    """

    name: str = ""
    kana: str = ""
    former_name: str = ""
    born_on: str = ""
    postal_code: str = ""
    address: str = ""
    protected: bool = False
    phone: str = ""
    adult: Literal["yes", "no", ""] = ""
    by: Literal["self", "representative"] = "self"
    representative: str = ""
    guardian_is_other: Literal["yes", "no", "unsure", ""] = ""
    acts: tuple[str, ...] = ()
    costs: tuple[CostLine, ...] = ()
    engaged: Literal["lawyer", "judicial_scrivener", "other", ""] = ""
    lawyer: str = ""
    law_office: str = ""
    contract: Literal["none", "signed", ""] = ""
    contract_on: str = ""
    paid_on: str = ""
    legal_aid: Literal["none", "repaying", "suspended", ""] = ""
    estimate_on: str = ""
    estimate_files: tuple[UUID, ...] = ()
    estimate_brought: bool = False
    screen_files: tuple[UUID, ...] = ()
    screens_brought: bool = False
    screens_asked: bool = False
    other_files: tuple[UUID, ...] = ()
    register_consent: Literal["consent", "bring", ""] = ""
    consulted: tuple[str, ...] = ()
    household: int | None = None
    income_yen: int | None = None
    other_aid: Literal["no", "yes", ""] = ""
    other_aid_yen: int | None = None
    delivery: Delivery = Delivery()
    promises: tuple[str, ...] = ()
    applied_yen: int | None = None

    @property
    def retainers_yen(self) -> int:
        """What the estimate says that the retainers cost (着手金)."""
        return sum(line.yen for line in self.costs if line.fee == "retainer")

    @property
    def requests(self) -> tuple[str, ...]:
        """The acts, each with a retainer of its own, where there are several; else nothing."""
        acts = tuple(dict.fromkeys(line.act for line in self.costs if line.fee == "retainer"))
        return acts if len(acts) > 1 else ()

    @property
    def retainers(self) -> CostByNow:
        """What the estimate says that the retainers cost: of each of several requests."""
        each = dict.fromkeys(self.requests, 0)
        for line in self.costs:
            if line.fee == "retainer" and line.act in each:
                each[line.act] += line.yen
        return each or self.retainers_yen

    @property
    def files(self) -> tuple[UUID, ...]:
        """The files that it names, each once."""
        return tuple(dict.fromkeys(file_id for name in FILES for file_id in getattr(self, name)))

    def to_json(self) -> dict[str, Any]:
        """As a step holds it."""
        details = asdict(self)
        return details | {name: [str(file_id) for file_id in details[name]] for name in FILES}

    @classmethod
    def from_json(cls, details: Mapping[str, Any]) -> Self:
        """As a step held it; a field that an earlier version did not have is empty."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in details.items() if name in known}
        for name in ("acts", "consulted", "promises"):
            values[name] = tuple(values.get(name) or ())
        for name in FILES:
            values[name] = tuple(UUID(file_id) for file_id in values.get(name) or ())
        values["costs"] = tuple(CostLine(**each) for each in values.get("costs") or ())
        values["delivery"] = Delivery(**(values.get("delivery") or {}))
        return cls(**values)


def represented(applied: Applied, applied_on: date) -> Reason | None:
    """What to settle about who acts for a minor; None for an adult. Never a reason to say no.

    Where no day of birth was asked, who says to be under 18 is believed.
    """
    born_on = _day(applied.born_on) or (applied_on if applied.adult == "no" else None)
    representatives: dict[str, Representative] = {"yes": "other_party", "unsure": "unsure"}
    return guardian(born_on, applied_on, representatives.get(applied.guardian_is_other))


def facts(
    applied: Applied,
    *,
    received_on: date | None,
    channel: str,
    used_desk: Literal["no"] | Means | None,
    checks: Mapping[str, str] | None = None,
    granted: tuple[Granted, ...] | None = None,
) -> Facts:
    """What is known of an application, for `judge` at the desk and `quote` on the portal.

    `received_on`: the day of the application, None before the desk has it. `checks`: the officer's
    verdicts (`met`, `unmet`, `unknown`) by condition, as `resident` or `subsidy.resident`; they
    overrule what the person wrote. `granted`: earlier grants; None where nobody has looked.
    """
    found = {code.removeprefix("subsidy."): verdict for code, verdict in (checks or {}).items()}
    # What the desk has received is an application, however it came.
    by_web = channel == "web" and received_on is None
    # A form that asks only for the payment of a retainer says by it that there is a contract.
    contract = applied.contract or ("signed" if applied.paid_on else None)
    acts: dict[str, Act] = {"deletion": "deletion", "disclosure": "disclosure"}
    costs = tuple(
        Cost(
            acts.get(line.act, "other"),
            "retainer" if line.fee == "retainer" else "other",
            line.yen,
            line.tax_yen,
        )
        for line in applied.costs
    )
    return Facts(
        applied_on=received_on,
        applied_by="web" if by_web else "counter",
        registered=_seen(found, "resident"),
        used_desk=used_desk,
        contract=contract,
        contract_on=_day(applied.contract_on),
        engaged=applied.engaged or None,
        estimate=_there(found, "estimate", applied.estimate_files, applied.estimate_brought),
        estimate_on=_day(applied.estimate_on),
        screens_printed=_there(
            found,
            "printed_screens",
            applied.screen_files,
            applied.screens_brought or applied.screens_asked,
        ),
        costs=costs,
        other_aid_yen=0 if applied.other_aid == "no" else applied.other_aid_yen,
        refunded_yen=_nothing(found, applied, "not_refunded"),
        recovered_yen=_nothing(found, applied, "not_recovered"),
        granted=granted,
        tax_arrears=_not(_seen(found, "no_tax_arrears")),
        gang_ties=_not(_promised(found, applied, "no_gang_ties")),
        consulted=applied.consulted or None,
        household=applied.household,
        income_yen=applied.income_yen,
        paid_on=_day(applied.paid_on),
        legal_aid=applied.legal_aid or None,
    )


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _seen(found: Mapping[str, str], code: str) -> bool | None:
    """What the officer found; None where they did not look or could not say."""
    return {"met": True, "unmet": False}.get(found.get(code, ""))


def _there(
    found: Mapping[str, str],
    code: str,
    files: Sequence[UUID],
    brought: bool,  # noqa: FBT001 - the fact itself
) -> bool | None:
    """Whether a paper is there: seen by the officer, sent, or still to be brought."""
    seen = _seen(found, code)
    if seen is not None:
        return seen
    return True if files else None if brought else False


def _promised(found: Mapping[str, str], applied: Applied, code: str) -> bool | None:
    """Whether something holds: as the officer found, else as the person promised."""
    seen = _seen(found, code)
    return True if seen is None and code in applied.promises else seen


def _nothing(found: Mapping[str, str], applied: Applied, code: str) -> int | None:
    """0 where there was no money, 1 where there was some, None where it is not known."""
    held = _promised(found, applied, code)
    return None if held is None else int(not held)


def _not(held: bool | None) -> bool | None:  # noqa: FBT001 - the fact itself
    return None if held is None else not held


PLEDGED = (NoTaxArrears, NoGangTies, NotGrantedBefore, NotRefunded, NotRecovered)
UNSIGNED, TRUE = "before_contract", "true"


@dataclass(frozen=True)
class Promise:
    """One promise: a condition in the city's own words, or words of ours under `apply.promises`.

    `must`: it is asked of everybody; False for the one that who has signed cannot give.
    """

    code: str
    words: Words | None = None
    must: bool = True


def promises(version: SubsidyVersion) -> tuple[Promise, ...]:
    """The promises that the application form of these rules asks for, in order."""
    pledged = (
        each for each in version.condition if isinstance(each, PLEDGED) and is_confirmed(each)
    )
    timing = version.timing
    unsigned = isinstance(timing, BeforeContract) and timing.source != UNCONFIRMED
    return (
        *((Promise(UNSIGNED, must=False),) if unsigned else ()),
        *(Promise(snake(type(each).__name__), each.words) for each in pledged),
        Promise(TRUE),
    )
