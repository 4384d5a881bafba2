"""`{% t key %}` in text, `{% ta key %}` in attributes, `{% prose page %}`: words from the texts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from madoguchi.rules.programme.texts import texts
from madoguchi.web.kit.column import column

if TYPE_CHECKING:
    from madoguchi.rules.programme.texts import Text
    from madoguchi.web.kit.form import FieldCard

register = template.Library()
NATIONAL = "_national"
MEGA = 1_000_000


def slug(context: template.Context) -> str:
    """Whose words: the office's, the nation's where no office is known."""
    office = getattr(context.get("request"), "office", None)
    return str(office.slug) if office else NATIONAL


def marked(text: Text) -> SafeString:
    """The words for a page; Japanese that fills a gap in English says that it is Japanese."""
    if column() == "en" and text.column != "en":
        return format_html('<span lang="ja">{}</span>', text.words)
    return escape(text.words)


@register.simple_tag(takes_context=True)
def t(context: template.Context, key: str, **values: Any) -> SafeString:
    """The words of a key, for text."""
    return marked(texts(slug(context)).get(key, column(), **values))


@register.simple_tag(takes_context=True)
def ta(context: template.Context, key: str, **values: Any) -> SafeString:
    """The words of a key, for an attribute or a title, where no mark is possible."""
    return escape(texts(slug(context)).get(key, column(), **values).words)


@register.simple_tag(takes_context=True)
def slip(context: template.Context, card: FieldCard) -> SafeString:
    """What has to be changed in a field, in words: `form.<code>` with the field's label."""
    if card.slip is None:
        return SafeString("")
    words = texts(slug(context))
    label = words.get(card.label, column()).words
    return marked(words.get(f"form.{card.slip.code}", column(), label=label, **card.slip.values))


@register.simple_tag(takes_context=True)
def prose(context: template.Context, page: str, **values: Any) -> SafeString:  # noqa: ANN401 - whatever the page names
    """A page of prose as HTML; its headings begin at the second level."""
    text = texts(slug(context)).page(page, column())
    html = html_of(text.words.format(**values))
    if column() == "en" and text.column != "en":
        return format_html('<div lang="ja">{}</div>', html)
    return html


@lru_cache(maxsize=256)
def html_of(markdown: str) -> SafeString:
    """Markdown as HTML; HTML in it is shown as text, `javascript:` addresses are refused."""
    return mark_safe(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))  # noqa: S308 - the renderer escapes


@register.filter
def file_size(size: int) -> str:
    """A file's size for people, in units of 1,000 rounded up.

    >>> file_size(1), file_size(124_000), file_size(12_300_000)
    ('1 KB', '124 KB', '12.3 MB')
    """
    if size < MEGA:
        return f"{max(1, -(-size // 1000))} KB"
    return f"{size / MEGA:.1f} MB"
