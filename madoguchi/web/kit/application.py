"""What an application asks (申請の画面の入力): the same questions for the person and the desk.

    for task, form in forms(version).items(): …        # one page, or all of them on one
    filled = check(version, "lawyer", typed)           # with what one answer asks of another

What work keeps of the typed words: `applied`, and back again: `as_typed`. The parts of an account
(振込先の口座) are read by `read_parts`.

The numbers before the questions are those of `rules/subsidy/fields.py`. Words: `apply.<name>.…`.
Files are ticked: an answer names them by id, and `files` on the page are for new ones.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from madoguchi.rules import bank
from madoguchi.rules.programme.subsidy import (
    AfterPayment,
    Estimate,
    NoTaxArrears,
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

    `protected`: the person's address is hidden by now; they are asked whether that ended. That is a
    question and not a box, since an empty box would end it unseen.
    """
    found = {task: tuple(_fields(version, task)) for task in TASKS}
    if protected:
        found["person"] = tuple(
            Choice("protected", required=True, hint=True, options=(*YES, ENDED), mark=field.mark)
            if field.name == PROTECTED
            else field
            for field in found["person"]
        )
    return {task: Form(WORDS, fields) for task, fields in found.items()}


def check(
    version: SubsidyVersion, task: Task, typed: Typed, today: date, *, protected: bool = False
) -> Filled:
    """A task with what has to be changed, also what one answer asks of another."""
    form = forms(version, protected=protected)[task]
    filled = form.check({field.name: typed.get(field.name, []) for field in form.fields})
    match task:
        case "person":
            if not is_reading(filled.words("kana"), of=filled.words("name")):
                filled = filled.refuse("kana", "apply_kana")
            if filled.value("by") == "representative":
                filled = _require(filled, "representative", "required")
            if filled.value("by") == "minor":
                filled = _require(filled, "guardian_is_other", "choose")
        case "lawyer":
            filled = _check_lawyer(version, filled, today)
        case "papers":
            for files, brought, code in (
                ("estimate_files", "estimate_brought", "estimate"),
                ("screen_files", "screens_brought", "screens"),
            ):
                if files in filled.values and not (filled.value(files) or filled.value(brought)):
                    filled = filled.refuse(files, f"apply_{code}")
        case "delivery":
            if filled.value("delivery") == "address":
                filled = _require(filled, "delivery_address", "required")
            if filled.value("delivery") in ("post", "address"):
                filled = _require(filled, "sender", "choose")
            if filled.value("sender") == "own":
                filled = _require(filled, "sender_name", "required")
        case "promise":  # whoever has signed cannot promise that they have not
            signed = "signed" in typed.get("contract", [])
            asked = {promise.code for promise in promises(version) if promise.must or not signed}
            if asked - set(filled.value("promises")):
                filled = filled.refuse("promises", "apply_promises")
    return filled


def is_reading(kana: str, *, of: str) -> bool:
    """Whether a name's reading is in kana, as an account bears it; Latin letters for a Latin name.

    >>> is_reading("よしだ ハナコ", of="吉田 花子"), is_reading("yamada", of="山田")
    (True, False)
    >>> is_reading("JOHN SMITH", of="John Smith"), is_reading("ｽﾐｽ・ジョン", of="John Smith")
    (True, True)
    """

    def is_latin(sign: str) -> bool:
        return unicodedata.name(sign, "").startswith("LATIN")

    letters = (sign for sign in unicodedata.normalize("NFKC", kana) if sign.isalpha())
    latin = any(map(is_latin, unicodedata.normalize("NFKC", of)))
    return all("ぁ" <= sign <= "ヿ" or (latin and is_latin(sign)) for sign in letters)


def _check_lawyer(version: SubsidyVersion, filled: Filled, today: date) -> Filled:
    for cost in version.cost:
        yen, tax = cost_name(cost.act, cost.fee), tax_name(cost.act, cost.fee)
        if cost.act in filled.value("acts") and cost.fee == "retainer":
            filled = _require(filled, yen, "required")
        tax_yen = filled.value(tax)
        if tax_yen and isinstance(filled.value(yen), int) and tax_yen > filled.value(yen):
            filled = filled.refuse(tax, "tax")
    if filled.values.get("contract") == "signed":
        filled = _require(filled, "contract_on", "date")
        signed_on = filled.value("contract_on")
        if isinstance(signed_on, date) and signed_on > today:
            filled = filled.refuse("contract_on", "grant_signed_ahead")
    if filled.values.get("legal_aid") == "none":
        filled = _require(filled, "paid_on", "date")
    return filled


def _require(filled: Filled, name: str, code: str) -> Filled:
    given = "".join(filled.typed.get(name, [])).strip()
    return filled if given else filled.refuse(name, code)


def cost_name(act: str, fee: str) -> str:
    """The field of what one act costs."""
    return f"yen_{act}" if fee == "retainer" else f"yen_{act}_{fee}"


def tax_name(act: str, fee: str) -> str:
    """The field of the tax in it."""
    return cost_name(act, fee).replace("yen_", "tax_", 1)


def acts(version: SubsidyVersion) -> tuple[str, ...]:
    """The acts that may be ticked: those whose cost may count."""
    return tuple(dict.fromkeys(cost.act for cost in version.cost))


def _fields(version: SubsidyVersion, task: Task) -> Iterator[Field]:
    match task:
        case "person":
            yield from _person_fields(version)
        case "record":
            if mark := _mark(version, "consulted"):
                yield Choice("consulted", required=True, options=("yes", "no"), mark=mark)
        case "lawyer":
            yield from _lawyer_fields(version)
        case "papers":
            yield from _paper_fields(version)
        case "delivery":
            mark, ways = _mark(version, "delivery"), ("counter", "post", "address")
            yield Choice("delivery", required=True, options=ways, mark=mark)
            yield Line("delivery_address", must_if=True, limit=300, mark=mark)
            senders = ("city", "none", "own")
            yield Choice("sender", must_if=True, hint=True, options=senders, mark=mark)
            yield Line("sender_name", must_if=True, limit=100, width="middle", mark=mark)
        case "promise":
            mark, consent = _mark(version, "promises"), ("consent", "bring")
            if _asks(version, Resident):
                yield Choice(
                    "register_consent",
                    required=True,
                    hint=True,
                    options=consent,
                    mark=mark,
                    asks="apply.register_consent.tax" if _asks(version, NoTaxArrears) else "",
                )
            codes = tuple(promise.code for promise in promises(version))
            yield Choices("promises", options=codes, mark=mark)


def _person_fields(version: SubsidyVersion) -> Iterator[Field]:
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
    yield Tel(
        "phone", required=True, hint=True, or_none=True, several=True, mark=_mark(version, "phone")
    )
    yield Choice("by", required=True, options=("self", "minor", "representative"), mark=who)
    yield Line("representative", must_if=True, limit=200, mark=who)
    yield Choice(
        "guardian_is_other", must_if=True, hint=True, options=("no", "yes", "unsure"), mark=who
    )
    if mark := _mark(version, "household"):
        yield Whole("household", required=True, hint=True, least=1, most=99, mark=mark)
        yield Yen("income_yen", required=True, hint=True, width="middle", mark=mark)


def _lawyer_fields(version: SubsidyVersion) -> Iterator[Field]:
    lawyer, costs = _mark(version, "lawyer"), _mark(version, "costs")
    day = _mark(version, "contract_on")
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
        name, must_if = cost_name(cost.act, cost.fee), cost.fee == "retainer"
        yield Yen(name, must_if=must_if, hint=True, width="middle", mark=costs)
        yield Yen(tax_name(cost.act, cost.fee), hint=True, width="middle", mark=costs)
    if isinstance(version.timing, AfterPayment):
        yield Day("contract_on", hint=True, mark=day)
        yield Day("paid_on", must_if=True, hint=True, mark=day)
        yield Choice(
            "legal_aid",
            required=True,
            hint=True,
            options=("none", "repaying", "suspended"),
            mark=_mark(version, "legal_aid"),
        )
    else:
        yield Choice("contract", required=True, options=("none", "signed"), mark=day)
        yield Day("contract_on", must_if=True, hint=True, mark=day)
    yield Choice("other_aid", required=True, hint=True, options=("no", "yes"), mark=aid)
    yield Yen("other_aid_yen", hint=True, width="middle", mark=aid)


def _paper_fields(version: SubsidyVersion) -> Iterator[Field]:
    mark = _mark(version, "estimate_files")
    if _asks(version, Estimate):
        yield Papers("estimate_files", must_if=True, mark=mark)
        yield Files("estimate", must_if=True, hint=True, mark=mark)
        yield Choices("estimate_brought", options=YES, mark=mark)
        yield Day("estimate_on", hint=True, mark=mark)
    if _asks(version, PrintedScreens):
        yield Papers("screen_files", must_if=True, mark=mark)
        yield Files("screens", must_if=True, hint=True, mark=mark)
        yield Choices("screens_brought", hint=True, options=(*YES, "ask"), mark=mark)
    yield Papers("other_files", mark=mark)
    yield Files("others", hint=True, mark=mark)


def _mark(version: SubsidyVersion, asked: str) -> str:
    field = holding(version, asked)
    return field.mark if field else ""


def _asks(version: SubsidyVersion, condition: type) -> bool:
    """Whether the city has confirmed that it has a condition of this kind."""
    return any(isinstance(each, condition) and is_confirmed(each) for each in version.condition)


def _is_id(word: str) -> bool:
    try:
        return str(UUID(word)) == word
    except ValueError:
        return False


def applied(version: SubsidyVersion, typed: Typed) -> Applied:
    """The application that typed answers make, as far as they could be understood."""
    values: dict[str, Value] = {}
    for form in forms(version).values():
        values.update(form.show(typed).values)

    def answer(name: str) -> Any:  # noqa: ANN401 - the field decides
        return values.get(name) or ""

    consulted = next((each.of for each in version.condition if isinstance(each, UsedAnyOf)), ())
    adult: Any = {"self": "yes", "minor": "no"}.get(answer("by"), "")  # one of three words
    return Applied(
        name=answer("name"),
        kana=answer("kana"),
        former_name=answer("former_name"),
        born_on=_iso(values.get("born_on")),
        postal_code=answer("postal_code"),
        address=answer("address"),
        protected="yes" in answer("protected"),
        phone=(typed.get("phone") or [""])[0].strip(),
        adult=adult,
        by="representative" if answer("by") == "representative" else "self",
        representative=answer("representative"),
        guardian_is_other=answer("guardian_is_other"),
        acts=tuple(answer("acts")),
        costs=tuple(_costs(version, values)),
        engaged=answer("engaged"),
        lawyer=answer("lawyer"),
        law_office=answer("law_office"),
        contract=answer("contract"),
        contract_on=_iso(values.get("contract_on")),
        paid_on=_iso(values.get("paid_on")),
        legal_aid=answer("legal_aid"),
        estimate_on=_iso(values.get("estimate_on")),
        estimate_files=_ids(values, "estimate_files"),
        estimate_brought="yes" in answer("estimate_brought"),
        screen_files=_ids(values, "screen_files"),
        screens_brought="yes" in answer("screens_brought"),
        screens_asked="ask" in answer("screens_brought"),
        other_files=_ids(values, "other_files"),
        register_consent=answer("register_consent"),
        consulted=consulted[:1] if answer("consulted") == "yes" else (),  # which one is not asked
        household=_number(values.get("household")),
        income_yen=_number(values.get("income_yen")),
        other_aid=answer("other_aid"),
        other_aid_yen=_number(values.get("other_aid_yen")),
        delivery=Delivery(
            answer("delivery") or "counter",
            answer("delivery_address"),
            answer("sender") or "city",
            answer("sender_name"),
        ),
        promises=tuple(answer("promises")),
    )


def has_ended(typed: Typed) -> bool:
    """Whether the person says that their measures of support ended, and nothing else (支援措置)."""
    return typed.get(PROTECTED) == [ENDED]


def as_typed(application: Applied, version: SubsidyVersion) -> Typed:
    """An application as the forms hold it, to be changed."""
    by = "representative" if application.by == "representative" else ""
    words = {
        "name": application.name,
        "kana": application.kana,
        "former_name": application.former_name,
        "postal_code": application.postal_code,
        "address": application.address,
        "protected": "yes" if application.protected else "",
        "phone": application.phone,
        "by": by or {"yes": "self", "no": "minor"}.get(application.adult, ""),
        "representative": application.representative,
        "guardian_is_other": application.guardian_is_other,
        "engaged": application.engaged,
        "lawyer": application.lawyer,
        "law_office": application.law_office,
        "contract": application.contract,
        "legal_aid": application.legal_aid,
        "estimate_brought": "yes" if application.estimate_brought else "",
        "register_consent": application.register_consent,
        "consulted": "yes" if application.consulted else "",
        "household": _digits(application.household),
        "income_yen": _digits(application.income_yen),
        "other_aid": application.other_aid,
        "other_aid_yen": _digits(application.other_aid_yen),
        "delivery": application.delivery.how,
        "delivery_address": application.delivery.address,
        "sender": application.delivery.sender,
        "sender_name": application.delivery.sender_name,
    }
    for line in application.costs:
        words[cost_name(line.act, line.fee)] = _digits(line.yen)
        words[tax_name(line.act, line.fee)] = _digits(line.tax_yen)
    typed = {name: [word] if word else [] for name, word in words.items()}
    for name in ("born_on", "contract_on", "paid_on", "estimate_on"):
        typed[name] = [part.lstrip("0") for part in getattr(application, name).split("-") if part]
    for name in ("acts", "promises"):
        typed[name] = list(getattr(application, name))
    how = {"yes": application.screens_brought, "ask": application.screens_asked}
    typed["screens_brought"] = [name for name, is_so in how.items() if is_so]
    for name in TICKED:
        typed[name] = [str(file_id) for file_id in getattr(application, name)]
    names = {field.name for form in forms(version).values() for field in form.fields}
    return {name: given for name, given in typed.items() if name in names}


def _costs(version: SubsidyVersion, values: Mapping[str, Any]) -> Iterator[CostLine]:
    ticked = values.get("acts") or ()
    for cost in version.cost:
        yen = values.get(cost_name(cost.act, cost.fee))
        if cost.act in ticked and isinstance(yen, int):
            tax = values.get(tax_name(cost.act, cost.fee))
            fits = isinstance(tax, int) and 0 <= tax <= yen
            yield CostLine(cost.act, cost.fee, yen, tax if fits else None)


def _iso(day: Value) -> str:
    return day.isoformat() if isinstance(day, date) else ""


def _number(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def _digits(number: int | None) -> str:
    return "" if number is None else str(number)


def _ids(values: Mapping[str, Any], name: str) -> tuple[UUID, ...]:
    return tuple(UUID(word) for word in values.get(name) or ())


def read_parts(filled: Filled, names: Iterable[str]) -> Filled:
    """The form with an error at each of these parts of an account that cannot be one.

    Each part is read alone; a field that has an error already keeps that one.
    """
    giro = bank.is_giro(filled.words("yucho_sign"))
    readers: dict[str, Callable[[str], object]] = {
        "bank_code": bank.read_bank_code,
        "branch_code": bank.read_branch_code,
        "account_number": bank.read_number,
        "yucho_sign": bank.read_sign,
        "yucho_number": lambda words: bank.read_yucho_number(words, giro=giro),
        "holder_kana": bank.read_holder,
    }
    for name in names:
        if any(error.name == name for error in filled.errors):
            continue
        try:
            readers[name](filled.words(name))
        except bank.NotBank as error:
            filled = filled.refuse(name, error.code, sign=error.sign)
    return filled
