"""Put a backup back into an empty house, then check everything in it."""

import argparse
import os
import sys
from pathlib import Path

from madoguchi.ops import start
from madoguchi.ops.commands import verify

HELP = "put a backup back into an empty folder or database, and verify it"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two artefacts, what was forgotten since, and where they go."""
    parser.add_argument("data", type=Path, help="a folder data-<time>")
    parser.add_argument("keys", type=Path, help="a folder keys-<time>, of that time or later")
    parser.add_argument("--forgotten", type=Path, help="cases to forget: a receipt number a line")
    parser.add_argument("--into", type=Path, help="the new home; left out: MADOGUCHI_HOME")


def run(args: argparse.Namespace) -> int:
    """0 when everything was put back and holds, 1 with findings.

    Raises:
        Misconfigured: the pair does not fit, or something is here already.
    """
    if args.into:
        os.environ["MADOGUCHI_HOME"] = str(args.into.absolute())
    start.django("desk")
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.ops.safekeeping.put_back import put_back
    from madoguchi.web.kit.arrival import now

    data, keys = artefact.opened(args.data, "data"), artefact.opened(args.keys, "keys")
    changed = put_back(data, keys, now(), args.forgotten)
    sys.stdout.write(
        f"put back: {sum(data.told['rows'].values()):,} rows, {data.told['files']:,} files\n"
    )
    if args.forgotten:
        sys.stdout.write(f"{args.forgotten}: {changed.listed} of its numbers are of cases here\n")
    if changed.forgotten:
        sys.stdout.write(f"{changed.forgotten} cases were forgotten after this data was taken\n")
    if changed.untold:
        sys.stdout.write(f"{changed.untold} cases had a mail that waited; it was withheld\n")
    args.office, args.json, args.quick = None, False, False
    return verify.report(args)
