"""The acts of a grant as the exam of the grant by the law does them, whatever they are called.

What a form of an act does not have yet is left out and noted in `LACKING`; an act that is not there
at all raises `NotThere`. Who builds them writes their names here; nothing else of the exam changes.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.test import Client
from openpyxl import load_workbook

from madoguchi.rules.bank import Account
from madoguchi.rules.decision import Held, Refused
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.programme.law import Clause, YearLaw
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.facts import CostByNow
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.web.desk.grants.forms import in_words
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.issued.queries import issued
from madoguchi.work.notices import actions as notices
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.afterwards import Reduce, Refund, Repay, Revoke
from madoguchi.work.subsidy.acts.decision import Change
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Proceed
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.budget.law import ask_law
from madoguchi.work.subsidy.budget.public import laws
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import holding
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing
from tests import looking
from tests.work.subsidy.granting import ACCOUNT, Desk, filing

LACKING: set[str] = set()
WHY = "確かめた結果"
NOW = datetime(2026, 11, 30, 10, tzinfo=JAPAN)
GUARDS: Mapping[str, str] = dict.fromkeys(
    ("draft", "change", "fix", "pay"), "madoguchi.work.subsidy.reviewing.findings.require_lawful"
)
"""Where the product refuses at each place; without it the control of that place overspends."""


class NotThere(Exception):
    """The desk has no such act."""


def lacking(name: str) -> NotThere:
    """Note that an act is not there."""
    LACKING.add(name)
    return NotThere(name)


def made[Told](kind: Callable[..., Told], **typed: Any) -> Told:
    """The form of an act with what was typed, as far as it asks for it."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type] # a dataclass
    LACKING.update(f"{kind.__name__}.{name}" for name in typed.keys() - names)
    return kind(**{name: value for name, value in typed.items() if name in names})


def draft(desk: Desk, yen: int, why: str = WHY, reason: str = "") -> None:
    """A sum is proposed; `reason`: of the year's list, for less than is reckoned."""
    seen = holding(desk.opened.checks).get("subsidy.resident")
    if seen and seen.held is Held.MET and seen.confirmed_on < desk.now.date():
        desk.check("resident")  # the register is looked up on the day of the draft
    typed = {"outcome": "grant", "filing": filing(desk.now), "amount_yen": yen, "why": why}
    if reason:
        typed["reason"] = reason
    reviewing.draft(
        desk.officer, desk.grant, made(reviewing.Proposal, **typed), desk.terms, now=desk.now
    )


def change(desk: Desk, yen: int, estimate_yen: int, lawyer: str = "", why: str = WHY) -> None:
    """Another sum by a new estimate (新しい見積), be it another lawyer's."""
    typed: dict[str, Any] = {"amount_yen": yen, "why": why, "filing": filing(desk.now)}
    typed["estimate_yen"] = estimate_yen
    if lawyer:
        typed["lawyer"] = lawyer
    told = made(Change, **typed)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def contract(
    desk: Desk,
    yen: CostByNow,
    on: date | None = None,
    *,
    received_on: date | None = None,
    why: str = "",
) -> None:
    """The contract came on paper, on a day (収受日)."""
    version = desk.terms.version
    told = made(
        typing.ContractReport,
        contract_on=on or desk.now.date(),
        lawyer="法務 一郎",
        yen=yen,
        why=why,
        timing=version.timing if version else None,
        received_on=received_on or desk.now.date(),
    )
    typing.report_contract(desk.officer, desk.grant, told, desk.life, now=desk.now)


def report(
    desk: Desk,
    paid_yen: int,
    refunded_yen: int = 0,
    *,
    paid_on: date | None = None,
    received_on: date | None = None,
    why: str = WHY,
) -> None:
    """The report came on paper, on a day (収受日); `why`: for another sum than was agreed."""
    told = made(
        typing.CostReport,
        paid_on=paid_on or desk.now.date(),
        paid_yen=paid_yen,
        back={"refunded_yen": refunded_yen} if refunded_yen else {},
        received_on=received_on or desk.now.date(),
        why=why,
    )
    typing.report(desk.officer, desk.grant, told, desk.life, now=desk.now)


def fix(desk: Desk, yen: int, why: str = WHY) -> None:
    """The sum is settled, with a reason, which helps only inside the range."""
    told = Fix(amount_yen=yen, filing=filing(desk.now), amount_why=why)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def claim(
    desk: Desk, account: Account = ACCOUNT, *, received_on: date | None = None, why: str = ""
) -> None:
    """The claim came on paper, on a day (収受日); `why`: for one before the books were closed."""
    typed: dict[str, Any] = {"account": account, "received_on": received_on or desk.now.date()}
    if why:
        typed["why"] = why
    told = made(typing.Claim, **typed)
    typing.claim(desk.officer, desk.grant, told, desk.life, now=desk.now)


def pay(desk: Desk, yen: int, on: date | None = None) -> None:
    """Another colleague records the payment."""
    told = Pay(paid_on=on or desk.now.date(), amount_yen=yen, order_number="支命第5号")
    perform(desk.other, desk.grant, told, desk.life, desk.terms, now=desk.now)


def refund(desk: Desk, yen: int) -> None:
    """The lawyer gave money back after the sum was fixed; it opens 要返還 where it was paid."""
    told = Refund(refunded_on=desk.now.date(), refunded_yen=yen, why=WHY)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def reduce(desk: Desk, yen: int) -> None:
    """The fixed sum becomes this one, with its 決裁; what was paid above it is demanded."""
    told = Reduce(amount_yen=yen, why=WHY, filing=filing(desk.now))
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def view(desk: Desk) -> GrantView:
    """The grant as the desk's page has it."""
    opened, rules = desk.opened, desk.terms
    row, words = queries.find(desk.officer, desk.id), texts(desk.office.slug)
    return GrantView(row, opened, rules, desk.now.date(), words, may_issue=True, may_bundle=True)


def to_come_back(desk: Desk) -> int:
    """What the desk's page says is to come back and was not demanded yet (要返還)."""
    return view(desk).to_come_back_yen


def revoke(desk: Desk, repay_yen: int) -> None:
    """The decision is taken back."""
    told = Revoke(why=WHY, filing=filing(desk.now), repay_yen=repay_yen)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def repay(desk: Desk, yen: int, on: date | None = None) -> None:
    """Money came back."""
    told = Repay(repaid_on=on or desk.now.date(), yen=yen)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


def withdraw(desk: Desk) -> None:
    """The person withdraws."""
    granted.withdraw(desk.officer, desk.grant, WHY, now=desk.now)


def lapse(desk: Desk) -> None:
    """Its year is over."""
    granted.lapse(desk.officer, desk.grant, WHY, desk.life, now=desk.now)


def send_back(desk: Desk, why: str = WHY) -> None:
    """A report, a claim or the contract is sent back."""
    granted.send_back(desk.officer, desk.grant, granted.SentBack(why), desk.life, now=desk.now)


def go_on_in_spite(desk: Desk, number: str, why: str) -> None:
    """It was decided to go on though contract or payment came first (決裁番号と理由)."""
    told = Proceed(decided_on=desk.now.date(), document_number=number, why=why)
    perform(desk.officer, desk.grant, told, desk.life, desk.terms, now=desk.now)


STAGES = {"change": "要領第8条第1項", "fixing": "要領第10条", "revocation": "要領第12条第1項"}


def open_law(office: OfficeCard, year: int, *, seconds: bool = True, **law: Any) -> None:
    """A year is opened with its law: 規則, 要領, clauses, conditions, teaching; by two people."""
    clauses = tuple(Clause(of, at) for of, at in {**law["clauses"], **STAGES}.items())
    named = {name: law[name] for name in ("regulation", "title", "number", "disposition")}
    told = {name: law[name] for name in ("review_to", "defendant", "court", "binder")}
    typed = YearLaw(
        year,
        from_on=law["on"],
        document="渋安第3号",
        decided_on=NOW.date(),
        clause=clauses,
        condition=law["conditions"],
        follows=law.get("follows", ""),
        retention_years=law["retention_years"],
        disclosure=law["disclosure"],
        **named,
        **told,
    )
    one, other = (Actor(office.id, "supervisor", uuid4()) for _ in range(2))
    wish = ask_law(one, AtOffice(office.id), typed, now=NOW)
    if seconds:
        notices.confirm(other, AtOffice(office.id), wish, now=NOW)


def law_is_in_force(office: OfficeCard, year: int) -> bool:
    """Whether what was typed of a year's law holds already."""
    return any(law.fiscal_year == year for law in laws(office.id))


def refusal(act: Callable[..., object], *typed: Any, **also: Any) -> str:
    """What the officer reads when this is refused; empty if it is done."""
    try:
        act(*typed, **also)
    except Refused as refused:
        return "".join(why.words for why in in_words(refused.reasons, texts("shibukawa")))
    return ""


def later(desk: Desk, on: date) -> Desk:
    """The same desk on another day."""
    return replace(desk, now=desk.now.replace(year=on.year, month=on.month, day=on.day))


def applied_for(applied: Applied, yen: int) -> Applied:
    """The application, with the sum that is applied for (申請額)."""
    if "applied_yen" not in {field.name for field in fields(Applied)}:
        raise lacking("the sum applied for")
    more: dict[str, Any] = {"applied_yen": yen}
    return replace(applied, **more)


def ask(desk: Desk) -> None:
    """Something is missing (補正依頼)."""
    wanted = (Missing(12, "画面を印刷したもの"),)
    request = reviewing.CompletionRequest(wanted, desk.now.date(), "")
    reviewing.send_for_completion(desk.officer, desk.grant, request, now=desk.now)


def refuse(desk: Desk) -> None:
    """It is refused, for who is not registered in the city."""
    ground = reviewing.RefusalReason("subsidy.resident", "要領第3条第1号", "住民登録がなかった。")
    told = reviewing.Proposal("refuse", filing(desk.now), None, (ground,))
    reviewing.draft(desk.officer, desk.grant, told, desk.terms, now=desk.now)
    reviewing.refuse(desk.officer, desk.grant, filing(desk.now), desk.life, now=desk.now)


def issued_titles(desk: Desk) -> list[str]:
    """The titles of the papers that were issued for a grant, as a list of documents shows them."""
    return [
        card.title
        for card in issued(looking.drawers(desk.office.id, desk.grant.case_id)[1], desk.id)
    ]


def named_cells(browser: Client, year: int) -> list[Any]:
    """The cells of the ledger with names, as an officer saves it by right."""
    answer = browser.get(f"/grants/ledger/{year}.xlsx?names=1")
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
