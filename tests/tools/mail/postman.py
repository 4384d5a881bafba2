"""A mail server on loopback that behaves as badly as it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TextIO

GOOD = "good"
DEAF = "deaf"  # takes the connection and says nothing
BUSY = "busy"  # 451 to every recipient
UNKNOWN = "unknown"  # 550 5.1.1 to every recipient
CLOSED = "closed"  # 550 5.7.1: the relay refuses us
DROPS = "drops"  # takes the whole mail and hangs up before it says so


@dataclass
class Postman:
    """One server: how it behaves now, and the message ids of every mail that it took in full."""

    port: int
    mood: str = GOOD
    taken: list[str] = field(default_factory=list)


ANSWERS = {
    BUSY: "451 4.3.0 later",
    UNKNOWN: "550 5.1.1 no such user",
    CLOSED: "550 5.7.1 relay denied",
}


@contextmanager
def postman() -> Iterator[Postman]:
    """A server that answers as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = Postman(server.getsockname()[1])
        threading.Thread(target=_serve, args=(server, one), daemon=True).start()
        yield one


def _serve(server: socket.socket, one: Postman) -> None:
    with suppress(OSError):
        while True:
            peer, _ = server.accept()
            threading.Thread(target=_talk, args=(peer, one), daemon=True).start()


def _talk(peer: socket.socket, one: Postman) -> None:
    with suppress(OSError), peer, peer.makefile("rw", newline="\r\n") as stream:
        if one.mood == DEAF:
            peer.recv(1)
            return

        def say(words: str) -> None:
            stream.write(f"{words}\n")
            stream.flush()

        say("220 loopback")
        for heard in stream:
            verb = heard[:4].upper()
            if verb == "RCPT":
                say(ANSWERS.get(one.mood, "250 ok"))
            elif verb == "DATA":
                say("354 go on")
                one.taken.append(_message_id(stream))
                if one.mood == DROPS:
                    return
                say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


def _message_id(stream: TextIO) -> str:
    found = ""
    for heard in stream:
        if heard.lower().startswith("message-id:"):
            found = heard.split(":", 1)[1].strip()
        if heard.strip() == ".":
            break
    return found
