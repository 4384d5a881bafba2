"""docs/running/roles.sql says the same as the code that it guards."""

import re

from madoguchi.rules.rights import table
from tests.house.source import ROOT

ROLES = (ROOT / "docs" / "running" / "roles.sql").read_text("utf-8")


def test_the_portal_adds_lines_of_what_a_person_may_do_and_of_nothing_else() -> None:
    (listed,) = re.findall(r"verb IN \([^\n]*\n(.*?)\)\);", ROLES, re.DOTALL)
    verbs = re.findall(r"'([a-z_.]+)'", listed)
    assert len(verbs) == len(set(verbs))
    assert set(verbs) == {verb for verb, roles in table().items() if "consultee" in roles}
