"""What an address of PostgreSQL becomes: nothing stays quoted, a commit is on disk."""

from __future__ import annotations

from madoguchi.config import env


def test_the_parts_of_an_address_are_unquoted() -> None:
    row = env.postgresql("X", "postgresql://mado%40city:p%2Fw%3A1@db.example:5433/cases")
    told = {name: row[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    assert told == {
        "USER": "mado@city",
        "PASSWORD": "p/w:1",
        "HOST": "db.example",
        "PORT": 5433,
        "NAME": "cases",
    }


def test_every_commit_waits_for_the_disk() -> None:
    row = env.postgresql("X", "postgresql://madoguchi@/cases")
    assert row["OPTIONS"] == {"options": "-c synchronous_commit=on"}
