"""Two public scanners at both windows: wapiti (attacks) and schemathesis (strange requests).

They live in virtual environments of their own under `out/`, pinned here and in no lock: they are
borrowed, not built upon. Ends with 1 when one of them says something that the section "What
scanners say, and our answer" of docs/threat-model.md does not answer.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from benchmarks.parts import peer
from benchmarks.parts.report import DOCS, RELIABILITY, Figure, section, write
from benchmarks.parts.visitor import STEPS
from tests.proof.house import House, prepared
from tests.proof.site import opened

PINNED = {"wapiti": "wapiti3==3.3.2", "schemathesis": "schemathesis==4.32.5"}
MODULES = (
    "backup,crlf,csrf,exec,file,htaccess,ldap,methods,permanentxss,redirect,shellshock,"
    "spring4shell,sql,timesql,upload,xss"
)  # the others call servers on the internet, or ask for a certificate that loopback has not
SAID_BY_RULES = "positive_data_acceptance,negative_data_rejection"
"""What a form takes is decided by rules that the description does not hold."""
MINUTE_S = 60
ANSWER = re.compile(r"^\| (wapiti|schemathesis) \| ([^|]+?) \|", re.MULTILINE)

type Said = Counter[tuple[str, str]]


def tool(name: str) -> Path:
    """The scanner's command, installed on its first use."""
    return peer.python(f"scanners/{name}", PINNED[name]).with_name(name)


def entered(portal: str) -> str:
    """The cookie of a visit with an opened receipt and a begun request, as `name=value`."""
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))

    def post(path: str, **words: str) -> str:
        sent = Request(portal + path, urlencode(words).encode(), {"Origin": portal})
        page: bytes = browser.open(sent).read()
        return page.decode()

    post("/s/")
    post("/s/c/danger/", danger="no", who="self")
    done = post("/s/c/contact/", contact_rule="wait", finish="1")
    number, secret = re.findall(r'<dd class="number">([\d-]+)</dd>', done)
    post("/s/f/", number=number, secret=secret)
    post("/s/")
    return next(f"{one.name}={one.value}" for one in jar if one.name.endswith("_visit"))


def wapiti(address: str, minutes: int, folder: Path, *more: str) -> tuple[Said, str]:
    """What wapiti finds at this address, and how much it looked at."""
    report = folder / "wapiti.json"
    command = [
        *(str(tool("wapiti")), "--url", address, "--module", MODULES, "--scope", "folder"),
        *("--max-scan-time", str(minutes * MINUTE_S), "--max-attack-time", "25"),
        *("--format", "json", "--output", str(report), "--flush-session", "--no-bugreport"),
        *more,
        *("--store-session", str(folder / "session"), "--store-config", str(folder / "config")),
    ]
    subprocess.run(command, check=False, capture_output=True, timeout=(minutes + 12) * MINUTE_S)
    told = json.loads(report.read_text("utf-8"))
    kinds = ("vulnerabilities", "anomalies", "additionals")
    said = Counter(
        {("wapiti", name): len(ones) for k in kinds for name, ones in told[k].items() if ones}
    )
    return said, f"{told['infos']['crawled_pages_nbr']} pages"


def schemathesis(house: House, address: str, minutes: int, folder: Path) -> tuple[Said, str]:
    """What schemathesis finds at the portal, and how much it asked."""
    described, report = folder / "openapi.json", folder / "schemathesis.json"
    described.write_text(house.run("-m", "tests.proof.openapi", window="portal"), "utf-8")
    command = [
        *(str(tool("schemathesis")), "run", str(described), "--url", address, "--checks", "all"),
        *("--exclude-checks", SAID_BY_RULES, "--phases", "coverage,fuzzing"),
        *("--max-time", str(minutes * MINUTE_S), "--continue-on-failure", "--no-shrink"),
        *("--max-examples", "200", "--seed", "1"),
        *("--report", "json", "--report-json-path", str(report)),
    ]
    subprocess.run(command, check=False, capture_output=True, cwd=folder, timeout=900)
    told = json.loads(report.read_text("utf-8"))
    said = Counter({("schemathesis", one["title"]): one["count"] for one in told["failures"]})
    said.update({("schemathesis", f"error: {one}"): 1 for one in told["errors"]})
    return said, f"{told['test_cases']['generated']:,} requests"


def inside(portal: str) -> list[str]:
    """Options with which wapiti goes through the pages of a procedure and does not end it."""
    pages = (*(f"s/c/{step}/" for step in STEPS), "s/f/", "s/f/w/", "s/f/d/")
    starts = [word for page in pages for word in ("--start", f"{portal}/{page}")]
    ends = [word for page in ("s/leave/*", "s/c/check/") for word in ("-x", f"{portal}/{page}")]
    return [*starts, *ends, "--cookie-value", entered(portal)]


def answered() -> set[tuple[str, str]]:
    """What docs/threat-model.md answers."""
    text = (DOCS / "threat-model.md").read_text("utf-8")
    part = text.partition("## What scanners say, and our answer")[2].partition("\n## ")[0]
    return set(ANSWER.findall(part))


def figures(where: str, said: Said, looked: str) -> list[Figure]:
    """The lines of one scan."""
    lines = [Figure(f"{where}: looked at", looked)]
    for (scanner, name), count in sorted(said.items()):
        known = (scanner, name) in answered()
        lines.append(Figure(f"{where}: {name}", f"{count} times", scanner, "answered", known))
    if not said:
        lines.append(Figure(f"{where}: findings", "none", "", "none", met=True))
    return lines


def main() -> int:
    """Scan both windows of a house of its own."""
    trying = "--try" in sys.argv
    lines: list[Figure] = []
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        house = prepared(Path(place) / "home")
        portal = stack.enter_context(opened(house, "portal"))
        desk = stack.enter_context(opened(house, "desk"))
        folder = Path(place)
        lines += figures("portal", *schemathesis(house, portal, 1 if trying else 3, folder))
        minutes = 1 if trying else 4
        lines += figures("portal", *wapiti(portal + "/", minutes, folder))
        lines += figures("inside", *wapiti(portal + "/s/", minutes, folder, *inside(portal)))
        lines += figures("desk", *wapiti(desk + "/sign-in/", 1, folder))
    if trying:
        print(section("Scanners", lines))
    else:
        write(RELIABILITY, "Scanners", lines, [f"{' and '.join(PINNED.values())}."])
    return 1 if any(line.met is False for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
