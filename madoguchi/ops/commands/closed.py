"""The page that the proxy shows when the house is down: telephone and hours, no program needed."""

import argparse
import sys

from madoguchi.ops import start, terminal

HELP = "窓口が止まったときに出すページを作る"


def arguments(parser: argparse.ArgumentParser) -> None:
    terminal.office(parser)


def run(args: argparse.Namespace) -> int:
    """Print the page.

    Raises:
        Misconfigured: no such office.
    """
    start.django("desk")
    from django.template.loader import render_to_string

    from madoguchi.ops import prepare
    from madoguchi.tools.office.public import card
    from madoguchi.web.kit.arrival import in_force, now
    from madoguchi.web.kit.request import OfficeRequest

    row = prepare.existing_office(args.office)
    request = OfficeRequest()
    request.office = card(row)
    request.now = now()
    request.programme = in_force(request, row.slug)
    sys.stdout.write(render_to_string("kit/closed.html", {}, request))
    return 0
