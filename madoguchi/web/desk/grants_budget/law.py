"""The law of a year on its page (年度の根拠規定): what is signed, what waits, and its form."""

from dataclasses import dataclass, field
from typing import Any

from madoguchi.rules.programme.changes import encode
from madoguchi.rules.programme.law import Clause, YearLaw, clauses
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.steps.proposal import Outcome
from madoguchi.tools.forms.days import DayLine
from madoguchi.tools.forms.fields import Choice, Line, Story, Whole, Yen
from madoguchi.tools.forms.form import Filled, Form
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.settings.in_force import Row, law_rows
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.notices import proposals
from madoguchi.work.subsidy.budget.law import KIND
from madoguchi.work.subsidy.budget.public import laws

LONG = 200
MOST_YEARS = 99


@dataclass(frozen=True)
class LawCard:
    """`signed`: the year's texts, row by row; `form`: for who may enter one."""

    signed: tuple[tuple[Row, ...], ...]
    waits: bool
    form: Filled | None = field(default=None, repr=False)
    is_open: bool = False


def form(version: SubsidyVersion) -> Form:
    """What is asked of a year's law, with a clause for each condition of these rules."""
    return Form(
        "desk.law",
        (
            Line("regulation", required=True, hint=True, limit=LONG),
            Line("name", required=True, limit=LONG),
            Line(
                "rules_number",
                asks="desk.law.number",
                required=True,
                hint=True,
                limit=LONG,
                width="middle",
            ),
            DayLine("from_on", required=True, hint=True, when="near"),
            Choice("follows", hint=True, options=("application", "decision")),
            *(
                Line(f"clause_{name}", asks=f"desk.law.clause.{name}", limit=LONG, width="middle")
                for name in clauses(version)
            ),
            Story("conditions", hint=True, limit=4000, rows=5, guarded=True),
            Choice(
                "disposition",
                required=True,
                hint=True,
                options=("treat", "do_not_treat", "undecided"),
            ),
            Line("review_to", hint=True, limit=LONG, width="middle"),
            Line("defendant", hint=True, limit=LONG),
            Line("court", hint=True, limit=LONG, width="middle"),
            Yen("delegated", hint=True, width="middle"),
            Line("binder", limit=100, width="middle"),
            Whole("retention_years", least=1, most=MOST_YEARS),
            Choice("disclosure", options=("open", "partly", "closed")),
            Line("document", required=True, limit=100, width="middle"),
            DayLine("decided_on", required=True, when="past"),
        ),
    )


def card(
    request: DeskRequest,
    year: int,
    version: SubsidyVersion | None,
    submitted: Filled | None,
    *,
    may: bool,
) -> LawCard:
    """The law of a year; a new one begins with what the newest said that stays the same."""
    words, office = texts_for(request), request.office.id
    signed = [law for law in laws(office) if law.fiscal_year == year]
    wished = proposals.of_kinds(office, KIND)
    waits = any(
        each.outcome == Outcome.OPEN and each.change["fiscal_year"] == year for each in wished
    )
    rows = tuple(law_rows(encode(law), words) for law in signed)
    if not may or version is None:
        return LawCard(rows, waits)
    before = max(laws(office), key=lambda law: (law.fiscal_year, law.from_on), default=None)
    filled = submitted or form(version).show(_known(before, year))
    return LawCard(rows, waits, filled, submitted is not None)


def _known(before: YearLaw | None, year: int) -> dict[str, list[str]]:
    """What stays the same; the title of another year's text is of that year, and typed anew."""
    if before is None:
        return {}
    stays = ("regulation", "disposition", "review_to", "defendant", "court", "binder", "disclosure")
    known = {
        **{name: str(getattr(before, name)) for name in stays},
        **{f"clause_{each.of}": each.at for each in before.clause},
        "name": before.title if before.fiscal_year == year else "",
        "conditions": "\n".join(before.condition),
        "delegated": f"{before.delegated_yen:,}" if before.delegated_yen else "",
        "retention_years": str(before.retention_years or ""),
    }
    return {name: [words] for name, words in known.items() if words}


def typed(year: int, version: SubsidyVersion, filled: Filled) -> YearLaw:
    """The law as the checked form says it."""

    def text(name: str) -> Any:  # noqa: ANN401 - words, or one of a choice
        return (filled.value(name) or "").strip()

    named = ((name, text(f"clause_{name}")) for name in clauses(version))
    lines = (line.strip() for line in text("conditions").splitlines())
    return YearLaw(
        year,
        filled.value("from_on"),
        text("regulation"),
        text("name"),
        text("rules_number"),
        text("document"),
        filled.value("decided_on"),
        clause=tuple(Clause(name, at) for name, at in named if at),
        condition=tuple(line for line in lines if line),
        disposition=text("disposition"),
        review_to=text("review_to"),
        defendant=text("defendant"),
        court=text("court"),
        follows=text("follows"),
        delegated_yen=filled.value("delegated") or 0,
        binder=text("binder"),
        retention_years=filled.value("retention_years") or 0,
        disclosure=text("disclosure"),
    )
