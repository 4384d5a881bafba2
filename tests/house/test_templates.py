"""Templates hold structure: no Japanese, no way round escaping, nothing inline, no form trap."""

import re
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, files, name

TEMPLATES = files(PACKAGE / "web", "*.html")
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
RULES = {
    "Japanese: words stand in texts/ ({% t %})": r"[\u3041-\u30fa\u30fc-\u30ff\u3400-\u9fff]",
    "a way round escaping": r"\|\s*safe\b|\bsafeseq\b|autoescape\s+off|mark_safe",
    "an inline style: the content security policy refuses it": r"\sstyle\s*=|<style\b",
    "an inline handler: the content security policy refuses it": r"\son[a-z]+\s*=",
    "an inline script: the content security policy refuses it": r"<script(?![^>]*\ssrc=)[^>]*>",
    "something from another host": r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*[\"']?(?:https?:)?//",  # noqa: E501
    "target=_blank: the reader decides where a page opens": r"target\s*=\s*[\"']_blank",
    "a positive tabindex": r"tabindex\s*=\s*[\"']?[1-9]",
    "a row of the database: the view hands over what the page says": r"\brequest\.user\b",
    "a day in a title: its tag would be read aloud ({% day … as on %}, then striptags)": r"block page_title %\}(?s:(?!endblock).)*\{% day (?:(?! as )[^%])*%\}",  # noqa: E501
    "an include with `only`: without the request, words are the nation's and forms lack their token": r"\{% include [^%]*\bonly\b",  # noqa: E501
    "a load: every template has the house's tags (config/settings.py)": r"\{% load\b",
    "as-typed but on a span or strong that holds one value: it would show the line ends about it": r"<(?!(?:span|strong)\b)\w+\b[^<>]*\bas-typed\b|\bas-typed\b[^<>]*>(?!\{\{[^{}]*\}\}</)",  # noqa: E501
    "indented words in pre or textarea: the loader takes indentation out": r"<(pre|textarea)\b[^>]*>(?s:(?!</\1>).)*\n[ \t]",  # noqa: E501
}
LONGEST = 120
LONG_LINES = {  # where one tag, one class or one address is longer: these cannot be wrapped
    "desk/case/log.html": 1,
    "desk/grants/sum.html": 1,
    "desk/settings/agency.html": 1,
    "desk/settings/days.html": 1,
    "desk/settings/prose.html": 1,
    "desk/signin/again.html": 2,
    "desk/signin/code.html": 1,
    "desk/signin/login.html": 2,
    "desk/signin/passkey_add.html": 1,
    "desk/signin/password.html": 3,
    "desk/signin/totp.html": 1,
    "portal/landing/page.html": 1,
}
PUBLIC_RULES = {
    "a placeholder: hints stand above the field": r"\splaceholder\s*=",
    "a disabled control: say what is missing instead": r"\sdisabled\b(?!\w)",
    "a read-only field: show text instead": r"\sreadonly\b(?!\w)",
}


def found(rule: str, path: Path) -> list[str]:
    """Where the rule's pattern stands in the template, as file:line."""
    words = COMMENT.sub(lambda gap: "\n" * gap[0].count("\n"), path.read_text("utf-8"))
    hits = re.finditer(rule, words)
    return [f"{name(path)}:{words.count(chr(10), 0, hit.start()) + 1}" for hit in hits]


@pytest.mark.parametrize("fault", RULES)
def test_no_template_has(fault: str) -> None:
    assert not [hit for path in TEMPLATES for hit in found(RULES[fault], path)], fault


@pytest.mark.parametrize("fault", PUBLIC_RULES)
def test_no_public_template_has(fault: str) -> None:
    public = [path for path in TEMPLATES if "/desk/" not in path.as_posix()]
    assert not [hit for path in public for hit in found(PUBLIC_RULES[fault], path)], fault


def test_lines_are_short() -> None:
    """What cannot be wrapped is counted by file, so that it gets no more."""
    long: dict[str, int] = {}
    for path in TEMPLATES:
        if count := sum(len(line) > LONGEST for line in path.read_text("utf-8").splitlines()):
            long[path.relative_to(PACKAGE / "web").as_posix()] = count
    more = {name: count for name, count in long.items() if count > LONG_LINES.get(name, 0)}
    assert more == {}, f"lines of more than {LONGEST} characters; wrap them"
    assert long == LONG_LINES, "lines are shorter by now: strike them from LONG_LINES"


def test_every_rule_catches_its_fault() -> None:
    faults = (
        "<p>窓口</p>",
        "{{ x|safe }}",
        '<p style="color:red">',
        '<a onclick="go()">',
        "<script>go()</script>",
        '<img src="https://example.com/a.png">',
        '<a target="_blank">',
        '<a tabindex="2">',
        "{{ request.user.name }}",
        "{% block page_title %}\n  {% ta key %}\n  {% day day.on %}\n{% endblock %}",
        '{% include "kit/phone.html" with phone=phone only %}',
        "{% load words %}",
        '<dd class="as-typed">{{ sender }}</dd>',
        "<pre>\n  {{ words }}</pre>",
    )
    assert len(faults) == len(RULES)
    assert all(re.search(rule, fault) for rule, fault in zip(RULES.values(), faults, strict=True))
