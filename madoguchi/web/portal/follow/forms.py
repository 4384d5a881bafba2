"""What a receipt's page asks (受付番号の画面): the receipt, a message, changed wishes."""

from madoguchi.tools.vault.receipt import NUMBER, SECRET, plain_digits
from madoguchi.web.kit.fields import Files, Line, Story
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.portal.consult.steps import CONTACT_RULE, HOURS, MAIL, NAME_DESK
from madoguchi.work.cases.public import Wishes

RECEIPT = Form(
    "follow",
    (
        Line("number", required=True, hint=True, limit=100, width="middle"),
        Line("secret", required=True, hint=True, limit=100, width="middle"),
    ),
)
MESSAGE = Form(
    "follow",
    (
        Story("text", hint=True, rows=6, guarded=True, or_file=True),
        Files("files", hint=True),
    ),
)
WISHES = Form("consult", (CONTACT_RULE, HOURS, NAME_DESK, MAIL))


def receipt(typed: Typed) -> Filled:
    """The receipt form with slips for a number of digits that no receipt has.

    No page repeats the secret: where the number has to be mended, it is asked for again.
    """
    filled = RECEIPT.check(typed)
    for name, length in (("number", NUMBER), ("secret", SECRET)):
        if filled.words(name).strip() and len(plain_digits(filled.words(name))) != length:
            filled = filled.refuse(name, "digits", length=length)
    return filled if filled.ok or filled.card["secret"].slip else filled.refuse("secret", "again")


def as_typed(wishes: Wishes) -> Typed:
    """The wishes as the form holds them."""
    return {
        "contact_rule": [wishes.contact_rule],
        "hours": list(wishes.hours),
        "name_desk": ["yes" if wishes.name_desk else "no"],
        "mail": ["yes" if wishes.mail else "no"],
    }
