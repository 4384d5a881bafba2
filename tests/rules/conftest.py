"""The rules alone: no Django, no database, the test programmes beside the packaged ones."""

import os
from pathlib import Path

os.environ.setdefault("MADOGUCHI_PROGRAMMES", str(Path(__file__).parents[1] / "programmes"))
