"""An application (申請の内容): what it holds, and what is promised with it."""

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
from madoguchi.rules.programme.words import UNCONFIRMED, Words
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.facts import Cost, Facts, Granted
from madoguchi.rules.subsidy.guardian import Representative, guardian

APPLICATION = "application"
TELLING = (Verb.APPLY, Verb.TYPE_IN, Verb.COMPLETE)
FILES = ("estimate_files", "screen_files", "other_files")


@dataclass(frozen=True)
class Delivery:
    """How the letters reach the person (受け取り方), and whose name stands on the envelope."""

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
    """What a person tells to apply. `former_name`: another name on the lawyer's papers.

    `protected`: measures of support are in force (支援措置), the address is shown nowhere.
    `adult`: whether they are 18. `guardian_is_other`: whether who would sign for a minor is whom
    this is about.
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
    other_files: tuple[UUID, ...] = ()
    register_consent: Literal["consent", "bring", ""] = ""
    consulted: tuple[str, ...] = ()
    household: int | None = None
    income_yen: int | None = None
    other_aid: Literal["no", "yes", ""] = ""
    other_aid_yen: int | None = None
    delivery: Delivery = Delivery()
    promises: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[UUID, ...]:
        """The files that it names, each once."""
        named = (one for name in FILES for one in getattr(self, name))
        return tuple(dict.fromkeys(named))

    def to_json(self) -> dict[str, Any]:
        """As a step holds it."""
        told = asdict(self)
        return told | {name: [str(one) for one in told[name]] for name in FILES}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """As a step held it; what an earlier version did not know is not told."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        for name in ("acts", "consulted", "promises"):
            values[name] = tuple(values.get(name) or ())
        for name in FILES:
            values[name] = tuple(UUID(one) for one in values.get(name) or ())
        values["costs"] = tuple(CostLine(**each) for each in values.get("costs") or ())
        values["delivery"] = Delivery(**(values.get("delivery") or {}))
        return cls(**values)


def represented(applied: Applied, applied_on: date) -> Reason | None:
    """What to settle about who acts for a minor; None for a grown-up. Never a reason to say no.

    Whoever says to be under 18 is taken at their word where no day of birth was asked.
    """
    born_on = _day(applied.born_on) or (applied_on if applied.adult == "no" else None)
    said: dict[str, Representative] = {"yes": "other_party", "unsure": "unsure"}
    return guardian(born_on, applied_on, said.get(applied.guardian_is_other))


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
    verdicts (`met`, `unmet`, `unknown`) by condition, as `resident` or `subsidy.resident`; they go
    before what the person told. `granted`: earlier grants; None where nobody has looked.
    """
    found = {code.removeprefix("subsidy."): verdict for code, verdict in (checks or {}).items()}
    return Facts(
        applied_on=received_on,
        applied_by=_by(channel, received_on),
        registered=_seen(found, "resident"),
        used_desk=used_desk,
        contract=applied.contract or _contract(applied),
        contract_on=_day(applied.contract_on),
        engaged=applied.engaged or None,
        estimate=_there(found, "estimate", applied.estimate_files, applied.estimate_brought),
        estimate_on=_day(applied.estimate_on),
        screens_printed=_there(
            found, "printed_screens", applied.screen_files, applied.screens_brought
        ),
        costs=_costs(applied),
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


def _by(channel: str, received_on: date | None) -> Literal["counter", "web"]:
    """What the desk has received is an application, however it came."""
    return "web" if channel == "web" and received_on is None else "counter"


def _contract(applied: Applied) -> Literal["signed"] | None:
    """Infer the contract from the payment of a retainer if the form asks only for that."""
    return "signed" if applied.paid_on else None


def _day(told: str) -> date | None:
    return date.fromisoformat(told) if told else None


def _costs(applied: Applied) -> tuple[Cost, ...]:
    """The lines for work; what none of the rules names is another act."""
    known = {"deletion": "deletion", "disclosure": "disclosure"}
    return tuple(
        Cost(
            known.get(each.act, "other"),  # type: ignore[arg-type] # one of the three acts
            "retainer" if each.fee == "retainer" else "other",
            each.yen,
            each.tax_yen,
        )
        for each in applied.costs
    )


def _seen(found: Mapping[str, str], code: str) -> bool | None:
    """What the officer found; None where they did not look or could not tell."""
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

    `must`: it is asked of everybody; not so the one that whoever has signed cannot give.
    """

    code: str
    words: Words | None = None
    must: bool = True


def promises(version: SubsidyVersion) -> tuple[Promise, ...]:
    """What is promised under these rules, in its order."""
    held = (each for each in version.condition if isinstance(each, PLEDGED) and is_confirmed(each))
    timing = version.timing
    unsigned = isinstance(timing, BeforeContract) and timing.source != UNCONFIRMED
    return (
        *((Promise(UNSIGNED, must=False),) if unsigned else ()),
        *(Promise(snake(type(each).__name__), each.words) for each in held),
        Promise(TRUE),
    )
