"""Text blocks (定型文), put after what was typed by a button of the form; that saves nothing."""

from dataclasses import dataclass
from functools import lru_cache

from madoguchi.rules.programme.texts import Texts
from madoguchi.web.kit.form import Typed

INTO = {"answer": "answer_text", "log": "log_text", "note": "note_text"}  # act → its field
SETS = {"answer": "answer", "log": "record", "note": "record"}


@dataclass(frozen=True)
class Block:
    """One text block: its code, what it is called, what it says."""

    code: str
    title: str
    words: str


@lru_cache(maxsize=64)  # thousands of keys are looked through; the same texts are one object
def blocks(texts: Texts, act: str) -> tuple[Block, ...]:
    """The blocks for an act, in the order of the texts."""
    start, end = f"block.{SETS[act]}.", ".title"
    codes = [
        key[len(start) : -len(end)]
        for key in texts.words
        if key.startswith(start) and key.endswith(end)
    ]
    return tuple(
        Block(
            code, texts.get(f"{start}{code}.title").words, texts.get(f"{start}{code}.words").words
        )
        for code in codes
    )


def inserted(texts: Texts, act: str, typed: Typed, code: str) -> Typed:
    """What was typed, with the block after it; unchanged where there is no such block."""
    said = next((block.words for block in blocks(texts, act) if block.code == code), "")
    name = INTO[act]
    before, *others = typed[name] or [""]
    start = before.rstrip() + "\n\n" if before.strip() else ""
    return {**typed, name: [start + said if said else before, *others]}
