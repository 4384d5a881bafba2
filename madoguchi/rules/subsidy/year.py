"""The deadlines of a grant's fiscal year (年度の時計): of which year it is, and what ends when.

They only say what to look at; what happens to a grant is decided by a human.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from madoguchi.rules.koyomi.dates import day_in_japan, fiscal_year
from madoguchi.rules.programme.subsidy import (
    STAGES,
    BeforeContract,
    Life,
    Stage,
    SubsidyVersion,
    Timing,
)
from madoguchi.rules.programme.words import UNCONFIRMED

type Watched = Literal[
    "fix_soon", "fix_over", "pay_soon", "pay_over", "answer_waits", "new_year", "decide_over"
]
type Before = Literal["", "application", "decision"]
type Awaited = Literal["", "receipt", "ask", "decision", "next_day", "nothing"]

SOON_DAYS = 30
"""From how many days before its end a clock is shown."""

_UNDECIDED = ("received", "returned", "drafted")
_RUNNING = (*_UNDECIDED, "decided", "contracted", "reported")
_PAYABLE = ("fixed", "claimed")


def counts_online(version: SubsidyVersion) -> bool:
    """Whether a form sent online is the application itself: only where that is confirmed.

    >>> from madoguchi.rules.programme.load import programme
    >>> counts_online(programme("shibukawa").subsidy.version[-1])
    False
    """
    rule = version.timing
    if not isinstance(rule, BeforeContract):
        return False
    confirmed = rule.online_counts_as_application_source != UNCONFIRMED
    return confirmed and rule.online_counts_as_application


def applied_on(
    sent_at: datetime | None, received_on: date | None, *, online_counts: bool
) -> date | None:
    """The day of the application (申請の日); None where nothing that counts has come.

    ``sent_at``: when an online form was first with us, however late it was acknowledged and
    however often it was sent again. ``received_on``: when the desk had the paper or the file.

    >>> from datetime import UTC
    >>> late = datetime(2027, 3, 31, 14, 59, 59, 900_000, tzinfo=UTC)
    >>> applied_on(late, date(2027, 4, 1), online_counts=True)
    datetime.date(2027, 3, 31)
    >>> applied_on(late, date(2027, 4, 1), online_counts=False)
    datetime.date(2027, 4, 1)

    Raises:
        ValueError: ``sent_at`` has no time zone, so that its day is not known.
    """
    if not online_counts or sent_at is None:
        return received_on
    if sent_at.tzinfo is None:
        raise ValueError("sent_at needs a time zone")
    sent_on = day_in_japan(sent_at)
    return sent_on if received_on is None else min(sent_on, received_on)


def money_of(year: int, decided_on: date | None) -> int:
    """The fiscal year that pays: that of the decision; until then, that of the application.

    The year in which the city commits itself to the sum (支出負担行為) pays it, so that an
    application of March which is decided in April is paid by the new year.

    >>> money_of(2026, date(2027, 3, 31)), money_of(2026, date(2027, 4, 1)), money_of(2026, None)
    (2026, 2027, 2026)

    Source: 地方自治法208条2項（会計年度独立）、地方自治法施行令143条1項（歳出の会計年度所属区分）
    """
    return year if decided_on is None else max(year, fiscal_year(decided_on))


def pays_in(year: int, performed_on: date | None) -> int:
    """The fiscal year that is proposed to pay (支払年度の案): that of the performance (履行の日).

    ``year``: that of the decision, whose books hold the sum, while nothing was performed yet.
    Where both differ, nothing follows by itself: a human asks the accounting division.

    >>> pays_in(2026, date(2027, 3, 31)), pays_in(2026, date(2027, 4, 1)), pays_in(2026, None)
    (2026, 2027, 2026)

    Source: 地方自治法施行令143条1項4号（補助費の類は履行のあった日の年度。会計課で確かめる）
    """
    return year if performed_on is None else fiscal_year(performed_on)


def application_day(
    rules: Callable[[date], SubsidyVersion | None],
    sent_at: datetime | None,
    received_on: date | None,
) -> date | None:
    """The day whose rules apply to a grant, from its clear columns.

    ``rules``: gives the rules of a day. It is the day of the application or, until that is known,
    the day on which the form was sent; None where nothing came.
    """
    arrived = received_on or (day_in_japan(sent_at) if sent_at else None)
    version = rules(arrived) if arrived else None
    counts = version is not None and counts_online(version)
    return applied_on(sent_at, received_on, online_counts=counts) or arrived


def signed_before(
    timing: Timing | None, contract_on: date, applied_on: date, decided_on: date | None
) -> Before:
    """Before what a contract was signed too early, for a human to look at; "" if it was not.

    While nobody confirmed what a contract has to wait for, it may have to wait for the decision,
    and one of the day of the application may come after it.
    """
    if not isinstance(timing, BeforeContract):
        return ""
    same_day = timing.same_day or timing.same_day_source == UNCONFIRMED
    if contract_on < applied_on or (contract_on == applied_on and not same_day):
        return "application"
    sure = timing.contract_after_source != UNCONFIRMED
    waits = timing.contract_after == "decision" or not sure
    return "decision" if waits and decided_on and contract_on < decided_on else ""


def came_first(
    timing: Timing | None, on: date, applied_on: date, decided_on: date | None
) -> Before:
    """Before what contract or payment came on a day, as far as the city has confirmed the order.

    ``decided_on``: None while there is no decision, so that what has to wait for it came before.
    Never where the application comes after the payment.
    """
    if not isinstance(timing, BeforeContract) or timing.source == UNCONFIRMED:
        return ""
    before = signed_before(timing, on, applied_on, decided_on or date.max)
    if before == "decision" and timing.contract_after_source == UNCONFIRMED:
        return ""
    return before


def waits_for(timing: Timing | None, applied_on: date | None, today: date) -> Awaited:
    """What a contract still waits for (契約の前に待つもの); `ask`: the city has not confirmed it.

    ``applied_on``: None while nothing that counts as the application has come. `next_day`: the
    application is of today, and whether a contract of the same day comes after it is not sure.
    """
    if not isinstance(timing, BeforeContract):
        return ""
    if timing.source == UNCONFIRMED:
        return "ask"
    if applied_on is None:
        return "receipt"
    if timing.contract_after_source == UNCONFIRMED:
        return "ask"
    if timing.contract_after == "decision":
        return "decision"
    same_day = timing.same_day and timing.same_day_source != UNCONFIRMED
    return "nothing" if same_day or applied_on < today else "next_day"


def fix_by(year: int) -> date:
    """The day by which a year's amounts are fixed: its last, 31 March (年度末).

    >>> fix_by(2026)
    datetime.date(2027, 3, 31)

    Source: 地方自治法208条（会計年度）
    """
    return date(year + 1, 3, 31)


def payable_until(year: int) -> date:
    """The last day on which a year's fixed amounts are paid from its books (出納整理期間).

    >>> payable_until(2026)
    datetime.date(2027, 5, 31)

    Source: 地方自治法235条の5（出納の閉鎖）
    """
    return date(year + 1, 5, 31)


def report_by(life: Life, after_on: date | None, year: int) -> date:
    """The day by which the report is due (実績報告の期限): 31 March, or some days after if earlier.

    ``after_on``: when the retainer was paid or, until that is known, when the contract was signed.

    >>> from madoguchi.rules.programme.subsidy import Life
    >>> report_by(Life(report_within_days=30), date(2026, 8, 20), 2026)
    datetime.date(2026, 9, 19)
    >>> report_by(Life(report_within_days=30), date(2027, 3, 20), 2026)
    datetime.date(2027, 3, 31)
    """
    if after_on is None or life.report_within_days is None:
        return fix_by(year)
    return min(after_on + timedelta(days=life.report_within_days), fix_by(year))


@dataclass(frozen=True, slots=True)
class Clock:
    """What the officer has to watch (見るもの), and by when; it stays when the day is past."""

    code: Watched
    by: date

    @property
    def key(self) -> str:
        """The text key of it; the text has a place ``by`` for the day.

        >>> Clock("fix_soon", date(2027, 3, 31)).key
        'desk_grant_clock.fix_soon'
        """
        return f"desk_grant_clock.{self.code}"


def clock(
    state: str,
    year: int | None,
    today: date,
    *,
    ready: bool = True,
    answer_by: date | None = None,
    stages: Collection[Stage] = STAGES,
    soon_days: int = SOON_DAYS,
) -> Clock | None:
    """What to watch of a grant in a state; None where nothing is due soon, or all is over.

    ``year``: the fiscal year of its money, None before there is an application. ``ready``: whether
    that year has its budget and its terms. ``answer_by``: until when a correction is waited for.

    >>> clock("decided", 2026, date(2027, 3, 10))
    Clock(code='fix_soon', by=datetime.date(2027, 3, 31))
    >>> clock("claimed", 2026, date(2027, 6, 1)).code
    'pay_over'
    >>> clock("paid", 2026, date(2027, 6, 1)) is None
    True
    """
    if year is None:
        return None
    if is_payable(state, stages):
        return _by("pay", payable_until(year), today, soon_days)
    if state in _UNDECIDED:
        if today > fix_by(year):
            return Clock("decide_over", fix_by(year))
        if not ready:
            return Clock("new_year", date(year, 4, 1))
        if state == "returned" and answer_by:
            return Clock("answer_waits", answer_by)
    return _by("fix", fix_by(year), today, soon_days) if state in _RUNNING else None


def ends_on(state: str, year: int, stages: Collection[Stage] = STAGES) -> date:
    """The last day of a grant's year: 31 May where it only waits to be paid, else 31 March.

    >>> ends_on("reported", 2026), ends_on("claimed", 2026)
    (datetime.date(2027, 3, 31), datetime.date(2027, 5, 31))
    """
    return payable_until(year) if is_payable(state, stages) else fix_by(year)


def is_payable(state: str, stages: Collection[Stage] = STAGES) -> bool:
    """Whether the amount is settled and waits to be paid, also in a city without the fixing stage.

    >>> is_payable("fixed"), is_payable("decided"), is_payable("decided", ["claim"])
    (True, False, True)
    """
    if state in _PAYABLE:
        return True
    if "fixing" in stages:
        return False
    before = [state_of for stage, state_of in _REACHED if stage in stages]
    return state == (before[-1] if before else "decided")


_REACHED: tuple[tuple[Stage, str], ...] = (("contract", "contracted"), ("report", "reported"))


def _by(kind: Literal["fix", "pay"], by: date, today: date, soon_days: int) -> Clock | None:
    if today > by:
        return Clock("fix_over" if kind == "fix" else "pay_over", by)
    if (by - today).days > soon_days:
        return None
    return Clock("fix_soon" if kind == "fix" else "pay_soon", by)


def refund_into(repaid_on: date, year: int) -> Literal["budget", "revenue"]:
    """Where money that came back goes (返還金): into the year's budget while its books are open.

    Afterwards it is revenue of the year in which it came (過年度収入).

    >>> refund_into(date(2027, 5, 31), 2026), refund_into(date(2027, 6, 1), 2026)
    ('budget', 'revenue')

    Source: 地方自治法施行令159条（戻入）、160条（出納閉鎖後の収入）
    """
    return "budget" if repaid_on <= payable_until(year) else "revenue"
