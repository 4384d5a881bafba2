"""Tries with master key and receipts to open cases: `python -m tests.redteam.trying JSON`."""

import json
import sys
from uuid import UUID

from madoguchi.ops.start import django

django("desk")

from django.db import transaction  # noqa: E402 - Django first

from madoguchi.tools.vault import cipher, receipt, unseal  # noqa: E402
from tests import looking  # noqa: E402


def person(office_id: UUID, number: str, secret: str) -> bool:
    """Whether the receipt opens."""
    return receipt.present(office_id, number, secret, "net") is not None


def office(office_id: UUID, case_id: UUID) -> bool:
    """Whether the office opens the case, for the first time where need be; nothing stays."""
    with looking.inside():
        held = {case for case, _, drawer in unseal.drawers_held(office_id) if drawer is not None}
    try:
        with transaction.atomic():
            looking.drawers(office_id, case_id)
            transaction.set_rollback(True)
    except (unseal.Forgotten, cipher.Unreadable):
        return case_id in held
    return True


def main() -> None:
    """Print for each case who opens it."""
    told = [
        {
            "person": person(UUID(office_id), number, secret),
            "office": office(UUID(office_id), UUID(case_id)),
        }
        for office_id, case_id, number, secret in json.loads(sys.argv[1])
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
