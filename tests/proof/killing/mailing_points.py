"""Seven points between a mail in the mailbox and a mail that is ours; a process dies at each."""

from tests.proof.killing.points import COMMIT, Point

TOOL, ROOM = "madoguchi.tools", "madoguchi.work.intake.mail"
POINTS = (
    Point("fetched, nothing kept", None, f"{ROOM}.jobs", "receive"),
    Point("read, not sealed", None, f"{TOOL}.mail.incoming", "read", after=True),
    Point("sealed file, no row", None, f"{TOOL}.vault.upload", "seal", after=True),
    Point("before the commit", None, COMMIT, "commit"),
    Point("kept, not noted", None, f"{ROOM}.jobs", "receive", after=True),
    Point("noted, not moved", None, f"{TOOL}.mail.ledger", "note", after=True),
    Point("moved, not struck", None, f"{TOOL}.mail.mailbox:Opened", "put_away", after=True),
)
LABELS = [point.label for point in POINTS]
