"""The subsidy for a lawyer's retainer (弁護士費用の補助), in the words of the published page.

What must hold for it (補助の条件) is one flat list of named conditions, all of which must hold.
How a grant goes on after the application (交付の手続): the stages that a city has, their times.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

from madoguchi.rules.koyomi.dates import fiscal_year, must_be_in_order, version_on
from madoguchi.rules.programme.city import Question
from madoguchi.rules.programme.subsidy_amount import Amount, EligibleCost
from madoguchi.rules.programme.words import UNCONFIRMED, Words

type Stage = Literal["contract", "report", "fixing", "claim"]
type Approval = Literal["outside", "in_tool"]
STAGES: tuple[Stage, ...] = ("contract", "report", "fixing", "claim")
"""契約の届、実績報告、額の確定、請求: in the order in which they come."""
type Means = Literal["phone", "face", "email", "web"]
type Condition = (
    Resident
    | UsedDesk
    | UsedAnyOf
    | IncomeWithin
    | EngagedLawyer
    | Estimate
    | PrintedScreens
    | NotGrantedBefore
    | NoTaxArrears
    | NoGangTies
    | NotRefunded
    | NotRecovered
    | InWords
)
type Timing = BeforeContract | AfterPayment


@dataclass(frozen=True)
class Life:
    """What follows the decision (決定の後の手続), in the order in which it comes.

    ``stages``: a report without a contract before it is one for both.
    ``approval``: whether the decision is taken in the city's own system or in this one.
    ``report_within_days``: days from the payment to the report; 31 March comes first in any case.
    """

    stages: tuple[Stage, ...] = STAGES
    stages_source: str = UNCONFIRMED
    approval: Approval = "outside"
    report_within_days: int | None = None
    report_within_days_source: str = UNCONFIRMED
    retention_years: int | None = None
    retention_years_source: str = UNCONFIRMED

    def __post_init__(self) -> None:
        """Refuse stages out of order or written twice, and times of less than one day or year."""
        if self.stages != tuple(each for each in STAGES if each in self.stages):
            raise ValueError(
                "stages は、contract・report・fixing・claim の順に、"
                "要るものを一度だけ書いてください。"
            )
        for name in ("report_within_days", "retention_years"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ValueError(f"{name} は 1 以上の数で書くか、決まりがなければ消してください。")

    @property
    def one_report(self) -> bool:
        """Whether the contract is reported with the payment (契約の届を兼ねた実績報告).

        >>> Life().one_report, Life(("report", "claim")).one_report, Life(("claim",)).one_report
        (False, True, False)
        """
        return "report" in self.stages and "contract" not in self.stages


@dataclass(frozen=True)
class InWords:
    """What no named condition can say (言葉だけの条件): a human looks, and no page asks for it."""

    words: Words
    source: str


@dataclass(frozen=True)
class Resident:
    """The person stands in the basic resident register (住民基本台帳の記録).

    ``as_of``: on which day, for who moves away between the application and the decision.
    """

    words: Words
    source: str
    as_of: Literal["application", "decision"] = "application"
    as_of_source: str = UNCONFIRMED


@dataclass(frozen=True)
class UsedDesk:
    """The person has used the city's own desk (市の相談窓口の利用), by one of these means."""

    words: Words
    source: str
    desk_used_means: tuple[Means, ...]
    desk_used_means_source: str


@dataclass(frozen=True)
class UsedAnyOf:
    """The person has used one of several consultations (前提となる相談の利用), by their keys."""

    words: Words
    source: str
    of: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an empty list: nobody could meet it."""
        if not self.of:
            raise ValueError("of が空です。使っていればよい相談を一つは書いてください。")


@dataclass(frozen=True)
class IncomeRow:
    """One row of an income table (所得基準の表): what a household of that size may earn."""

    household: int
    at_most_yen: int
    source: str

    def __post_init__(self) -> None:
        """Refuse a household of nobody and a negative income."""
        if self.household < 1 or self.at_most_yen < 0:
            raise ValueError("household は 1 人以上、at_most_yen は 0 円以上で書いてください。")


@dataclass(frozen=True)
class IncomeWithin:
    """The household's income stays within a table (所得の条件); more people: ask."""

    words: Words
    source: str
    period: Literal["year", "month"]
    row: tuple[IncomeRow, ...]

    def __post_init__(self) -> None:
        """Refuse rows out of order and a household written twice."""
        sizes = [each.household for each in self.row]
        if not sizes or sizes != sorted(set(sizes)):
            raise ValueError("[[row]] は、household の少ない順に、一人数に一つ書いてください。")


@dataclass(frozen=True)
class EngagedLawyer:
    """Who is asked to act (依頼先); ``who_source`` settles how far 弁護士等 reaches."""

    words: Words
    source: str
    who: tuple[Literal["lawyer", "judicial_scrivener"], ...]
    who_source: str


@dataclass(frozen=True)
class Estimate:
    """There is an estimate that states the retainer (着手金の額が明記された見積書)."""

    words: Words
    source: str


@dataclass(frozen=True)
class PrintedScreens:
    """There are printed pictures of the screens (画面を印刷した書類).

    ``screenshot_substitute``: whether 投稿記事目録 and 「掲載を職員が確認した」 may stand for the
    print of what the person does not want seen (性的な画像など).
    """

    words: Words
    source: str
    screenshot_substitute: bool = False
    screenshot_substitute_source: str = UNCONFIRMED

    @property
    def substitutes(self) -> bool:
        """Whether the city has confirmed that they may."""
        return self.screenshot_substitute and self.screenshot_substitute_source != UNCONFIRMED


@dataclass(frozen=True)
class NotGrantedBefore:
    """There was no grant before (交付の回数): one for each person, matter or fiscal year."""

    words: Words
    source: str
    frequency: Literal["person", "matter", "fiscal_year"]


@dataclass(frozen=True)
class NoTaxArrears:
    """The person owes the city no tax (市税の滞納がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NoGangTies:
    """The person has no ties to organised crime (暴力団との関係がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NotRefunded:
    """The lawyer has given nothing of the retainer back (着手金の返金がないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class NotRecovered:
    """The sender has paid no damages (損害賠償を受けていないこと)."""

    words: Words
    source: str


@dataclass(frozen=True)
class BeforeContract:
    """To be applied for before the contract (契約前の申請).

    ``same_day``: whether a contract on the day of the application still comes after it.
    ``contract_after``: what the contract has to wait for.
    """

    source: str
    same_day: bool
    same_day_source: str
    contract_after: Literal["application", "decision"]
    contract_after_source: str
    online_counts_as_application: bool
    online_counts_as_application_source: str


@dataclass(frozen=True)
class AfterPayment:
    """To be applied for after the retainer is paid (支払い後の申請).

    ``or_legal_aid``: paying legal aid back counts, a suspended repayment does not (償還の猶予).
    """

    source: str
    or_legal_aid: bool
    or_legal_aid_source: str


@dataclass(frozen=True)
class OwnForm:
    """What the city's own form (市の様式) asks beside what the rules need: the day of birth."""

    asks_birth: bool = False
    asks_birth_source: str = UNCONFIRMED


@dataclass(frozen=True)
class SubsidyVersion:
    """The rules (交付要領) from a day on; ``reissued = "yearly"``: for that year only.

    ``question``: what may yet be a condition; while one is open, nobody is told that all are met.
    """

    since: date
    title: str
    reissued: Literal["yearly", "never"]
    condition: tuple[Condition, ...]
    cost: tuple[EligibleCost, ...]
    amount: Amount
    timing: Timing
    caution: tuple[Words, ...]
    source: str
    form: OwnForm = OwnForm()
    life: Life = Life()
    question: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rules under which nothing could ever be paid, or that say a thing twice."""
        if not self.cost:
            raise ValueError(
                "[[version.cost]] がありません。補助の対象になる費用を書いてください。"
            )
        kinds = [type(each) for each in self.condition]
        if len(kinds) != len(set(kinds)):
            raise ValueError("同じ is の条件が二つあります。一つにまとめてください。")
        costs = [(each.act, each.fee) for each in self.cost]
        if len(costs) != len(set(costs)):
            raise ValueError("同じ act と fee の費用が二つあります。一つを消してください。")

    def known_for(self, day: date) -> bool:
        """Whether these are surely that day's rules: not after their year if reissued yearly."""
        if day < self.since:
            return False
        return self.reissued == "never" or fiscal_year(day) == fiscal_year(self.since)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What the city has yet to answer before these are surely its rules."""
        return tuple(each.ask for each in self.question if each.source == UNCONFIRMED)

    @property
    def who(self) -> tuple[Words, ...]:
        """For whom it is (対象になる方): what is confirmed of the person, the papers apart."""
        return tuple(
            each.words
            for each in self.condition
            if is_confirmed(each) and not isinstance(each, (*PAPERS, EngagedLawyer))
        )

    @property
    def counted(self) -> tuple[Words, ...]:
        """Which costs count (対象になる費用), as far as the city says."""
        return tuple(each.words for each in self.cost if each.source != UNCONFIRMED)

    @property
    def needs(self) -> tuple[Words, ...]:
        """What to bring (用意するもの), in the order written."""
        papers = (each for each in self.condition if isinstance(each, PAPERS))
        return tuple(each.words for each in papers if is_confirmed(each))


@dataclass(frozen=True)
class Terms:
    """The rules as they stand on a day (その日の決まり).

    ``stale``: reissued yearly and the year is over, so the newest known version is only a hint.
    ``before``: nothing had begun; ``ended``: the programme is closed. Both have no version.
    """

    version: SubsidyVersion | None
    on: date
    state: Literal["known", "stale", "before", "ended"]

    @property
    def written(self) -> Self:
        """The same without the conditions that the city has not confirmed (要確認)."""
        if self.version is None:
            return self
        confirmed = tuple(each for each in self.version.condition if is_confirmed(each))
        return replace(self, version=replace(self.version, condition=confirmed))

    @property
    def unwritten(self) -> tuple[Words, ...]:
        """Those that the city has not confirmed: nobody is asked about them or judged by them."""
        conditions = self.version.condition if self.version else ()
        return tuple(each.words for each in conditions if not is_confirmed(each))


@dataclass(frozen=True)
class Subsidy:
    """The subsidy through the years; only ``ended_on`` closes it."""

    name: Words
    version: tuple[SubsidyVersion, ...]
    ended_on: date | None = None

    def __post_init__(self) -> None:
        """Refuse no version at all, versions out of order and an end before the beginning."""
        if not self.version:
            raise ValueError("[[version]] がありません。一つは書いてください。")
        must_be_in_order(self.version, "補助の版 [[version]] ")
        if self.ended_on and self.ended_on < self.version[-1].since:
            raise ValueError(
                f"ended_on（{self.ended_on}）が、最後の版の since（{self.version[-1].since}）より"
                "前になっています。終わった日を直すか、始まらなかった版を消してください。"
            )

    def version_on(self, day: date) -> SubsidyVersion | None:
        """The newest version that had begun by a day; None before the first and after the end."""
        if self.ended_on is not None and day > self.ended_on:
            return None
        return version_on(self.version, day)

    def terms_on(self, day: date) -> Terms:
        """The rules of a day, and how sure they are.

        >>> from madoguchi.rules.programme.load import programme
        >>> found = programme("shibukawa").subsidy
        >>> [found.terms_on(date(year, 4, 1)).state for year in (2023, 2024, 2025)]
        ['before', 'known', 'stale']
        """
        version = self.version_on(day)
        if version is None:
            ended = self.ended_on is not None and day > self.ended_on
            return Terms(None, day, "ended" if ended else "before")
        return Terms(version, day, "known" if version.known_for(day) else "stale")


PAPERS = (Estimate, PrintedScreens)
"""Conditions that a paper meets (用意するもの): whoever lacks it can still bring it."""


def is_confirmed(condition: Condition) -> bool:
    """Whether the city says so; what is 要確認 no citizen reads as a fact.

    >>> is_confirmed(NoTaxArrears(Words("市税の滞納がないこと"), "要確認"))
    False
    """
    return condition.source != UNCONFIRMED
