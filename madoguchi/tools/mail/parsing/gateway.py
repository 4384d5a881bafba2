"""Marks of a gateway that changes what it lets through (無害化): such a file is no original."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from madoguchi.tools.mail.parsing.heading import Heading


def changed(head: Heading, marks: Sequence[str]) -> bool:
    """Whether a header line is one of the marks: `X-Name`, or `X-Name: words that stand in it`."""
    for mark in marks:
        name, _, words = mark.partition(":")
        if "*" not in name and any(words.strip() in value for value in head.all(name)):
            return True
    return False


def named(file: str, marks: Sequence[str]) -> bool:
    """Whether a file's name is like one of the marks with a star: `*_sanitized.*`."""
    return any("*" in mark and fnmatchcase(file, mark) for mark in marks)
