"""Every tamper in a sealed file is named by verification, and nothing else is."""

import os
import uuid
from datetime import datetime

from madoguchi.ops.soundness import findings
from madoguchi.tools.office.models import Office
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import files
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.tools.vault.models import HeldFile
from tests import lying
from tests.redteam.house import asked_with_file
from tests.redteam.tampering import TAMPERS, rounds
from tests.tools.vault.uploads import upload

COUNT = 5 * len(TAMPERS)


def test_tampered_files_of_cases_are_named(office: OfficeCard, now: datetime) -> None:
    for _ in range(3):
        asked_with_file(office, now)
    paths = [lying.place(pk) for pk in HeldFile.objects.values_list("pk", flat=True)]
    row = Office.objects.get(pk=office.id)

    def named() -> set[str]:
        return {one.what.split()[-1].replace("-", "") for one in findings(row)}

    assert named() == set()
    told = rounds(COUNT, paths, named)
    assert not {kind: times for kind, times in told.items() if kind.startswith("missed")}
    assert told["clean"] == COUNT


def test_tampered_segments_never_read_as_the_file(office: OfficeCard) -> None:
    """Files of several segments, without the house around them."""
    held = [upload("a.jpg", os.urandom(size)) for size in (2_500_000, 3_300_000, 900_000)]
    about = {lying.place(one.file_id).name: one.about for one in held}

    def named() -> set[str]:
        return {name for name, told in about.items() if not same(name, told)}

    told = rounds(COUNT, [lying.place(one.file_id) for one in held], named)
    assert not {kind: times for kind, times in told.items() if kind.startswith("missed")}
    assert told["clean"] == COUNT


def same(name: str, about: files.About) -> bool:
    try:
        return files.sha256(uuid.UUID(name), about) == about.sha256
    except Unreadable:
        return False


def test_control_looking_at_lengths_alone_misses_some(office: OfficeCard, now: datetime) -> None:
    for _ in range(3):
        asked_with_file(office, now)
    paths = lying.on_disk()
    row = Office.objects.get(pk=office.id)

    def named() -> set[str]:
        return {one.what.split()[-1].replace("-", "") for one in findings(row, deep=False)}

    told = rounds(len(TAMPERS), paths, named)
    assert told["missed flipped"] > 0
