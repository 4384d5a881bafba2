"""Add an office: its programme, its two host names, its keys."""

import argparse
import re
import sys

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured

HELP = "窓口を、鍵と一緒に加える"
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("add",), help="足りないものを作る。くり返しても変わりません"
    )
    parser.add_argument("slug", help="制度のフォルダーの名前。たとえば shibukawa")
    parser.add_argument("--portal-host", required=True, help="市民のページのホスト名")
    parser.add_argument("--desk-host", required=True, help="職員の画面のホスト名")


def run(args: argparse.Namespace) -> int:
    """Make the office, or what lacks of it, and say where its public key is pinned.

    Raises:
        Misconfigured: no master key yet, or host names that cannot be.
    """
    start.django("desk")
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.seal import pinned_file

    hosts = args.portal_host.lower(), args.desk_host.lower()
    for option, host in zip(("--portal-host", "--desk-host"), hosts, strict=True):
        if not HOST.fullmatch(host):
            raise Misconfigured(
                option,
                f"{host!r} はホスト名ではありません",
                "soudan.city.example.jp のように、http:// もポートも付けずに書いてください。"
                "日本語の名前は xn-- の形にします",
            )
    if hosts[0] == hosts[1]:
        remedy = "職員側には別の名前を付けてください"
        raise Misconfigured("--desk-host", "--portal-host と同じです", remedy)
    masterkey.read(settings.MASTER_KEY_FILE)  # before anything is made
    prepare.databases()
    office, made = prepare.completed_office(args.slug, *hosts)
    done = "作りました" if made else "もう、すべてあります"
    sys.stdout.write(f"{office.name}：{done}。公開鍵は {pinned_file(office.slug)}\n")
    return 0
