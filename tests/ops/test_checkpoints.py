"""Signed checkpoints: a cut tail and a rewritten chain show against what was kept outside."""

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from madoguchi.ops import checkpoints
from madoguchi.tools.audit import chain
from madoguchi.tools.audit.models import Head, Line
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard


@pytest.fixture
def five_lines(office: OfficeCard, now: datetime, tmp_path: Path, settings: Settings) -> Actor:
    settings.CHECKPOINTS = tmp_path
    actor = Actor(office.id, "worker")
    for _ in range(5):
        chain.append(actor, "case.tell", None, outcome="done", now=now)
    checkpoints.write(now)
    return actor


def test_an_untouched_chain_stands(office: OfficeCard, five_lines: Actor, now: datetime) -> None:
    chain.append(five_lines, "case.tell", None, outcome="done", now=now)
    assert checkpoints.broken(office.id, office.slug) == []


def test_a_cut_tail_shows(office: OfficeCard, five_lines: Actor) -> None:
    Line.objects.filter(office_id=five_lines.office_id, seq__gt=3).delete()
    last = Line.objects.get(office_id=five_lines.office_id, seq=3)
    Head.objects.filter(pk=office.id).update(seq=3, hash=last.hash)
    assert chain.faults(office.id) == []  # the control: the table alone cannot show it
    assert len(checkpoints.broken(office.id, office.slug)) == 1


def test_a_forged_checkpoint_shows(office: OfficeCard, five_lines: Actor, tmp_path: Path) -> None:
    file = next(tmp_path.glob(f"{office.slug}-*.txt"))
    file.write_text(file.read_text("utf-8").replace("\n5\n", "\n4\n"), "utf-8")
    assert checkpoints.broken(office.id, office.slug) == [file.name]


def test_another_office_of_a_longer_name_is_not_this_one(
    office: OfficeCard, five_lines: Actor, tmp_path: Path
) -> None:
    (tmp_path / f"{office.slug}-minami-0000000009-20261130T100000.txt").write_text("x", "utf-8")
    assert checkpoints.broken(office.id, office.slug) == []
