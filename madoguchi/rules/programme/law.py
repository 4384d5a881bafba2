"""The law of a fiscal year's grants (年度の根拠規定), as a city enters it when it opens the year.

Two texts are named: the standing rules on grants (補助金等交付規則), and the year's own (交付要領).
It is entered with its document and signed by a second, and never changed: a later one is added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.subsidy import Condition, SubsidyVersion, Terms, Timing

STAGES = ("cost", "decision", "change", "fixing", "revocation")
"""What has a clause beside the conditions: the costs that count, and each decision."""
TEXTS = ("交付要領", "交付要綱", "要領", "要綱")
"""What the title of a year's text ends with, the longest first."""
type Disposition = Literal["treat", "do_not_treat", "undecided"]


@dataclass(frozen=True, slots=True)
class Clause:
    """Where something is written: `of` a condition (`resident`) or one of `STAGES`."""

    of: str
    at: str


@dataclass(frozen=True, slots=True)
class YearLaw:
    """What the letters of a fiscal year cite, and what they need.

    `from_on`: from when the year's text holds, which may be before it was signed. `document` and
    `decided_on`: with what all this was decided. `condition`: of every grant (交付の条件).
    `disposition`: whether the city treats its decisions as dispositions (処分); then `review_to`,
    `defendant` and `court` are named. `follows`: of a second text of the year, whether the day of
    the application or of the decision says which one governs (附則). `delegated_yen`: up to which
    sum it is decided by delegation (専決). The rest is how the year's documents are filed.
    """

    fiscal_year: int
    from_on: date
    regulation: str
    title: str
    number: str
    document: str
    decided_on: date
    clause: tuple[Clause, ...] = ()
    condition: tuple[str, ...] = ()
    disposition: Disposition = "undecided"
    review_to: str = ""
    defendant: str = ""
    court: str = ""
    follows: Literal["", "application", "decision"] = ""
    delegated_yen: int = 0
    binder: str = ""
    retention_years: int = 0
    disclosure: Literal["", "open", "partly", "closed"] = ""

    @property
    def grant_name(self) -> str:
        """The full name of the year's grant: the title of its text without what the text is.

        >>> YearLaw(2026, date(2026, 4, 1), "規則", "令和8年度見本市支援補助金交付要領", "31", "1",
        ...     date(2026, 4, 1)).grant_name
        '令和8年度見本市支援補助金'
        """
        for kind in TEXTS:
            if self.title.endswith(kind) and self.title != kind:
                return self.title.removesuffix(kind)
        return self.title

    def by(self, clause: str) -> str:
        """A clause as a letter's first sentence names it (…の規定により); without one the text.

        The standing rules are named in full there, without their number.
        """
        regulation = self.regulation.partition("（")[0]
        if clause.startswith("規則") and regulation.endswith("規則"):
            return f"{regulation}{clause.removeprefix('規則')}"
        if clause.startswith(("要領", "要綱")):
            return f"交付{clause}"
        return clause or ("交付要綱" if self.title.endswith("要綱") else "交付要領")

    def clause_of(self, name: str) -> str:
        """Where a condition or a stage is written; empty where nothing is named."""
        return next((each.at for each in self.clause if each.of == name), "")


def governing(
    laws: Iterable[YearLaw], fiscal_year: int, applied_on: date, decided_on: date
) -> YearLaw | None:
    """The text that governs an application of a year; None where the year has none.

    The first one of the year, unless a later one holds by the day that its own end names (附則).

    >>> first = YearLaw(2026, date(2026, 4, 1), "規則", "要領", "31", "1", date(2026, 4, 1))
    >>> second = replace(first, from_on=date(2026, 12, 1), number="99", follows="decision")
    >>> governing((second, first), 2026, date(2026, 11, 30), date(2026, 12, 4)).number
    '99'
    """
    of_year = {each.from_on: each for each in laws if each.fiscal_year == fiscal_year}
    found: YearLaw | None = None
    for law in sorted(of_year.values(), key=lambda each: each.from_on):
        by = decided_on if law.follows == "decision" else applied_on
        if found is None or law.from_on <= by:
            found = law
    return found


def under(terms: Terms, law: YearLaw | None) -> Terms:
    """The rules of a day with the title of the year's law, and its clauses as their sources.

    A condition that has a clause is confirmed by it (要確認 no more).
    """
    if law is None or terms.version is None:
        return terms
    version = terms.version
    cost_at = law.clause_of("cost")
    return replace(
        terms,
        version=replace(
            version,
            title=law.title,
            condition=tuple(_cited(rule, law) for rule in version.condition),
            timing=_cited(version.timing, law),
            cost=tuple(replace(each, source=cost_at or each.source) for each in version.cost),
        ),
    )


def _cited[Rule: Condition | Timing](rule: Rule, law: YearLaw) -> Rule:
    at = law.clause_of(snake(type(rule).__name__))
    return replace(rule, source=at) if at else rule


def clauses(version: SubsidyVersion) -> tuple[str, ...]:
    """What a year's law has a clause for: the conditions of these rules, and the stages."""
    rules = (*version.condition, version.timing)
    return (*(snake(type(rule).__name__) for rule in rules), *STAGES)
