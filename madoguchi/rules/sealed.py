"""What a sealed value may be (封をした値の上限と形): how long in the database, and of which shape.

The portal seals without being able to open, so whoever takes it over may seal anything. The
database refuses what is longer than `LONGEST`; what opens to another shape than its label's in
`SHAPES` is damaged: it is kept as it is and shown to nobody. Both are the house's own numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from madoguchi.rules import limits
from madoguchi.rules.steps.booking import CANCELLED_BY
from madoguchi.rules.steps.case import CONTACT_RULES
from madoguchi.rules.steps.outcome import Outcome
from madoguchi.rules.steps.referral import Verb

BYTES_A_SIGN = 4  # of UTF-8; control signs, which JSON writes longer, no form takes
BLOCK, AROUND = 256, 65  # a value is padded to blocks; format, key name, salt, nonce and tag


def sealed(signs: int) -> int:
    """Bytes of a sealed value whose answers have so many characters, its field names included.

    >>> sealed(100), sealed(20_000)
    (4673, 84289)
    """
    framed = 4 + 4000 + BYTES_A_SIGN * signs
    return AROUND - framed // -BLOCK * BLOCK


A_LINE, A_TEXT = sealed(2_000), sealed(limits.WORDS_A_FIELD)
TEXTS = sealed(2 * limits.WORDS_A_DRAFT)  # of one form; a mail's 100,000 characters, too
A_KEY, A_HASH = 256, 32

LONGEST: Mapping[str, int] = {
    "audit_head.hash": A_HASH,
    "audit_line.before": A_HASH,
    "audit_line.hash": A_HASH,
    "audit_line.mac": 4 + A_HASH,  # after its key's name
    "audit_line.seals": 64 * 1024,  # characters: some 800 values that one act seals
    "audit_line.told": 8 * 1024,
    "cases_consultee.about": A_TEXT,
    "cases_due.why": A_TEXT,
    "cases_wish.wishes": A_LINE,
    "clinic_booking.wanted": A_TEXT,
    "clinic_brief.brief": A_TEXT,
    "clinic_waiting.said": A_LINE,
    "enquiry_enquiry.answer": A_TEXT,
    "enquiry_enquiry.words": A_TEXT,
    "evidence_item.about": A_LINE,
    "intake_mail_mail.about": 1024 * 1024,  # with every address and the name of every file
    "interviews_interview.wanted": A_LINE,
    "issued_issued.about": A_TEXT,
    "record_entry.words": TEXTS,
    "referrals_referral.approval": A_LINE,
    "referrals_referral.details": A_TEXT,
    "reports_settled.sheets": 1024 * 1024,
    "subsidy_check.told": A_TEXT,
    "subsidy_draft.told": TEXTS,
    "subsidy_mark.mark": A_HASH,
    "subsidy_step.shown": TEXTS,
    "subsidy_step.told": TEXTS,
    "vault_drawerkey.blob": A_KEY,
    "vault_heldfile.about": A_LINE,
    "vault_heldfile.sealed_sha256": A_HASH,
    "vault_linekey.blob": A_KEY,
    "vault_officekey.private": A_KEY,
    "vault_officekey.symmetric": A_KEY,
    "vault_receipt.commitment": A_HASH,
    "vault_receipt.salt": 16,
    "vault_receipt.verifier": A_HASH,
    "vault_visit.blob": TEXTS,
}
"""Bytes of each sealed column, of each key and hash; of JSON in the clear, its characters."""

ROWS_A_PAGE = 500
"""Rows of a kind that a page reads; the rest is on further pages."""
BYTES_A_PAGE = 2 * limits.MEGABYTE
"""Sealed bytes of a kind that a page opens, and one value more."""

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years of every day and moment that the database takes."""

DEEPEST = 8
MOST_DIGITS = 18

type Kind = Callable[[Any], bool]


def text(value: Any) -> bool:  # noqa: ANN401 - whatever was sealed, as in all that follow
    return isinstance(value, str)


def flag(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, bool)


def whole(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, int) and not isinstance(value, bool)


def count(value: Any) -> bool:  # noqa: ANN401
    return whole(value) and value >= 0


def texts(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, list) and all(map(text, value))


def mapping(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict)


def nothing(value: Any) -> bool:  # noqa: ANN401
    return value is None or value == ""


def _read[Read](read: Callable[[str], Read], holds: Callable[[Read], bool]) -> Kind:
    def kind(value: Any) -> bool:  # noqa: ANN401
        try:
            return isinstance(value, str) and holds(read(value))
        except ValueError:
            return False

    return kind


day = _read(date.fromisoformat, lambda on: FIRST_YEAR <= on.year < LAST_YEAR)
moment = _read(datetime.fromisoformat, lambda at: FIRST_YEAR <= at.year < LAST_YEAR)
clock = _read(time.fromisoformat, lambda _: True)
row_id = _read(UUID, lambda _: True)
a_hash = _read(bytes.fromhex, lambda read: len(read) == A_HASH)


def one_of(*codes: str) -> Kind:
    return lambda value: isinstance(value, str) and value in codes


def either(*kinds: Kind) -> Kind:
    return lambda value: any(kind(value) for kind in kinds)


def several(kind: Kind) -> Kind:
    return lambda value: isinstance(value, list) and all(map(kind, value))


@dataclass(frozen=True)
class Shape:
    """The keys of a value: `needed` by every reader, `known` where they are there.

    `more`: what any other key must be; None where there is no other.
    """

    needed: Mapping[str, Kind] = field(default_factory=dict)
    known: Mapping[str, Kind] = field(default_factory=dict)
    more: Kind | None = None

    def __call__(self, value: Any) -> bool:  # noqa: ANN401
        """Whether the value is of this shape."""
        if not isinstance(value, dict) or not self.needed.keys() <= value.keys():
            return False
        kinds = {**self.known, **self.needed}
        found = [(kinds.get(name, self.more), one) for name, one in value.items()]
        return all(kind is not None and kind(one) for kind, one in found)


ANSWER = either(text, texts, whole, flag, nothing)
WHEN = {"on": day, "starts": clock}
TOLD = Shape(
    known={
        "age": either(count, nothing),
        **dict.fromkeys(("kinds", "place", "phone_note", "support", "wished"), texts),
        **dict.fromkeys(
            ("age_band", "email", "kana", "name", "phone", "phone_digits"), either(text, nothing)
        ),
    },
    more=ANSWER,
)
FILE = Shape(
    needed={
        "name": text,
        "kind": text,
        "length": count,
        "sha256": a_hash,
        "segments": count,
        "key": a_hash,
    },
    known={"looks": text, "place": flag},
)
SUMS = (
    *("yen", "amount_yen", "estimate_yen", "paid_yen", "repay_yen", "cost_yen"),
    *("refunded_yen", "recovered_yen", "other_aid_yen", "applied_yen"),
)
"""The sums of a grant's step, which are reckoned with."""
APPLICATION = Shape(
    known={
        **dict.fromkeys(
            ("protected", "estimate_brought", "screens_brought", "screens_asked"), flag
        ),
        **dict.fromkeys(("acts", "consulted", "promises"), texts),
        **dict.fromkeys(("estimate_files", "screen_files", "other_files"), several(row_id)),
        **dict.fromkeys(
            ("household", "income_yen", "other_aid_yen", "applied_yen"), either(count, nothing)
        ),
        "costs": several(
            Shape({"act": text, "fee": text, "yen": count}, {"tax_yen": either(count, nothing)})
        ),
        "delivery": Shape(known=dict.fromkeys(("how", "address", "sender", "sender_name"), text)),
    },
    more=text,
)

WISH = Shape(
    {
        "contact_rule": one_of(*CONTACT_RULES),
        "hours": texts,
        "name_desk": either(flag, nothing),
        "mail": either(flag, nothing),
    },
    {"words": flag, "said": text},
)

SHAPES: Mapping[str, Kind] = {
    "approval": Shape({"how": text, "at": moment}),
    "booking": Shape(
        known={
            "subject": text,
            "other_party": text,
            "people": count,
            "names_ok": flag,
            "note": text,
        }
    ),
    "brief": Shape(
        {"agreed": flag, "how": text, "on": day},
        {"names": flag, "happened": text, "done": text, "asks": text},
    ),
    "consultee": TOLD,
    "due": text,
    "enquiry": Shape({"text": text}, {"email": text}),
    "enquiry_answer": text,
    "entry": Shape(
        known={
            **TOLD.known,
            **dict.fromkeys(("against", "agency", "reason", "step", "text"), text),
            "urls": either(text, texts),
            "before": WISH,
            "after": WISH,
            "direction": one_of("in", "out"),
            "outcome": one_of("", *Outcome),
            "way": one_of("web", "phone", "counter", "mail", "letter", "fax"),
            "answer_due": row_id,
            "booking": row_id,
            "corrects": row_id,
            "happened_at": moment,
            "minutes": count,
            "results": texts,
            "subsidy": flag,
            "was": Shape(known=WHEN),
            "with": several(row_id),
        },
        more=ANSWER,
    ),
    "grant_check": Shape(
        {"code": text, "verdict": text, "note": text, "confirmed_on": day, "moved_out_on": text},
        {"seen_how": text},
    ),
    "grant_draft": mapping,
    "grant_shown": mapping,
    "grant_told": Shape(
        known={
            "application": APPLICATION,
            **dict.fromkeys(SUMS, either(count, nothing)),
            **dict.fromkeys((f"{name}_by_act" for name in SUMS), Shape(more=count)),
        },
        more=lambda _: True,
    ),
    "interview": Shape({"support": texts, "language": text, "officer": text, "note": text}),
    "issued": Shape({"title": text, "file": FILE}, more=ANSWER),
    "item": FILE,
    "mail": Shape({"text": text, "files": several(mapping), "raw": mapping}, more=lambda _: True),
    "referral": Shape(
        {
            "agency": text,
            "consent": Shape({"kind": text}, {"until_on": either(day, nothing), "reason": text}),
            "summary": Shape({"facts": several(texts), "told": text, "asks": text}),
        }
    ),
    "sheets": mapping,
    "waiting": Shape({"day": text}),
    "wish": WISH,
}
"""What each label's value is, by the keys that its readers use."""

OF_KIND: Mapping[str, Shape] = {
    "advice": Shape({"booking": row_id, "subsidy": flag, "text": text}),
    "apart": Shape({"with": several(row_id)}, {"arrangement": text}, more=ANSWER),
    "booking": Shape(
        {"step": text, **WHEN, "was": Shape(known=WHEN)},
        {"by": one_of("person", "desk"), "text": text},
    ),
    "clinic": Shape(
        {"step": text, **WHEN, "was": Shape(known=WHEN)},
        {"by": one_of(*CANCELLED_BY), "text": text},
    ),
    "closed": Shape({"closing": text}),
    "misfiled": Shape({"text": text, "happened_at": moment}),
    "promise": Shape(
        {"due": text, "on": day, "how": text, "text": text}, {"to": day, "about": text}
    ),
    "referral": Shape({"agency": text}, {"step": one_of(*Verb)}, more=ANSWER),
    "wish": Shape({"after": WISH}, {"before": WISH}),
}
"""What an entry's words are besides, where readers of its kind need more."""


def fits(kind: str, words: Mapping[str, Any]) -> bool:
    """Whether an entry of this kind can be read of these words."""
    return kind not in OF_KIND or OF_KIND[kind](words)
