"""The rules alone: no Django, no database, the test programmes beside the packaged ones."""

import os
from pathlib import Path

from hypothesis import settings

os.environ.setdefault("MADOGUCHI_PROGRAMMES", str(Path(__file__).parents[1] / "programmes"))

DRAWN = int(os.environ.get("DRAWN", "0"))  # so many at random; else 40, for a commit the same ones
settings.register_profile(
    "rules", database=None, deadline=None, max_examples=DRAWN or 40, derandomize=not DRAWN
)
settings.load_profile("rules")
