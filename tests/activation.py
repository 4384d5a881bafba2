"""systemd's part, played: start a program with a socket that was bound for it (sd_listen_fds)."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path

AS_SYSTEMD = """
import os, sys
number, count, *words = sys.argv[1:]
os.dup2(int(number), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=count)
os.execv(words[0], words)
"""


def activated(words: Sequence[str], listening: socket.socket, count: int = 1) -> list[str]:
    """The command line of a program that gets this socket; `pass_fds` has to let it through."""
    number = listening.fileno()
    return [sys.executable, "-c", AS_SYSTEMD, str(number), str(count), *words]


def bound(path: Path) -> socket.socket:
    """A Unix socket that listens there."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen(100)
    return listening


def ask(path: Path, request: bytes = b"GET / HTTP/1.1\r\nHost: x\r\n", wait_s: float = 30) -> str:
    """The whole answer that comes from the socket; the request lacks its last two lines."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(wait_s)
        line.connect(str(path))
        line.sendall(request + b"Connection: close\r\n\r\n")
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    return answer.decode()
