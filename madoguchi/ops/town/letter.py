"""A mail comes into the town's mailbox, as a mail program writes it."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from madoguchi.ops.town.event import Event
from madoguchi.ops.town.people import Letter
from madoguchi.ops.town.picture import picture
from madoguchi.ops.town.scene import Scene
from madoguchi.work.intake.mail import jobs

DESK = "soudan@city.example.jp"


def arriving(letter: Letter, scene: Scene) -> Event:
    """The mail comes in at its moment."""

    def happen(at: datetime) -> None:
        jobs.receive(scene.office.id, written(letter, at), now=at)

    return Event(scene.past.moment(letter.ago, letter.at), happen)


def written(letter: Letter, at: datetime) -> bytes:
    """The raw mail."""
    mail = EmailMessage()
    mail["From"] = formataddr((letter.name, letter.address))
    mail["To"] = DESK
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{int(at.timestamp())}.{letter.address}>"
    if letter.automatic:
        mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(letter.text.lstrip())
    for name in letter.files:
        mail.add_attachment(picture(name), maintype="image", subtype="png", filename=name)
    return mail.as_bytes()
