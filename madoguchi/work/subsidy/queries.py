"""What staff read for the papers of the subsidy: the form with what the person told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.subsidy.papers import Application

INSIDE = "inside"
THEMSELVES = (None, "", "self", "child")


def filled(form: Application, case: OpenedCase, receipt: str) -> Application:
    """The form with name, telephone and town as they were told; what was not told stays blank.

    Where somebody else asks for help, that is not the person who applies: then nobody is named.
    `receipt`: how the receipt is named on paper, since only its last digits are known.
    """
    told = case.about
    if told.get("who") not in THEMSELVES:
        return replace(form, receipt=receipt)
    return replace(
        form,
        person=_said(told, "name"),
        kana=_said(told, "kana"),
        phone=_said(told, "phone"),
        address=_said(told, "town") if told.get("residence") == INSIDE else "",
        receipt=receipt,
    )


def _said(told: Mapping[str, Any], name: str) -> str:
    return str(told.get(name) or "").strip()
