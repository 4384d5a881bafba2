"""What an address of PostgreSQL becomes: nothing stays quoted, a commit is on disk."""

import pytest

from madoguchi.config import env
from madoguchi.tools.misconfigured import Misconfigured


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
    assert row["OPTIONS"] == {
        "options": "-c synchronous_commit=on -c row_security=off",
        "connect_timeout": 5,
    }


def test_a_socket_is_named_by_its_folder() -> None:
    row = env.postgresql("X", "postgresql://madoguchi-portal@/cases?host=%2Frun%2FPG")
    assert (row["USER"], row["HOST"], row["PORT"]) == ("madoguchi-portal", "/run/PG", "")


def test_a_word_of_libpq_that_we_do_not_read_is_refused() -> None:
    with pytest.raises(Misconfigured, match="sslmode"):
        env.postgresql("X", "postgresql://madoguchi@db/cases?sslmode=require")
