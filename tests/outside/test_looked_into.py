"""After a forged line: two colleagues look into it, and checkpoints are signed again."""

import subprocess
import sys

import pytest

from tests.outside.command import CITY, House, furnished

FORGE = """
from madoguchi.ops import start
start.django("desk")
from unittest.mock import patch
from uuid import uuid4
from madoguchi.tools.audit import chain, macs
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.models import Office
from madoguchi.tools.transaction import transaction
who = Actor(Office.objects.get().pk, "supervisor", uuid4())
with patch.object(macs, "keys_of", lambda _: None), transaction():
    print(chain.append(who, "case.read", None, outcome="done", now=start.now()).seq)
"""
SIGN = """
from madoguchi.ops import start
start.django("worker")
from madoguchi.ops import checkpoints
checkpoints.write(start.now())
"""


def program(house: House, script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        env=house.surroundings(),
        cwd=house.beside,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def checkpoints(house: House) -> int:
    return len(list((house.home / "checkpoints").glob("*.txt")))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return furnished(tmp_path_factory.mktemp("forged"))


def test_a_forged_line_ends_the_checkpoints_until_two_looked_into_it(house: House) -> None:
    line = f"audit looked-into {CITY} {{}} --why database --record 2026-114"
    seq = program(house, FORGE)
    program(house, SIGN)
    assert checkpoints(house) == 0
    assert f"　　　　{seq}\n" in house.run("verify --quick").out
    assert f"audit looked-into {CITY} {seq}" in house.run("doctor desk").out
    for typed, words in (
        (house.signed("kimura", "kimura"), "同じ人です"),
        (f"kimura\nwrong\n{house.signed('sato')}", "利用者名とパスワードが合いません"),
    ):
        assert words in house.run(line.format(seq), typed).sentence()
    both = house.signed("kimura", "sato")
    assert "合っています。調べることはありません" in house.run(line.format(1), both).sentence()
    named = line.replace("2026-114", "'山田さんの件'").format(seq)
    assert "--record" in house.run(named, both).sentence()
    assert checkpoints(house) == 0
    done = house.run(line.format(seq), both)
    assert (done.code, "検証点を書きました" in done.out) == (0, True), done
    assert checkpoints(house) == 1
    verified = house.run("verify --quick")
    assert (verified.code, "すべて合っています" in verified.out) == (0, True), verified
    assert f"行 {seq} は合わないので、正しい記録に数えません" in verified.out
    assert f"調べ終えたもの {seq}" in house.run("doctor desk").out
    assert "もう調べ終えています" in house.run(line.format(seq), both).sentence()


def test_the_next_forged_line_is_a_finding_again(house: House) -> None:
    before = checkpoints(house)
    seq = program(house, FORGE)
    program(house, SIGN)
    assert checkpoints(house) == before
    assert f"　　　　{seq}\n" in house.run("verify --quick").out
