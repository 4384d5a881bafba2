"""Keeps what people typed out of the logs."""

import logging
import traceback


class CodesOnly(logging.Filter):
    """Replaces an exception by its class and line and drops the request's path and arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is made safe on the way."""
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            last = frames[-1] if frames else None
            where = f" at {last.name}:{last.lineno}" if last else ""
            record.msg = f"{type(error).__name__}{where}"
        elif record.args:
            status = getattr(record, "status_code", "")
            record.msg = f"{record.name} {status}".strip()
        record.args = None
        record.exc_info = None
        record.exc_text = None
        return True
