"""An address that is not ours, and one where somebody listens already."""

import socket

import pytest

from madoguchi.ops.children import listen
from madoguchi.tools.misconfigured import Misconfigured


def test_an_address_of_another_machine_is_said_to_be_one() -> None:
    with pytest.raises(Misconfigured, match="このサーバーのアドレスではありません"):
        listen("192.0.2.1", 8000)


def test_a_port_in_use_names_the_option() -> None:
    in_use = pytest.raises(Misconfigured, match="--portal-port")
    with socket.create_server(("127.0.0.1", 0)) as there, in_use:
        listen("127.0.0.1", there.getsockname()[1], "--portal-port")
