"""What staff read for the papers of the subsidy: the form, filled in as far as a case knows."""

from dataclasses import replace

from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.subsidy.papers import Application

INSIDE = "inside"
THEMSELVES = (None, "", "self", "child")


def filled(form: Application, case: OpenedCase, receipt: str) -> Application:
    """The form with name, telephone and town of the consultation; what is unknown stays blank.

    Where somebody else asked for help, they are not the person who applies: then nobody is named.
    `receipt`: how the receipt is named on paper, since only its last digits are known.
    """
    about = case.about
    if about.get("who") not in THEMSELVES:
        return replace(form, receipt=receipt)
    names = ("name", "kana", "phone", "town")
    known = {name: str(about.get(name) or "").strip() for name in names}
    return replace(
        form,
        person=known["name"],
        kana=known["kana"],
        phone=known["phone"],
        address=known["town"] if about.get("residence") == INSIDE else "",
        receipt=receipt,
    )
