"""Was this written by a machine? (自動返信・一斉配信) Then nothing may answer it."""

from madoguchi.tools.mail.parsing.heading import Heading

TELLING = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id", "X-Loop")
IN_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
REPORT = "multipart/report"
MACHINES = ("mailer-daemon", "no-reply", "noreply")


def automatic(head: Heading, sender: str) -> bool:
    """Whether the head says so: submitted automatically, sent in bulk, a bounce, no way back."""
    submitted = head.first("Auto-Submitted").lower().partition(";")[0].strip()
    return (
        submitted not in ("", "no")
        or head.first("Precedence").lower() in IN_BULK
        or any(head.lines.get(name) is not None for name in TELLING)
        or head.lines.get_content_type() == REPORT
        or head.first("Return-Path") == "<>"
        or sender.lower().partition("@")[0] in MACHINES
    )
