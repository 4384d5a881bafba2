"""Which grants an actor may know of (見える範囲): the deny list and 秘匿 leave no trace."""

from django.db.models import Q, QuerySet

from madoguchi.rules import rights
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Access, Case
from madoguchi.work.cases.worklist.queries import visible
from madoguchi.work.subsidy.models import Grant, Sample

READ = "grant.read"


def knowable(actor: Actor, verb: str = READ) -> QuerySet[Grant]:
    """The grants to which this actor may do the verb; by default, read the file.

    It says of all at once what `Grant.situation` says of one.
    """
    rows = Grant.of(actor.office_id)
    if rights.may(actor.role, verb, "applied"):
        return rows.filter(case_id__in=_applied(actor).values("id"))
    if rights.may(actor.role, verb, "sampled"):
        drawn = Sample.of(actor.office_id).values("grant_id")
        return rows.filter(pk__in=drawn).exclude(case_id__in=_of(actor, "deny"))
    return rows.filter(case_id__in=visible(actor, verb).values("id"))


def _applied(actor: Actor) -> QuerySet[Case]:
    """Every case but the secret ones of others; of one on the deny list nobody hears."""
    cases = Case.of(actor.office_id).exclude(pk__in=_of(actor, "deny"))
    return cases.filter(~Q(level="secret") | Q(pk__in=_of(actor, "assigned")))


def _of(actor: Actor, kind: str) -> QuerySet[Access]:
    rows = Access.objects.filter(staff_id=actor.colleague, kind=kind)
    return rows.values("case_id")  # type: ignore[return-value] # only ever a subquery
