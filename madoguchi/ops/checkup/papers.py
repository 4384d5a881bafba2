"""Looks at what is printed: each paper's sample, with the fonts of this machine (書類の点検)."""

from collections.abc import Iterator

from madoguchi.ops.checkup.look import Look, ok, wrong
from madoguchi.ops.samples import sample
from madoguchi.rules.programme.paper import find, names
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.tools.office.models import Office
from madoguchi.tools.papers.engine import render
from madoguchi.tools.papers.wrong import PaperError


def papers() -> Iterator[Look]:
    """Every paper of every office can be printed."""
    for slug in Office.objects.order_by("slug").values_list("slug", flat=True):
        told = {name: said for name in names(slug) if (said := _trouble(slug, name))}
        for name, said in told.items():
            yield wrong(f"書類 {slug} {name}", said, f"madoguchi-desk papers --city {slug}")
        if not told:
            yield ok(f"書類 {slug}", f"{len(names(slug))} 種類を刷れます")


def _trouble(slug: str, name: str) -> str:
    """What hinders its sample; empty: nothing."""
    try:
        template = find(slug, name)
        render(template, sample(template))
    except (ProgrammeError, PaperError) as problem:
        return str(problem)
    return ""
