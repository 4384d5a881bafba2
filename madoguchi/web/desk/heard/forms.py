"""The questions that can be answered later (聞いたこと), in the words of the person's own form."""

from madoguchi.web.kit.fields import Choice, Choices, Email, Line, Name, Story, Tel, Whole
from madoguchi.web.kit.form import Form
from madoguchi.web.kit.told import (
    AGE_BANDS,
    DANGER,
    HOW,
    KINDS,
    OFFICERS,
    PHONE_NOTES,
    PLACES,
    RESIDENCES,
    SUPPORTS,
    WHO,
    WISHED,
)

HEARD = Form(
    "consult",
    (
        Choice("danger", options=DANGER),
        Choice("who", options=WHO),
        Name("name", autocomplete="off"),
        Name("kana", autocomplete="off"),
        Tel("phone", autocomplete="off"),
        Choices("phone_note", options=PHONE_NOTES),
        Email("email", autocomplete="off"),
        Whole("age", most=130),
        Choice("age_band", options=AGE_BANDS),
        Choice("residence", options=RESIDENCES),
        Line("town", limit=100),
        Choice("officer", options=OFFICERS),
        Line("language", limit=100),
        Choices("support", options=SUPPORTS),
        Choices("place", options=PLACES),
        Story("urls", rows=2, guarded=True),
        Line("when", limit=200, guarded=True),
        Choices("kinds", options=KINDS),
        Story("effects", limit=2000, rows=2, guarded=True),
        Story("measures", limit=2000, rows=2, guarded=True),
        Choices("wished", options=WISHED),
        Choice("how", options=HOW),
        Line("visit_when", limit=200, guarded=True),
    ),
)
