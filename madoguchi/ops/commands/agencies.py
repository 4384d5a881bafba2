"""`madoguchi agencies CITY`: the agencies that a city's desk points to."""

import argparse
import json

from madoguchi.ops.start import now
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import plain

HELP = "list the agencies a desk refers to (紹介先の相談機関)"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("city", help="the programme's folder name, such as shibukawa")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print every agency; what is not confirmed says so, since no citizen sees it."""
    found = programme(args.city).agencies
    if args.json:
        print(json.dumps([plain(agency) for agency in found], ensure_ascii=False))
    else:
        today = now().date()
        for agency in found:
            numbers = " ".join(str(phone.number) for phone in agency.phone)
            mark = "" if agency.confirmed else "  要確認（市民の画面には出ません）"
            due = "  見直しの日を過ぎています" if agency.review_on <= today else ""
            checked = f"確認日 {agency.checked_on}{mark}{due}"
            print(f"{agency.id:18} {agency.name.ja}  {numbers}  {checked}")
    return 0
