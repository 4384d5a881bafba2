"""A year of the subsidy from the command line: its ledger, its budget, a grant's file.

Ledger and file (台帳・綴り) are those of the desk, with the same rights and lines: whoever types
gives their own user name and password, since nobody reads without a name. With names there is no
ledger here. A budget's totals (予算の控え) are not sealed, and nobody signs for them; `--check`
adds them up from the sealed steps and prints only whether they agree, for a scheduled job.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from madoguchi.ops import accounts, prepare
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.wareki import wareki_fiscal_year
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.subsidy.books import sums_of
from madoguchi.tools.audit import opening
from madoguchi.tools.audit.opening import Reason
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff
from madoguchi.web.desk.grants_ledger.book import workbook
from madoguchi.web.desk.grants_ledger.reading import archived, printed_by, reader
from madoguchi.web.kit import arrival
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.subsidy.budget.moving import left
from madoguchi.work.subsidy.budget.public import word
from madoguchi.work.subsidy.budget.steps import movements
from madoguchi.work.subsidy.bundle.actions import bundle
from madoguchi.work.subsidy.bundle.dossier import by_number
from madoguchi.work.subsidy.ledger import queries
from madoguchi.work.subsidy.models import Budget

OWN = 0o600  # nobody else of the machine reads it
NOTHING = "この番号の補助金は、ありません。"
STANDING = {
    "open": "お知らせなし",
    "nearly_spent": "残りが少ない",
    "spent": "残りがない",
}
FIGURES = {
    "budget_yen": "予算額",
    "reserved_yen": "決定済み（支払前）",
    "spent_yen": "支払済み",
    "left_yen": "残り",
}
NOT_OPEN = "{year}の予算は、登録されていません。"
AGREE, DIFFER = (
    "交付の記録と合っています。",
    "交付の記録と合いません。予算の画面で確かめてください。",
)
UNREAD = "{count}件の交付の記録が、開けないか、見つからないため、比べられません。"


def save(args: argparse.Namespace) -> int:
    """0 when ledger or file was written; 1 where nobody signed, or there is nothing to write.

    Raises:
        Misconfigured: no such office.
    """
    office, moment = prepare.existing_office(args.office), arrival.now()
    try:
        row = accounts.signed(office, "subsidy.ledger", moment)
        made = {"ledger": _ledger, "bundle": _bundle}[args.what](office, row, args, moment)
    except accounts.Declined as declined:
        sys.stderr.write(f"{declined}\n")
        return 1
    except Absent:
        sys.stderr.write(f"{NOTHING}\n")
        return 1
    _write(args.out, made)
    sys.stdout.write(f"{args.out}\n")
    return 0


def _ledger(
    office: Office, row: Staff, args: argparse.Namespace, moment: datetime
) -> Iterable[bytes]:
    actor = Actor(office.id, row.role, row.id)
    found = queries.ledger(actor, AtOffice(office.id), args.fiscal_year, now=moment)
    return (workbook(found, texts(office.slug), moment),)


def _bundle(
    office: Office, row: Staff, args: argparse.Namespace, moment: datetime
) -> Iterable[bytes]:
    actor, words = Actor(office.id, row.role, row.id), texts(office.slug)
    grant = by_number(office.id, args.fiscal_year, args.number)
    made = bundle(actor, grant, words.get("desk.bundle.annex").words, now=moment)
    subsidy = programme(office.slug).subsidy
    read = reader(office.id, words, subsidy, made.dossier.by_rules_of, moment)
    return archived(office.slug, made, read, printed_by(row.name, words, moment), moment.date())


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """A new file of one's own; where it cannot be finished, there is none."""
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWN)
    try:
        with os.fdopen(handle, "wb") as out:
            for piece in pieces:
                out.write(piece)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@dataclass(frozen=True)
class Year:
    """A year's totals as they are printed."""

    fiscal_year: int
    budget_yen: int
    reserved_yen: int
    spent_yen: int
    left_yen: int
    warn_below_yen: int
    standing: str
    terms: str


@dataclass(frozen=True)
class Checked:
    """Whether the steps agree with the totals; None where some of them do not open."""

    agrees: bool | None
    unread: int


def budget(args: argparse.Namespace) -> int:
    """Print the year; 1 where it was never opened, or the steps say something else.

    Raises:
        Misconfigured: no such office.
    """
    office = prepare.existing_office(args.office)
    number = args.fiscal_year or fiscal_year(arrival.now().date())
    row = Budget.of(office.id).filter(fiscal_year=number).first()
    if row is None:
        not_open = NOT_OPEN.format(year=wareki_fiscal_year(number))
        sys.stdout.write("null\n" if args.json else f"{not_open}\n")
        return 1
    year = Year(
        fiscal_year=row.fiscal_year,
        budget_yen=row.budget_yen,
        reserved_yen=row.reserved_yen,
        spent_yen=row.spent_yen,
        left_yen=left(row),
        warn_below_yen=row.warn_below_yen,
        standing=word(row),
        terms=row.terms,
    )
    checked = None
    if args.check:
        run = opening.unattended(
            row.office_id, Reason.BUDGET, now=arrival.now(), period=str(row.fiscal_year)
        )
        with run:
            found = movements(row.office_id, row.fiscal_year)
        sums = sums_of(found.lines)
        same = (sums.reserved_yen, sums.spent_yen) == (row.reserved_yen, row.spent_yen)
        checked = Checked(None if found.unread else same, found.unread)
    if args.json:
        data = {**asdict(year), **(asdict(checked) if checked else {})}
        sys.stdout.write(f"{json.dumps(data, ensure_ascii=False)}\n")
    else:
        sys.stdout.write(f"{wareki_fiscal_year(year.fiscal_year)}の予算\n")
        for key, name in FIGURES.items():
            sys.stdout.write(f"  {name}：{getattr(year, key):,}円\n")
        sys.stdout.write(f"  市民のページ：{STANDING[year.standing]}\n")
        if checked:
            agreement = AGREE if checked.agrees else DIFFER
            unread = UNREAD.format(count=checked.unread)
            sys.stdout.write(f"  {unread if checked.agrees is None else agreement}\n")
    return 0 if checked is None or checked.agrees else 1
