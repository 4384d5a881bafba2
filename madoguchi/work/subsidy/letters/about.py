"""What all papers of one grant rest on (書類のもと): the rules of its day, the person, the desk.

What the city has not confirmed (要確認) becomes a blank here, and nothing else knows of it.
"""

from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.wareki import wareki, wareki_fiscal_year
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.reading import head_of
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.letters.papers import Addressee, Earlier, Head
from madoguchi.work.subsidy.papers import Contact
from madoguchi.work.subsidy.public import Published


@dataclass(frozen=True)
class About:
    """One grant as its papers need it.

    `number` of `fiscal_year` is 整理番号; `budget_year` pays it. `officer`: who is asked for.
    `sender_name`: the name of who decides, where the city prints it.
    """

    rules: Published
    applied: Applied = field(repr=False)
    contact: Contact
    fiscal_year: int | None = None
    number: int | None = None
    budget_year: int | None = None
    officer: str = ""
    sender_name: str = ""

    @property
    def subsidy(self) -> str:
        """The name of the subsidy (補助金の名前)."""
        subsidy = self.rules.programme.subsidy
        return subsidy.name.ja if subsidy else ""

    @property
    def reference(self) -> str:
        """The number of the grant as letters name it (整理番号); empty before it has one."""
        if self.fiscal_year is None or self.number is None:
            return ""
        year = wareki_fiscal_year(self.fiscal_year)
        return self.say("reference", year=year, number=self.number)

    @property
    def teaching(self) -> str:
        """The words on appeal (教示文); empty as long as the city has not confirmed them."""
        appeal = self.rules.version.appeal
        sure = appeal is not None and appeal.source != UNCONFIRMED
        return appeal.words.ja if appeal is not None and sure else ""

    @property
    def addressee(self) -> str:
        """To whom the person writes (宛先)."""
        return head_of(self.rules.programme.city.name.ja)

    def say(self, key: str, **values: object) -> str:
        """The words of a paper of a grant."""
        return self.rules.words.get(f"desk_grant_papers.{key}", "ja", **values).words

    def has(self, key: str) -> bool:
        """Whether a paper of a grant has such words."""
        return f"desk_grant_papers.{key}" in self.rules.words.words

    def condition(self, code: str) -> str:
        """What a ground is about (`subsidy.resident`), as the city says its condition."""
        name = code.removeprefix("subsidy.")
        for each in self.rules.version.condition:
            if snake(type(each).__name__) == name:
                return each.words.ja
        return self.say(f"rule.{name}") if self.has(f"rule.{name}") else self.say("rule.other")

    def cited(self, source: str) -> str:
        """Where a rule stands; a page of the city's is named by its last part."""
        return cited(source, self.rules.words)


def cited(source: str, words: Texts) -> str:
    """The same in the words of any page."""
    if source == UNCONFIRMED:
        return words.get("desk_grant_papers.source.open").words
    if source.startswith(("https://", "http://")):
        page = source.rstrip("/").rpartition("/")[2]
        return words.get("desk_grant_papers.source.page", "ja", page=page).words
    return source


def yen(amount_yen: int) -> str:
    """A sum as letters write it.

    >>> yen(150_000)
    '150,000円'
    """
    return f"{amount_yen:,}円"


def day(on: date | None) -> str:
    """A day as letters write it; empty where it is not known."""
    return wareki(on) if on else ""


def addressee(applied: Applied) -> Addressee:
    """To whom a letter goes; of a protected address nothing is kept."""
    return Addressee(applied.name, applied.postal_code, applied.address, applied.protected)


def head(about: About, filing: Filing) -> Head:
    """The head and foot of a letter that is filed so; it is dated the day it goes out (施行日)."""
    return Head(
        to=addressee(about.applied),
        sender=about.addressee,
        sender_name=about.sender_name,
        subsidy=about.subsidy,
        reference=about.reference,
        contact=about.contact,
        officer=about.officer,
        on=day(filing.enforced_on),
        document_number=filing.document_number,
    )


def earlier(filing: Filing, amount_yen: int) -> Earlier:
    """The letter that another builds on, as it was filed."""
    on = filing.enforced_on or filing.decided_on
    return Earlier(day(on), filing.document_number, yen(amount_yen))
