"""What the forms after the application say (決定のあとの様式の欄): numbers of their own, one way.

As on the application, a number of a form always means the same field: on the person's page, on
paper, and where the desk types the paper in. What the city prints itself – who it is, which
decision it is about – has none.
"""

from collections.abc import Mapping

from madoguchi.rules.subsidy.fields import Field, Later

KEPT = ("contract", "receipt", "passbook", "other")
"""What may come with such a form on paper and stays on paper, in the city's own file (簿冊)."""

BACK = ("refunded_yen", "recovered_yen", "other_aid_yen")
"""What came back or came from elsewhere, as a report says it where something did."""

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
