"""What the test client answers; its type has no public name."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response
else:
    from django.http import HttpResponse as Response

__all__ = ["Response", "squeezed"]

EXACT = re.compile(r"(<(?:pre|textarea)\b[^>]*>)(.*?)(</(?:pre|textarea)>)", re.DOTALL)
GAP = re.compile(r"(\"[^\"]*\")|[ \t\n\r\f]+")  # a value stays as it is
EDGE = re.compile(  # a space beside these is not shown
    r" ?(</?(?:!doctype|html|head|title|meta|link|script|body|header|main|footer|nav|section"
    r"|article|aside|div|p|h[1-6]|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tfoot|tr|th|td|form"
    r"|fieldset|legend|label|details|summary|select|optgroup|option|br|hr)\b[^>]*>"
    r"|<input type=\"hidden\"[^>]*>) ?",
    re.IGNORECASE,
)
WITHIN = re.compile(r"(<(?:a|button)\b[^>]*>) | (</(?:a|button)>)")


def squeezed(answer: Response | str) -> str:
    r"""The page without the whitespace that nobody sees: how templates are laid out is no matter.

    >>> squeezed('<p\n  class="a"\n>\n  <b>x</b>\n  y\n</p>\n<pre>\n z</pre>')
    '<p class="a"><b>x</b> y</p><pre>\n z</pre>'
    """
    page = answer if isinstance(answer, str) else answer.content.decode()
    pieces = EXACT.split(page)  # text, opening tag, what stays exact, closing tag, text …
    for place, words in enumerate(pieces):
        if place % 4 != 2:
            piece = GAP.sub(lambda gap: gap[1] or " ", words).replace(" >", ">")
            pieces[place] = WITHIN.sub(r"\1\2", EDGE.sub(r"\1", piece))
    return "".join(pieces)
