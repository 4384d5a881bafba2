"""What was packed comes back; any other form is no result."""

import json

import pytest

from madoguchi.tools.mail.parsing.wire import File, ParsedMail, packed, unpacked

TOLD = ParsedMail(from_address="a@example.jp", at="2026-11-24T10:00:00+09:00", flags=["empty"])
FILES = [File("①.png", "image/png", b"\n\x00{}", ["winmail"]), File("", "", b"")]


def test_there_and_back() -> None:
    assert unpacked(b"".join(packed(TOLD, FILES))) == (TOLD, FILES)


def lied(**change: object) -> bytes:
    line, _, rest = b"".join(packed(TOLD, FILES)).partition(b"\n")
    return json.dumps({**json.loads(line), **change}).encode() + b"\n" + rest


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"text": 1},
        {"to": [1]},
        {"to_count": "9"},
        {"automatic": 1},
        {"at": "yesterday"},
        {"text": "\ud800"},
        {"files": 3},
        {"files": [["a", "b", -1, []]]},
        {"files": [["a", "b", 4, "empty"]]},
        {"files": [["a", "b", 9, []]]},
        {"files": []},
    ],
)
def test_any_other_form_is_no_result(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        unpacked(lied(**change))


def test_the_control_is_one() -> None:
    assert unpacked(lied())[0] == TOLD
