"""The sentences of letters (通知書の文): costs, conditions, what comes next, what is missing.

What the city has not confirmed is left out, or told to come from the desk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.read import snake
from madoguchi.rules.programme.reading import office_of
from madoguchi.rules.programme.subsidy import NotRecovered, NotRefunded
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.fields import numbered
from madoguchi.rules.subsidy.year import fix_by, payable_until
from madoguchi.work.subsidy.letters.about import About, yen
from madoguchi.work.subsidy.letters.papers import Help, Lack, Reason, Task

MOST_HELP = 3
RETURNED = (NotRefunded, NotRecovered)


@dataclass(frozen=True)
class Why:
    """One reason: the ground's code, where it stands (article or page), and what was found."""

    code: str
    source: str
    found: str = field(repr=False)


def costs(about: About) -> tuple[str, ...]:
    """What counts of what was asked for, in the city's words."""
    asked = set(about.applied.acts)
    sure = (each for each in about.rules.version.cost if each.source != UNCONFIRMED)
    return tuple(dict.fromkeys(each.words.ja for each in sure if each.act in asked))


def conditions(about: About) -> Iterator[str]:
    """What the grant is tied to (交付の条件), as far as the city has confirmed it."""
    life = about.rules.version.life
    if life.stages_source != UNCONFIRMED and "fixing" in life.stages:
        yield about.say("condition.fixing")
    for each in about.rules.confirmed:
        if isinstance(each, RETURNED):
            yield about.say(f"condition.{snake(type(each).__name__)}")


def tasks(about: About) -> Iterator[Task]:
    """What comes next, in its order; stages that nobody confirmed are told by the desk."""
    life = about.rules.version.life
    sure = life.stages_source != UNCONFIRMED
    if about.rules.timing == "before_contract":
        reported = "contract" if sure and "contract" in life.stages else "contract_only"
        yield _task(about, reported, about.say("by.decision"))
    if not sure:
        yield _task(about, "told")
        return
    if "report" in life.stages:
        yield _task(about, "report", _report_by(about))
    if "claim" in life.stages:
        fixing = "fixing" in life.stages
        yield _task(about, "claim", about.say("by.fixing" if fixing else "by.told"))


def claiming(about: About) -> Iterator[Task]:
    """What comes after the sum is settled."""
    life = about.rules.version.life
    if life.stages_source == UNCONFIRMED or "claim" not in life.stages:
        yield _task(about, "told_claim" if "claim" in life.stages else "told")
        return
    year = about.budget_year
    yield _task(
        about, "claim", about.say("by.books", day=wareki_day(payable_until(year))) if year else ""
    )


def _task(about: About, name: str, by: str = "") -> Task:
    return Task(about.say(f"task.{name}.title"), about.say(f"task.{name}.text"), by)


def _report_by(about: About) -> str:
    life, year = about.rules.version.life, about.budget_year
    if year is None:
        return about.say("by.told")
    last = wareki_day(fix_by(year))
    days = life.report_within_days
    if days is None or life.report_within_days_source == UNCONFIRMED:
        return about.say("by.year_end", day=last)
    return about.say("by.days", days=days, day=last)


def reasons(about: About, given: Sequence[Why]) -> tuple[Reason, ...]:
    """Every reason with its rule and where that stands (理由の提示)."""
    return tuple(
        Reason(about.condition(each.code), about.cited(each.source), each.found) for each in given
    )


def elsewhere(about: About) -> Iterator[Help]:
    """Where a lawyer's cost is helped with otherwise, as far as it is confirmed."""
    for agency in about.rules.programme.agencies_for("cost")[:MOST_HELP]:
        yield Help(agency.name.ja, agency.can.ja, _way(about, agency))


def _way(about: About, agency: Agency) -> str:
    if agency.phone:
        return about.say("help.phone", number=str(agency.phone[0].number))
    return agency.link[0].address if agency.link else ""


def lack(about: About, number: int, what: str) -> Lack:
    """One thing that is missing, under the number that the form has for it."""
    asked = numbered(about.rules.version, number)
    if asked is None:
        return Lack("", what, about.say("how.other"))
    how = f"how.{asked.name}"
    label = about.say("field_label", mark=asked.mark, name=about.say(f"field.{asked.name}"))
    return Lack(label, what, about.say(how if about.has(how) else "how.other"))


def difference(about: About, was_yen: int, amount_yen: int) -> str:
    """By how much a sum is another than it was (差)."""
    if was_yen == amount_yen:
        return about.say("difference.none")
    way = "more" if amount_yen > was_yen else "less"
    return about.say(f"difference.{way}", sum=yen(abs(amount_yen - was_yen)))


def sender(about: About) -> Iterator[str]:
    """Who stands on the envelope: the town hall, a name, or nobody."""
    wish, city = about.applied.delivery, about.rules.programme.city
    if wish.sender == "own" and wish.sender_name:
        yield wish.sender_name
    if wish.sender == "city":
        yield office_of(city.name.ja)
        yield about.say("return_to", code=city.contact.postal_code, address=city.contact.address)
