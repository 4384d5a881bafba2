"""A round of fetching that is killed at a labelled point, or a look at what was kept.

Run in a house as `python -m tests.proof.killing.mailing LABEL` or `… look`; `WEAKENED` takes one
protection away, for the controls.
"""

import hashlib
import json
import os
import sys
import uuid
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from madoguchi.ops.start import django
from madoguchi.tools.mail.mailbox import Opened, Waiting

django("worker")

from madoguchi.ops import fetching  # noqa: E402 - Django first
from madoguchi.rules.proposals import propose  # noqa: E402
from madoguchi.tools.mail.models import Fetched, Trouble  # noqa: E402
from madoguchi.tools.vault import files  # noqa: E402
from madoguchi.web.kit.arrival import now  # noqa: E402
from madoguchi.work.intake.mail import actions, jobs  # noqa: E402
from madoguchi.work.intake.mail.models import Mail  # noqa: E402
from tests import looking  # noqa: E402
from tests.proof.killing.mailing_points import POINTS  # noqa: E402


def moved_first() -> None:
    """The mail is moved away before it is ours."""

    def take_in(box: Opened, office: UUID, mail: Waiting, now: datetime) -> bool:
        raw = box.raw(mail.uid)
        box.put_away(mail.uid)
        assert raw is not None
        jobs.receive(office, raw, now=now)
        return True

    fetching._take_in = take_in
    fetching._move = lambda *_: True


def without_mark() -> None:
    """No mail is known again by its bytes."""
    actions._mark = lambda *_: uuid.uuid4().hex


WAYS: dict[str, Callable[[], None]] = {"order": moved_first, "mark": without_mark}


def kept() -> tuple[list[str], list[str]]:
    """Of each mail that was kept the hash of its raw bytes, and the telephones proposed from it."""
    hashes, proposed = [], []
    for row in Mail.objects.all():
        about = looking.loose(row.office_id, row.id).open("mail", row.id, bytes(row.about))
        raw = dict(about["raw"])
        file_id = uuid.UUID(raw.pop("id"))
        content = b"".join(files.read(file_id, files.About.from_json(raw)))
        hashes.append(hashlib.sha256(content).hexdigest())
        found = propose(about["text"], row.arrived_at.date())
        proposed += [one.value for one in found if one.asked == "phone"]
    return hashes, proposed


def main() -> None:
    """Be killed at the point, or look."""
    label = sys.argv[1]
    if label == "look":
        hashes, proposed = kept()
        told = {"noted": Fetched.objects.count(), "trouble": Trouble.objects.count()}
        print(json.dumps({"kept": hashes, "proposed": proposed, **told}))
        return
    if weakness := os.environ.get("WEAKENED"):
        WAYS[weakness]()
    place = fetching.where()
    assert place is not None
    next(point for point in POINTS if point.label == label).arm(0)
    fetching.fetch(place, fetching.office_id(), now)


if __name__ == "__main__":
    main()
