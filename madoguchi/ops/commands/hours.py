"""`madoguchi hours CITY --at ISO`: is the desk open, when next, when does it answer?"""

import argparse
import json
from datetime import datetime

from madoguchi.ops import terminal
from madoguchi.ops.start import now
from madoguchi.rules.koyomi.dates import JAPAN
from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme.desk import CHANNELS
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import ProgrammeError

FIRST_YEAR, LAST_YEAR = 1950, 2150
EXAMPLE = "2026-11-30T10:00"
HELP = "その時刻に窓口が開いているかを調べる"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the city, the moment and the channel."""
    parser.add_argument("city", help="制度のフォルダーの名前。たとえば shibukawa")
    parser.add_argument(
        "--at",
        type=moment,
        metavar="MOMENT",
        help=f"調べる時刻。たとえば {EXAMPLE}。時差がなければ日本時間。書かなければ、いま",
    )
    parser.add_argument(
        "--channel", choices=CHANNELS, default="phone", help="連絡のしかた。書かなければ phone"
    )
    terminal.json_wished(parser)


def run(args: argparse.Namespace) -> int:
    """Print the state of the channel at that moment.

    Raises:
        ProgrammeError: the desk has no such channel, or it does not open within a year.
    """
    desk, at = programme(args.city).desk, args.at or now()
    if desk.channel(args.channel) is None:
        raise ProgrammeError(f"{args.city}/desk.toml：「{args.channel}」の受付はありません。")
    try:
        state = opening(desk, args.channel, at).as_data()
    except NeverOpenError:
        raise ProgrammeError(
            f"{args.city}/desk.toml：「{args.channel}」は、この先1年のあいだ開きません。"
            "hours と [closed] を確かめてください。"
        ) from None
    answer = {"city": args.city, "channel": args.channel, "at": at.isoformat(), **state}
    lines = (f"{key}: {value}" for key, value in answer.items() if value is not None)
    print(json.dumps(answer) if args.json else "\n".join(lines))
    return 0


def moment(text: str) -> datetime:
    """The moment in office time; without a zone it is office time already.

    Raises:
        ArgumentTypeError: no moment, a day alone, or one outside the years of known holidays.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r}：日時ではありません。"
            f"{EXAMPLE}（日本時間）か {EXAMPLE}+09:00 のように書いてください"
        ) from None
    if len(text) <= len("2026-11-30"):
        raise argparse.ArgumentTypeError(
            f"{text!r}：時刻がありません。{EXAMPLE} のように書いてください"
        )
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(
            f"{at.year} 年は、{FIRST_YEAR}〜{LAST_YEAR} の外です。{EXAMPLE} のように書いてください"
        )
    return at.replace(tzinfo=JAPAN) if at.tzinfo is None else at.astimezone(JAPAN)
