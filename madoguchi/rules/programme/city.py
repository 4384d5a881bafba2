"""The municipality itself: names, divisions over the years, ordinance, contact, open questions."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.koyomi.dates import must_be_in_order, version_on
from madoguchi.rules.programme.phone import Phone, shown_number
from madoguchi.rules.programme.words import UNCONFIRMED, Words, is_placeholder

type Kind = Literal["市", "町", "村", "区", "都", "道", "府", "県"]
KINDS: tuple[Kind, ...] = ("市", "町", "村", "区", "都", "道", "府", "県")
NEUTRAL_PAGE = "https://www.jma.go.jp/"
"""The weather (気象庁): says nothing of why somebody was here."""


@dataclass(frozen=True)
class Division:
    """The division in charge (担当課) from a day on; ``names`` from the department down."""

    since: date
    names: tuple[str, ...]
    source: str
    since_source: str

    @property
    def name(self) -> str:
        """The whole name on one line."""
        return " ".join(self.names)


@dataclass(frozen=True)
class Contact:
    """Whom to ask about a page (お問い合わせ先)."""

    postal_code: str
    address: str
    source: str
    phone: Phone | None = None
    fax: Phone | None = None

    @property
    def shown(self) -> "Contact":
        """The same with only what is confirmed; an address that is not is empty."""
        if self.source == UNCONFIRMED:
            return Contact("", "", self.source)
        phone, fax = (shown_number(each) for each in (self.phone, self.fax))
        if UNCONFIRMED in (self.postal_code, self.address) or is_placeholder(self.postal_code):
            return Contact("", "", self.source, phone, fax)
        return replace(self, phone=phone, fax=fax)


@dataclass(frozen=True)
class Ordinance:
    """The ordinance (条例) on which the desk stands; ``purpose``: what the city says it is for."""

    title: str
    promulgated_on: date
    in_force_on: date
    url: str
    source: str
    purpose: Words | None = None


@dataclass(frozen=True)
class Mail:
    """How mail leaves the office: names that tell nobody why the city writes (差出人)."""

    sender_name: str
    sender_address: str
    source: str


@dataclass(frozen=True)
class Retention:
    """How long a kind of record is kept (保存期間), in years from the 1 April after closing."""

    record: str
    years: int
    source: str


@dataclass(frozen=True)
class Question:
    """Something that the published page does not say and that the city should answer (要確認).

    In ``city.toml`` it is a note; under a ``[[version]]`` of ``subsidy.toml`` it decides.
    """

    about: str
    ask: str
    source: str


@dataclass(frozen=True)
class City:
    """A municipality (自治体) as its programme names it.

    ``kind``: what the pages call it (市の職員, 県の職員), where its name does not end so.
    """

    name: Words
    prefecture: str
    service: Words
    exit_url: str
    page_url: str
    published_on: date
    contact: Contact
    mail: Mail
    division: tuple[Division, ...]
    ordinance: Ordinance | None = None
    kind: Kind | None = None
    retention: tuple[Retention, ...] = ()
    question: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an address that leads nowhere else, and divisions out of order, or none."""
        for key, address in (("exit_url", self.exit_url), ("page_url", self.page_url)):
            if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", address):
                raise ValueError(
                    f"{key} の「{address}」は、ページの住所になっていません。"
                    "https:// から始めて書いてください。"
                )
        if not self.division:
            raise ValueError("担当課がありません。[[division]] を一つ書いてください。")
        must_be_in_order(self.division, "担当課 [[division]] ")

    @property
    def called(self) -> Kind:
        """What the pages call it: 市, 町, 村, 区, 都, 道, 府 or 県; 市 where nobody said."""
        if self.kind is not None:
            return self.kind
        return next((each for each in KINDS if self.name.ja.endswith(each)), "市")

    @property
    def exits_to(self) -> str:
        """Where 「このページを離れる」 leads; never to the address that the template came with."""
        return NEUTRAL_PAGE if is_placeholder(self.exit_url) else self.exit_url

    @property
    def shown(self) -> "City":
        """The same with only what a citizen may read as a fact (要確認 is left out)."""
        division = tuple(
            replace(each, names=tuple(name for name in each.names if name != UNCONFIRMED))
            if each.source != UNCONFIRMED
            else replace(each, names=())
            for each in self.division
        )
        ordinance = self.ordinance
        if ordinance and UNCONFIRMED in (ordinance.source, ordinance.title):
            ordinance = None
        contact = self.contact.shown
        return replace(self, contact=contact, division=division, ordinance=ordinance)

    def division_on(self, day: date) -> Division:
        """The division in charge on a day; before the first known one, the first known one."""
        return version_on(self.division, day) or self.division[0]
