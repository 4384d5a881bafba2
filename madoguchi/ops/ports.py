"""Where a window listens: an address, a port, and nobody who listens there already."""

import argparse
import errno
import socket

from madoguchi.tools.misconfigured import Misconfigured

HIGHEST = 65_535


def port(text: str) -> int:
    """A port that was typed.

    Raises:
        ArgumentTypeError: no such port.
    """
    if text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port; write a number from 1 to {HIGHEST}")


def require_free(host: str, number: int, option: str = "--port") -> None:
    """Nothing listens there, and we may.

    Raises:
        Misconfigured: naming the option that chooses another.
    """
    try:
        kind, *_, place = socket.getaddrinfo(host, number, flags=socket.AI_NUMERICHOST)[0]
    except socket.gaierror as error:
        raise Misconfigured(
            "--host", f"{host!r} is no address", "write 127.0.0.1 or ::1"
        ) from error
    with socket.socket(kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                found = f"{host} is no address of this machine"
                raise Misconfigured("--host", found, "write 127.0.0.1, or one it has") from error
            reason = error.strerror or "cannot be used"
            remedy = f"end what listens there, or choose another with {option}"
            raise Misconfigured(f"port {number}", reason, remedy) from error
