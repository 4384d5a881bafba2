"""`madoguchi programme check|show|document`: the programme as data."""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from madoguchi.ops import terminal
from madoguchi.ops.start import now
from madoguchi.rules.check import Report, check
from madoguchi.rules.programme.load import programme, slugs
from madoguchi.rules.programme.read import ProgrammeError, noting, plain, raise_all
from madoguchi.rules.reference import reference

HELP = "自治体の制度を点検する、見せる、書き方を出す"


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    checked = verbs.add_parser("check", help="例を試し、要確認の数をかぞえる")
    checked.add_argument("city", nargs="?", help="この制度だけ。書かなければ、すべて")
    checked.add_argument(
        "--all", action="store_true", help="プログラムの作り手が確かめるものも挙げる"
    )
    terminal.json_wished(checked)
    shown = verbs.add_parser("show", help="制度に書かれたことを、すべて出す")
    shown.add_argument("city", help="制度のフォルダーの名前。たとえば shibukawa")
    terminal.json_wished(shown)
    verbs.add_parser("document", help="書き方の一覧（docs/programme.md、英語）を出す")


def run(args: argparse.Namespace) -> int:
    """Do the verb; a failing check gives 1."""
    if args.what == "document":
        print(reference(), end="")
        return 0
    if args.what == "show":
        facts = plain(programme(args.city))
        print(json.dumps(facts, ensure_ascii=False) if args.json else "\n".join(_lines(facts)))
        return 0
    reports, wrong = list[Report](), list[ProgrammeError]()
    for city in [args.city] if args.city else slugs():
        with noting(wrong):
            reports.append(check(city, now().date()))
    if args.json and not wrong:
        data = [
            {
                **asdict(report),
                "ok": report.ok,
                "unconfirmed_count": len(report.unconfirmed) + len(report.unconfirmed_agencies),
            }
            for report in reports
        ]
        print(json.dumps(data[0] if args.city else data, ensure_ascii=False))
    elif reports:
        print("\n".join(line for each in reports for line in _report(each, everything=args.all)))
    raise_all(wrong)
    return 0 if all(report.ok for report in reports) else 1


def _report(report: Report, *, everything: bool) -> Iterator[str]:
    """The city's own points first, each by name; then what the makers of the program have open."""
    own = [  # `agencies.moj_110.status` is of moj_110
        path for path in report.unconfirmed_agencies if path.split(".")[1] in report.own_agencies
    ]
    theirs = [path for path in report.unconfirmed_agencies if path not in own]
    unexplained = [each for each in report.unexplained_agencies if each in report.own_agencies]
    head = "使えます" if report.ok else "直すところがあります"
    yield f"{report.city}：{head}。例 {report.examples} 件"
    yield from (f"  誤り  {failure}" for failure in report.failures)
    yield from _listed("要確認", (*report.unconfirmed, *own))
    if not report.alarms:
        yield (
            "  危険ありの相談に担当がいないときの知らせ先（desk.toml の [alarm]）がありません。"
            "メールでは知らせません"
        )
    if unexplained:
        yield from _listed("使うとき・使い方のない相談機関", unexplained)
    rest = [each for each in report.unexplained_agencies if each not in unexplained]
    yield (
        f"  ほかに、ソフトウェアの作り手のもの：相談機関の要確認 {len(theirs)} 件、"
        f"使い方のない相談機関 {len(rest)} 件、"
        f"文言の不足 やさしい日本語 {report.easy_gaps}・英語 {report.en_gaps}"
        + ("" if everything else "（--all で相談機関の名前も出ます）")
    )
    if everything:
        yield from (f"    {name}" for name in (*theirs, *rest))


def _listed(what: str, names: Sequence[str]) -> Iterator[str]:
    yield f"  {what} {len(names)} 件"
    yield from (f"    {name}" for name in names)


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
