"""The rules alone: no Django, no database, the test programmes beside the packaged ones."""

import os
from pathlib import Path

from hypothesis import settings

os.environ.setdefault("MADOGUCHI_PROGRAMMES", str(Path(__file__).parents[1] / "programmes"))

settings.register_profile("rules", database=None, deadline=None, max_examples=40, derandomize=True)
settings.load_profile("rules")
