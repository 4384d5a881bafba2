"""Compare everything with what was written down when it was done; changes nothing."""

import argparse
import json
import sys
from dataclasses import asdict

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

HOUSE = "(house)"  # what is of no office
HELP = "check the audit's lines, checkpoints, sealed rows and files"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which office, and the form of the answer."""
    parser.add_argument("office", nargs="?", help="one office's programme; all where left out")
    parser.add_argument(
        "--quick", action="store_true", help="lengths of files only; opens no key and no file"
    )
    parser.add_argument("--json", action="store_true", help="findings by office as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when everything holds, 1 with findings.

    Raises:
        Misconfigured: no such office, or a wrong or missing master key.
    """
    start.django("desk")
    return report(args)


def report(args: argparse.Namespace) -> int:
    """Check and print; 1 with findings; Django has been started."""
    from madoguchi.ops.soundness import astray, findings, forgotten
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.vault import masterkey

    masterkey.current()
    offices = Office.objects.order_by("slug")
    if args.office:
        offices = offices.filter(slug=args.office)
        if not offices:
            raise Misconfigured(args.office, "no such office", "leave it out to check all")
    found = {office.slug: findings(office, deep=not args.quick) for office in offices}
    if strange := astray():
        found[HOUSE] = strange
    if args.json:
        data = {slug: [asdict(finding) for finding in wrong] for slug, wrong in found.items()}
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    else:
        for office in offices:
            if cases := forgotten(office.id):
                sys.stdout.write(f"{office.slug}: {len(cases)} cases forgotten, as written down\n")
        for slug, wrong in found.items():
            sys.stdout.writelines(f"{slug}: {finding.kind}: {finding.what}\n" for finding in wrong)
            sys.stdout.write(f"{slug}: {f'{len(wrong)} findings' if wrong else 'all holds'}\n")
    return 1 if any(found.values()) else 0
