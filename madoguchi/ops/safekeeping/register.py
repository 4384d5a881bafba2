"""The record of forgotten cases that is kept outside (廃棄の記録): receipt numbers, one a line."""

from pathlib import Path

from madoguchi.ops.safekeeping import lines
from madoguchi.ops.safekeeping.artefact import Artefact
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.vault import receipt
from madoguchi.tools.vault.models import Receipt


def cases(path: Path, keys: Artefact) -> frozenset[str]:
    """The cases of *keys* whose receipt numbers the record names; others are not here.

    Raises:
        Misconfigured: the record cannot be read, or a line of it is no receipt number.
    """
    wanted = _numbers(path)
    rows = lines.read(Receipt, keys.folder / lines.file_name(Receipt))
    return frozenset(
        str(row.case_id) for row in rows if isinstance(row, Receipt) and row.number in wanted
    )


def _numbers(path: Path) -> frozenset[str]:
    try:
        written = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = f"cannot be read ({type(error).__name__})"
        raise Misconfigured(str(path), found, "name a text file in UTF-8") from error
    filled = {place: line for place, line in enumerate(written, 1) if line.strip()}
    numbers = {place: receipt.plain_digits(line) for place, line in filled.items()}
    for place, number in numbers.items():
        if not receipt.well_formed(number):
            found = f"line {place} is no receipt number"
            raise Misconfigured(str(path), found, "write one 受付番号 a line, nothing else")
    return frozenset(numbers.values())
