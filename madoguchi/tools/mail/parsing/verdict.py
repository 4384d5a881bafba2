"""What our own mail server found out about the sender (送信ドメイン認証): RFC 8601."""

import re

from madoguchi.tools.mail.parsing.heading import Heading

METHODS = ("spf", "dkim", "dmarc")
UNKNOWN = "unknown"
RESULTS = frozenset(
    {"pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror"}
)
QUOTED = re.compile(r'"[^"]*"')
COMMENT = re.compile(r"\([^()]*\)")
RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)


def verdicts(head: Heading, our_server: str) -> list[str]:
    """SPF, DKIM and DMARC, in this order: only the topmost line, only when our server wrote it.

    Lines further down were there before the mail reached us: anybody may have written them. Of
    several results of one method the one that is not `pass` counts.
    """
    found = dict.fromkeys(METHODS, UNKNOWN)
    server, _, told = _bare(head.first("Authentication-Results")).partition(";")
    writer = (server.split() or [""])[0]
    if not our_server or writer.lower() != our_server.lower():
        return list(found.values())
    for clause in told.split(";"):
        result = RESULT.match(clause)
        if result is None or result[1].lower() not in METHODS:
            continue
        method, value = result[1].lower(), result[2].lower()
        if value in RESULTS and found[method] in (UNKNOWN, "pass"):
            found[method] = value
    return list(found.values())


def _bare(line: str) -> str:
    """The line without comments and quoted words, in which a `;` or `dmarc=pass` may stand."""
    return COMMENT.sub(" ", QUOTED.sub(" ", line))
