"""Runs the `madoguchi` command: `python -m madoguchi VERB …`."""

from __future__ import annotations

import sys

from madoguchi.ops.main import main

if __name__ == "__main__":
    sys.exit(main())
