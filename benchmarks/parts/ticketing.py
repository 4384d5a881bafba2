"""The peer beside the clinic's race: pretix, a ticket shop, with one event of four places.

Installed and served in an environment of its own as its documentation sets it up for one machine:
SQLite, no Redis (so that a cart is filled within the request), the same server as ours with two
workers. A place in a cart is a place that nobody else gets, as our hold is.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import peer
from benchmarks.parts.serving import OUT
from benchmarks.parts.visitor import Visitor
from tests.proof.house import kill
from tests.proof.site import free_port, wait_for

PINNED = ("pretix==2026.8.0", "granian==2.8.7")
PAGE, CART, HOST = "/desk/day/", "/desk/day/cart/add", "localhost"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
ITEM = re.compile(r'name="(item_\d+)"')
PLACES = 4
CONFIG = """
[pretix]
instance_name = peer
url = http://localhost
datadir = {home}
currency = JPY
[database]
backend = sqlite3
name = {home}/db.sqlite3
"""
EVENT = f"""
import django
django.setup()
from datetime import timedelta
from django.utils.timezone import now
from django_scopes import scopes_disabled
from pretix.base.models import Event, Item, Organizer, Quota
with scopes_disabled():
    desk = Organizer.objects.create(name="desk", slug="desk")
    day = Event.objects.create(organizer=desk, name="day", slug="day", currency="JPY", live=True,
                               date_from=now() + timedelta(days=20))
    place = Item.objects.create(event=day, name="place", default_price=0)
    quota = Quota.objects.create(event=day, name="places", size={PLACES})
    quota.items.add(place)
"""


@dataclass(frozen=True)
class Shop:
    """The peer that answers, and its database."""

    port: int
    database: Path

    def buyer(self, address: str) -> Buyer:
        """Somebody who has the event's page open."""
        return Buyer(self.port, address)

    def placed(self) -> int:
        """How many places lie in carts."""
        with sqlite3.connect(self.database) as rows:
            (found,) = rows.execute("SELECT count(*) FROM pretixbase_cartposition").fetchone()
        return int(found)


class Buyer:
    """One person with a line, a session and the page's token."""

    def __init__(self, port: int, address: str) -> None:
        self._line = Visitor("127.0.0.1", port, address, host=HOST)
        self._token, self._item = "", ""

    def look(self) -> None:
        """Open the page, and accept its cookie."""
        page = self._line.get(PAGE).body.decode()
        token, item = TOKEN.search(page), ITEM.search(page)
        assert token, page[:2000]
        assert item, page[:2000]
        self._token = token[1]
        self.press()
        self._item = item[1]

    def press(self) -> int:
        """Put a place into the cart, nothing before one has looked; the status of the answer."""
        fields = {"csrfmiddlewaretoken": self._token} | ({self._item: "1"} if self._item else {})
        return self._line.post(CART, fields).status

    def close(self) -> None:
        """Hang up."""
        self._line.close()


def python() -> Path:
    """The peer's interpreter; its environment is made when it is not there."""
    return peer.python("pretix", *PINNED)


@contextmanager
def served() -> Iterator[Shop]:
    """The shop with its one event."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT, prefix="pretix-") as folder:
        home = Path(folder)
        env = _surroundings(home)
        shutil.copy(_empty(env), home / "db.sqlite3")
        subprocess.run([python(), "-c", EVENT], env=env, check=True)
        port, log = free_port(), home / "log"
        command = [str(python()), "-m", "granian", "--interface", "wsgi", "--port", str(port)]
        command += ["--workers", "2", "--blocking-threads", "16", "--no-ws"]
        with log.open("w") as out:
            granian = subprocess.Popen(
                [*command, "pretix.wsgi:application"],
                env=env,
                stdout=out,
                stderr=out,
                text=True,
                start_new_session=True,
            )
        try:
            wait_for(f"http://127.0.0.1:{port}/", granian, log)
            yield Shop(port, home / "db.sqlite3")
        finally:
            kill(granian)


def _surroundings(home: Path) -> dict[str, str]:
    config = home / "pretix.cfg"
    config.write_text(CONFIG.format(home=home), "utf-8")
    kept = {name: word for name, word in os.environ.items() if not name.startswith("DJANGO_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "pretix.settings",
        "PRETIX_CONFIG_FILE": str(config),
    }


def _empty(env: dict[str, str]) -> Path:
    """A database with all its tables and no event; making one takes a minute, so it is kept."""
    kept = OUT / "pretix" / "empty.sqlite3"
    if not kept.exists():
        subprocess.run([python(), "-m", "pretix", "migrate", "-v0"], env=env, check=True)
        shutil.move(Path(env["PRETIX_CONFIG_FILE"]).parent / "db.sqlite3", kept)
    return kept
