"""To where the pages of budget and ledger lead back (戻り先)."""

from madoguchi.rules import rights
from madoguchi.web.desk.frame import DeskRequest


def way_back(request: DeskRequest) -> dict[str, str]:
    """Where the page belongs: to the list of grants, or for an auditor to the audit."""
    if rights.may(request.actor.role, "grant.list", "office"):
        return {"page": "grants", "to_list": "grants", "to_list_key": "desk.menu.grants"}
    audit = {"page": "grants-audit", "to_list": "grants-audit"}
    return {**audit, "to_list_key": "desk.menu.grants_audit"}
