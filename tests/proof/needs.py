"""What the proofs borrow: programs of the system, two npm packages. What is missing is an error."""

import shutil
from pathlib import Path

from tests import dovecot
from tests.house.source import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FAKETIME = next(map(str, Path("/usr/lib").glob("*/faketime/libfaketime.so.1")), "")
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def chromium() -> str | None:
    """The path of the system's Chromium."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def missing() -> list[str]:
    """What is not there, each with the command that brings it."""
    wants = {
        "no Chromium: apt-get install chromium fonts-noto-cjk": chromium(),
        "no Java: apt-get install default-jre-headless": shutil.which("java"),
        "no libfaketime: apt-get install libfaketime": FAKETIME,
        "no systemd-analyze: apt-get install systemd": shutil.which("systemd-analyze"),
        dovecot.LACKING: Path(dovecot.DOVECOT).exists(),
        "no nginx: apt-get install nginx openssl": Path(NGINX).exists(),
        "no pdftotext: apt-get install poppler-utils": shutil.which("pdftotext"),
        "no LibreOffice: apt-get install libreoffice-calc": shutil.which("soffice"),
        "no C compiler: apt-get install gcc libc6-dev": shutil.which("gcc"),
        "no axe-core: npm install --no-package-lock": AXE.exists(),
        "no vnu-jar: npm install --no-package-lock": VNU.exists(),
    }
    return [remedy for remedy, there in wants.items() if not there]
