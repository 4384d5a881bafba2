"""Words in templates: `{% t key %}` in text, `{% ta key %}` in attributes, `{% prose page %}`.

`{% said words %}` shows words that stand in the programme; `{% hours %}`, `{% day %}` and
`{% clock %}` read times aloud. What is Japanese on an English page is marked as Japanese.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from markdown_it import MarkdownIt

from madoguchi.web.kit.column import column, in_column, language
from madoguchi.web.kit.reading import Reading, words_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, time

    from django.template.context import Context

    from madoguchi.rules.koyomi.hours import Week
    from madoguchi.rules.programme.texts import Texts
    from madoguchi.rules.programme.words import Column, Text, Words
    from madoguchi.web.kit.form import FieldCard

register = template.Library()
MEGA = 1_000_000


def here(context: Context) -> Texts:
    """The words of the page's office."""
    return words_for(context.get("request"))


def marked(text: Text) -> SafeString:
    """The words for a page; Japanese that fills a gap in English says that it is Japanese."""
    if column() == "en" and text.column != "en":
        return format_html('<span lang="ja">{}</span>', text.words)
    return escape(text.words)


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **values: Any) -> SafeString:
    """The words of a key, for text."""
    return marked(here(context).get(key, column(), **values))


@register.simple_tag(takes_context=True)
def ta(context: Context, key: str, **values: Any) -> SafeString:
    """The words of a key, for an attribute or a title, where no mark is possible."""
    return escape(here(context).get(key, column(), **values).words)


@register.simple_tag
def said(words: Words | None) -> SafeString:
    """Words of the programme in the column of the page; nothing for none."""
    return marked(words.get(column())) if words else SafeString("")


@register.simple_tag(takes_context=True)
def slip(context: Context, card: FieldCard) -> SafeString:
    """What has to be changed in a field, in words: `form.<code>` with the field's label."""
    if card.slip is None:
        return SafeString("")
    words = here(context)
    label = words.get(card.label, column()).words
    return marked(words.get(f"form.{card.slip.code}", column(), label=label, **card.slip.values))


@register.simple_tag(takes_context=True)
def hours(context: Context, week: Week, *, closed: bool = False) -> SafeString:
    """Weekly hours; `closed=True` adds that holidays and the turn of the year are left out."""
    return escape(Reading(here(context)).hours(week, closed=closed))


@register.simple_tag(takes_context=True)
def day(context: Context, on: date, *, year: bool = True) -> SafeString:
    """A day as a `<time>` element; of a moment, the day at the office."""
    on = localtime(on) if isinstance(on, datetime) else on
    words = Reading(here(context)).day(on, year=year)
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.simple_tag(takes_context=True)
def clock(context: Context, at: time | datetime) -> SafeString:
    """A time of day; of a moment, the time at the office."""
    at = localtime(at) if isinstance(at, datetime) else at
    return escape(Reading(here(context)).clock(at))


@register.simple_tag(takes_context=True)
def prose(context: Context, page: str, values: Mapping[str, object] | None = None) -> SafeString:
    """A page of prose as HTML, its named variables filled; headings begin at the second level."""
    text = here(context).page(page, column())
    html = html_of(text.words.format_map(values or {}))
    if column() == "en" and text.column != "en":
        return format_html('<div lang="ja">{}</div>', html)
    return html


@lru_cache(maxsize=256)
def html_of(markdown: str) -> SafeString:
    """Markdown as HTML; HTML in it is shown as text, `javascript:` addresses are refused."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = renderer.render(markdown)
    return mark_safe(html)  # noqa: S308 - the renderer escapes


@register.simple_tag
def lang() -> str:
    """The language of the page, for `<html lang>`."""
    return language()


@register.simple_tag
def speaks(name: Column) -> bool:
    """Is the page in this column?"""
    return column() == name


@register.simple_tag(takes_context=True)
def other_column(context: Context, name: Column) -> str:
    """The address of this page in another column."""
    return in_column(name, context["request"].path)


@register.filter
def file_size(size: int) -> str:
    """A file's size for people, in units of 1,000 rounded up.

    >>> file_size(1), file_size(124_000), file_size(12_300_000)
    ('1 KB', '124 KB', '12.3 MB')
    """
    if size < MEGA:
        return f"{max(1, -(-size // 1000))} KB"
    return f"{size / MEGA:.1f} MB"
