"""What can be decided (決定の種類): for each its fields, form, subject and public page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from madoguchi.rules.koyomi.hours import Week, ordinal, spans_from_text
from madoguchi.rules.programme.changes import Change, decode
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.tools.forms.days import DayLine
from madoguchi.tools.forms.fields import Choice, Field, FieldError, Line, Story, Value, plain
from madoguchi.tools.forms.form import Filled, Form

WEEKDAYS = dict(
    zip("月火水木金土日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun"), strict=True)
)
SIGNS = str.maketrans(
    {"、": ",", "・": ",", "；": ";", "：": ":", "〜": "-", "～": "-", "−": "-", "–": "-"}
)
SHORTEST_NUMBER = 3


def written(hours: str) -> str:
    """Hours as the programme files write them, from what an officer writes.

    >>> written("月〜金 8:30〜17:15"), written("平日 9:00-12:00、13:00-16:00"), written("24時間")
    ('mon-fri 8:30-17:15', 'mon-fri 9:00-12:00, 13:00-16:00', '24h')
    >>> written("第3土曜日 9:00-12:00")
    '3rd sat 9:00-12:00'
    >>> written("毎月10日・20日 8:00-12:00；第1・第3日曜 9:00-12:00")
    '10th,20th 8:00-12:00;1st,3rd sun 9:00-12:00'
    """
    text = plain(hours).translate(SIGNS).replace("から", "-").replace("ー", "-")
    if text in ("24時間", "24h"):
        return "24h"
    text = text.replace("平日", "月-金").replace("毎日", "月-日")
    text = re.sub(r"毎月(?=\s*[第\d])", "", text)
    text = re.sub(r"第([1-5](?:\s*,\s*第?[1-5])*)\s*", _weeks_of_month, text)
    text = re.sub(r"(\d+)日(?!曜)", lambda hit: ordinal(int(hit[1])), text)
    text = re.sub("曜日?", "", text)
    text = re.sub("[月火水木金土日]", lambda hit: WEEKDAYS[hit[0]], text)
    text = re.sub(r"\s*,\s*", ",", text)
    text = re.sub(r"(?<=[a-z0-9])\s*-\s*(?=[a-z0-9])", "-", text)
    return re.sub(r"(?<=\d),(?=\d)", ", ", re.sub(r"\s+", " ", text))


def _weeks_of_month(found: re.Match[str]) -> str:
    return re.sub(r"第?(\d)", lambda hit: ordinal(int(hit[1])), found[1]) + " "


def as_typed(hours: str) -> str:
    """Hours as an officer writes them, from the programme files: what `written` reads back.

    >>> as_typed("mon-fri 8:30-12:00, 13:00-17:15"), as_typed("24h")
    ('月-金 8:30-12:00、13:00-17:15', '24時間')
    >>> as_typed("1st,3rd sat 9:00-12:00; wed 17:00-19:00")
    '第1、第3土 9:00-12:00；水 17:00-19:00'
    >>> as_typed("sun-sat 16:00-21:00; 10th 8:00-24:00; 11th 0:00-8:00")
    '日-土 16:00-21:00；10日 8:00-24:00；11日 0:00-8:00'
    """
    if hours == "24h":
        return "24時間"
    text = re.sub(r"(\d+)(?:st|nd|rd|th)(?=\S* \d)", r"\1日", hours)
    text = re.sub("([1-5])(?:st|nd|rd|th) ?", r"第\1", text)
    for sign, word in WEEKDAYS.items():
        text = text.replace(word, sign)
    return re.sub(r"\s*;\s*", "；", re.sub(r"\s*,\s*", "、", text))


@dataclass(frozen=True)
class Number(Line):
    """A telephone number as it is printed."""

    limit: int = 40
    width: str = "middle"
    inputmode = "tel"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The number in plain digits and hyphens."""
        try:
            number = Phone.from_text(words).number
        except ValueError:
            return None, self.error("printed_number")
        if sum(sign.isdigit() for sign in number) < SHORTEST_NUMBER:
            return None, self.error("printed_number")
        return number, None


@dataclass(frozen=True)
class WeekLine(Line):
    """Weekly hours."""

    limit: int = 200

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The hours as the programme files write them."""
        try:
            return Week.from_text(written(words)).text, None
        except ValueError:
            return None, self.error("week")


@dataclass(frozen=True)
class SpansLine(Line):
    """The hours of one day."""

    limit: int = 100
    width: str = "middle"

    def understand(self, words: str) -> tuple[Value, FieldError | None]:
        """The hours as the programme files write them."""
        try:
            spans_from_text(written(words))
        except ValueError:
            return None, self.error("hours")
        return written(words), None


WORDS = "desk.decide"
REACHED = ("desk", "phone", "face", "email", "web")
NEWS = (
    Line("title", hint=True, limit=100, guarded=True),
    Story("body", limit=4000, rows=3, guarded=True),
)
FROM = DayLine("from_on", required=True, when="near")
AGENCY = (Line("agency", required=True, limit=60), FROM)
WEEK = WeekLine("hours", required=True, hint=True)
ON_ITS_PAGE = ("desks", "clinic", "subsidy", "documents", "ordinance", "news", "enquiry")


@dataclass(frozen=True)
class Kind:
    """A kind of decision.

    `renamed`: fields whose question has a name of its own; `shown_on`: the public page that shows
    it; `news`: it may stand among the news, with words of its own.
    """

    name: str
    subject: str
    fields: tuple[Field, ...]
    shown_on: str
    news: bool = True
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return Form(WORDS, (*self.fields, *(NEWS if self.news else ())))

    def details(self, filled: Filled) -> dict[str, object]:
        """What was typed, as the decision is stored."""
        details = {
            self.renamed.get(each.name, each.name): value.isoformat()
            if isinstance(value := filled.value(each.name), date)
            else value
            for each in self.fields
            if filled.value(each.name) not in (None, "")
        }
        if self.name == "words":
            details["words"] = {
                name: details.pop(f"in_{name}") for name in COLUMNS if f"in_{name}" in details
            }
        if self.name == "division":
            details["names"] = str(details.get("names", "")).split()
        return details

    def change(self, filled: Filled) -> Change:
        """The decision.

        Raises:
            ProgrammeError: the fields do not fit together.
        """
        return decode(self.name, self.details(filled))


def page_of(kind: str, details: Mapping[str, object]) -> str:
    """The path of the public page that shows a decision, in no column.

    >>> page_of("words", {"key": "clinic.lead"}), page_of("paragraph", {"page": "guide_talk"})
    ('/clinic/', '/guide/talk/')
    """
    if kind == "paragraph":
        return f"/{str(details['page']).replace('guide_', 'guide/')}/"
    if kind == "words":
        first = str(details["key"]).partition(".")[0]
        return f"/{first}/" if first in ON_ITS_PAGE else "/"
    return KINDS[kind].shown_on if kind in KINDS else "/clinic/"


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "hours",
            "hours",
            (Choice("channel", required=True, options=REACHED), WEEK, FROM),
            "/desks/",
        ),
        Kind(
            "desk_closed_span",
            "days",
            (
                DayLine("first_on", required=True, when="near"),
                DayLine("last_on", required=True, hint=True, when="near"),
            ),
            "/",
        ),
        Kind(
            "desk_hours",
            "days",
            (
                DayLine("on", required=True, when="near"),
                SpansLine("spans", required=True, hint=True),
            ),
            "/",
            renamed={"spans": "hours"},
        ),
        Kind(
            "number_hidden",
            "agencies",
            (Number("number", required=True), FROM),
            "/desks/",
            news=False,
        ),
        Kind(
            "number",
            "agencies",
            (
                Number("old_number", required=True),
                Number("new_number", required=True, hint=True),
                FROM,
            ),
            "/desks/",
            renamed={"old_number": "was", "new_number": "now"},
        ),
        Kind("line_hours", "agencies", (Number("number", required=True), WEEK, FROM), "/desks/"),
        Kind("agency_hidden", "agencies", AGENCY, "/desks/", news=False),
        Kind("agency_shown", "agencies", AGENCY, "/desks/", news=False),
        Kind("agency_checked", "agencies", AGENCY, "/desks/", news=False),
        Kind(
            "division",
            "owner",
            (Line("names", required=True, hint=True, limit=200), FROM),
            "/enquiry/",
        ),
        Kind(
            "contact",
            "owner",
            (
                Line("postal_code", required=True, limit=10, width="middle"),
                Line("address", required=True, limit=200),
                Number("phone", required=True),
                Number("fax", required=True),
                FROM,
            ),
            "/enquiry/",
        ),
        Kind(
            "words",
            "texts",
            (
                Line("key", required=True, limit=100),
                Story("in_ja", required=True, limit=2000, rows=3, guarded=True),
                Story("in_easy", limit=2000, rows=3, guarded=True),
                Story("in_en", limit=4000, rows=3, guarded=True),
                FROM,
            ),
            "/",
            news=False,
        ),
        Kind(
            "paragraph",
            "texts",
            (
                Line("page", required=True, limit=60),
                Line("column", required=True, limit=4),
                Story("old_words", required=True, limit=8000, rows=4),
                Story("new_words", required=True, hint=True, limit=8000, rows=6, guarded=True),
                FROM,
            ),
            "/",
            news=False,
            renamed={"old_words": "was", "new_words": "now"},
        ),
    )
}
