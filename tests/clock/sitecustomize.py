"""Loaded first by Python programs that tests start: they live at the hour of the test."""

import os
import sys
from datetime import timedelta

if ahead := os.environ.get("TESTS_AHEAD_S"):
    unasked = dict.fromkeys(("pytest", "dateutil.parser"))
    sys.modules |= unasked  # type: ignore[arg-type] # time-machine would load them: 0.2 s
    import time_machine

    for name in unasked:
        del sys.modules[name]
    time_machine.travel(timedelta(seconds=float(ahead))).start()
