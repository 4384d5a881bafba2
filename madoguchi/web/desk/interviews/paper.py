"""The sheet of a day's interviews, filled place by place (当日の一覧)."""

from collections.abc import Sequence
from datetime import time

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.interviews.cards import Needs
from madoguchi.web.desk.interviews.daily import Row
from madoguchi.web.desk.printed import aside, on_paper
from madoguchi.work.interviews.papers import InterviewDay, Stranded, Visit
from madoguchi.work.interviews.queries import Day, Time


def interview_day(
    office: str, day: Day, places: Sequence[tuple[Time, tuple[Row, ...]]], words: Texts
) -> InterviewDay:
    """The sheet of a day; a place that this colleague may not know of is one that is not used."""
    return InterviewDay(
        office=office,
        on=wareki_day(day.on),
        holiday=day.holiday or "",
        visits=tuple(_visit(time, one, words) for time, row in places for one in row),
        stranded=tuple(Stranded(one.short_name, _clock(one.starts)) for one in day.stranded),
    )


def _visit(time: Time, one: Row, words: Texts) -> Visit:
    starts, ends = _clock(time.span.starts), _clock(time.span.ends)
    planned = one.place.planned
    if planned is None:
        state = "desk.interview.shut" if one.place.shut else "desk.interview.free"
        return Visit(starts, ends, words.get(state).words)
    return Visit(
        starts,
        ends,
        words.get(planned.state_key).words,
        who=planned.short_name,
        assignee=one.assignee or words.get("desk.nobody").words,
        needs=_needs(one.needs, words) if one.needs else (),
    )


def _needs(needs: Needs, words: Texts) -> tuple[str, ...]:
    """What has to be prepared, a line each."""
    support = "、".join(words.get(key).words for key in needs.support)
    labelled = {
        "visit.officer.label": words.get(needs.officer).words if needs.officer else "",
        "visit.language.label": on_paper(needs.language),
    }
    said = tuple(f"{words.get(key).words}：{value}" for key, value in labelled.items() if value)
    lines = (support, *said, on_paper(needs.note), aside(needs.language, words))
    return tuple(line for line in (*lines, aside(needs.note, words)) if line)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
