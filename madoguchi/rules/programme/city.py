"""The municipality itself: names, divisions over the years, ordinance, contact, open questions."""

import re
from dataclasses import dataclass
from datetime import date

from madoguchi.rules.koyomi.dates import must_be_in_order, version_on
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import Words


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
    phone: Phone | None
    fax: Phone | None
    source: str


@dataclass(frozen=True)
class Ordinance:
    """The ordinance (条例) on which the desk stands."""

    title: str
    promulgated_on: date
    in_force_on: date
    url: str
    source: str


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
    """Something that the published page does not say and that the city should answer (要確認)."""

    about: str
    ask: str
    source: str


@dataclass(frozen=True)
class City:
    """A municipality (自治体) as its programme names it."""

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

    def division_on(self, day: date) -> Division:
        """The division in charge on a day; before the first known one, the first known one."""
        return version_on(self.division, day) or self.division[0]
