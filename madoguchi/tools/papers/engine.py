"""A frozen dataclass and a Typst source become a PDF (PDF/UA-1 and PDF/A-2a in one file).

Long papers (長い書類) are made one at a time, never beyond a limit, and their memory is given back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Literal, cast

import typst

from madoguchi.rules.limits import LETTERS_A_PAPER
from madoguchi.rules.programme.paper import Template
from madoguchi.tools.papers.fonts import Glyphs, cabinet
from madoguchi.tools.papers.wrong import TooLong, cannot, from_typst

LARGE = 20_000  # letters; some 15 pages
KEPT = 10  # Typst keeps what the papers before this many needed, however large they were
_TURN = Lock()
LIBRARY = Path(__file__).parent / "library"  # Typst's root: office.typ, and no other file
STANDARDS: typst.PDFStandards = ["a-2a", "ua-1"]
MOMENT = 946_684_800  # PDF/A asks for a date of making: always the first second of 2000 (UTC)
FIRST_LINE = '#import "/office.typ": *'
TWO = b'#include "/letter.typ"\n#include "/enclosed.typ"\n'
_LOADING = re.compile(r"\b(import|include|read|plugin|image|bibliography)\b|@(preview|local)\b")
_PAGE = re.compile(rb"/Type\s*/Page\b")


def letters(facts: object) -> int:
    """How many characters facts hold, and one more for each value."""
    if isinstance(facts, dict):
        return sum(map(letters, facts.values()))
    if isinstance(facts, list | tuple):
        return sum(map(letters, facts))
    return 1 + (len(facts) if isinstance(facts, str) else 0)


@contextmanager
def room_for(template: Template, many: int, root: Path, fonts: typst.Fonts) -> Iterator[None]:
    """Room for a paper of so many letters; a long one waits until no other long one is made.

    Raises:
        TooLong: it is longer than any may be.
    """
    if many > LETTERS_A_PAPER:
        raise TooLong(
            f"{template.called}：文字が多すぎて、1つの書類にできません（{LETTERS_A_PAPER:,}字まで）。"
            "分けて作ってください。"
        )
    if many < LARGE:
        yield
        return
    with _TURN:
        try:
            yield
        finally:
            for _ in range(KEPT + 1):
                typst.Compiler(b"", root, fonts, ignore_system_fonts=True).compile(format="svg")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A paper as bytes; ``missing``: characters printed as 〓, each once."""

    content: bytes
    pages: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """Who printed it and when, in reading form: the footer of every page of a case paper."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A form that is printed behind a letter (同封), as a part of it."""

    template: Template
    facts: object


def official(template: Template) -> Pdf | None:
    """The city's own PDF of a form, byte for byte; None where ours is printed."""
    content = template.official
    return Pdf(content, len(_PAGE.findall(content)) or 1, ()) if content else None


def render(
    template: Template,
    facts: object,
    printed: Printed | None = None,
    enclosed: Enclosed | None = None,
) -> Pdf:
    """The paper with these facts; the same facts give the same bytes.

    Raises:
        PaperError: the paper's source cannot be used with them; the text quotes no fact.
        TooLong: the facts hold more words than one paper takes.
        Misconfigured: the fonts cannot be used.
    """
    glyphs = Glyphs(cabinet())
    content = cast("bytes", _compiled(template, facts, printed, glyphs, "pdf", enclosed))
    return Pdf(content, len(_PAGE.findall(content)), glyphs.missing)


def pictures(
    template: Template, facts: object, printed: Printed | None = None
) -> tuple[bytes, ...]:
    """The same paper as one PNG a page, to look at.

    Raises:
        PaperError: as `render`.
        TooLong: as `render`.
        Misconfigured: as `render`.
    """
    made = _compiled(template, facts, printed, Glyphs(cabinet()), "png")
    return (made,) if isinstance(made, bytes) else tuple(cast("list[bytes]", made))


def _compiled(
    template: Template,
    facts: object,
    printed: Printed | None,
    glyphs: Glyphs,
    kind: Literal["pdf", "png"],
    enclosed: Enclosed | None = None,
) -> bytes | list[bytes] | None:
    plain, fonts = _plain(facts), glyphs.cabinet.shared
    behind = _plain(enclosed.facts) if enclosed else None
    with room_for(template, letters(plain) + letters(behind), LIBRARY, fonts):
        source = _source(template)
        inputs = {
            "facts": _json(glyphs.printable(plain)),
            "paper": _json(glyphs.printable(asdict(template.paper))),
            "printed": _json(glyphs.printable(_plain(printed))),
            "fonts": _json(glyphs.cabinet.families),
        }
        sources: Any = source.encode()
        if enclosed:
            form = {
                "facts": _json(glyphs.printable(behind)),
                "paper": _json(glyphs.printable(asdict(enclosed.template.paper))),
            }
            inputs["enclosed"] = _json(form)
            sources = _together(source, _source(enclosed.template))
        inputs["geta"] = _json(any(len(missing) == 1 for missing in glyphs.missing))
        compiler = typst.Compiler(
            sources, LIBRARY, fonts, ignore_system_fonts=True, sys_inputs=inputs
        )
        options: Any = {"pdf_standards": STANDARDS, "timestamp": MOMENT} if kind == "pdf" else {}
        try:
            made, warnings = compiler.compile_with_warnings(format=kind, ppi=110, **options)
        except typst.TypstError as wrong:
            raise from_typst(template, source, wrong.message, wrong.diagnostic) from None
        for warning in warnings:
            raise from_typst(template, source, warning.message, warning.diagnostic)
        return made


def _together(letter: str, form: str) -> dict[str, bytes]:
    """A letter and the form behind it, which has the library with facts of its own."""
    library = (LIBRARY / "office.typ").read_text("utf-8")
    own = library.replace(
        "#let given = sys.inputs", "#let given = json(bytes(sys.inputs.enclosed))"
    )
    return {
        "main.typ": TWO,
        "letter.typ": letter.encode(),
        "enclosed.typ": form.replace("/office.typ", "/own.typ", 1).encode(),
        "office.typ": library.encode(),
        "own.typ": own.encode(),
    }


def _source(template: Template) -> str:
    """The paper's own source, after making sure that it loads nothing but our library."""
    try:
        source = template.file("paper.typ").read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise cannot(
            template, "paper.typ", "読めません。UTF-8 で保存し、paper.toml の横に置いてください。"
        ) from None
    first, _, rest = source.partition("\n")
    if first.strip() != FIRST_LINE:
        raise cannot(template, "paper.typ 1 行目", f"{FIRST_LINE} で始めてください。")
    for number, line in enumerate(rest.splitlines(), start=2):
        if _LOADING.search(line):
            raise cannot(
                template,
                f"paper.typ {number} 行目",
                "ほかのファイルやパッケージは読み込めません。"
                "この行を消し、office.typ にあるものを使ってください。",
            )
    return source


def _plain(facts: object) -> object:
    if is_dataclass(facts) and not isinstance(facts, type):
        return asdict(cast("Any", facts))
    return facts


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
