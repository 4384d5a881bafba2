"""A page as it is printed: how large its sheets are, and what stands on them."""

import re
import shutil
import subprocess
from pathlib import Path

from playwright.sync_api import Page

SIZE = re.compile(r"Page\s+\d+ size:\s+([\d.]+) x ([\d.]+) pts")


def paper(page: Page, name: str, folder: Path) -> tuple[list[tuple[float, float]], str]:
    """The sizes of the sheets that the page prints, in points, and what stands on them."""
    page.emulate_media(media="print")
    made = folder / f"{name}.pdf"
    made.write_bytes(page.pdf(prefer_css_page_size=True))
    page.emulate_media(media="screen")
    sizes = run("pdfinfo", "-l", "999", str(made))
    text = run("pdftotext", "-layout", str(made), "-")
    return [(float(w), float(h)) for w, h in SIZE.findall(sizes)], text


def run(*command: str) -> str:
    """What a program of the system's says."""
    assert shutil.which(command[0]), f"{command[0]}: install poppler-utils"
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
