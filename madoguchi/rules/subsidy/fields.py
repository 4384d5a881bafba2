"""The numbered fields of an application (申請書の欄), the same on page, on paper and at the desk.

A number means the same field in every city and in every version of its rules, so that a letter can
ask for a field by its number. A city asks only for what its rules need.

The forms after the application (決定のあとの様式) have numbers of their own, the same on the
person's page, on paper, and where the desk types the paper in. What the city prints itself – who it
is, which decision it is about – has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from madoguchi.rules.programme.subsidy import AfterPayment, IncomeWithin, SubsidyVersion, UsedAnyOf
from madoguchi.rules.programme.words import UNCONFIRMED

type Task = Literal["person", "record", "lawyer", "papers", "delivery", "promise"]
TASKS: tuple[Task, ...] = ("person", "record", "lawyer", "papers", "delivery", "promise")
"""The parts of an application, in the order in which they are written."""
type Later = Literal["contract", "report", "one_report", "claim", "change", "withdraw"]
"""The forms after the application; `one_report` is that of contract and payment (`Life`)."""
_CIRCLED_ONE = ord("①")


@dataclass(frozen=True, slots=True)
class Field:
    """One field (欄) of a part of the application, or of a form that comes later.

    `asks`: the names of the values of an `Applied`, or of a later step, that it holds.
    """

    number: int
    name: str
    task: Task | Later
    required: bool
    asks: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """The circled number that is printed before the field.

        >>> Field(11, "papers", "papers", True).mark
        '⑪'
        """
        return circled(self.number)


_OF_CONDITION = {
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
_OF_PAPER = {
    "estimate": ("estimate_on", "estimate_files", "estimate_brought"),
    "printed_screens": ("screen_files", "screens_brought", "screens_asked"),
}
KEPT = ("contract", "receipt", "passbook", "other")
"""What may come with such a form on paper and stays on paper, in the city's own file (簿冊)."""
BACK = ("refunded_yen", "recovered_yen", "other_aid_yen")
"""The keys of a report for money that came back, or came from elsewhere."""

_PERSON = Field(1, "person", "person", required=True, asks=("name", "kana", "former_name"))
_WITH_BIRTH = replace(_PERSON, asks=(*_PERSON.asks, "born_on"))
_FROM_2_TO_8 = (
    Field(2, "address", "person", required=True, asks=("postal_code", "address", "protected")),
    Field(3, "phone", "person", required=True, asks=("phone",)),
    Field(4, "record", "record", required=True),
    Field(5, "acts", "lawyer", required=True, asks=("acts",)),
    Field(6, "lawyer", "lawyer", required=True, asks=("engaged", "lawyer", "law_office")),
    Field(7, "costs", "lawyer", required=True, asks=("costs",)),
    Field(8, "amount", "lawyer", required=False, asks=("applied_yen",)),
)
_CONTRACT = Field(9, "day", "lawyer", required=True, asks=("contract", "contract_on"))
_PAYMENT = Field(9, "day", "lawyer", required=True, asks=("contract_on", "paid_on"))
_FROM_10_TO_14 = (
    Field(10, "other_aid", "lawyer", required=True, asks=("other_aid", "other_aid_yen")),
    Field(
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
            "screens_asked",
            "other_files",
        ),
    ),
    Field(12, "promises", "promise", required=True, asks=("register_consent", "promises")),
    Field(13, "delivery", "delivery", required=True, asks=("delivery",)),
    Field(
        14,
        "representative",
        "person",
        required=True,
        asks=("adult", "by", "representative", "guardian_is_other"),
    ),
)
_CONSULTED = Field(15, "consulted", "record", required=True, asks=("consulted",))
_INCOME = Field(16, "income", "person", required=True, asks=("household", "income_yen"))
_LEGAL_AID = Field(17, "legal_aid", "lawyer", required=True, asks=("legal_aid",))
_OF_CONTRACT = (
    Field(1, "contract_day", "contract", required=True, asks=("contract_on",)),
    Field(2, "contract_lawyer", "contract", required=True, asks=("lawyer",)),
    Field(3, "retainer", "contract", required=True, asks=("yen",)),
)
_OF_REPORT = (
    Field(1, "paid_day", "report", required=True, asks=("paid_on",)),
    Field(2, "paid", "report", required=True, asks=("paid_yen",)),
    Field(3, "refunded", "report", required=False, asks=("refunded_yen",)),
    Field(4, "recovered", "report", required=False, asks=("recovered_yen",)),
    Field(5, "other_aid", "report", required=False, asks=("other_aid_yen",)),
    Field(6, "papers", "report", required=True, asks=("files", "bring", "kept")),
)
_FORMS: Mapping[Later, tuple[Field, ...]] = {
    "contract": (
        *_OF_CONTRACT,
        Field(4, "papers", "contract", required=True, asks=("kept",)),
    ),
    "report": _OF_REPORT,
    "one_report": tuple(
        replace(each, number=number, task="one_report")
        for number, each in enumerate((*_OF_CONTRACT, *_OF_REPORT), 1)
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
    after_payment = isinstance(version.timing, AfterPayment)
    kinds = {type(condition) for condition in version.condition}
    return (
        _WITH_BIRTH if asks_birth(version) else _PERSON,
        *_FROM_2_TO_8,
        _PAYMENT if after_payment else _CONTRACT,
        *_FROM_10_TO_14,
        *((_CONSULTED,) if UsedAnyOf in kinds else ()),
        *((_INCOME,) if IncomeWithin in kinds else ()),
        *((_LEGAL_AID,) if after_payment else ()),
    )


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
    """The field that holds a value of an `Applied`; None where these rules do not ask for it.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> holding(rules, "law_office").number, holding(rules, "legal_aid")
    (6, None)
    """
    return next((field for field in fields(version) if asked in field.asks), None)


def field_of_condition(version: SubsidyVersion, code: str) -> Field | None:
    """The field with which a person answers a condition; None where there is none.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> field_of_condition(rules, "subsidy.estimate").name
    'papers'
    >>> field_of_condition(rules, "subsidy.terms") is None
    True
    """
    number = _OF_CONDITION.get(code.removeprefix("subsidy."))
    return None if number is None else numbered(version, number)


def rests_on(version: SubsidyVersion, code: str) -> tuple[str, ...]:
    """The values of an `Applied` that answer a condition; of the papers each its own.

    >>> from madoguchi.rules.programme.load import programme
    >>> rules = programme("shibukawa").subsidy.version[0]
    >>> rests_on(rules, "subsidy.printed_screens"), rests_on(rules, "subsidy.terms")
    (('screen_files', 'screens_brought', 'screens_asked'), ())
    """
    name, asked = code.removeprefix("subsidy."), field_of_condition(version, code)
    return _OF_PAPER.get(name, asked.asks if asked else ())


def circled(number: int) -> str:
    """A number from 1 to 20 in its circle (丸数字).

    >>> circled(1), circled(17)
    ('①', '⑰')
    """
    return chr(_CIRCLED_ONE + number - 1)


def later(form: Later) -> tuple[Field, ...]:
    """The numbered fields of a later form, by their numbers.

    >>> "".join(field.mark for field in later("report"))
    '①②③④⑤⑥'
    """
    return _FORMS[form]


def mark_of(form: Later, asked: str) -> str:
    """The circled number of the field of a later form that holds a value; empty where none does.

    >>> mark_of("claim", "holder_kana"), mark_of("claim", "creditor_number")
    ('⑥', '')
    """
    return next((field.mark for field in later(form) if asked in field.asks), "")
