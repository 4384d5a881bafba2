"""The sample of a clinic's file: it can be read, and names whatever can be written."""

import re
from dataclasses import fields

import pytest

from madoguchi.rules.programme.clinic import Booking, Clinic, ClinicYear, Free, Overflow, Venue
from madoguchi.rules.programme.load import folder
from madoguchi.rules.programme.read import read, read_toml
from madoguchi.rules.slots import days

SAMPLE = folder("_template") / "clinic.sample.toml"


def test_it_can_be_read_and_gives_days() -> None:
    clinic = read(Clinic, read_toml(SAMPLE, "clinic.sample.toml"), "clinic.sample.toml")
    found = days(clinic, 2026)
    assert [each.ref for each in found if each.venue] == ["2026-05-13_kita", "2026-06-03_kita"]
    assert len(found) == 14


@pytest.mark.parametrize("kind", [Clinic, Booking, Venue, Free, Overflow, ClinicYear])
def test_every_key_stands_in_it(kind: type) -> None:
    words = SAMPLE.read_text("utf-8")
    for field in fields(kind):
        assert re.search(rf"^(\[+(\w+\.)?{field.name}\]+|{field.name} =)", words, re.MULTILINE)


def test_a_new_city_has_no_clinic_until_the_file_has_its_name() -> None:
    assert not (SAMPLE.parent / "clinic.toml").exists()
