"""Looks into a PDF as its readers do: text as copied, tags as a screen reader meets them."""

from __future__ import annotations

import subprocess
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator


def text(content: bytes) -> str:
    """What is copied from the paper."""
    done = subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def joined(content: bytes) -> str:
    """The same without the breaks of lines."""
    return "".join(text(content).split())


def opened(content: bytes) -> pikepdf.Pdf:
    """The paper as pikepdf sees it."""
    return pikepdf.open(BytesIO(content))


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The names of every tag, in the order read."""
    return [str(node.get("/S", "")).removeprefix("/") for node in nodes(pdf)]


def nodes(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, in the order read."""
    yield from _below(pdf.Root.StructTreeRoot)


def _below(node: Any) -> Iterator[Any]:
    inside = node.get("/K")
    for each in inside if isinstance(inside, pikepdf.Array) else [inside]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each
            yield from _below(each)
