"""`madoguchi agencies CITY`: the agencies that a city's desk points to."""

import argparse
import json

from madoguchi.ops import terminal
from madoguchi.ops.start import now
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import plain

MARKS = {
    "confirmed": "",
    "look": "  番号・時間は出しません（公式ページを案内します）",
    "要確認": "  要確認（市民の画面には出ません）",
}
HELP = "紹介先の相談機関を一覧にする"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("city", help="制度のフォルダーの名前。たとえば shibukawa")
    terminal.json_wished(parser)


def run(args: argparse.Namespace) -> int:
    """Print every agency, and of what is not confirmed how much a citizen sees."""
    found = programme(args.city).agencies
    if args.json:
        print(json.dumps([plain(agency) for agency in found], ensure_ascii=False))
    else:
        today = now().date()
        for agency in found:
            numbers = " ".join(str(phone.number) for phone in agency.phone)
            due = "  見直しの日を過ぎています" if agency.review_on <= today else ""
            checked = f"確認日 {agency.checked_on}{MARKS[agency.status]}{due}"
            print(f"{agency.id:18} {agency.name.ja}  {numbers}  {checked}")
    return 0
