"""Add an office: its programme, its two host names, its keys."""

import argparse
import re
import sys

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

HELP = "add an office with its keys"
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("add",), help="make what lacks of it; repeated, it changes nothing"
    )
    parser.add_argument("slug", help="the folder of its programme, such as shibukawa")
    parser.add_argument("--portal-host", required=True, help="host name of the public pages")
    parser.add_argument("--desk-host", required=True, help="host name of the desk")


def run(args: argparse.Namespace) -> int:
    """Make the office, or what lacks of it, and say where its public key is pinned.

    Raises:
        Misconfigured: no master key yet, or host names that cannot be.
    """
    start.django("desk")
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.seal import pinned_file

    hosts = args.portal_host.lower(), args.desk_host.lower()
    for option, host in zip(("--portal-host", "--desk-host"), hosts, strict=True):
        if not HOST.fullmatch(host):
            raise Misconfigured(
                option,
                f"{host!r} is no host name",
                "write it bare, such as soudan.city.example.jp: no http://, no port; "
                "a name in Japanese in its xn-- form",
            )
    if hosts[0] == hosts[1]:
        raise Misconfigured("--desk-host", "equals --portal-host", "give the desk its own host")
    masterkey.read(settings.MASTER_KEY_FILE)  # before anything is made
    prepare.databases()
    office, made = prepare.completed_office(args.slug, *hosts)
    done = "public key in" if made else "is there already, whole; public key in"
    sys.stdout.write(f"{office.name}: {done} {pinned_file(office.slug)}\n")
    return 0
