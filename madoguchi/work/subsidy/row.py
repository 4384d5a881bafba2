"""A grant's row says nothing of its own (行): each column follows from the grant's sealed steps.

The row is there so that a database can look for a grant and count; where it says something else
than the steps, somebody wrote into it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from madoguchi.rules.steps.grant import Verb
from madoguchi.work.subsidy.amended import Happened
from madoguchi.work.subsidy.models import Grant, Step
from madoguchi.work.subsidy.sums import last

COLUMNS = ("state", "channel", "sent_at", "received_on", "fiscal_year", "number")
RECEIVING = (Verb.RECEIVE, Verb.TYPE_IN)


def follows(row: Mapping[str, object], steps: Sequence[Happened]) -> bool:
    """Whether a grant's columns are what its steps say; of one that no step says, it is not asked.

    >>> follows({}, ())
    False
    """
    if not steps:
        return False
    said = _began(steps) | _received(steps) | {"state": steps[-1].state}
    return all(row[name] == value for name, value in said.items())


def _began(steps: Sequence[Happened]) -> dict[str, object]:
    first = steps[0]
    if first.verb is Verb.APPLY:
        return {"channel": "web", "sent_at": first.at}
    return {"channel": "paper", "sent_at": None}


def _received(steps: Sequence[Happened]) -> dict[str, object]:
    """By when and as which it was received, as far as these steps open."""
    step = last(steps, *RECEIVING)
    if step is None:
        return dict.fromkeys(("received_on", "fiscal_year", "number"))
    said: dict[str, object] = {}
    if numbered := step.told or step.shown:
        said = {name: numbered.get(name) for name in ("fiscal_year", "number")}
    if all(one.told for one in steps if one.verb is Verb.AMEND):
        said["received_on"] = step.on
    return said


def with_row(steps: QuerySet[Step]) -> QuerySet[Step]:
    """Steps, each beside its grant's row as it is at the same moment."""
    grant = Grant.objects.filter(pk=OuterRef("grant_id"))
    columns = (*COLUMNS, "revision")
    return steps.annotate(**{f"row_{name}": Subquery(grant.values(name)[:1]) for name in columns})


def row_beside(step: Any) -> dict[str, object]:  # noqa: ANN401 - a step with its row
    """The row beside a step that `with_row` read."""
    return {name: getattr(step, f"row_{name}") for name in COLUMNS}
