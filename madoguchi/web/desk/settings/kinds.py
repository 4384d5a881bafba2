"""What can be decided (決定の種類): for each its form, subject and public page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.written import decode
from madoguchi.web.desk.settings.typed import DayLine, Number, SpansLine, WeekLine
from madoguchi.web.kit.fields import Choice, Field, Line, Story
from madoguchi.web.kit.form import Filled, Form

WORDS = "desk.decide"
COLUMNS = ("ja", "easy", "en")
REACHED = ("desk", "phone", "face", "email", "web")
NEWS = (
    Line("title", hint=True, limit=100, guarded=True),
    Story("body", limit=4000, rows=3, guarded=True),
)
FROM = DayLine("from_on", required=True, hint=True)
AGENCY = (Line("agency", required=True, limit=60), FROM)
WEEK = WeekLine("hours", required=True, hint=True)
ON_ITS_PAGE = ("desks", "clinic", "subsidy", "documents", "ordinance", "news", "enquiry")


@dataclass(frozen=True)
class Kind:
    """One kind of decision.

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
        """The questions."""
        return Form(WORDS, (*self.fields, *(NEWS if self.news else ())))

    def told(self, filled: Filled) -> dict[str, object]:
        """What was typed, as a decision is written down."""
        told = {
            self.renamed.get(each.name, each.name): filled.value(each.name)
            for each in self.fields
            if filled.value(each.name) not in (None, "")
        }
        if self.name == "words":
            told["words"] = {
                name: told.pop(f"in_{name}") for name in COLUMNS if f"in_{name}" in told
            }
        if self.name == "division":
            told["names"] = str(told.get("names", "")).split()
        return told

    def change(self, filled: Filled) -> Change:
        """The decision.

        Raises:
            ProgrammeError: the fields do not fit together.
        """
        return decode(self.name, self.told(filled))


def page_of(kind: str, told: Mapping[str, object]) -> str:
    """The path of the public page that shows a decision, in no column.

    >>> page_of("words", {"key": "clinic.lead"}), page_of("paragraph", {"page": "guide_talk"})
    ('/clinic/', '/guide/talk/')
    """
    if kind == "paragraph":
        return f"/{str(told['page']).replace('guide_', 'guide/')}/"
    if kind == "words":
        first = str(told["key"]).partition(".")[0]
        return f"/{first}/" if first in ON_ITS_PAGE else "/"
    return KINDS[kind].shown_on


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
                DayLine("first_on", required=True, hint=True),
                DayLine("last_on", required=True, hint=True),
            ),
            "/",
        ),
        Kind(
            "desk_hours",
            "days",
            (DayLine("on", required=True, hint=True), SpansLine("spans", required=True, hint=True)),
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
                Story("new_words", required=True, limit=8000, rows=6, guarded=True),
                FROM,
            ),
            "/",
            news=False,
            renamed={"old_words": "was", "new_words": "now"},
        ),
    )
}
