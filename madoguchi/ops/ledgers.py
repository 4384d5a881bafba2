"""A year's ledger and a grant's file from the command line (台帳・綴り), signed for by a colleague.

The same files as at the desk, with the same rights and lines: whoever types gives their own user
name and password, since nobody reads without a name. With names there is no ledger here.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from madoguchi.ops import start, whose
from madoguchi.rules.decision import Absent
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.models import Office
from madoguchi.tools.signin.models import Staff

LEDGER, BUNDLE = "ledger", "bundle"
VERBS = (LEDGER, BUNDLE)
HELPS = {
    LEDGER: "save a fiscal year's ledger as xlsx, without names (補助金台帳)",
    BUNDLE: "save a grant's file as zip, with an index of hashes (綴り)",
}
OWN = 0o600  # nobody else of the machine reads it
NOTHING = "この番号の補助金は、ありません。"


def arguments(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", year: Callable[[str], int]
) -> None:
    """Whose office, which fiscal year, which grant of it, and where to."""
    for verb in VERBS:
        one = verbs.add_parser(verb, help=HELPS[verb], description=HELPS[verb])
        one.add_argument("office", help="the programme's folder name, such as shibukawa")
        one.add_argument("--fiscal-year", required=True, type=year, metavar="YYYY")
        if verb == BUNDLE:
            one.add_argument("--number", required=True, type=int, help="整理番号 of the grant")
        one.add_argument(
            "--out", required=True, type=Path, metavar="FILE", help="a file that is not there yet"
        )


def run(args: argparse.Namespace) -> int:
    """0 when the file was written; 1 where nobody signed, or there is nothing to write.

    Raises:
        Misconfigured: no such office, or the file is there already.
    """
    if args.out.exists():
        raise Misconfigured(str(args.out), "is there already", "name a file that is not")
    start.django("desk")
    from madoguchi.ops.duties.staff import Declined, signed
    from madoguchi.web.kit.arrival import now

    office, moment = whose.office(args.office), now()
    try:
        row = signed(office, "subsidy.ledger", moment)
        made = {LEDGER: _ledger, BUNDLE: _bundle}[args.what](office, row, args, moment)
    except Declined as reason:
        sys.stderr.write(f"{reason}\n")
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
    from madoguchi.rules.programme.texts import texts
    from madoguchi.tools.office.actor import Actor
    from madoguchi.web.desk.grants_ledger.book import workbook
    from madoguchi.work.cases.public import AtOffice
    from madoguchi.work.subsidy.ledger import queries

    actor = Actor(office.id, row.role, row.id)
    found = queries.ledger(actor, AtOffice(office.id), args.fiscal_year, now=moment)
    return (workbook(found, texts(office.slug), moment),)


def _bundle(
    office: Office, row: Staff, args: argparse.Namespace, moment: datetime
) -> Iterable[bytes]:
    from madoguchi.rules.programme.load import programme
    from madoguchi.rules.programme.texts import texts
    from madoguchi.tools.office.actor import Actor
    from madoguchi.web.desk.grants_ledger.reading import archived, printed_by, reader
    from madoguchi.work.subsidy.bundle.actions import bundle
    from madoguchi.work.subsidy.bundle.dossier import by_number

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
