"""systemd's part, played: start a program with a socket that was bound for it (sd_listen_fds)."""

import socket
import sys
from collections.abc import Sequence
from pathlib import Path

AS_SYSTEMD = """
import fcntl, os, sys
names, *words = sys.argv[1:]
numbers, words = words[:words.index("--")], words[words.index("--") + 1:]
kept = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in numbers]
for place, number in enumerate(kept, 3):
    os.dup2(number, place)
count = len(names.split(":")) if names else 0
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=str(count), LISTEN_FDNAMES=names)
os.execv(words[0], words)
"""


def activated(words: Sequence[str], **sockets: socket.socket) -> list[str]:
    """The command line of a program that gets these sockets; `pass_fds` has to let them through."""
    numbers = [str(listening.fileno()) for listening in sockets.values()]
    return [sys.executable, "-c", AS_SYSTEMD, ":".join(sockets), *numbers, "--", *words]


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
