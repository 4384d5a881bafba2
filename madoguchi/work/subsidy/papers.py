"""What the papers of the subsidy say (補助金の案内・交付申請書), already in reading form.

An empty field of the form is a blank to be filled in by hand.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the order (進める順番): one word for the picture, what is done, what to know."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The grant for a retainer, computed by the rules (計算の例)."""

    retainer: str
    grant: str
    why: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask, and when (問い合わせ先); `changes`: other hours of the coming days."""

    name: str
    place: str
    hours: tuple[str, ...]
    phone: str = ""
    email: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    """The subsidy explained on paper (補助金の案内).

    `draft`: said where the paper is not the city's own. `year`: of which year the rules are;
    `stale`: said where they may no longer hold.
    """

    city: str
    name: str
    rules: str
    year: str
    who: tuple[str, ...]
    costs: tuple[str, ...]
    amount: str
    steps: tuple[Step, ...]
    order: str
    needs: tuple[str, ...]
    cautions: tuple[str, ...]
    contact: Contact
    stale: str = ""
    samples: tuple[Sample, ...] = ()
    sample_note: str = ""
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    """One box to tick (☐)."""

    words: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a lawyer charges for one act (⑦の一行), and the tax in it."""

    label: str
    yen: str = field(default="", repr=False)
    tax: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class More:
    """A further field with its number: boxes to tick, and what is written beside or below them."""

    label: str
    ticks: tuple[Tick, ...] = ()
    asked: str = ""
    words: str = field(default="", repr=False)
    below: bool = False


@dataclass(frozen=True, slots=True)
class Application:
    """The application form (交付申請書), empty or as far as something is known.

    `asks_birth`: whether the form has a place for the day of birth. `contract`: whether it is
    signed, where the rules want the application before.
    `draft`: said where the form is not the city's own; `note`: what is to be asked then.
    The numbers of the fields are those of `rules/subsidy/fields.py`; ⑬ and above are `more`.
    """

    addressee: str
    city: str
    name: str
    amount: str
    acts: tuple[Tick, ...]
    attachments: tuple[Tick, ...]
    promises: tuple[Tick, ...]
    protected: Tick
    engaged: tuple[Tick, ...]
    costs: tuple[CostRow, ...]
    lawyer_label: str
    retainer_label: str
    day_label: str
    caution: str
    draft: str = ""
    note: str = ""
    asks_birth: bool = False
    contract: tuple[Tick, ...] = ()
    more: tuple[More, ...] = ()
    applied_on: str = ""
    person: str = field(default="", repr=False)
    kana: str = field(default="", repr=False)
    former_name: str = field(default="", repr=False)
    postal_code: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    born_on: str = field(default="", repr=False)
    receipt: str = field(default="", repr=False)
    lawyer: str = field(default="", repr=False)
    office: str = field(default="", repr=False)
    grant: str = field(default="", repr=False)
    day: str = field(default="", repr=False)
    other_aid: str = field(default="", repr=False)
