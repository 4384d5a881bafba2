"""Accounts of colleagues: made by two people, ended from a day on."""

import argparse
import sys
from pathlib import Path

from madoguchi.ops import start, terminal
from madoguchi.rules import rights

HELP = "職員を加える（2人がそろってからは、2人で）、アカウントを終える、やり直す"
ON = "この日からサインインできません。年度末までの人は 2027-04-01"


def arguments(parser: argparse.ArgumentParser) -> None:
    adding = (role for role in rights.STAFF if rights.may(role, "staff.propose", "office"))
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    add = verbs.add_parser(
        "add",
        help="仮のパスワードでアカウントを作る",
        description="アカウントを作り、仮のパスワードを一度だけ出します。"
        "窓口、利用者名、氏名、役割の順に書きます：staff add shibukawa hayashi 林 counsellor",
        epilog=f"加えられる人（{'、'.join(adding)}）と、確かめる人（加えられる人か deputy）が"
        "そろうまでは、確認なしで作れます。そのあとは、その2人が、職員の画面で決めた自分のパスワードで"
        "確かめます。利用者名とパスワードを、端末で順に聞きます（標準入力の4行でも渡せます）。"
        "職員の画面の「職員」でも、同じことができます。",
    )
    end = verbs.add_parser(
        "end",
        help="ある日の0時に、アカウントを終える",
        description="その日の0時にアカウントを終えます。その日からサインインできません。"
        "年度末までの人は、4月1日を書きます。",
    )
    renew = verbs.add_parser(
        "renew",
        help="ほかに2人いないときに、紙の鍵で、サインインをやり直せるようにする",
        description="新しい仮のパスワードを一度だけ出します。前の確認コードとパスキーは消え、"
        "サインインしている画面も終わります。ふだんは、職員の画面の「職員」で、2人で行います。"
        "これは、ほかに2人いない役所のためのものです。鍵の紙の13組を打ちます。",
    )
    renew.add_argument("--file", type=Path, help="鍵を、打つかわりに、このファイルから読む")
    for each in (add, end, renew):
        terminal.office(each)
        each.add_argument(
            "username", help="サインインで入れる名前：a-z、0-9、. _ -。終えたあとも使いまわしません"
        )
    add.add_argument("name", help="ほかの職員に見える氏名")
    add.add_argument(
        "role", choices=rights.STAFF, metavar="role", help=f"次のどれか：{'、'.join(rights.STAFF)}"
    )
    end.add_argument("--on", type=terminal.day, required=True, metavar="DAY", help=ON)


def run(args: argparse.Namespace) -> int:
    """0 when it is done; 1 with a sentence when it was declined."""
    start.django("desk")
    from madoguchi.ops import accounts
    from madoguchi.ops.commands import key as key_paper
    from madoguchi.ops.databases import typed
    from madoguchi.tools.office.models import Office

    office = Office.objects.filter(slug=args.office).first()
    if office is None:
        add = typed("madoguchi-desk office add")
        sys.stderr.write(f"{args.office}：この名前の窓口はありません。作る行は {add}\n")
        return 1
    try:
        if args.what == "add":
            accounts.add(office, args.username, args.name, args.role)
        elif args.what == "renew":
            key = key_paper.typed(args.file)
            if key is None:
                return 1
            accounts.renew(office, args.username, key)
        else:
            accounts.end(office, args.username, args.on)
    except accounts.Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0
