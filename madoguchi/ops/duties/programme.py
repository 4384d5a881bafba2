"""`madoguchi programme check|show|document`: the programme as data."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from madoguchi.rules.check import Report, check
from madoguchi.rules.programme.load import programme, slugs
from madoguchi.rules.programme.plain import plain
from madoguchi.rules.reference import reference

if TYPE_CHECKING:
    import argparse

HELP = "check or show a city's programme, or document its files (制度)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb and its city."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    checked = verbs.add_parser("check", help="run the examples and count what is 要確認")
    checked.add_argument("city", nargs="?", help="one programme; without it, all")
    checked.add_argument("--json", action="store_true")
    shown = verbs.add_parser("show", help="print everything a programme says")
    shown.add_argument("city", help="the programme's folder name, such as shibukawa")
    shown.add_argument("--json", action="store_true")
    verbs.add_parser("document", help="print docs/programme.md, made from the dataclasses")


def run(args: argparse.Namespace) -> int:
    """Do the verb; a failing check gives 1."""
    if args.what == "document":
        print(reference(), end="")
        return 0
    if args.what == "show":
        return _show(args)
    reports = [check(city) for city in ([args.city] if args.city else slugs())]
    if args.json:
        said = [_plain(report) for report in reports]
        print(json.dumps(said[0] if args.city else said, ensure_ascii=False))
    else:
        print("\n".join(_said(report) for report in reports))
    return 0 if all(report.ok for report in reports) else 1


def _show(args: argparse.Namespace) -> int:
    whole = plain(programme(args.city))
    print(json.dumps(whole, ensure_ascii=False) if args.json else "\n".join(_lines(whole)))
    return 0


def _plain(report: Report) -> dict[str, object]:
    open_facts = len(report.unconfirmed) + len(report.unconfirmed_agencies)
    return {**asdict(report), "ok": report.ok, "unconfirmed_count": open_facts}


def _said(report: Report) -> str:
    head = "使えます" if report.ok else "直すところがあります"
    gaps = f"文言の不足 やさしい日本語 {report.easy_gaps}、英語 {report.en_gaps}"
    lines = [
        f"{report.city}：{head}。例 {report.examples} 件、{gaps}",
        *(f"  誤り  {failure}" for failure in report.failures),
        f"  要確認 {len(report.unconfirmed)} 件",
        *(f"    {path}" for path in report.unconfirmed),
        f"  相談機関の要確認 {len(report.unconfirmed_agencies)} 件",
        f"  使うとき・使い方のない相談機関 {len(report.unexplained_agencies)} 件",
        *(f"    {agency}" for agency in report.unexplained_agencies),
    ]
    return "\n".join(lines)


def _lines(value: object, path: str = "") -> list[str]:
    """One line for each fact, as ``desk.phone.number: 0279-…``."""
    if isinstance(value, dict):
        return [line for key, each in value.items() for line in _lines(each, f"{path}.{key}")]
    if isinstance(value, list):
        return [
            line
            for place, each in enumerate(value, start=1)
            for line in _lines(each, f"{path}.{place}")
        ]
    return [] if value is None else [f"{path.removeprefix('.')}: {value}"]
