"""A mail as an entry of the record keeps it: who, when, about what, the words, names of files."""

from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.kit.typed import showable
from madoguchi.work.intake.mail.queries import Said
from madoguchi.work.record.actions import MOST

CHANGED = "not_original"
MOST_OF_A_LINE = 500


def as_entry(mail: Said, request: DeskRequest) -> str:
    """The words of the entry; what is longer than an entry may be stands in the raw mail."""
    words = words_for(request)

    def say(key: str, **values: str) -> str:
        return words.get(f"desk.mail.entry.{key}", "ja", **values).words

    lines = [
        say("sender", sender=" ".join(filter(None, (mail.from_name, f"<{mail.from_address}>")))),
        say("subject", subject=mail.subject),
    ]
    if mail.at is not None:
        at, reading = mail.at.astimezone(request.now.tzinfo), Reading(words)
        lines.append(say("at", day=reading.day(at.date()), clock=reading.clock(at)))
    lines += [
        say("changed" if CHANGED in one.flags else "file", name=one.name) for one in mail.files
    ]
    if CHANGED in mail.flags:
        lines.append(say("not_original"))
    head = "\n".join(showable(line)[:MOST_OF_A_LINE] for line in lines)
    whole = f"{head}\n\n{showable(mail.text)}"
    if len(whole) <= MOST:
        return whole
    rest = "\n" + say("cut")
    return whole[: MOST - len(rest)] + rest
