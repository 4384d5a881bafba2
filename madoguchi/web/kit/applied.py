"""From the typed answers to an application, and back (申請の組み立て)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from madoguchi.rules.programme.subsidy import SubsidyVersion, UsedAnyOf
from madoguchi.web.kit.application import ENDED, PROTECTED, TICKED, cost_name, forms, tax_name
from madoguchi.web.kit.fields import Value
from madoguchi.web.kit.form import Typed
from madoguchi.work.subsidy.application import Applied, CostLine, Delivery


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
