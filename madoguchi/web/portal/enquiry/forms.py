"""What somebody asks about a page; it is not the consultation's form."""

from madoguchi.web.kit.fields import Choice, Email, Story
from madoguchi.web.kit.form import Filled, Form, Typed

ASK = Form(
    "enquiry",
    (
        Story("text", required=True, hint=True, limit=2000, rows=8, guarded=True),
        Choice("wants", required=True, options=("mail", "none")),
        Email("email", hint=True),
    ),
)


def check(typed: Typed) -> Filled:
    """The form checked; an answer needs an address."""
    filled = ASK.check(typed)
    if filled.value("wants") == "mail" and not filled.words("email").strip():
        return filled.refuse("email", "required")
    return filled
