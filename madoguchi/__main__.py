"""Runs the `madoguchi` command: `python -m madoguchi VERB …`."""

import sys

from madoguchi.ops.main import main

if __name__ == "__main__":
    sys.exit(main())
