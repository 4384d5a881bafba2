"""What an application asks (申請の画面の入力): the same questions for the person and the desk.

    for task, form in forms(version).items(): …        # one page, or all of them on one
    filled = check(version, "lawyer", typed)           # with what one answer asks of another

What work keeps of the typed words: `applied`, and back again: `as_typed`. The parts of an account
(振込先の口座) are read by `read_parts`.

The numbers before the questions are those of `rules/subsidy/fields.py`. Words: `apply.<name>.…`.
Files are ticked: an answer names them by id, and `files` on the page are for new ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from madoguchi.rules import bank
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    Estimate,
    PrintedScreens,
    Resident,
    SubsidyVersion,
    UsedAnyOf,
    is_confirmed,
)
from madoguchi.rules.subsidy.fields import TASKS, Task, holding
from madoguchi.tools.forms.fields import (
    Choice,
    Choices,
    Day,
    Field,
    FieldError,
    Files,
    Line,
    Name,
    Tel,
    Value,
    Whole,
    Yen,
    plain,
)
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.work.subsidy.application import Applied, CostLine, Delivery, promises

WORDS = "apply"
YES = ("yes",)
PROTECTED, ENDED = "protected", "ended"
MOST_FILES = 20
POSTAL_DIGITS = 7
TICKED = {"estimate_files": "estimate", "screen_files": "screens", "other_files": "others"}
"""The answers that name files, and the field with which new ones are sent."""


@dataclass(frozen=True)
class Postal(Line):
    """A postal code in any width, with its dash or without; its value has the dash."""

    limit: int = 20
    autocomplete: str = "postal-code"
    width: str = "narrow"
    inputmode: ClassVar[str] = "numeric"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """Seven digits as 377-8501."""
        digits = "".join(sign for sign in plain(words) if sign.isascii() and sign.isdigit())
        if len(digits) != POSTAL_DIGITS:
            return None, self.error("postal")
        return f"{digits[:3]}-{digits[3:]}", None


@dataclass(frozen=True)
class Papers(Field):
    """Files that are here already, ticked by their ids; the page draws those it knows."""

    kind: ClassVar[str] = "papers"
    missing: ClassVar[str] = "choose_some"

    def read(self, given: Sequence[str]) -> tuple[Value, FieldError | None]:
        """The ids, each once; what is no id counts as not ticked."""
        ticked = tuple(dict.fromkeys(word for word in given if _is_id(word)))[:MOST_FILES]
        return ticked, None if ticked else self.missing_error()


def forms(version: SubsidyVersion, *, protected: bool = False) -> dict[Task, Form]:
    """The questions of each task under these rules, in the order of the tasks.

    `protected`: the person's address is hidden by now; they are asked whether that ended.
    """
    asked = {task: Form(WORDS, tuple(_of(version, task))) for task in TASKS}
    return {task: _asking(form) for task, form in asked.items()} if protected else asked


def check(version: SubsidyVersion, task: Task, typed: Typed, *, protected: bool = False) -> Filled:
    """A task with what has to be changed, also what one answer asks of another."""
    form = forms(version, protected=protected)[task]
    filled = form.check({one.name: typed.get(one.name, []) for one in form.fields})
    match task:
        case "person":
            return _person(filled)
        case "lawyer":
            return _lawyer(version, filled)
        case "papers":
            return _papers(filled)
        case "delivery":
            return _delivery(filled)
        case "promise":
            return _promise(version, filled, signed="signed" in typed.get("contract", []))
        case _:
            return filled


def cost_name(act: str, fee: str) -> str:
    """The field of what one act costs."""
    return f"yen_{act}" if fee == "retainer" else f"yen_{act}_{fee}"


def tax_name(act: str, fee: str) -> str:
    """The field of the tax in it."""
    return cost_name(act, fee).replace("yen_", "tax_", 1)


def acts(version: SubsidyVersion) -> tuple[str, ...]:
    """The acts that may be ticked: those whose cost may count."""
    return tuple(dict.fromkeys(cost.act for cost in version.cost))


def _asking(form: Form) -> Form:
    """The form with a question where there was a box: an empty one would end nothing unseen."""
    return replace(
        form,
        fields=tuple(
            Choice("protected", required=True, hint=True, options=(*YES, ENDED), mark=one.mark)
            if one.name == PROTECTED
            else one
            for one in form.fields
        ),
    )


def _of(version: SubsidyVersion, task: Task) -> Iterator[Field]:
    match task:
        case "person":
            yield from _of_person(version)
        case "record":
            if mark := _mark(version, "consulted"):
                yield Choice("consulted", required=True, options=("yes", "no"), mark=mark)
        case "lawyer":
            yield from _of_lawyer(version)
        case "papers":
            yield from _of_papers(version)
        case "delivery":
            yield from _of_delivery(version)
        case "promise":
            yield from _of_promise(version)


def _of_person(version: SubsidyVersion) -> Iterator[Field]:
    name, address = _mark(version, "name"), _mark(version, "address")
    who = _mark(version, "by")
    yield Name("name", required=True, mark=name)
    yield Name("kana", required=True, autocomplete="off", mark=name)
    yield Line("former_name", hint=True, limit=100, mark=name)
    if mark := _mark(version, "born_on"):
        yield Day("born_on", required=True, hint=True, mark=mark)
    yield Postal("postal_code", mark=address)
    yield Line(
        "address", required=True, hint=True, limit=300, autocomplete="address-line1", mark=address
    )
    yield Choices("protected", hint=True, options=YES, mark=address)
    yield Tel("phone", required=True, mark=_mark(version, "phone"))
    yield Choice("by", required=True, options=("self", "minor", "representative"), mark=who)
    yield Line("representative", hint=True, limit=200, mark=who)
    yield Choice("guardian_is_other", hint=True, options=("no", "yes", "unsure"), mark=who)
    if mark := _mark(version, "household"):
        yield Whole("household", required=True, hint=True, least=1, most=99, mark=mark)
        yield Yen("income_yen", required=True, hint=True, width="middle", mark=mark)


def _of_lawyer(version: SubsidyVersion) -> Iterator[Field]:
    lawyer, costs, day = (_mark(version, one) for one in ("lawyer", "costs", "contract_on"))
    aid = _mark(version, "other_aid")
    yield Choices("acts", required=True, options=acts(version), mark=_mark(version, "acts"))
    yield Choice(
        "engaged",
        required=True,
        hint=True,
        options=("lawyer", "judicial_scrivener", "other"),
        mark=lawyer,
    )
    yield Line("lawyer", required=True, limit=100, width="middle", mark=lawyer)
    yield Line("law_office", limit=200, mark=lawyer)
    for cost in version.cost:
        yield Yen(cost_name(cost.act, cost.fee), hint=True, width="middle", mark=costs)
        yield Yen(tax_name(cost.act, cost.fee), hint=True, width="middle", mark=costs)
    if isinstance(version.timing, AfterPayment):
        yield Day("contract_on", hint=True, mark=day)
        yield Day("paid_on", hint=True, mark=day)
        yield Choice(
            "legal_aid",
            required=True,
            hint=True,
            options=("none", "repaying", "suspended"),
            mark=_mark(version, "legal_aid"),
        )
    else:
        yield Choice("contract", required=True, options=("none", "signed"), mark=day)
        yield Day("contract_on", hint=True, mark=day)
    yield Choice("other_aid", required=True, hint=True, options=("no", "yes"), mark=aid)
    yield Yen("other_aid_yen", hint=True, width="middle", mark=aid)


def _of_papers(version: SubsidyVersion) -> Iterator[Field]:
    mark = _mark(version, "estimate_files")
    if _needs(version, Estimate):
        yield Papers("estimate_files", mark=mark)
        yield Files("estimate", hint=True, mark=mark)
        yield Choices("estimate_brought", options=YES, mark=mark)
        yield Day("estimate_on", hint=True, mark=mark)
    if _needs(version, PrintedScreens):
        yield Papers("screen_files", mark=mark)
        yield Files("screens", hint=True, mark=mark)
        yield Choices("screens_brought", options=YES, mark=mark)
    yield Papers("other_files", mark=mark)
    yield Files("others", hint=True, mark=mark)


def _of_delivery(version: SubsidyVersion) -> Iterator[Field]:
    mark = _mark(version, "delivery")
    yield Choice("delivery", required=True, options=("counter", "post", "address"), mark=mark)
    yield Line("delivery_address", hint=True, limit=300, mark=mark)
    yield Choice("sender", required=True, hint=True, options=("city", "none", "own"), mark=mark)
    yield Line("sender_name", hint=True, limit=100, width="middle", mark=mark)


def _of_promise(version: SubsidyVersion) -> Iterator[Field]:
    mark = _mark(version, "promises")
    if any(isinstance(one, Resident) and is_confirmed(one) for one in version.condition):
        yield Choice(
            "register_consent", required=True, hint=True, options=("consent", "bring"), mark=mark
        )
    yield Choices("promises", options=tuple(one.code for one in promises(version)), mark=mark)


def _person(filled: Filled) -> Filled:
    by = filled.value("by")
    if by == "representative":
        filled = _need(filled, "representative", "required")
    if by == "minor":
        filled = _need(filled, "guardian_is_other", "choose")
    return filled


def _lawyer(version: SubsidyVersion, filled: Filled) -> Filled:
    for cost in version.cost:
        yen, tax = cost_name(cost.act, cost.fee), tax_name(cost.act, cost.fee)
        if cost.act in filled.value("acts") and cost.fee == "retainer":
            filled = _need(filled, yen, "required")
        more = filled.value(tax)
        if more and isinstance(filled.value(yen), int) and more > filled.value(yen):
            filled = filled.refuse(tax, "tax")
    if filled.values.get("contract") == "signed":
        filled = _need(filled, "contract_on", "date")
    if filled.values.get("legal_aid") == "none":
        filled = _need(filled, "paid_on", "date")
    return filled


def _papers(filled: Filled) -> Filled:
    for ticked, brought, code in (
        ("estimate_files", "estimate_brought", "estimate"),
        ("screen_files", "screens_brought", "screens"),
    ):
        if ticked in filled.values and not (filled.value(ticked) or filled.value(brought)):
            filled = filled.refuse(ticked, f"apply_{code}")
    return filled


def _delivery(filled: Filled) -> Filled:
    if filled.value("delivery") == "address":
        filled = _need(filled, "delivery_address", "required")
    if filled.value("sender") == "own":
        filled = _need(filled, "sender_name", "required")
    return filled


def _promise(version: SubsidyVersion, filled: Filled, *, signed: bool) -> Filled:
    """All is promised that the rules ask; whoever has signed cannot promise that they have not."""
    asked = {one.code for one in promises(version) if one.must or not signed}
    lacking = asked - set(filled.value("promises"))
    return filled.refuse("promises", "apply_promises") if lacking else filled


def _need(filled: Filled, name: str, code: str) -> Filled:
    given = "".join(filled.typed.get(name, [])).strip()
    return filled if given else filled.refuse(name, code)


def _mark(version: SubsidyVersion, asked: str) -> str:
    field = holding(version, asked)
    return field.mark if field else ""


def _needs(version: SubsidyVersion, kind: type) -> bool:
    return any(isinstance(one, kind) and is_confirmed(one) for one in version.condition)


def _is_id(word: str) -> bool:
    try:
        return str(UUID(word)) == word
    except ValueError:
        return False


def applied(version: SubsidyVersion, typed: Typed) -> Applied:
    """The application that typed answers make, as far as they could be understood."""
    told = _values(version, typed)

    def said(name: str) -> Any:  # noqa: ANN401 - the field decides
        return told.get(name) or ""

    consulted = next((one.of for one in version.condition if isinstance(one, UsedAnyOf)), ())
    return Applied(
        name=said("name"),
        kana=said("kana"),
        former_name=said("former_name"),
        born_on=_iso(told.get("born_on")),
        postal_code=said("postal_code"),
        address=said("address"),
        protected="yes" in said("protected"),
        phone=(typed.get("phone") or [""])[0].strip(),
        adult=_adult(said("by")),
        by="representative" if said("by") == "representative" else "self",
        representative=said("representative"),
        guardian_is_other=said("guardian_is_other"),
        acts=tuple(said("acts")),
        costs=tuple(_costs(version, told)),
        engaged=said("engaged"),
        lawyer=said("lawyer"),
        law_office=said("law_office"),
        contract=said("contract"),
        contract_on=_iso(told.get("contract_on")),
        paid_on=_iso(told.get("paid_on")),
        legal_aid=said("legal_aid"),
        estimate_on=_iso(told.get("estimate_on")),
        estimate_files=_ids(told, "estimate_files"),
        estimate_brought="yes" in said("estimate_brought"),
        screen_files=_ids(told, "screen_files"),
        screens_brought="yes" in said("screens_brought"),
        other_files=_ids(told, "other_files"),
        register_consent=said("register_consent"),
        consulted=consulted[:1] if said("consulted") == "yes" else (),  # which one is not asked
        household=_number(told.get("household")),
        income_yen=_number(told.get("income_yen")),
        other_aid=said("other_aid"),
        other_aid_yen=_number(told.get("other_aid_yen")),
        delivery=Delivery(
            said("delivery") or "counter",
            said("delivery_address"),
            said("sender") or "city",
            said("sender_name"),
        ),
        promises=tuple(said("promises")),
    )


def has_ended(typed: Typed) -> bool:
    """Whether the person says that their measures of support ended, and nothing else (支援措置)."""
    return typed.get(PROTECTED) == [ENDED]


def as_typed(told: Applied, version: SubsidyVersion) -> Typed:
    """An application as the forms hold it, to be changed."""
    by = "representative" if told.by == "representative" else ""
    words = {
        "name": told.name,
        "kana": told.kana,
        "former_name": told.former_name,
        "postal_code": told.postal_code,
        "address": told.address,
        "protected": "yes" if told.protected else "",
        "phone": told.phone,
        "by": by or {"yes": "self", "no": "minor"}.get(told.adult, ""),
        "representative": told.representative,
        "guardian_is_other": told.guardian_is_other,
        "engaged": told.engaged,
        "lawyer": told.lawyer,
        "law_office": told.law_office,
        "contract": told.contract,
        "legal_aid": told.legal_aid,
        "estimate_brought": "yes" if told.estimate_brought else "",
        "screens_brought": "yes" if told.screens_brought else "",
        "register_consent": told.register_consent,
        "consulted": "yes" if told.consulted else "",
        "household": _digits(told.household),
        "income_yen": _digits(told.income_yen),
        "other_aid": told.other_aid,
        "other_aid_yen": _digits(told.other_aid_yen),
        "delivery": told.delivery.how,
        "delivery_address": told.delivery.address,
        "sender": told.delivery.sender,
        "sender_name": told.delivery.sender_name,
    }
    for line in told.costs:
        words[cost_name(line.act, line.fee)] = _digits(line.yen)
        words[tax_name(line.act, line.fee)] = _digits(line.tax_yen)
    typed = {name: [word] if word else [] for name, word in words.items()}
    for name in ("born_on", "contract_on", "paid_on", "estimate_on"):
        typed[name] = [part.lstrip("0") for part in getattr(told, name).split("-") if part]
    for name in ("acts", "promises"):
        typed[name] = list(getattr(told, name))
    for name in TICKED:
        typed[name] = [str(one) for one in getattr(told, name)]
    asked = {field.name for form in forms(version).values() for field in form.fields}
    return {name: given for name, given in typed.items() if name in asked}


def _values(version: SubsidyVersion, typed: Typed) -> dict[str, Value]:
    told: dict[str, Value] = {}
    for form in forms(version).values():
        told.update(form.show(typed).values)
    return told


def _costs(version: SubsidyVersion, told: Mapping[str, Any]) -> Iterator[CostLine]:
    ticked = told.get("acts") or ()
    for cost in version.cost:
        yen = told.get(cost_name(cost.act, cost.fee))
        if cost.act in ticked and isinstance(yen, int):
            tax = told.get(tax_name(cost.act, cost.fee))
            fits = isinstance(tax, int) and 0 <= tax <= yen
            yield CostLine(cost.act, cost.fee, yen, tax if fits else None)


def _adult(by: str) -> Any:  # noqa: ANN401 - one of three words
    return {"self": "yes", "minor": "no"}.get(by, "")


def _iso(day: Value) -> str:
    return day.isoformat() if isinstance(day, date) else ""


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)


def _ids(told: Mapping[str, Any], name: str) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in told.get(name) or ())


def read_parts(filled: Filled, names: Iterable[str]) -> Filled:
    """The form with a field error at each of these parts that is none; each part is read alone."""
    readers = _readers(filled)
    for name in names:
        filled = _read(filled, name, readers[name])
    return filled


def _readers(filled: Filled) -> Mapping[str, Callable[[str], object]]:
    giro = bank.is_giro(filled.words("yucho_sign"))
    return {
        "bank_code": bank.read_bank_code,
        "branch_code": bank.read_branch_code,
        "account_number": bank.read_number,
        "yucho_sign": bank.read_sign,
        "yucho_number": lambda words: bank.read_yucho_number(words, giro=giro),
        "holder_kana": bank.read_holder,
    }


def _read(filled: Filled, name: str, read: Callable[[str], object]) -> Filled:
    if any(error.name == name for error in filled.errors):
        return filled
    try:
        read(filled.words(name))
    except bank.NotBank as wrong:
        return filled.refuse(name, wrong.code, sign=wrong.sign)
    return filled
