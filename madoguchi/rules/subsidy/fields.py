"""What an application says, field by field (申請書の欄): one numbering for page, paper and desk.

A number always means the same field, in every city and in every version of its rules: what a letter
asks for by its number is found again next year. A city asks only what its rules need.

The forms after the application (決定のあとの様式) have numbers of their own, by the same rule: on
the person's page, on paper, and where the desk types the paper in. What the city prints itself –
who it is, which decision it is about – has none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from madoguchi.rules.programme.subsidy import AfterPayment, IncomeWithin, SubsidyVersion, UsedAnyOf
from madoguchi.rules.programme.words import UNCONFIRMED

type Task = Literal["person", "record", "lawyer", "papers", "delivery", "promise"]
TASKS: tuple[Task, ...] = ("person", "record", "lawyer", "papers", "delivery", "promise")
"""The parts of an application, in the order in which they are written."""
type Later = Literal["contract", "report", "claim", "change", "withdraw"]
"""The forms after the application."""
_CIRCLED_ONE = ord("①")


@dataclass(frozen=True, slots=True)
class Field:
    """One field (欄) of a part of the application, or of a form that comes later.

    `asks` names what of an `Applied`, or of a later step, it holds; nothing where it is reckoned.
    """

    number: int
    name: str
    task: Task | Later
    required: bool
    asks: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The number as it stands before the field.

        >>> Field(11, "papers", "papers", True).mark
        '⑪'
        """
        return circled(self.number)


_PERSON = Field(1, "person", "person", required=True, asks=("name", "kana", "former_name"))


_BORN = replace(_PERSON, asks=(*_PERSON.asks, "born_on"))
_OF_GROUND = {
    "resident": 2,
    "used_desk": 4,
    "used_any_of": 15,
    "income_within": 16,
    "engaged_lawyer": 6,
    "estimate": 11,
    "printed_screens": 11,
    "eligible_cost": 7,
    "amount": 7,
    "before_contract": 9,
    "after_payment": 9,
    "not_granted_before": 12,
    "no_tax_arrears": 12,
    "no_gang_ties": 12,
    "not_refunded": 12,
    "not_recovered": 12,
}
KEPT = ("contract", "receipt", "passbook", "other")
"""What may come with such a form on paper and stays on paper, in the city's own file (簿冊)."""
BACK = ("refunded_yen", "recovered_yen", "other_aid_yen")
"""What came back or came from elsewhere, as a report says it where something did."""


_ADDRESS = Field(
    2, "address", "person", required=True, asks=("postal_code", "address", "protected")
)


_PHONE = Field(3, "phone", "person", required=True, asks=("phone",))


_RECORD = Field(4, "record", "record", required=True)


_ACTS = Field(5, "acts", "lawyer", required=True, asks=("acts",))


_LAWYER = Field(6, "lawyer", "lawyer", required=True, asks=("engaged", "lawyer", "law_office"))


_COSTS = Field(7, "costs", "lawyer", required=True, asks=("costs",))


_AMOUNT = Field(8, "amount", "lawyer", required=False)


_PLANNED = Field(9, "day", "lawyer", required=True, asks=("contract", "contract_on"))


_PAID = Field(9, "day", "lawyer", required=True, asks=("contract_on", "paid_on"))


_AID = Field(10, "other_aid", "lawyer", required=True, asks=("other_aid", "other_aid_yen"))


_PAPERS = Field(
    11,
    "papers",
    "papers",
    required=True,
    asks=(
        "estimate_on",
        "estimate_files",
        "estimate_brought",
        "screen_files",
        "screens_brought",
        "other_files",
    ),
)


_PROMISES = Field(12, "promises", "promise", required=True, asks=("register_consent", "promises"))


_DELIVERY = Field(13, "delivery", "delivery", required=True, asks=("delivery",))


_WHO = Field(
    14,
    "representative",
    "person",
    required=True,
    asks=("adult", "by", "representative", "guardian_is_other"),
)


_CONSULTED = Field(15, "consulted", "record", required=True, asks=("consulted",))


_INCOME = Field(16, "income", "person", required=True, asks=("household", "income_yen"))


_LEGAL_AID = Field(17, "legal_aid", "lawyer", required=True, asks=("legal_aid",))


_OWN: tuple[tuple[Field, Callable[[SubsidyVersion], bool]], ...] = (
    (_CONSULTED, lambda version: _has(version, UsedAnyOf)),
    (_INCOME, lambda version: _has(version, IncomeWithin)),
    (_LEGAL_AID, lambda version: isinstance(version.timing, AfterPayment)),
)


_FORMS: Mapping[Later, tuple[Field, ...]] = {
    "contract": (
        Field(1, "contract_day", "contract", required=True, asks=("contract_on",)),
        Field(2, "contract_lawyer", "contract", required=True, asks=("lawyer",)),
        Field(3, "retainer", "contract", required=True, asks=("yen",)),
        Field(4, "papers", "contract", required=True, asks=("kept",)),
    ),
    "report": (
        Field(1, "paid_day", "report", required=True, asks=("paid_on",)),
        Field(2, "paid", "report", required=True, asks=("paid_yen",)),
        Field(3, "refunded", "report", required=False, asks=("refunded_yen",)),
        Field(4, "recovered", "report", required=False, asks=("recovered_yen",)),
        Field(5, "other_aid", "report", required=False, asks=("other_aid_yen",)),
        Field(6, "papers", "report", required=True, asks=("files", "bring", "kept")),
    ),
    "claim": (
        Field(1, "bank", "claim", required=True, asks=("bank_name", "bank_code")),
        Field(2, "branch", "claim", required=True, asks=("branch_name", "branch_code")),
        Field(3, "account_kind", "claim", required=True, asks=("kind",)),
        Field(4, "account_number", "claim", required=True, asks=("number",)),
        Field(5, "yucho", "claim", required=False, asks=("sign", "sign_number")),
        Field(6, "holder", "claim", required=True, asks=("holder_kana",)),
        Field(7, "papers", "claim", required=False, asks=("kept",)),
    ),
    "change": (
        Field(1, "asked", "change", required=True),
        Field(2, "changed", "change", required=True),
        Field(3, "change_reason", "change", required=True),
        Field(4, "papers", "change", required=True),
    ),
    "withdraw": (Field(1, "withdraw_reason", "withdraw", required=False, asks=("why",)),),
}


def fields(version: SubsidyVersion) -> tuple[Field, ...]:
    """The fields that an application under these rules has, by their numbers.

    >>> from madoguchi.rules.programme.load import programme
    >>> asked = fields(programme("shibukawa").subsidy.version[0])
    >>> "".join(field.mark for field in asked)
    '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭'
    """
    day = _PAID if isinstance(version.timing, AfterPayment) else _PLANNED
    person = _BORN if asks_birth(version) else _PERSON
    always = (person, _ADDRESS, _PHONE, _RECORD, _ACTS, _LAWYER, _COSTS, _AMOUNT, day, _AID)
    own = (field for field, asked in _OWN if asked(version))
    return (*always, _PAPERS, _PROMISES, _DELIVERY, _WHO, *own)


def asks_birth(version: SubsidyVersion) -> bool:
    """Whether the day of birth is asked: only where the city's form surely asks for it.

    >>> from madoguchi.rules.programme.load import programme
    >>> asks_birth(programme("shibukawa").subsidy.version[0])
    False
    """
    return version.form.asks_birth and version.form.asks_birth_source != UNCONFIRMED


def numbered(version: SubsidyVersion, number: int) -> Field | None:
    """The field of a number; None where these rules have none of it.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> numbered(rules, 7).name, numbered(rules, 17)
    ('costs', None)
    """
    return next((field for field in fields(version) if field.number == number), None)


def holding(version: SubsidyVersion, asked: str) -> Field | None:
    """The field in which something of an `Applied` is written; None where it is not asked.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> holding(rules, "law_office").number, holding(rules, "legal_aid")
    (6, None)
    """
    return next((field for field in fields(version) if asked in field.asks), None)


def of_ground(version: SubsidyVersion, code: str) -> Field | None:
    """The field in which a person says what a condition needs; None where no field does.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> of_ground(rules, "subsidy.estimate").name, of_ground(rules, "subsidy.terms")
    ('papers', None)
    """
    number = _OF_GROUND.get(code.removeprefix("subsidy."))
    return None if number is None else numbered(version, number)


def circled(number: int) -> str:
    """A number from 1 to 20 in its circle (丸数字).

    >>> circled(1), circled(17)
    ('①', '⑰')
    """
    return chr(_CIRCLED_ONE + number - 1)


def _has(version: SubsidyVersion, kind: type) -> bool:
    return any(isinstance(condition, kind) for condition in version.condition)


def later(form: Later) -> tuple[Field, ...]:
    """The numbered fields of a later form, by their numbers.

    >>> "".join(field.mark for field in later("report"))
    '①②③④⑤⑥'
    """
    return _FORMS[form]


def mark_of(form: Later, asked: str) -> str:
    """The number in its circle of the field that holds what a step tells; empty where none does.

    >>> mark_of("claim", "holder_kana"), mark_of("claim", "creditor_number")
    ('⑥', '')
    """
    return next((field.mark for field in later(form) if asked in field.asks), "")
