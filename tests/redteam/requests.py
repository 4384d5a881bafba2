"""What a person asks for; importable in the portal's own process."""

from datetime import datetime

from madoguchi.work.cases.public import Wishes
from madoguchi.work.intake.public import Request


def request(now: datetime, text: str = "書き込みを消したい") -> Request:
    """What a person asks for."""
    return Request(
        urgent=False,
        about={"name": "𠮷田 花子", "phone": "0279-00-0000", "email": "h@example.jp"},
        wishes=Wishes("phone", mail=True),
        story={"text": text},
        first_due_on=now.date(),
    )
