"""What a body's stream is asked for: all of it, and nothing behind its end."""

from io import BytesIO

import pytest

from madoguchi.web.kit.body import Counted


class Line(BytesIO):
    """A line that stays open: whoever asks for more than was sent waits for ever."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read on.

        Raises:
            AssertionError: nothing more comes.
        """
        left = len(self.getbuffer()) - self.tell()
        assert size is not None
        assert 0 <= size <= left, "waits for ever"
        return super().read(size)


@pytest.mark.parametrize("read_before", [0, 1_000, 200_000])
def test_a_body_is_drained_to_its_end_and_no_further(read_before: int) -> None:
    line = Line(b"x" * 200_000)
    body = Counted(line)
    body.read(read_before)
    body.drain(200_000)
    assert body.count == line.tell() == 200_000


def test_a_body_without_a_length_is_not_waited_for() -> None:
    body = Counted(Line(b"x" * 10))
    body.drain(0)
    assert body.count == 0


def test_a_cut_body_ends() -> None:
    body = Counted(BytesIO(b"x" * 10))
    body.drain(200_000)
    assert body.count == 10
