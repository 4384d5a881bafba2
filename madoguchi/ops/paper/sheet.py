"""The sheet on which the master key is kept: one page, to be printed twice (復旧用の鍵)."""

from datetime import date
from pathlib import Path

from django.template import Context, Engine

from madoguchi.ops.paper import groups
from madoguchi.tools.vault.masterkey import check_value
from madoguchi.web.desk.signin.picture import picture

HERE = Path(__file__).parent
STEPS = ("print", "type", "envelope", "places", "delete", "never")
BLANKS = ("house", "place", "keeper", "sealed_on", "seal")


def sheet(key: bytes, on: date) -> str:
    """A page of HTML that needs nothing beside itself."""
    engine = Engine(libraries={"words": "madoguchi.web.kit.templatetags.words"})
    template = engine.from_string((HERE / "sheet.html").read_text("utf-8"))
    written = groups.write(key)
    told = {
        "css": (HERE / "sheet.css").read_text("utf-8"),
        "groups": [(place, group[:4], group[4:]) for place, group in enumerate(written, 1)],
        "picture": picture("-".join(written)),
        "check_value": check_value(key),
        "on": on,
        "steps": [f"desk_key.step.{step}" for step in STEPS],
        "blanks": [f"desk_key.blank.{blank}" for blank in BLANKS],
    }
    return template.render(Context(told))
