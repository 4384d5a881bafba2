"""What is put back ends with the line that the manifest names, or nothing is."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from madoguchi.ops.safekeeping import artefact
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault import masterkey
from tests.redteam.house import asked_with_file
from tests.redteam.kept import Places

pytestmark = pytest.mark.race  # a snapshot is read beside the test's own connection


def end_elsewhere(data: Path, office: OfficeCard) -> None:
    """Have the manifest name another last line, vouched for as it should be."""
    file = data / artefact.MANIFEST
    told = json.loads(file.read_text("utf-8"))
    told["heads"][str(office.id)][0] += 1
    told[artefact.VOUCHER] = masterkey.voucher(masterkey.current(), artefact.vouched(told))
    file.write_text(json.dumps(told), "utf-8")


def test_an_audit_that_ends_elsewhere_is_refused_whole(
    office: OfficeCard, tmp_path: Path, now: datetime
) -> None:
    places = Places(tmp_path)
    asked = asked_with_file(office, now)
    taken = places.back_up(now)
    assert places.restore(taken.data, taken.keys, "control")[0] == 0
    end_elsewhere(taken.data, office)
    code, said = places.restore(taken.data, taken.keys, "home")
    assert (code, "操作記録の終わりが、目録と合いません" in said) == (2, True), said
    assert places.tried("control", asked) == [{"person": True, "office": True}]
    assert places.tried("home", asked) == [{"person": False, "office": False}]
