"""The page for when nothing answers: telephone and hours stand in it, nothing else loads."""

import pytest

from madoguchi.ops.main import main
from madoguchi.rules.programme.texts import texts
from madoguchi.tools.office.public import OfficeCard


@pytest.fixture
def page(
    office: OfficeCard, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> str:
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _window: None)
    assert main(["closed", office.slug]) == 0
    return capsys.readouterr().out


def test_it_says_whom_to_ring_and_when(page: str) -> None:
    assert "受け付けできていません" in page
    assert 'href="tel:0279258526"' in page
    assert "8時30分" in page


def test_it_helps_in_danger_and_away(page: str) -> None:
    assert 'href="tel:110"' in page
    assert texts("shibukawa").raw("kit.exit").words in page


def test_it_says_how_what_was_typed_is_sent_again(page: str) -> None:
    assert "この画面を再読み込みしてください" in page


def test_it_needs_nothing_from_anywhere(page: str) -> None:
    assert "src=" not in page
    assert "<link" not in page
    assert "style" not in page


def test_of_no_office_there_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("madoguchi.ops.start.django", lambda _window: None)
    assert main(["closed", "nowhere"]) == 2
    assert "office add" in capsys.readouterr().err
