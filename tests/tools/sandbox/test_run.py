"""A child that goes wrong, however, ends in one word and within its limits."""

import time

import pytest

from madoguchi.tools.sandbox.run import MEGABYTE, Failed, Limits, run_sandboxed

STRANGE = "tests.tools.sandbox.strange"
SHORT = Limits(seconds=2, output_bytes=8 * MEGABYTE)


def test_what_the_parser_yields_comes_back_in_order() -> None:
    assert run_sandboxed(STRANGE, b"echo", "あ") == "told あ".encode()


@pytest.mark.parametrize("way", ["eat", "spin", "flood", "stumble", "dive", "die", "no_such_way"])
def test_whatever_goes_wrong_is_one_word(way: str, capfd: pytest.CaptureFixture[str]) -> None:
    begun = time.monotonic()
    with pytest.raises(Failed) as failed:
        run_sandboxed(STRANGE, way.encode(), "what someone wrote", SHORT)
    assert failed.value.args == ()
    assert time.monotonic() - begun < SHORT.seconds + 25  # seconds on a busy machine
    assert capfd.readouterr() == ("", "")


def test_no_bytes_are_no_result() -> None:
    with pytest.raises(Failed):
        run_sandboxed(STRANGE, b"")


def test_a_parser_that_is_not_there_is_no_result() -> None:
    with pytest.raises(Failed):
        run_sandboxed("tests.tools.sandbox.nowhere", b"echo")


def test_where_a_process_cannot_be_shut_in_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose calls are not in the table: no filter can be made for it."""
    from madoguchi.tools.sandbox import child

    monkeypatch.setattr("platform.machine", lambda: "sparc")
    with pytest.raises(child.Open):
        child._steps()
