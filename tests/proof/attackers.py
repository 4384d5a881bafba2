"""Clients that are slow, lie about lengths, or send far too much; each runs until it is stopped."""

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from tests.proof.caller import BOUNDARY, dial, headers, multipart
from tests.proof.earnest import Door

type Statuses = Counter[str]

FORM = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
TYPED = "Content-Type: application/x-www-form-urlencoded"
BUFFER = 65_536


def addresses(networks: int, each: int) -> list[str]:
    """Addresses of loopback: so many networks (/24), so many addresses in each."""
    return [f"127.1.{net}.{host}" for host in range(1, each + 1) for net in range(networks)]


@contextmanager
def at_work(doing: Sequence[Callable[[threading.Event], None]]) -> Iterator[None]:
    """The attackers in threads of their own for as long as the block lasts."""
    stop = threading.Event()
    crew = [threading.Thread(target=one, args=(stop,), daemon=True) for one in doing]
    for thread in crew:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in crew:
            thread.join(10)


def slow_body(
    door: Door, address: str, kind: str, length: int, piece: bytes
) -> Callable[[threading.Event], None]:
    """A sender that announces `length` bytes and gives one piece a second; again when refused."""

    def send(stop: threading.Event) -> None:
        while not stop.is_set():
            stop.wait(0.1)
            with suppress(OSError), dial(door, address) as line:
                told = headers(door, address, kind, f"Content-Length: {length}")
                line.sendall(b"POST /s/c/story/ HTTP/1.1\r\n" + told)
                line.settimeout(1)
                while not stop.is_set():
                    line.sendall(piece)
                    with suppress(TimeoutError):
                        line.recv(BUFFER)
                        break  # refused: come again

    return send


def slow_uploaders(
    door: Door, who: Sequence[str], length: int = 20_000_000
) -> list[Callable[[threading.Event], None]]:
    """Each sends a picture of so many bytes (20 MB) at 1 kB a second."""
    begun = multipart({"text": "x"}, b"").partition(b"\r\n--" + BOUNDARY.encode() + b"--")[0]
    return [slow_body(door, one, FORM, length, begun.ljust(1_000, b"x")) for one in who]


def dripping_posts(door: Door, who: Sequence[str]) -> list[Callable[[threading.Event], None]]:
    """Each sends a form of 500 bytes, one byte a second."""
    return [slow_body(door, one, TYPED, 500, b"a") for one in who]


def request(door: Door, address: str, path: str, body: bytes, *more: str) -> bytes:
    """A whole POST, ready to be sent again and again."""
    told = headers(door, address, *(more or (TYPED,)), f"Content-Length: {len(body)}")
    return f"POST {path} HTTP/1.1\r\n".encode() + told + body


def hammer(
    door: Door, address: str, message: bytes, pause_s: float, heard: Statuses
) -> Callable[[threading.Event], None]:
    """A sender of the same message over one line, with a pause after each answer."""

    def send(stop: threading.Event) -> None:
        while not stop.is_set():
            with suppress(OSError), dial(door, address) as line:
                while not stop.is_set():
                    line.sendall(message)
                    heard[status := answer(line)] += 1
                    if stop.wait(pause_s) or not status:
                        break

    return send


def answer(line: socket.socket) -> str:
    """The status of one answer, read to its end; empty when the line is dead."""
    text = b""
    while b"\r\n\r\n" not in text:
        piece = line.recv(BUFFER)
        if not piece:
            return ""
        text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        (
            int(name.split(b":")[1])
            for name in head.split(b"\r\n")
            if name.lower().startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        piece = line.recv(BUFFER)
        if not piece:
            return ""
        body += piece
    return head.split(b" ")[1].decode()


def say(door: Door, address: str, text: bytes, wait_s: float = 1.5) -> str:
    """Send these bytes; the status that comes back, `closed` or `nothing` for none."""
    line = dial(door, address)
    line.settimeout(wait_s)
    try:
        line.sendall(text)
        return answer(line) or "closed"
    except TimeoutError:
        return "nothing"
    except OSError:
        return "closed"
    finally:
        line.close()


def lies(door: Door, address: str) -> dict[str, bytes]:
    """Requests whose lengths or heads are wrong, by name (B19)."""
    post, typed = b"POST /s/c/story/ HTTP/1.1\r\n", TYPED

    def head(*more: str, first: bytes = post) -> bytes:
        return first + headers(door, address, typed, *more)

    chunk = "Transfer-Encoding: chunked"
    return {
        "shorter than announced": head("Content-Length: 9", "Connection: close") + b"text=",
        "longer than announced": head("Content-Length: 5") + b"text=abc" * 50,
        "negative": head("Content-Length: -5") + b"text=",
        "no number": head("Content-Length: five") + b"text=",
        "two lengths": head("Content-Length: 5", "Content-Length: 6") + b"text=a",
        "a gigabyte announced": head("Content-Length: 1073741824") + b"text=",
        "more than a number holds": head("Content-Length: " + "9" * 30) + b"text=",
        "chunked": head(chunk) + b"5\r\ntext=\r\n0\r\n\r\n",
        "chunked, wrong length": head(chunk) + b"ffffffff\r\ntext=\r\n0\r\n\r\n",
        "chunked, no length": head(chunk) + b"zz\r\ntext=\r\n0\r\n\r\n",
        "chunked and a length": head(chunk, "Content-Length: 5") + b"5\r\ntext=\r\n0\r\n\r\n",
        "no length at all": head(),
        "old protocol": head("Content-Length: 5", first=b"POST /s/c/story/ HTTP/1.0\r\n")
        + b"text=",
        "unknown protocol": b"POST /s/c/story/ HTTP/9.9\r\n" + headers(door, address),
        "no host": b"GET / HTTP/1.1\r\n\r\n",
        "strange host": b"GET / HTTP/1.1\r\nHost: other.example\r\n\r\n",
        "a header of 100 kB": head("X-A: " + "a" * 100_000, "Content-Length: 0"),
        "5,000 headers": head(*(f"X-{n}: a" for n in range(5_000)), "Content-Length: 0"),
        "an address of 100 kB": b"GET /"
        + b"a" * 100_000
        + b" HTTP/1.1\r\n"
        + headers(door, address),
        "not HTTP": b"\x16\x03\x01" + b"\x00" * 500 + b"\r\n\r\n",
    }
