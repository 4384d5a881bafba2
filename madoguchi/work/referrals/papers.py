"""What the paper that goes to an agency prints (引き継ぎの書面), in reading form."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Passed:
    """One question and its answer that are passed on."""

    label: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who passes it on, and where the agency can ask back."""

    office: str
    division: str
    officer: str
    postal_code: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The referral: exactly what the person read, and nothing beside it.

    `draft`: the person still has to read it; it has a line to sign and goes to nobody. `consent`:
    how the person agreed, or that nobody asked them; of a draft, what they would sign. `until`: the
    last day of the consent. `sign`: whether it has a line for the person's signature.
    """

    to: str
    on: str
    sender: Sender
    consent: str
    passed: tuple[Passed, ...] = field(default=(), repr=False)
    told: str = field(default="", repr=False)
    asks: str = field(default="", repr=False)
    document_number: str = ""
    until: str = ""
    draft: bool = False
    sign: bool = False
