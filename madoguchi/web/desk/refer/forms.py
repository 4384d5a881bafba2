"""What the pages of a referral ask; their words under `desk.refer`."""

from collections.abc import Sequence
from datetime import date

from madoguchi.rules.programme.agency import AUDIENCES, NEEDS
from madoguchi.web.desk.case.days import ahead
from madoguchi.web.kit.fields import Choice, Choices, Line, Story, Whole
from madoguchi.web.kit.form import Filled, Form
from madoguchi.work.referrals.actions import CONSENTS, HOWS
from madoguchi.work.referrals.queries import ReferralCard

WORDS = "desk.refer"
APPROVE = "approve_"

FIND = Form(
    WORDS,
    (
        Choice("need", options=NEEDS),
        Choice("place", options=("here", "elsewhere")),
        Choice("audience", options=AUDIENCES),
        Choice("hour", options=("now",)),
    ),
)


LETTER = Form(WORDS, (Line("document_number", hint=True, limit=40, width="middle"),))


def new(facts: Sequence[str]) -> Form:
    """What a referral records; only what the person told can be ticked."""
    return Form(
        WORDS,
        (
            Line("agency", limit=60),
            Choice("consent", required=True, options=CONSENTS),
            Choices("facts", hint=True, options=tuple(facts)),
            Story("told", hint=True, limit=800, rows=6, guarded=True),
            Story("asks", hint=True, limit=400, rows=3, guarded=True),
            Line("until", hint=True, limit=40, width="middle"),
            Line("reason", hint=True, limit=500, guarded=True),
            Whole("days", hint=True, least=1, most=250),
        ),
    )


def check(filled: Filled, today: date) -> Filled:
    """With consent, or for a reason without it, something is passed on; a day lies ahead."""
    filled, _ = ahead(filled, "until", today)
    consent = filled.value("consent")
    says = any(filled.words(name).strip() for name in ("told", "asks")) or filled.value("facts")
    if consent in ("person", "none") and not says:
        filled = filled.refuse("told", "required")
    if consent == "none" and not filled.words("reason").strip():
        filled = filled.refuse("reason", "required")
    return filled


def step(card: ReferralCard) -> Form:
    """What may be written down next of a referral."""
    verbs = [verb.value for verb in card.verbs]
    approvals = [f"{APPROVE}{how}" for how in HOWS] if "approve" in verbs else []
    options = (*approvals, *(verb for verb in verbs if verb != "approve"))
    return Form(
        WORDS,
        (
            Choice("step", required=True, options=options),
            Story("text", hint=True, limit=2000, rows=3, guarded=True),
            Whole("days", hint=True, least=1, most=250),
        ),
    )
