"""The portal taken over after somebody left: what they wrote is in no process of its user (H2).

As in production: the portal's own user, PostgreSQL with the shipped roles, the shipped proxy. While
a stranger holds a slow body open and another keeps clicking, a person writes, sends two files,
opens their receipt and leaves; then root reads the memory of every process of that user. Minutes
are seconds here (`brief.py`); nothing else is changed.
"""

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from madoguchi.ops import body_server, window_server
from madoguchi.ops.children import THREADS, listen
from madoguchi.rules import limits
from tests.house.source import ROOT
from tests.proof import attackers, earnest, remembered
from tests.proof.caller import BOUNDARY, Caller, dial, expect, headers, multipart
from tests.proof.earnest import Door
from tests.proof.house import kill
from tests.proof.killing.programs import children
from tests.proof.nginx import PORTAL_NAME
from tests.proof.site import free_port
from tests.proof.users import DESK, GROUP, PORTAL, Users, founded

PERSON, SLOW, CLICKING, SENDING = "127.0.1.1", "127.0.2.1", "127.0.3.1", "127.0.4.1"
CROWD = ("127.0.5.1", "127.0.5.2", "127.0.5.3")  # one network
RENEWED_AFTER_S = 3.0
GONE_AFTER_S = float(os.environ.get("GONE_AFTER_S", "30"))
FORM = f"multipart/form-data; boundary={BOUNDARY}"
NAMED = f"""
from madoguchi.ops.start import django
django("desk")
from madoguchi.tools.office.models import Office
Office.objects.update(portal_host="{PORTAL_NAME}")
"""
type Words = Mapping[str, set[bytes]]


@pytest.fixture(scope="module")
def house() -> Iterator[Users]:
    """A house of three users whose portal has the proxy's name."""
    with founded() as house:
        house.run(DESK, "-c", NAMED)
        house.run(PORTAL, "-m", "madoguchi", "preflight", "portal")
        yield house


@contextmanager
def opened(
    house: Users, folder: Path, application: str, *, files_too: bool = True
) -> Iterator[Door]:
    """The portal's two servers as its own user, behind the proxy.

    files_too: False has the proxy send long bodies to the first, as before.
    """
    shared = house.folder / f"shared-{folder.name}"
    shared.mkdir()
    os.chown(shared, PORTAL, GROUP)
    port, files = free_port(), free_port()
    with ExitStack() as stack:

        def started(number: int, command: Callable[[int], list[str]]) -> subprocess.Popen[str]:
            with listen("127.0.0.1", number) as listening:
                server = subprocess.Popen(
                    command(listening.fileno()),
                    cwd=ROOT,
                    env={
                        **house.told(PORTAL),
                        "MADOGUCHI_WINDOW": "portal",
                        "RUNTIME_DIRECTORY": str(shared),
                        "RENEWED_AFTER_S": str(RENEWED_AFTER_S),
                        "PYTHONPATH": os.pathsep.join(sys.path),
                    },
                    pass_fds=[listening.fileno()],
                    user=PORTAL,
                    group=GROUP,
                    extra_groups=[],
                    umask=0o007,
                    text=True,
                    start_new_session=True,
                )
            stack.callback(kill, server)
            return server

        words = started(port, lambda at: window_server.command(at, THREADS["portal"], application))
        if files_too:
            started(files, lambda at: body_server.command(at, application))
            earnest.answering(files)
        behind = Door(port, tls=False, pid=words.pid, files=files if files_too else port)
        door = stack.enter_context(earnest.in_public(behind, folder / "proxy"))
        until = time.monotonic() + 30
        while clicked(door, CLICKING) != "200":
            assert time.monotonic() < until, "the portal does not open"
        yield door


def clicked(door: Door, address: str, method: str = "GET", path: str = "/") -> str:
    """The status of one request on a line of its own, sent once; or what went wrong."""
    with Caller(door, address) as stranger:
        try:
            return str(stranger._ask(method, path, b"", "")[0])
        except (HTTPException, OSError) as error:
            return repr(error)


def clicks(
    door: Door, address: str, heard: Counter[str], pause_s: float = 5.0
) -> Callable[[threading.Event], None]:
    """A stranger who reads on and on, and begins a request after each pause."""

    def click(stop: threading.Event) -> None:
        while not stop.is_set():
            heard[clicked(door, address, "POST", "/s/")] += 1
            until = time.monotonic() + pause_s
            while time.monotonic() < until and not stop.wait(0.05):
                heard[clicked(door, address)] += 1

    return click


def visited(door: Door) -> Words:
    """A person writes, sends two files, reads their receipt and the case, and leaves: all of it."""
    name = "".join(secrets.choice("ぬへもりそよゆわねけせてとなに") for _ in range(10))
    phone = f"0279-{secrets.randbelow(90) + 10}-{secrets.randbelow(9000) + 1000}"
    text, small, long = (f"{kind}-{secrets.token_hex(8)}" for kind in ("story", "small", "long"))
    contact = {"name": name, "contact_rule": "no_voicemail", "phone": phone, "name_desk": "no"}
    cookies = set[str]()
    with Caller(door, PERSON) as person:

        def said(path: str, words: dict[str, str]) -> None:
            expect(303, person.post(path, words)[0], path)
            cookies.add(person.cookie)

        def sent(content: str, length: int) -> None:
            body = multipart({"text": text}, (b"\xff\xd8" + content.encode()).ljust(length, b"."))
            expect(303, person.ask("POST", "/s/c/story/", body, FORM)[0], "/s/c/story/")

        said("/s/", {})
        said("/s/c/danger/", {"danger": "no", "who": "self"})
        sent(small, 50_000)
        sent(long, 3 * limits.LARGE)
        said("/s/c/contact/", contact)
        said("/s/c/about/", {"age": "32"})
        said("/s/c/wishes/", {"how": "any"})
        said("/s/c/check/", {})
        shown = re.findall(r'<dd class="number">([\d-]+)</dd>', person.get("/s/c/done/"))
        number, secret = (each.replace("-", "") for each in shown)
        said("/s/leave/", {})
        said("/s/f/", {"number": number, "secret": secret})
        assert text in person.get("/s/f/")
        said("/s/leave/", {})
    keys = {cookie.partition("=")[2] for cookie in cookies} - {"", '""'}
    words = {"number": number, "secret": secret, "name": name, "text": text}
    return {
        "cookie": set().union(*(remembered.of_a_key(key) for key in keys)),
        **{kind: remembered.spellings(word) for kind, word in words.items()},
        "receipt as shown": set().union(*map(remembered.spellings, shown)),
        "phone": remembered.spellings(phone) | remembered.spellings(phone.replace("-", "")),
        "small file": remembered.spellings(small),
        "long file": remembered.spellings(long),
    }


def left_after(words: Words, seconds: float) -> Counter[str]:
    """What is found so long after leaving; at once, when nothing is found any more."""
    until = time.monotonic() + seconds
    while (there := remembered.found(PORTAL, words)) and time.monotonic() < until:
        time.sleep(1)
    return there


@contextmanager
def strangers(door: Door, heard: Counter[str]) -> Iterator[None]:
    """One holds a slow body open, another keeps clicking."""
    slow = attackers.slow_uploaders(door, [SLOW])
    with attackers.at_work([*slow, clicks(door, CLICKING, heard)]):
        time.sleep(2)
        yield


@pytest.fixture(scope="module")
def door(house: Users, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The portal as it is, but that minutes are seconds."""
    folder = tmp_path_factory.mktemp("memory") / "brief"
    with opened(house, folder, "tests.proof.brief:application") as one:
        yield one


@pytest.mark.parametrize("_run", range(3))
def test_nothing_of_who_left_is_in_the_memory_of_the_portal(door: Door, _run: int) -> None:
    heard: Counter[str] = Counter()
    with strangers(door, heard):
        words = visited(door)
        assert left_after(words, GONE_AFTER_S) == {}
    assert set(heard) <= {"200", "303"}, heard


BESIDE = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for pid in sys.argv[1:]:
    for way, name, mode in (
        ("read", "mem", os.O_RDONLY), ("written", "mem", os.O_RDWR), ("asked", "environ", 0)
    ):
        try:
            os.close(os.open(f"/proc/{pid}/{name}", mode))
            print(way)
        except OSError:
            pass
    handle = os.pidfd_open(int(pid))
    if any(libc.syscall(438, handle, number, 0) >= 0 for number in range(40)):  # pidfd_getfd
        print("robbed")
"""
EACH_WAY = ["read", "written", "asked", "robbed"]  # its memory, its words, what it listens on


def of_the_portal(house: Users) -> set[str]:
    """The processes that serve; beside them Python keeps one that was given nothing."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            named, told = ((each / name).read_bytes() for name in ("cmdline", "environ"))
            ours = str(house.home).encode() in told
            if ours and b"resource_tracker" not in named:
                found.add(each.name)
    return found


def test_no_process_of_the_portal_reaches_into_another(house: Users, door: Door) -> None:
    """One that is taken over reads no long body of somebody else's, nor takes over the next."""
    with strangers(door, Counter()):
        serving = of_the_portal(house)
        assert len(serving) >= 4  # words: server and worker; long bodies: server and the slow one
        assert house.run(PORTAL, "-c", BESIDE, *serving) == ""
    plain = house.start(PORTAL, "-c", "import time; time.sleep(60)")
    try:
        time.sleep(1)
        assert house.run(PORTAL, "-c", BESIDE, str(plain.pid)).split() == EACH_WAY  # control
    finally:
        kill(plain)


def test_control_the_portal_of_before_remembers(house: Users, tmp_path: Path) -> None:
    """As long as nobody renews its worker; and when somebody does, as long as a slow body lasts.

    Its server ends one after a minute, so the worker's memory is taken first and then looked at.
    """
    application = "tests.proof.lasting:application"
    with (
        opened(house, tmp_path / "lasting", application, files_too=False) as door,
        strangers(door, Counter()),
    ):
        words = visited(door)
        (worker,) = children(door.pid)
        time.sleep(GONE_AFTER_S)
        there = remembered.found_in(remembered.memory(worker), words)
        assert {"cookie", "number", "secret", "name", "phone", "text"} <= set(there), there
        os.kill(door.pid, signal.SIGHUP)
        time.sleep(GONE_AFTER_S)
        taken = list(remembered.memory(worker))
        assert worker in children(door.pid)
        kept = remembered.found_in(taken, words)
        assert {"name", "phone"} <= set(kept), kept
        print("kept:", dict(there), dict(kept))


def uploads(door: Door, heard: Counter[str]) -> Callable[[threading.Event], None]:
    """Somebody whose long body takes twenty seconds; again and again."""
    body = multipart({"text": "a"}, b"\xff\xd8".ljust(2 * limits.LARGE, b"."))
    told = headers(door, SENDING, f"Content-Type: {FORM}", f"Content-Length: {len(body)}")

    def send(stop: threading.Event) -> None:
        while not stop.is_set():
            with dial(door, SENDING) as line:
                line.sendall(b"POST /s/c/story/ HTTP/1.1\r\n" + told)
                for piece in range(100):
                    line.sendall(body[len(body) * piece // 100 : len(body) * (piece + 1) // 100])
                    if stop.wait(0.2):
                        return
                heard[attackers.answer(line)] += 1

    return send


def test_ten_renewals_lose_no_request_and_no_count(door: Door) -> None:
    """A network begins so many requests a day, whichever worker is asked."""
    heard, sent = Counter[str](), Counter[str]()
    workers = set(children(door.pid))
    until = time.monotonic() + 300
    crowd = [clicks(door, one, heard, pause_s=0.6) for one in CROWD]
    with attackers.at_work([*crowd, uploads(door, sent)]):
        while len(workers) <= 10 or not heard["429"]:
            assert time.monotonic() < until, f"{len(workers)} workers in five minutes: {heard}"
            workers |= set(children(door.pid))
            time.sleep(0.2)
        while not sent:
            time.sleep(0.2)
    assert set(heard) == {"200", "303", "429"}, heard
    assert heard["303"] == limits.DAY_DRAFTS
    assert set(sent) == {"303"}, sent
    print(f"{heard.total()} clicks and {sent.total()} uploads, {len(workers)} workers")
