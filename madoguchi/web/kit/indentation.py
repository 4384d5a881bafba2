"""Templates are indented for who writes them; what a page weighs is not to pay for it."""

import re

from django.template.base import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n[ \t]+")
CONTROL = "if|elif|else|endif|for|empty|endfor|with|endwith|block|endblock"
CONTROL_LINE = re.compile(rf"^({{%\ (?:{CONTROL})\b(?:(?!%}}).)*%}})\n(?=.)", re.MULTILINE)


class Loader(filesystem.Loader):
    """Reads a template without its indentation, and without the line end of a control tag's line.

    The line end before that tag stays, so no two words come to touch. It knows no `<pre>` and no
    `<textarea>`: no template may hold indented words there.
    """

    def get_contents(self, origin: Origin) -> str:
        return CONTROL_LINE.sub(r"\1", INDENTATION.sub("\n", super().get_contents(origin)))
