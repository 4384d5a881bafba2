"""Templates are indented for who writes them; what a page weighs is not to pay for it."""

import re

from django.template.base import Origin
from django.template.loaders import filesystem

INDENTATION = re.compile(r"\n[ \t]+")


class Loader(filesystem.Loader):
    """Reads a template without its indentation; line ends stay, so an error names the true line.

    It knows no `<pre>` and no `<textarea>`: no template may hold indented words there.
    """

    def get_contents(self, origin: Origin) -> str:
        return INDENTATION.sub("\n", super().get_contents(origin))
