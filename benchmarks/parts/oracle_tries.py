"""The process of `oracle`: asks for a known, an unknown and a hidden number in turn, as JSON."""

import json
import random
import re
import sys
from itertools import batched
from time import perf_counter
from uuid import UUID

from django.test import Client

from madoguchi.ops.start import django

django("desk")

from madoguchi.ops import prepare  # noqa: E402 - Django first
from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.rules.telephone import same_number  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases import actions  # noqa: E402
from madoguchi.work.cases import queries as cases  # noqa: E402
from madoguchi.work.cases.queries import visible  # noqa: E402
from madoguchi.work.search import queries  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.web.desk.colleagues import asked, colleague, inside  # noqa: E402
from tests.web.desk.sheets import Shown, begin, keep, press  # noqa: E402

NUMBERS = {"hit": "090-1234-5678", "miss": "090-1111-2222", "hidden": "090-8765-4321"}
AT_A_TIME = 20
CHANCE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|<details class="unfinished">.*?</details>', re.DOTALL
)


def hasty(actor: Actor, digits: str) -> list[UUID]:
    """The control: like `queries._holders`, but it stops where it found the first."""
    newest = visible(actor, queries.OPEN).order_by("-touched_at", "id")
    for some in batched(newest.values_list("id", flat=True), AT_A_TIME):
        for case_id, numbers in queries._numbers(actor.office_id, some):  # noqa: SLF001 - its twin
            if any(same_number(number, digits) for number in numbers):
                return [case_id]
    return []


def times(
    browser: Client, sheets: dict[str, Shown], tries: int
) -> tuple[dict[str, list[float]], int]:
    """How many milliseconds each answer took, and how many lengths the answers have."""
    taken: dict[str, list[float]] = {name: [] for name in NUMBERS}
    lengths = set()
    chance = random.Random(1)
    for _ in range(tries):
        for name, number in chance.sample(list(NUMBERS.items()), len(NUMBERS)):
            began = perf_counter()
            answer = press(browser, sheets[name], "ask_number", phone=number)
            taken[name].append((perf_counter() - began) * 1000)
            assert answer.status_code == 200
            lengths.add(len(CHANCE.sub("", answer.content.decode()).encode()))
    return taken, len(lengths)


def main() -> None:
    """Make the cases, ask in turn, ask the control, print."""
    count, tries = (int(word) for word in sys.argv[1:])
    prepare.static_files()
    office = by_host(HOSTS["desk"], "desk")
    assert office is not None
    staff, _ = colleague(office, "counsellor", now())
    chief, _ = colleague(office, "supervisor", now())
    supervisor = Actor(office.id, "supervisor", chief.id)
    bulk.cases(office, count, now(), [])
    bulk.add_notes(supervisor, 1, now())
    for name in ("hit", "hidden"):
        digits = NUMBERS[name].replace("-", "")
        case = asked(office, now(), about={"phone": NUMBERS[name], "phone_digits": digits})
        cases.open_case(supervisor, case.id, now=now())
        if name == "hidden":
            actions.deny(supervisor, cases.find(supervisor, case.id), staff.id, now=now())
    browser = inside(staff, HOSTS["desk"])
    sheets = {name: keep(browser, begin(browser), phone=number) for name, number in NUMBERS.items()}
    ours, lengths = times(browser, sheets, tries)
    queries._holders = hasty  # noqa: SLF001 - the control takes its place
    control, _ = times(browser, sheets, max(tries // 10, 5))
    print(json.dumps({"ours": ours, "control": control, "lengths": lengths}))


main()
