"""How a page is laid out: `{% tight %}` for what must touch, `{% scroll %}` for a wide table."""

from collections.abc import Sequence
from itertools import zip_longest

from django import template
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.template.context import Context
from django.template.defaulttags import ForNode, IfNode, WithNode
from django.template.engine import Engine
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString

register = template.Library()
CONTROL = (BlockNode, ForNode, IfNode, WithNode)
GAP = " \t\n\r\f"  # what HTML collapses; the wide space of Japanese is a character like others


@register.tag
def tight(parser: Parser, _token: Token) -> Node:
    """Takes out the space beside `if`, `for`, `with` and `block`, and at both ends; all else stays.

    Japanese has no spaces between words: a line end there would be seen. Within an HTML tag,
    where `if` adds an attribute, nothing is taken out, and nothing within a block, since a page
    that extends this one may have another there.
    """
    nodes = parser.parse(("endtight",))
    parser.delete_first_token()
    close_up(nodes)
    return Tight(nodes)


class Tight(Node):
    """What stands between `{% tight %}` and `{% endtight %}`, closed up when it was compiled."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


def close_up(nodes: Sequence[object]) -> None:
    in_tag, beside = False, True  # is this between < and >? does a control tag or the end touch it?
    for node, after in zip_longest(nodes, nodes[1:]):
        if isinstance(node, TextNode):
            if beside:
                node.s = node.s.lstrip(GAP)
            opened, closed = node.s.rfind("<"), node.s.rfind(">")
            in_tag = opened > closed if opened != closed else in_tag
            if not in_tag and (after is None or isinstance(after, CONTROL)):
                node.s = node.s.rstrip(GAP)
        elif not in_tag:
            for branch in branches(node):
                close_up(branch)
        beside = not in_tag and isinstance(node, CONTROL)


def branches(node: object) -> list[Sequence[object]]:
    match node:
        case IfNode():
            return [nodes for _, nodes in node.conditions_nodelists]
        case ForNode():
            return [node.nodelist_loop, node.nodelist_empty]
        case WithNode():
            return [node.nodelist]
    return []


@register.simple_block_tag(takes_context=True)
def scroll(context: Context, content: SafeString, key: str = "", *, by: str = "") -> SafeString:
    """A table that may be wider than the screen: it scrolls alone, and the keyboard reaches it.

    It is named by the words of a key, or by the element whose id is `by`.
    """
    part = Engine.get_default().get_template("kit/parts/scroll.html")
    with context.push(content=content, key=key, by=by):
        return part.render(context)
