"""`{% ground code values %}`: why something was not done, with the values that it names."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import escape
from django.utils.safestring import SafeString

from madoguchi.web.kit.formatting import words_for

register = template.Library()


@register.simple_tag(takes_context=True)
def ground(context: Context, code: str, values: Mapping[str, Any]) -> SafeString:
    """The words of a reason."""
    words = words_for(context.get("request"))
    return escape(words.get(f"ground.{code}", "ja", **values).words)
