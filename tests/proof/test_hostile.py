"""Slow and hostile clients: behind the proxy of docs/running a person still gets through (B19).

Each attack runs against the portal in earnest, behind the proxy; beside it stands a control in
which what protects is taken away, and the same person does not get through.
"""

import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.parts.report import RELIABILITY, Figure, write
from madoguchi.rules import limits
from tests.proof import attackers, earnest
from tests.proof.caller import Refused, multipart, read_answer, whole_way
from tests.proof.earnest import Door
from tests.proof.house import House, prepared

MOST_S = 3.0
ATTACKER = "127.1.0.9"
LARGE_FILE_FROM = "127.200.0.1"
ELSEWHERE = itertools.count(1)
MANY, ONE = attackers.addresses(40, 1), attackers.addresses(1, 1) * 40
THREE_NETWORKS = attackers.addresses(3, 2) * 4
OF_THREE = "24 uploads of 900 kB at 1 kB/s, 3 networks"
ONE_NETWORK = attackers.addresses(1, 60)
GUESSES = "60 lines of one network guess receipts as fast as they can"
A_SECOND = 18.0  # 10,000 in ten minutes, and what the limits slow down
WRONG_PAIR = b"number=1234567890128&secret=1234567812345678"
pytestmark = pytest.mark.clock
type Attack = Callable[[Door], list[Callable[..., None]]]
SLOW: dict[str, Attack] = {
    "40 uploads at 1 kB/s, 40 networks": lambda door: attackers.slow_uploaders(door, MANY),
    "40 uploads at 1 kB/s, one address": lambda door: attackers.slow_uploaders(door, ONE),
    OF_THREE: lambda door: attackers.slow_uploaders(door, THREE_NETWORKS, 900_000),
    "40 posts at 1 byte/s, 40 networks": lambda door: attackers.dripping_posts(door, MANY),
    "40 posts at 1 byte/s, one address": lambda door: attackers.dripping_posts(door, ONE),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house whose portal is served in earnest."""
    house = prepared(tmp_path_factory.mktemp("hostile") / "home")
    earnest.ready(house)
    return house


@pytest.fixture(scope="module")
def door(home: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The portal behind the proxy of docs/running."""
    with earnest.proxied(home, tmp_path_factory.mktemp("proxy")) as one:
        through(one)  # the first caller warms it up
        yield one


@pytest.fixture(scope="module")
def unguarded(home: House) -> Iterator[Door]:
    """The control: bare, and without shares of places."""
    with earnest.bare(home, "tests.proof.unguarded") as one:
        yield one


@dataclass
class Told:
    """What came out, by attack: seconds of a person's way, and what stands beside."""

    took_s: dict[str, float] = field(default_factory=dict)
    beside: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    more: list[Figure] = field(default_factory=list)

    def figures(self) -> list[Figure]:
        """The lines of the table."""
        ways = [
            Figure(
                attack,
                f"a person passes in {took:.2f} s",
                "; ".join(self.beside[attack]),
                f"≤ {MOST_S:.0f} s",
                took <= MOST_S,
            )
            for attack, took in self.took_s.items()
        ]
        return [*ways, *self.more]


@pytest.fixture(scope="module")
def told(pytestconfig: pytest.Config) -> Iterator[Told]:
    """What this run found; written down by the long one."""
    found = Told()
    yield found
    figures = found.figures()
    for figure in figures:
        print(figure.row())
    if pytestconfig.getoption("--long"):
        note = (
            "A person opens the form, writes, sends a picture, submits and reads the receipt, from "
            "another network; receipts cost what tests cost (1 MiB), the lane is the real one. "
            "*Control*: the same with what protects taken away."
        )
        write(RELIABILITY, "Hostile clients", figures, [note])


def through(door: Door) -> float:
    """Seconds of a person's whole way, and of a holder's who reads: the longer of both."""
    person = next(ELSEWHERE)  # from a network more each time: a person does this once
    way = whole_way(door, f"127.{2 + person // 250}.{person % 250}.1")
    return max(way.took_s, read_answer(door, f"127.{2 + person // 250}.{person % 250}.2", way))


def kept_out(door: Door, until_s: float = 10.0) -> str:
    """How a person was refused, within so many seconds of trying; empty when never."""
    until = time.monotonic() + until_s
    while time.monotonic() < until:
        try:
            through(door)
        except (Refused, OSError) as why:
            return str(why)
    return ""


@pytest.mark.parametrize("attack", SLOW)
def test_b19_a_person_passes_slow_senders(door: Door, told: Told, attack: str) -> None:
    with attackers.at_work(SLOW[attack](door)):
        time.sleep(1.5)
        took = [through(door) for _ in range(2)]
    told.took_s[attack] = max(took)
    assert max(took) <= MOST_S


def test_b19_a_large_file_passes_slow_senders_of_three_networks(door: Door, told: Told) -> None:
    with attackers.at_work(SLOW[OF_THREE](door)):
        time.sleep(1.5)
        way = whole_way(door, LARGE_FILE_FROM, b"\xff\xd8" * limits.LARGE)
    told.beside[OF_THREE].append(f"with a picture of 400 kB in {way.took_s:.2f} s")
    assert way.took_s <= MOST_S


@pytest.mark.parametrize("attack", SLOW)
def test_control_slow_senders_keep_a_person_out(unguarded: Door, told: Told, attack: str) -> None:
    """Bare granian, first come first served: the places are theirs."""
    with attackers.at_work(SLOW[attack](unguarded)):
        why = kept_out(unguarded)
    assert "503" in why
    told.beside[attack].append(f"bare and without shares: {why}")


def test_which_attack_needs_the_proxy(home: House, told: Told) -> None:
    """Bare, with shares: slow words of one address stop nobody, of many networks they do."""
    kept: dict[str, str] = {}
    with earnest.bare(home) as alone:
        for attack in (attack for attack in SLOW if "1 byte/s" in attack):
            with attackers.at_work(SLOW[attack](alone)):
                kept[attack] = kept_out(alone, until_s=2.5)
            time.sleep(1)  # until the places are free again
    assert [bool(why) for why in kept.values()] == [True, False], kept
    for attack, why in kept.items():
        told.beside[attack].append(f"bare with shares: {why or 'a person passes'}")


FINE = {"303", "400", "403", "408", "411", "413", "414", "431", "505", "closed", "nothing"}
REFUSED = {
    "negative",
    "no number",
    "two lengths",
    "a gigabyte announced",
    "more than a number holds",
    "chunked, no length",
    "no host",
    "strange host",
    "5,000 headers",
    "an address of 100 kB",
    "not HTTP",
}
PROXY_REFUSES = {"a header of 100 kB"}


def test_b19_wrong_lengths_are_refused_and_break_nothing(door: Door, unguarded: Door) -> None:
    for at in (door, unguarded):
        heard = {
            name: attackers.say(at, ATTACKER, text)
            for name, text in attackers.lies(at, ATTACKER).items()
        }
        assert set(heard.values()) <= FINE, heard
        refused = REFUSED | (PROXY_REFUSES if at.tls else set())
        assert not {name for name in refused if heard[name] == "303"}, heard
        assert heard["shorter than announced"] != "303", "a cut body is never acknowledged"
        assert through(at) <= MOST_S


def flood_of_receipts(at: Door, heard: Counter[str]) -> list[Callable[..., None]]:
    """Sixty lines of one network that try receipts, each claiming another address."""
    return [
        attackers.hammer(
            at,
            one,
            attackers.request(
                at,
                one,
                "/s/f/",
                WRONG_PAIR,
                attackers.TYPED,
                *([f"X-Forwarded-For: 10.{n}.0.1"] if at.tls else []),
            ),
            0,
            heard,
        )
        for n, one in enumerate(ONE_NETWORK)
    ]


def test_rt09_bad_receipts_of_one_network_hold_nobody_up(door: Door, told: Told) -> None:
    heard: Counter[str] = Counter()
    began = time.monotonic()
    with attackers.at_work(flood_of_receipts(door, heard)):
        time.sleep(1)
        took = [through(door) for _ in range(5)]
        seconds = time.monotonic() - began
    rate = heard.total() / seconds
    told.took_s[GUESSES] = max(took)
    told.beside[GUESSES].append(f"{rate:,.0f} a second were answered")
    assert max(took) <= MOST_S
    assert set(heard) <= {"422", "429", "503", ""}, heard


def test_control_bad_receipts_take_every_place(unguarded: Door, told: Told) -> None:
    with attackers.at_work(flood_of_receipts(unguarded, Counter())):
        why = kept_out(unguarded)
    assert "503" in why
    told.beside[GUESSES].append(f"bare and without shares: {why}")


def posts(at: Door, one: str) -> tuple[bytes, ...]:
    """What a flooder sends: a new draft with words and a picture, a visit, a guess."""
    form = multipart({"text": "a" * 60_000}, b"x" * 100_000)
    return (
        attackers.request(at, one, "/s/c/story/", form, attackers.FORM),
        attackers.request(at, one, "/s/", b""),
        attackers.request(at, one, "/s/f/", WRONG_PAIR),
    )


def flood(at: Door, a_second: float, heard: Counter[str]) -> list[Callable[..., None]]:
    """Thirty senders of six networks, together so many posts a second."""
    senders = attackers.addresses(6, 5)
    pause = len(senders) / a_second
    return [
        attackers.hammer(at, one, posts(at, one)[n % 3], pause, heard)
        for n, one in enumerate(senders)
    ]


def senders_of_files(at: Door, heard: Counter[str]) -> list[Callable[..., None]]:
    """As many senders who bring nothing but words and pictures, without a pause."""
    senders = attackers.addresses(6, 3)
    return [attackers.hammer(at, one, posts(at, one)[0], 0, heard) for one in senders]


def on_disk(home: House) -> int:
    """Bytes of files that the house holds."""
    kept = (home.home / "files", home.home / "inbox")
    paths = (path for folder in kept for path in folder.glob("*/*"))
    return sum(path.stat().st_size for path in paths if path.is_file())


def test_ten_thousand_posts_in_ten_minutes(
    tmp_path: Path, told: Told, pytestconfig: pytest.Config
) -> None:
    """In CI the same pace for ten seconds, and a day that such a flood can use up."""
    seconds = 600 if pytestconfig.getoption("--long") else 10
    house, heard, took = prepared(tmp_path / "home"), Counter[str](), list[float]()
    earnest.ready(house)
    with earnest.proxied(house, tmp_path / "proxy", "tests.proof.small_day") as at:
        through(at)
        before = earnest.used_mib(at)
        until = time.monotonic() + seconds
        with attackers.at_work(flood(at, A_SECOND, heard)):
            while time.monotonic() < until:
                took.append(through(at))
                time.sleep(2)
        grown = earnest.used_mib(at) - before
    stored = on_disk(house) / limits.MEGABYTE
    assert heard.total() > seconds * 10
    assert set(heard) <= {"303", "422", "429", "503", ""}, heard
    assert heard["429"], "the flood never reached a limit"
    assert max(took) <= MOST_S
    assert stored <= 8
    what = f"{heard.total():,} posts of 6 networks in {seconds} s"
    told.took_s[what] = max(took)
    told.beside[what].append(f"{len(took)} persons, one after the other")
    told.more += [
        Figure("in it, files on disk", f"{stored:.1f} MiB", "", "≤ a day of 8 MiB", met=True),
        Figure("in it, memory of the portal", f"{grown:+.0f} MiB", f"{before:.0f} MiB before"),
    ]


def test_control_without_a_day_the_disk_fills(tmp_path: Path, told: Told) -> None:
    """The same senders, quicker, at a portal whose day is the usual one."""
    house, heard = prepared(tmp_path / "home"), Counter[str]()
    earnest.ready(house)
    with earnest.bare(house) as at, attackers.at_work(senders_of_files(at, heard)):
        until = time.monotonic() + 60
        while on_disk(house) <= 8 * limits.MEGABYTE and time.monotonic() < until:
            time.sleep(0.2)
    stored = on_disk(house) / limits.MEGABYTE
    assert stored > 8
    told.more.append(
        Figure("control, the usual day: files on disk", f"{stored:.1f} MiB in seconds")
    )


def test_control_a_whole_form_of_the_attackers_is_taken(door: Door) -> None:
    """What they send is refused for its length or its pace, not because it is no form."""
    form = multipart({"text": "a"}, b"x")
    whole = attackers.request(door, ATTACKER, "/s/c/story/", form, attackers.FORM)
    assert attackers.say(door, ATTACKER, whole) == "303"
