"""Take a backup while everybody goes on working: *data* and *keys*, in two places.

`backup check` reads every *data* that is kept for what should never have come into it.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

HELP = "write a backup of data and of keys into two folders"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two places, what is copied anew, what is removed."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("take", "check"),
        default="take",
        help="check: look whether kept data holds anything but sealed files; left out: take one",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder for data")
    parser.add_argument("--keys", type=Path, help="folder for keys, elsewhere; needed to take one")
    parser.add_argument("--full", action="store_true", help="copy files anew that data has already")
    parser.add_argument("--expire", action="store_true", help="remove keys older than 35 days")
    parser.add_argument(
        "--keep", type=_many, metavar="N", help="remove all but the newest N data; N from 1 on"
    )


def _many(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when everything was copied; 1 when files were not there, or lines contradict the keys.

    Of a check: 1 when something is named.

    Raises:
        Misconfigured: the places are one, or have no room; earlier backups stay as they are.
    """
    if args.what == "check":
        return check(args.data.resolve())
    if args.keys is None:
        raise Misconfigured("--keys", "is missing", "name a folder on another disk")
    data, keys = args.data.resolve(), args.keys.resolve()
    if data == keys or data in keys.parents or keys in data.parents:
        raise Misconfigured("--keys", "lies with --data", "name a folder on another disk")
    start.django("desk")
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.ops.safekeeping.take import back_up
    from madoguchi.web.kit.arrival import now

    moment = now()
    try:
        with ExitStack() as stack:
            for place in (data, keys):
                stack.enter_context(artefact.tended(place))
            taken = back_up(data, keys, moment, full=args.full)
            removed = artefact.expire_keys(keys, moment) if args.expire else []
            removed += artefact.expire_data(data, args.keep) if args.keep else []
    except OSError as error:
        found = f"{error.filename or f'{data} or {keys}'}: {error.strerror}"
        raise Misconfigured("backup", found, "make room or mount it; no backup was made") from error
    sys.stdout.write(f"{taken.keys}\n{taken.data}\n")
    sys.stdout.write(
        f"{taken.rows:,} rows, {taken.files:,} files, {taken.new_files:,} of them new\n"
    )
    sys.stdout.writelines(f"removed: {folder}\n" for folder in removed)
    for missing in taken.missing:
        sys.stderr.write(f"file {missing}: not there or cut; run `madoguchi verify`\n")
    for case in taken.contradicted:
        sys.stderr.write(
            f"case {case}: a line says it was forgotten, but its keys are there; they were kept: "
            "run `madoguchi verify`\n"
        )
    return 1 if taken.missing or taken.contradicted else 0


def check(place: Path) -> int:
    """Name what lies among the sealed files of every *data* and is none: a key, say."""
    start.django("desk")
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.tools.vault import store

    kept = artefact.whole(place, "data")
    count = 0
    for one in kept:
        for path in sorted((one.folder / "files").rglob("*")):
            if path.is_dir() and not path.is_symlink():
                continue
            if not store.is_sealed(path):
                count += 1
                sys.stderr.write(f"{path}: no sealed file; destroy this backup\n")
    sys.stdout.write(f"{len(kept)} data looked through, {count} findings\n")
    return 1 if count else 0
