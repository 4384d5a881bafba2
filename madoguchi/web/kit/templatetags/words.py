"""Words in templates: `{% t key %}` in text, `{% ta key %}` in attributes, `{% prose page %}`.

`{% wording words %}` shows words that stand in the programme; `{% hours %}`, `{% day %}` and
`{% clock %}` format times. What is Japanese on an English page is marked as Japanese.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from django import template
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from markdown_it import MarkdownIt

from madoguchi.rules.koyomi.dates import YearlySpan
from madoguchi.rules.koyomi.hours import Week
from madoguchi.rules.programme.texts import Texts, only_where
from madoguchi.rules.programme.words import Column, Text, Words
from madoguchi.tools.forms.form import FieldCard
from madoguchi.web.kit.column import column, in_column, language
from madoguchi.web.kit.formatting import Closing, Formatter, closing, key_of, texts_for

type Markup = Callable[[Text], SafeString]

register = template.Library()
MEGA = 1_000_000
JAPANESE = re.compile("([「（]?[々ぁ-ヿ一-鿿](?:[々ぁ-ヿ一-鿿「」（）・ 0-9]*[々ぁ-ヿ一-鿿」）])?)")
MARKED = '<span lang="ja">{}</span>'


def words_of(context: Context) -> Texts:
    """The words of the page's office."""
    return texts_for(context.get("request"))


def marked(text: Text) -> SafeString:
    """The words for a page; what is Japanese in English says that it is Japanese.

    >>> JAPANESE.sub("<>", "Ask 危機管理室 安全安心係 (意見照会書), or press 「消す」.")
    'Ask <> (<>), or press <>.'
    """
    if column() != "en":
        return escape(text.words)
    if text.column != "en":
        return format_html(MARKED, text.words)
    parts = JAPANESE.split(text.words)  # every second one is a name
    parts[1::2] = [format_html(MARKED, name) for name in parts[1::2]]
    return format_html("{}" * len(parts), *parts)


def plain(text: Text) -> SafeString:
    """The words for an attribute or a title, where no mark is possible."""
    return escape(text.words)


@lru_cache(maxsize=8192)
def cached_text(words: Texts, key: str, name: Column, markup: Markup) -> SafeString:
    """The words of a key that has no gaps for values, escaped once."""
    return markup(words.get(key, name))


class TextTag(template.Node):
    """The words of one key, `{% t "kit.home" %}`, perhaps with values, `{% t "a.b" year=year %}`.

    A page has a hundred: that is why this is no `simple_tag`. Words with values are never kept.
    """

    def __init__(
        self, key: FilterExpression, values: dict[str, FilterExpression], markup: Markup
    ) -> None:
        self.key, self.values, self.markup = key, values, markup

    def render(self, context: Context) -> SafeString:
        """The words in the column of the page."""
        words, key = words_of(context), self.key.resolve(context)
        if not self.values:
            return cached_text(words, key, column(), self.markup)
        values = {name: value.resolve(context) for name, value in self.values.items()}
        return self.markup(words.get(key, column(), **values))


def text_tag(parser: Parser, token: Token, markup: Markup) -> TextTag:
    """The node of a tag that shows the words of a key.

    Raises:
        TemplateSyntaxError: the tag has no key, or something that is not `name=value`.
    """
    tag, *bits = token.split_contents()
    key = parser.compile_filter(bits.pop(0)) if bits else None
    values = token_kwargs(bits, parser)
    if key is None or bits:
        raise template.TemplateSyntaxError(f"{tag!r} takes a key and values: {token.contents}")
    return TextTag(key, values, markup)


@register.tag
def t(parser: Parser, token: Token) -> TextTag:
    """The words of a key, for text."""
    return text_tag(parser, token, marked)


@register.tag
def ta(parser: Parser, token: Token) -> TextTag:
    """The words of a key, for an attribute or a title."""
    return text_tag(parser, token, plain)


@register.simple_tag(takes_context=True)
def filled(context: Context, key: str, values: Mapping[str, object]) -> SafeString:
    """The words of a key with values that were put together, for text."""
    return marked(words_of(context).get(key, column(), **values))


@register.simple_tag
def wording(words: Words | None) -> SafeString:
    """Words of the programme in the column of the page; nothing for none."""
    return marked(words.get(column())) if words else SafeString("")


@register.simple_tag
def plain_wording(words: Words) -> SafeString:
    """Words of the programme for an attribute or a title."""
    return plain(words.get(column()))


@register.simple_tag(takes_context=True)
def field_error(context: Context, card: FieldCard) -> SafeString:
    """What has to be changed in a field, in words: `form.<code>` with the field's label."""
    if card.error is None:
        return SafeString("")
    words = words_of(context)
    label = words.get(card.label, column()).words
    values = {
        name: f"{value:,}" if isinstance(value, int) else value
        for name, value in card.error.values.items()
    }
    return marked(words.get(f"form.{card.error.code}", column(), label=label, **values))


@register.simple_tag(takes_context=True)
def reason(context: Context, code: str, values: Mapping[str, Any]) -> SafeString:
    """Why something was not done, with the values that it names; Japanese on every page."""
    return escape(words_of(context).get(f"ground.{code}", "ja", **values).words)


@register.simple_tag(takes_context=True)
def hours(context: Context, week: Week, *, closed: bool = False) -> SafeString:
    """Weekly hours; `closed=True` adds that holidays and the turn of the year are left out."""
    return cached_hours(words_of(context), week, column(), "closed" if closed else "")


@register.simple_tag(takes_context=True)
def desk_hours(context: Context, week: Week) -> SafeString:
    """Weekly hours of the desk's own, and which days it leaves out."""
    closed = closing(context["request"].programme.desk)
    return cached_hours(words_of(context), week, column(), closed)


@lru_cache(maxsize=2048)
def cached_hours(words: Texts, week: Week, _name: Column, closed: Closing) -> SafeString:
    """Weekly hours in the column of the page, put into words once."""
    return escape(Formatter(words).hours(week, closed=closed))


@register.simple_tag(takes_context=True)
def day(
    context: Context,
    on: date,
    *,
    year: bool = True,
    era: bool = False,
    now: datetime | None = None,
) -> SafeString:
    """A day as a `<time>` element; of a moment, the day at the office.

    With `now` the year is left out where it is the same; with `era` as letters name it, too.
    """
    on = localtime(on) if isinstance(on, datetime) else on
    this_year = now is not None and localtime(now).year == on.year
    words = Formatter(words_of(context)).day(on, year=year and not this_year, era=era)
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), words)


@register.simple_tag(takes_context=True)
def opening(context: Context, at: datetime) -> SafeString:
    """A moment that is to come, as seen from now: today, tomorrow, a weekday, a date."""
    return escape(Formatter(words_of(context)).opening(at, context["request"].now))


@register.simple_tag(takes_context=True)
def until(context: Context, at: datetime) -> SafeString:
    """The end of what is open now; the day is named where it is another one."""
    return escape(Formatter(words_of(context)).until(at, context["request"].now))


@register.simple_tag(takes_context=True)
def yearly(context: Context, span: YearlySpan) -> SafeString:
    """Days of every year, from one to the other."""
    return escape(Formatter(words_of(context)).yearly(span))


@register.simple_tag(takes_context=True)
def clock(context: Context, at: time | datetime) -> SafeString:
    """A time of day; of a moment, the time at the office."""
    at = localtime(at) if isinstance(at, datetime) else at
    return escape(Formatter(words_of(context)).clock(at))


@register.simple_tag(takes_context=True)
def prose(context: Context, page: str, values: Mapping[str, object] | None = None) -> SafeString:
    """A page of prose as HTML, its named variables filled; headings begin at the second level."""
    text, request = words_of(context).page(page, column()), context["request"]
    shown = only_where(text.words, request.programme.marks(request.now.date()))
    html = html_of(shown.format_map(values or {}), text.column)
    if column() == "en" and text.column != "en":
        return format_html('<div lang="ja">{}</div>', html)
    return html


@lru_cache(maxsize=256)
def html_of(markdown: str, name: Column) -> SafeString:
    """Markdown as HTML; HTML in it is shown as text, `javascript:` addresses are refused."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = renderer.render(markdown)
    if name == "en":
        html = JAPANESE.sub(MARKED.format(r"\1"), html)
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
def other_column(context: Context, name: Column, path: str = "") -> str:
    """The address of this page, or of `path`, in another column.

    Where no page has the address, the landing page's.
    """
    request = context["request"]
    return in_column(name, path or (request.path if request.resolver_match else "/"))


@register.filter
def code(family: str, held: str) -> str:
    """The text key of a code that the database holds."""
    return key_of(family, held)


@register.filter
def number(count: int) -> str:
    """A number of things, for people.

    >>> number(999), number(182345)
    ('999', '182,345')
    """
    return f"{count:,}"


@register.filter
def file_size(size: int) -> str:
    """A file's size for people, in units of 1,000 rounded up.

    >>> file_size(1), file_size(124_000), file_size(12_300_000)
    ('1 KB', '124 KB', '12.3 MB')
    """
    if size < MEGA:
        return f"{max(1, -(-size // 1000))} KB"
    return f"{size / MEGA:.1f} MB"
