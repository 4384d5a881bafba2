"""`{% ground code values %}`: why something was not done, with the values that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import escape

from madoguchi.web.kit.reading import words_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.template.context import Context
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def ground(context: Context, code: str, values: Mapping[str, Any]) -> SafeString:
    """The words of a ground."""
    words = words_for(context.get("request"))
    return escape(words.get(f"ground.{code}", "ja", **values).words)
