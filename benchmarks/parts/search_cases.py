"""The process of `search`: makes the cases, opens them by hand and through a search, as JSON."""

import json
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter, process_time

from madoguchi.ops.start import django

django("desk")

from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402 - Django first
from django.db import connection  # noqa: E402

from madoguchi.ops import prepare  # noqa: E402
from madoguchi.ops.town import bulk  # noqa: E402
from madoguchi.tools.audit import opening  # noqa: E402
from madoguchi.tools.office.actor import Actor  # noqa: E402
from madoguchi.tools.office.public import by_host  # noqa: E402
from madoguchi.tools.vault import cipher, unseal  # noqa: E402
from madoguchi.tools.vault.seal import SHARED, STAFF  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.cases.public import AtOffice  # noqa: E402
from madoguchi.work.search import queries  # noqa: E402
from tests.proof.site import HOSTS  # noqa: E402
from tests.web.desk.colleagues import colleague, inside  # noqa: E402

ROUNDS = 9
WORDS = {
    "two characters that are nowhere": "薔薇",
    "a name in other spelling, nowhere": "渡邉　花子",
    "a telephone number that is nowhere": "0279-99-9999",
}
PAGE = "the whole page"
ROWS = """SELECT case_id, 'shared', 'consultee', id, about FROM cases_consultee
UNION ALL SELECT case_id, drawer, 'entry', id, words FROM record_entry"""


def keys(office_id: object) -> dict[tuple[str, str], bytes]:
    """The key of every drawer, by case and name as the rows write them."""
    with opening.lineless("unwritable"):
        held = list(unseal.drawers_held(office_id))  # type: ignore[arg-type]
    return {(case_id.hex, name): drawer.key for case_id, name, drawer in held if drawer}


def by_hand(office: str, known: dict[tuple[str, str], bytes]) -> int:
    """Open every value with nothing around it; how many there were."""
    opened = 0
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        for case, drawer, label, row, blob in cursor.cursor:
            key = cipher.derive(known[case, drawer], blob[5:37], "value")
            address = f"{office}|{drawer}/{label}|{dashed(row)}|{dashed(case)}|1|1"
            AESGCM(key).decrypt(blob[37:49], blob[49:], address.encode())
            opened += 1
    return opened


def dashed(written: str) -> str:
    """A UUID as its address writes it."""
    return "-".join((written[:8], written[8:12], written[12:16], written[16:20], written[20:]))


def timed[R](do: Callable[[], R]) -> tuple[float, R]:
    """How many milliseconds it takes, and what came of it."""
    began = perf_counter()
    result = do()
    return (perf_counter() - began) * 1000, result


def main() -> None:
    """Make, measure in turn, print."""
    count, notes = (int(word) for word in sys.argv[1:])
    prepare.static_files()
    office = by_host(HOSTS["desk"], "desk")
    assert office is not None
    staff, _ = colleague(office, "counsellor", now())
    bulk.cases(office, count, now(), [])
    actor = Actor(office.id, "counsellor", staff.id)
    bulk.add_notes(actor, notes - 1, now())  # each case begins with what the person wrote
    known, at, browser = keys(office.id), AtOffice(office.id), inside(staff, HOSTS["desk"])
    assert {name for _, name in known} == {SHARED, STAFF}
    floor: list[float] = []
    cpu: list[float] = []
    searches: dict[str, list[float]] = {name: [] for name in (*WORDS, PAGE)}
    form = {"words": "薔薇", "purpose": "check"}
    for _ in range(ROUNDS):
        floor.append(timed(partial(by_hand, str(office.id), known))[0])
        for name, words in WORDS.items():
            began = process_time()
            ask = partial(queries.search, actor, at, words, "check", now=now())
            taken, found = timed(ask)
            cpu.append((process_time() - began) * 1000)
            searches[name].append(taken)
            assert (found.looked, found.hits, found.damaged) == (count, (), 0)
        taken, answer = timed(partial(browser.post, "/search/", form))
        assert answer.status_code == 200
        searches[PAGE].append(taken)
    found = queries.search(actor, at, "様子を聞いた", "check", now=now())
    assert len(found.hits) == queries.MOST_HITS
    values = by_hand(str(office.id), known)
    assert values == count * (notes + 1)
    print(json.dumps({"floor": floor, "cpu": cpu, "searches": searches, "values": values}))


main()
