"""The peer beside our papers: weasyprint sets a comparable form from HTML, in the same serif.

Installed in an environment of its own, and run in a process of its own as its documentation says:
one font configuration for all papers, PDF/UA-1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.parts import peer
from madoguchi.tools.papers.folder import files

NAME, PINNED = "weasyprint", "weasyprint==70.0"
LACKING = (
    "install its libraries: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)
LABELS = {
    "kana": "フリガナ",
    "person": "氏名",
    "address": "住所",
    "phone": "電話番号",
    "receipt": "相談の受付番号",
    "lawyer": "頼む予定の弁護士",
    "office": "事務所",
    "retainer": "着手金（見積書の額）",
    "grant": "申請する額",
    "tax": "うち消費税",
    "day": "契約の予定日",
    "other_aid": "ほかの補助や保険",
}
SET = """
import json, statistics, sys, time
from html import escape
import weasyprint
from weasyprint.text.fonts import FontConfiguration
asked = json.load(sys.stdin)
fonts = FontConfiguration()
style = weasyprint.CSS(string='''
@font-face { font-family: body; src: url(%s) }
@page { size: A4; margin: 20mm 20mm 20mm 25mm;
  @bottom-center { content: counter(page) "／" counter(pages) } }
body { font-family: body; font-size: 10pt } h1 { text-align: center; font-size: 16pt }
table { width: 100%%; border-collapse: collapse } th, td { border: .5pt solid; padding: 1.5mm;
  text-align: left; font-weight: 400 } th { width: 44mm; background: #eee }
''' % asked["font"], font_config=fonts)
def page(facts):
    rows = "".join("<tr><th>%s</th><td>%s</td></tr>" % (label, escape(str(facts[name])))
                   for name, label in asked["labels"].items())
    ticks = "".join("<ul>%s</ul>" % "".join(
        "<li>%s %s</li>" % ("☑" if one["ticked"] else "☐", escape(one["words"]))
        for one in facts[name]) for name in ("acts", "attachments", "promises"))
    return ("<!doctype html><html lang=ja><title>補助金交付申請書</title><body><p>%s<p>%s"
            "<h1>補助金交付申請書</h1><table>%s</table>%s<p>%s<p>%s") % (
        escape(facts["applied_on"]), escape(facts["addressee"]), rows, ticks,
        escape(facts["caution"]), escape(facts["note"]))
times = []
for facts in asked["facts"]:
    began = time.process_time()
    made = weasyprint.HTML(string=page(facts)).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    times.append((time.process_time() - began) * 1000)
    assert made.startswith(b"%PDF")
status = open("/proc/self/status").read()  # getrusage would say what its parent held, too
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"version": weasyprint.__version__, "first_ms": times[0],
                  "median_ms": statistics.median(times[1:]), "peak_mib": peak}))
"""


@dataclass(frozen=True)
class Peer:
    """What the peer took of the processor's time, and of memory at most."""

    version: str
    first_ms: float
    median_ms: float
    peak_mib: float


def run(facts: Sequence[dict[str, Any]]) -> Peer:
    """The peer's times for these forms, one after the other."""
    serif = next(path for path in files() if "Serif" in path.name)
    asked = {"facts": list(facts), "labels": LABELS, "font": serif.as_uri()}
    return Peer(**peer.answer(NAME, peer.python(NAME, PINNED), SET, asked, LACKING))
