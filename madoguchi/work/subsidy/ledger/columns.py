"""What a ledger says of each grant (補助金台帳の項目), and in which step of its life it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.work.subsidy.amended import amended
from madoguchi.work.subsidy.application import APPLICATION, TELLING
from madoguchi.work.subsidy.steps import Said, StepCard

type Step = Said | StepCard


type Kind = Literal["day", "yen", "code", "word"]
type Value = date | int | str

FILING = "filing"
DECIDING = (Verb.DECIDE, Verb.REFUSE)
SENT_BACK = {State.REPORTED: Verb.REPORT, State.CLAIMED: Verb.CLAIM}


@dataclass(frozen=True)
class Column:
    """One column: its words are `desk.ledger.column.<name>`.

    `verbs`: the newest step of these says it. `at`: where in what the step is about; empty for the
    step's own day. `names`: only where a ledger with names was released. `short`: also on the sheet
    that is printed. `code`: digits that are no number. `word`: a code of ours, whose words are
    `desk.ledger.<where it stands>.<code>`.
    """

    name: str
    kind: Kind
    verbs: tuple[Verb, ...]
    at: tuple[str, ...] = ()
    names: bool = False
    short: bool = False


def _filed(name: str, kind: Kind, at: str, *verbs: Verb, short: bool = False) -> Column:
    """A column of what is typed from the city's own document system."""
    return Column(name, kind, verbs, (FILING, at), short=short)


def _decision(of: str, verb: Verb) -> tuple[Column, ...]:
    """The columns of a later decision (決裁): its days, who decided and its document's number."""
    return (
        _filed(f"{of}_drafted_on", "day", "drafted_on", verb),
        _filed(f"{of}_on", "day", "decided_on", verb, short=verb is Verb.FIX),
        _filed(f"{of}_class", "word", "decision_class", verb),
        _filed(f"{of}_deputy", "code", "deputy", verb),
        _filed(f"{of}_enforced_on", "day", "enforced_on", verb),
        _filed(f"{of}_number", "code", "document_number", verb),
    )


SECTION = "section"  # 款項目節: of the year's budget, which no step says
COLUMNS = (
    Column("name", "code", TELLING, (APPLICATION, "name"), names=True, short=True),
    Column("kana", "code", TELLING, (APPLICATION, "kana"), names=True),
    Column("postal_code", "code", TELLING, (APPLICATION, "postal_code"), names=True),
    Column("address", "code", TELLING, (APPLICATION, "address"), names=True),
    Column("phone", "code", TELLING, (APPLICATION, "phone"), names=True),
    Column("applied_on", "day", (Verb.RECEIVE, Verb.TYPE_IN), ("applied_on",)),
    Column("received_number", "code", (Verb.RECEIVE, Verb.TYPE_IN), ("received_number",)),
    Column("returned_on", "day", (Verb.RETURN,)),
    Column("completed_on", "day", (Verb.COMPLETE,)),
    Column("cost_yen", "yen", TELLING, (APPLICATION, "costs")),
    _filed("drafted_on", "day", "drafted_on", Verb.DRAFT),
    _filed("decided_on", "day", "decided_on", *DECIDING, short=True),
    _filed("decision_class", "word", "decision_class", *DECIDING),
    _filed("deputy", "code", "deputy", *DECIDING),
    _filed("enforced_on", "day", "enforced_on", *DECIDING),
    _filed("document_number", "code", "document_number", *DECIDING, short=True),
    _filed("binder", "code", "binder", *DECIDING),
    _filed("retention_years", "code", "retention_years", *DECIDING),
    _filed("disclosure", "word", "disclosure", *DECIDING),
    Column("decided_yen", "yen", (Verb.DECIDE,), ("amount_yen",), short=True),
    Column(SECTION, "code", ()),
    Column("commitment_number", "code", (Verb.DECIDE,), ("commitment_number",)),
    Column("contract_on", "day", (Verb.CONTRACT,), ("contract_on",), short=True),
    Column("contract_yen", "yen", (Verb.CONTRACT,), ("yen",)),
    *_decision("changed", Verb.CHANGE),
    Column("changed_yen", "yen", (Verb.CHANGE,), ("amount_yen",), short=True),
    Column("reported_on", "day", (Verb.REPORT,), short=True),
    Column("lawyer_paid_on", "day", (Verb.REPORT,), ("paid_on",)),
    Column("lawyer_paid_yen", "yen", (Verb.REPORT,), ("paid_yen",)),
    Column("refunded_yen", "yen", (Verb.REPORT,), ("refunded_yen",)),
    Column("recovered_yen", "yen", (Verb.REPORT,), ("recovered_yen",)),
    Column("other_aid_yen", "yen", (Verb.REPORT,), ("other_aid_yen",)),
    Column("carried_on", "day", (Verb.CARRY,)),
    *_decision("fixed", Verb.FIX),
    Column("fixed_yen", "yen", (Verb.FIX,), ("amount_yen",), short=True),
    Column("claimed_on", "day", (Verb.CLAIM,)),
    Column("creditor_number", "code", (Verb.PAY, Verb.CLAIM), ("creditor_number",)),
    Column("order_number", "code", (Verb.PAY,), ("order_number",)),
    Column("paid_on", "day", (Verb.PAY,), ("paid_on",), short=True),
    Column("paid_yen", "yen", (Verb.PAY,), ("amount_yen",), short=True),
    Column("withdrawn_on", "day", (Verb.WITHDRAW,)),
    Column("lapsed_on", "day", (Verb.LAPSE,)),
    *_decision("revoked", Verb.REVOKE),
    Column("repay_yen", "yen", (Verb.REVOKE,), ("repay_yen",)),
    Column("repay_by_on", "day", (Verb.REVOKE,), ("repay_by_on",)),
    Column("repaid_on", "day", (Verb.REPAY,), ("repaid_on",)),
    Column("repaid_yen", "yen", (Verb.REPAY,), ("yen",), short=True),
    Column("repaid_into", "word", (Verb.REPAY,), ("into",)),
)
HIDES = ("postal_code", "address")  # 支援措置
TOTALS = tuple(column.name for column in COLUMNS if column.kind == "yen")


def shown(names: bool) -> tuple[Column, ...]:  # noqa: FBT001 - with names or without
    """The columns of a ledger with names or without."""
    return tuple(column for column in COLUMNS if names or not column.names)


def needed(columns: Iterable[Column]) -> frozenset[Verb]:
    """The verbs whose steps have to be opened for these columns."""
    return frozenset({Verb.AMEND, *(verb for each in columns if each.at for verb in each.verbs)})


def cells(
    steps: Iterable[Step], columns: Iterable[Column], *, hides: bool = False
) -> dict[str, Value]:
    """What the columns say of a grant with these steps; what is not known is not there.

    `hides`: no address is said, whenever it was told (支援措置).
    """
    standing = _standing(amended(steps))
    found: dict[str, Value] = {}
    for column in columns:
        if hides and column.name in HIDES:
            continue
        for verb in _newest_first(column.verbs, standing):
            value = _value(column, standing[verb])
            if value is not None:
                found[column.name] = value
                break
    return found


def _newest_first(verbs: Iterable[Verb], standing: Mapping[Verb, Step]) -> list[Verb]:
    there = [verb for verb in verbs if verb in standing]
    return sorted(there, key=lambda verb: -standing[verb].number)


def _standing(steps: Iterable[Step]) -> dict[Verb, Step]:
    """The newest step of each verb that still holds."""
    standing: dict[Verb, Step] = {}
    before = None
    for step in steps:
        if step.verb is Verb.SEND_BACK and before in SENT_BACK:
            standing.pop(SENT_BACK[before], None)
        elif step.verb is Verb.UNDRAFT:
            standing.pop(Verb.DRAFT, None)
        else:
            standing[step.verb] = step
        before = step.state
    return standing


def _value(column: Column, step: Step) -> Value | None:
    if not column.at:
        return step.on
    told: Any = step.told
    for part in column.at:
        told = told.get(part) if isinstance(told, dict) else None
    if told is None or told == "":
        return None
    if column.name == "cost_yen":
        return sum(int(line["yen"]) for line in told)
    if column.kind == "yen":
        return int(told)
    return date.fromisoformat(told) if column.kind == "day" else str(told)
