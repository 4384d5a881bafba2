"""Accounts of colleagues: made by two people, ended from a day on."""

import argparse
import sys

from madoguchi.ops import start, terminal
from madoguchi.rules import rights

HELP = "add a colleague (two agree to each, once there are two), or end an account on a day"
ON = "from this day on they cannot sign in: 2027-04-01 for who leaves with the fiscal year"


def arguments(parser: argparse.ArgumentParser) -> None:
    adding = (role for role in rights.STAFF if rights.may(role, "staff.propose", "office"))
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = verbs.add_parser(
        "add",
        help="make an account with a temporary password",
        description="Make an account and print its temporary password once."
        " OFFICE USERNAME NAME ROLE come in this order: staff add shibukawa hayashi 林 counsellor",
        epilog=f"Witnesses: none are asked until the office has had 2 colleagues who may"
        f" add others ({', '.join(adding)}). From then on two of them"
        " agree to each account, who have signed in at the desk and chosen passwords of their own:"
        " user names and passwords are asked for one after the other, at this terminal or as four"
        " lines of standard input.",
    )
    end = verbs.add_parser(
        "end",
        help="end an account at 00:00 of a day",
        description="End an account at 00:00 of a day: on that day the colleague can no longer"
        " sign in. For the last day of a fiscal year write 04-01.",
    )
    for each in (add, end):
        each.add_argument("office", help="the folder of the office's programme, such as shibukawa")
        each.add_argument("username", help="typed to sign in: a-z, 0-9, . _ -; never used again")
    add.add_argument("name", help="the name that colleagues see")
    add.add_argument(
        "role", choices=rights.STAFF, metavar="role", help=f"one of: {', '.join(rights.STAFF)}"
    )
    end.add_argument("--on", type=terminal.day, required=True, metavar="DAY", help=ON)


def run(args: argparse.Namespace) -> int:
    """0 when it is done; 1 with a sentence when it was declined."""
    start.django("desk")
    from madoguchi.ops import accounts
    from madoguchi.tools.office.models import Office

    office = Office.objects.filter(slug=args.office).first()
    if office is None:
        sys.stderr.write(f"{args.office}: no such office; `madoguchi office add` makes one\n")
        return 1
    try:
        if args.what == "add":
            accounts.add(office, args.username, args.name, args.role)
        else:
            accounts.end(office, args.username, args.on)
    except accounts.Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0
