"""Letters of a grant from plain values (通知書を書く): days, sums and reasons become sentences.

Nothing is read from the database or decided here. What is not confirmed stays a blank, which
`blanks` shows to the officer before the letter goes out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, assert_never

from madoguchi.rules.bank import Account
from madoguchi.rules.koyomi.wareki import wareki, wareki_day, wareki_fiscal_year
from madoguchi.rules.programme.law import YearLaw
from madoguchi.rules.programme.paper import Need, Paper, head_of, office_of
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.fields import numbered
from madoguchi.rules.subsidy.filing import Filing
from madoguchi.rules.subsidy.judge import Judgement
from madoguchi.rules.subsidy.year import fix_by, payable_until
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.letters.papers import (
    Addressee,
    Change,
    Correction,
    Decision,
    DecisionHead,
    Earlier,
    Envelope,
    Fixing,
    Head,
    Help,
    Lack,
    Payment,
    Reason,
    Reduction,
    Refusal,
    Revocation,
    Task,
)
from madoguchi.work.subsidy.papers import Contact
from madoguchi.work.subsidy.public import Published


@dataclass(frozen=True)
class LetterBasis:
    """What all papers of one grant are written from.

    `number` of `fiscal_year` is 整理番号; `budget_year` pays it. `officer`: whom the person asks
    for. `sender_name`: the name of who decides, where the city prints it. `law`: what governs the
    year, where two have signed it. `silent`: the desk lets the person come, and promises no news.
    """

    rules: Published
    applied: Applied = field(repr=False)
    contact: Contact
    fiscal_year: int | None = None
    number: int | None = None
    budget_year: int | None = None
    officer: str = ""
    sender_name: str = ""
    law: YearLaw | None = None
    silent: bool = False

    @property
    def subsidy(self) -> str:
        """The full name of the year's grant; before it has its law, what the desk calls it."""
        if self.law:
            return self.law.grant_name
        subsidy = self.rules.programme.subsidy
        return subsidy.name.ja if subsidy else ""

    @property
    def reference(self) -> str:
        """The number of the grant as letters name it (整理番号); empty before it has one."""
        if self.fiscal_year is None or self.number is None:
            return ""
        year = wareki_fiscal_year(self.fiscal_year)
        return self.say("reference", year=year, number=self.number)

    def texts(self, clause: str) -> str:
        """The two texts of the year, with a clause; empty before it has its law."""
        if self.law is None:
            return ""
        names = {"regulation": self.law.regulation, "title": self.law.title}
        said = self.say("rules", **names, number=self.law.number)
        return f"{said}　{clause}" if clause else said

    def clause(self, *stages: str) -> str:
        """The clause of the first of these stages that has one in the year's law."""
        found = (self.law.clause_of(stage) for stage in stages) if self.law else ()
        return next(filter(None, found), "")

    @property
    def teaching(self) -> tuple[str, str]:
        """The words on remedies (教示) with their heading, or on whom to ask again."""
        law = self.law
        if law is None or law.disposition == "undecided":
            return "", ""
        key = f"teaching.{law.disposition}"
        names = {"review_to": law.review_to, "defendant": law.defendant, "court": law.court}
        return self.say(f"{key}_title"), self.say(key, **names, desk=self.contact.name)

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
        """What a reason is about (`subsidy.resident`), as the city says its condition."""
        name = code.removeprefix("subsidy.")
        for each in self.rules.version.condition:
            if snake(type(each).__name__) == name:
                return each.words.ja
        return self.say(f"rule.{name}") if self.has(f"rule.{name}") else self.say("rule.other")

    def cited(self, source: str) -> str:
        """The source of a rule; a page of the city is named by the last part of its address."""
        return cited(source, self.rules.words)


def cited(source: str, words: Texts) -> str:
    """The source of a rule, as papers and pages write it."""
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


def formal_yen(amount_yen: int) -> str:
    """The sum that a letter decides.

    >>> formal_yen(150_000)
    '金150,000円'
    """
    return f"金{yen(amount_yen)}"


def day(on: date | None) -> str:
    """A day as letters write it; empty where it is not known."""
    return wareki(on) if on else ""


def addressee(applied: Applied) -> Addressee:
    """To whom a letter goes; a protected address is left out."""
    return Addressee(applied.name, applied.postal_code, applied.address, applied.protected)


def head(about: LetterBasis, filing: Filing) -> Head:
    """The head and foot of a letter; its date is the day on which it goes out (施行日)."""
    return Head(**_head(about, filing))


def decision_head(about: LetterBasis, filing: Filing, clause: str) -> DecisionHead:
    """The same of a letter that decides, by a clause."""
    title, teaching = about.teaching
    return DecisionHead(
        **_head(about, filing),
        rules=about.texts(clause),
        by=about.law.by(clause) if about.law else "",
        teaching_title=title,
        teaching=teaching,
    )


def _head(about: LetterBasis, filing: Filing) -> dict[str, Any]:
    return {
        "to": addressee(about.applied),
        "sender": about.addressee,
        "sender_name": about.sender_name,
        "subsidy": about.subsidy,
        "reference": about.reference,
        "contact": about.contact,
        "officer": about.officer,
        "on": day(filing.enforced_on),
        "document_number": filing.document_number,
    }


def earlier(filing: Filing, amount_yen: int) -> Earlier:
    """How a later letter names the letter that it changes (もとの決定)."""
    on = filing.enforced_on or filing.decided_on
    return Earlier(day(on), filing.document_number, yen(amount_yen))


MOST_HELP = 3


@dataclass(frozen=True)
class RefusalReason:
    """One reason of a decision: its code, its source (article or page), what was found."""

    code: str
    source: str
    found: str = field(repr=False)


def standing_conditions(about: LetterBasis) -> tuple[str, ...]:
    """The conditions of every grant of the year (交付の条件)."""
    return about.law.condition if about.law else ()


def tasks(about: LetterBasis) -> Iterator[Task]:
    """What the person does next, in order; the desk tells it while the stages are unconfirmed."""
    life = about.rules.version.life
    sure = life.stages_source != UNCONFIRMED
    if about.rules.timing == "before_contract":
        reported = "contract" if sure and "contract" in life.stages else "contract_only"
        yield _task(about, reported, about.say("by.decision"))
    if not sure:
        yield _task(about, f"told{_asked(about)}")
        return
    if "report" in life.stages:
        days, year = life.report_within_days, about.budget_year
        if year is None:
            by = about.say(f"by.told{_asked(about)}")
        elif days is None or life.report_within_days_source == UNCONFIRMED:
            by = about.say("by.year_end", day=wareki_day(fix_by(year)))
        else:
            by = about.say("by.days", days=days, day=wareki_day(fix_by(year)))
        yield _task(about, "one_report" if life.one_report else "report", by)
    if "claim" in life.stages:
        fixing = "fixing" in life.stages
        yield _task(about, "claim", about.say("by.fixing" if fixing else f"by.told{_asked(about)}"))


def claiming(about: LetterBasis) -> Iterator[Task]:
    """What comes after the sum is settled."""
    life = about.rules.version.life
    if life.stages_source == UNCONFIRMED or "claim" not in life.stages:
        claim = "claim" in life.stages
        yield _task(about, "told_claim" if claim else f"told{_asked(about)}")
        return
    year = about.budget_year
    yield _task(
        about, "claim", about.say("by.books", day=wareki_day(payable_until(year))) if year else ""
    )


def _asked(about: LetterBasis) -> str:
    """The suffix of words that leave it to the person to ask."""
    return "_asked" if about.silent else ""


def _task(about: LetterBasis, name: str, by: str = "") -> Task:
    return Task(about.say(f"task.{name}.title"), about.say(f"task.{name}.text"), by)


def worded_reasons(about: LetterBasis, given: Sequence[RefusalReason]) -> tuple[Reason, ...]:
    """Every reason with its rule, the clause where that is written, and the facts (理由の提示)."""

    def clause(of: RefusalReason) -> str:
        at = about.law.clause_of(of.code.removeprefix("subsidy.")) if about.law else ""
        is_page = of.source == UNCONFIRMED or of.source.startswith(("https://", "http://"))
        return at or ("" if is_page else of.source)

    return tuple(Reason(about.condition(each.code), clause(each), each.found) for each in given)


def cited_clauses(reasons: Sequence[Reason]) -> str:
    """The clauses of some reasons, each once, as one sentence names them."""
    return "、".join(dict.fromkeys(reason.source for reason in reasons if reason.source))


def why_less(
    about: LetterBasis, code: str, reckoned_yen: int, amount_yen: int
) -> tuple[Reason, ...]:
    """Why less is granted than is reckoned (一部交付), by the year's list; nothing where it is not.

    >>> why_less(None, "", 150_000, 100_000)
    ()
    """
    if not code or amount_yen >= reckoned_yen:
        return ()
    stages = ("cost", "decision") if code == "partly" else ("decision", "cost")
    found = about.say("less.found", reckoned=yen(reckoned_yen), sum=yen(amount_yen))
    return (Reason(about.say(f"less.{code}"), about.clause(*stages), found),)


def help_elsewhere(about: LetterBasis) -> Iterator[Help]:
    """Other agencies that help with a lawyer's cost, as far as they are confirmed."""
    for agency in about.rules.programme.agencies_for("cost")[:MOST_HELP]:
        way = agency.link[0].address if agency.link else ""
        if agency.phone:
            way = about.say("help.phone", number=str(agency.phone[0].number))
        yield Help(agency.name.ja, agency.can.ja, way)


def lack(about: LetterBasis, number: int, what: str) -> Lack:
    """One thing that is missing, under the number that the form has for it."""
    field = numbered(about.rules.version, number)
    if field is None:
        return Lack("", what, about.say("how.other"))
    how = f"how.{field.name}"
    label = about.say("field_label", mark=field.mark, name=about.say(f"field.{field.name}"))
    return Lack(label, what, about.say(how if about.has(how) else "how.other"))


def difference(about: LetterBasis, was_yen: int, amount_yen: int) -> str:
    """The difference between two sums, in words (差)."""
    if was_yen == amount_yen:
        return about.say("difference.none")
    way = "more" if amount_yen > was_yen else "less"
    return about.say(f"difference.{way}", sum=yen(abs(amount_yen - was_yen)))


type Letter = Decision | Refusal | Correction | Change | Fixing | Payment | Reduction | Revocation


def decision(
    about: LetterBasis,
    filing: Filing,
    *,
    applied_on: date,
    amount_yen: int,
    working: Sequence[str],
    conditions: Sequence[str] = (),
    less: Sequence[Reason] = (),
) -> Decision:
    """The letter that grants (交付決定通知書); `conditions`: further ones, as the officer typed."""
    acts, applied_yen = about.applied.acts, about.applied.applied_yen
    confirmed = (each for each in about.rules.version.cost if each.source != UNCONFIRMED)
    costs = dict.fromkeys(each.words.ja for each in confirmed if each.act in acts)
    return Decision(
        head=decision_head(about, filing, about.clause("decision")),
        applied_on=wareki(applied_on),
        amount=formal_yen(amount_yen),
        costs=tuple(costs),
        working=tuple(working),
        conditions=(*standing_conditions(about), *conditions),
        tasks=tuple(tasks(about)),
        reasons=tuple(less),
        applied=yen(applied_yen) if applied_yen and amount_yen < applied_yen else "",
    )


def refusal(
    about: LetterBasis, filing: Filing, *, applied_on: date, reasons: Sequence[RefusalReason]
) -> Refusal:
    """The letter that refuses, with every reason (不交付決定通知書)."""
    worded = worded_reasons(about, reasons)
    return Refusal(
        head=decision_head(about, filing, about.clause("decision") or cited_clauses(worded)),
        applied_on=wareki(applied_on),
        reasons=worded,
        help=tuple(help_elsewhere(about)),
    )


def correction(
    about: LetterBasis,
    filing: Filing,
    *,
    applied_on: date,
    missing: Sequence[tuple[int, str]],
    by: date | None,
    online: bool = False,
) -> Correction:
    """The letter that asks for what is missing (補正のお願い): numbers of the form, and what.

    `online`: whether it may be sent through the page that opens with the receipt.
    """
    ways = ("counter", "post", *(["online"] if online else []))
    return Correction(
        head=head(about, filing),
        applied_on=wareki(applied_on),
        lacks=tuple(lack(about, number, what) for number, what in missing),
        ways=tuple(about.say(f"way.{way}") for way in ways),
        by=wareki_day(by) if by else "",
    )


def change(
    about: LetterBasis,
    filing: Filing,
    was: Earlier,
    *,
    was_yen: int,
    amount_yen: int,
    reason: str,
    working: Sequence[str],
) -> Change:
    """The letter of another sum, with its reason and its working (変更決定通知書)."""
    return Change(
        head=decision_head(about, filing, about.clause("change")),
        earlier=was,
        amount=formal_yen(amount_yen),
        difference=difference(about, was_yen, amount_yen),
        reason=reason,
        working=tuple(working),
        conditions=standing_conditions(about),
        less=amount_yen < was_yen,
    )


def fixing(
    about: LetterBasis,
    filing: Filing,
    was: Earlier,
    *,
    reported_on: date | None,
    was_yen: int,
    amount_yen: int,
    working: Sequence[str],
    less: Sequence[Reason] = (),
) -> Fixing:
    """The letter that settles the sum (額の確定通知書).

    `reported_on`: None in a city that asks for no report.
    """
    return Fixing(
        head=decision_head(about, filing, about.clause("fixing")),
        earlier=was,
        reported_on=day(reported_on),
        amount=formal_yen(amount_yen),
        difference=difference(about, was_yen, amount_yen),
        working=tuple(working),
        tasks=tuple(claiming(about)),
        less=amount_yen < was_yen,
        reasons=tuple(less),
    )


def payment(
    about: LetterBasis,
    filing: Filing,
    was: Earlier,
    *,
    amount_yen: int,
    paid_on: date,
    account: Account,
    bank: str = "",
    shown_as: str = "",
) -> Payment:
    """The letter that tells of the payment (支払のお知らせ); of the number its end only.

    `bank`: names of bank and branch; without them their numbers.
    """
    place = bank or about.say("bank", bank=account.bank_code, branch=account.branch_code)
    kind = about.say(f"account.{account.kind}")
    return Payment(
        head=head(about, filing),
        earlier=was,
        amount=formal_yen(amount_yen),
        paid_on=wareki_day(paid_on),
        account=about.say("account_shown", place=place, kind=kind, number=account.masked),
        shown_as=shown_as,
    )


def revocation(
    about: LetterBasis,
    filing: Filing,
    was: Earlier,
    *,
    before_yen: int,
    revoked_yen: int,
    left_yen: int,
    reasons: Sequence[RefusalReason],
    repay_yen: int = 0,
    repay_by: date | None = None,
) -> Revocation:
    """The letter that revokes the decision (取消通知書); `repay_yen`: to be paid back (返還)."""
    worded = worded_reasons(about, reasons)
    return Revocation(
        head=decision_head(about, filing, cited_clauses(worded)),
        earlier=was,
        scope=about.say("revoked.part" if left_yen else "revoked.whole"),
        before=yen(before_yen),
        revoked=formal_yen(revoked_yen),
        left=formal_yen(left_yen),
        reasons=worded,
        repay=formal_yen(repay_yen) if repay_yen else "",
        repay_by=wareki_day(repay_by) if repay_yen and repay_by else "",
        repay_how=_repay_how(about) if repay_yen else about.say("repay.nothing"),
        untreated=about.law is not None and about.law.disposition == "do_not_treat",
    )


def reduction(
    about: LetterBasis,
    filing: Filing,
    was: Earlier,
    *,
    was_yen: int,
    amount_yen: int,
    reasons: Sequence[RefusalReason],
    working: Sequence[str],
    repay_yen: int = 0,
    repay_by: date | None = None,
) -> Reduction:
    """The letter that lowers the fixed sum (額の確定変更); `was`: the letter that fixed it."""
    worded = worded_reasons(about, reasons)
    return Reduction(
        head=decision_head(about, filing, cited_clauses(worded)),
        earlier=was,
        amount=formal_yen(amount_yen),
        difference=difference(about, was_yen, amount_yen),
        working=tuple(working),
        reasons=worded,
        repay=formal_yen(repay_yen) if repay_yen else "",
        repay_by=wareki_day(repay_by) if repay_yen and repay_by else "",
        repay_how=_repay_how(about) if repay_yen else "",
    )


def _repay_how(about: LetterBasis) -> str:
    """By the slip (納入通知書) that comes as this letter does."""
    at_counter = about.applied.delivery.how == "counter"
    return about.say("repay.how_counter" if at_counter else "repay.how")


def envelope(about: LetterBasis) -> Envelope:
    """The sheet behind the window of the envelope (宛名), as the person wants their letters.

    Without an address for who comes to the counter or whose address is protected: then the sheet is
    for the desk only.
    """
    applied, wish, city = about.applied, about.applied.delivery, about.rules.programme.city
    if applied.protected or wish.how == "counter":
        return Envelope(Addressee(applied.name, protected=applied.protected))
    to = Addressee(applied.name, address=wish.address) if wish.how == "address" else None
    sender: tuple[str, ...] = ()
    if wish.sender == "city":
        place = city.contact
        back = about.say("return_to", code=place.postal_code, address=place.address)
        sender = (office_of(city.name.ja), back)
    elif wish.sender == "own" and wish.sender_name:
        sender = (wish.sender_name,)
    return Envelope(to or addressee(applied), sender)


def reckoned(
    about: LetterBasis, found: Judgement, amount_yen: int, why: str = ""
) -> tuple[str, ...]:
    """The working of the sum that was decided, each line leading to the next, with its reason.

    What was open is read as it was decided; a sum below what is reckoned says so.
    """
    lines = found.leading_to(amount_yen)
    texts = [about.rules.words.get(line.key, "ja", **line.values).words for line in lines[:-1]]
    if lines and lines[-1].values["yen"] != f"{amount_yen:,}":
        sums = {"reckoned": f"{lines[-1].values['yen']}円", "sum": yen(amount_yen)}
        texts.append(about.say("working.part", **sums))
    if why.strip():
        texts.append(about.say("working.why", why=why.strip()))
    return (*texts, about.say("working.granted", sum=yen(amount_yen)))


def blanks(letter: Letter) -> tuple[str, ...]:
    """What is still empty in a letter that goes out: keys below `desk_grant_papers.blank`.

    >>> from types import SimpleNamespace
    >>> blanks(SimpleNamespace(head=SimpleNamespace(on="", document_number="1")))
    ('on',)
    """
    uncounted = isinstance(letter, Correction | Payment)  # they take no number of the register
    names = ("on",) if uncounted else ("on", "document_number")
    return tuple(name for name in names if not getattr(letter.head, name))


def lacks(about: LetterBasis, paper: Paper, letter: Letter) -> tuple[Need, ...]:
    """What a letter needs of its year's law and has not: until then it is a draft (下書き)."""
    less = paper.needs_for_less if getattr(letter, "less", False) else ()
    return tuple(need for need in (*paper.needs, *less) if not _has(about.law, letter, need))


def _has(law: YearLaw | None, letter: Letter, need: Need) -> bool:
    if law is None:
        return False
    match need:
        case "terms":
            return True
        case "conditions":
            return bool(law.condition)
        case "teaching":
            return law.disposition != "undecided"
        case "clause" if isinstance(letter, Change):
            return bool(law.clause_of("change"))
        case "clause":
            named = not isinstance(letter, Fixing) or law.clause_of("fixing")
            return bool(named) and all(reason.source for reason in getattr(letter, "reasons", ()))
        case _:
            assert_never(need)
