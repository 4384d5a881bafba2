"""Scripts that listen to keys know when kana are converted, and nothing is kept in the browser."""

import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, files, name

SCRIPTS = files(PACKAGE / "web", "*.js")
LISTENS = re.compile(r'addEventListener\("key(?:down|up|press)"')
CONVERTED = re.compile(r"isComposing \|\| event\.keyCode === 229")
KEPT = re.compile(r"localStorage|sessionStorage|indexedDB|serviceWorker|document\.cookie|caches\b")
ELSEWHERE = re.compile(r"https?://|\bimport\(")


def heedless(script: str) -> bool:
    """Does it listen to keys without a look at whether kana are converted?"""
    return bool(LISTENS.search(script)) and not CONVERTED.search(script)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_keys_are_not_read_while_kana_are_converted(path: Path) -> None:
    assert not heedless(path.read_text("utf-8"))


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_nothing_is_kept_in_the_browser_or_asked_elsewhere(path: Path) -> None:
    script = path.read_text("utf-8")
    assert not KEPT.search(script)
    assert not ELSEWHERE.search(script)


def test_the_faults_would_be_caught() -> None:
    """The control."""
    assert heedless('document.addEventListener("keydown", (event) => save());')
    assert KEPT.search("localStorage.setItem('text', text)")
    assert ELSEWHERE.search('fetch("https://example.com/")')
