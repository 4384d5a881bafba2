"""What `verify` can find, in the words of an administrator, with what to do next (点検の結果).

The table of docs/manual/administrator.md is this one.
"""

from dataclasses import dataclass

KEEP = "何も消さず、書きかえずに控えを1つ取り、作った会社と調べてください"
LOOKED_INTO = (
    f"{KEEP}。調べ終えたら、2人で madoguchi-desk audit looked-into（手引きの「操作記録」）"
)
OPEN_CASE = "その相談を職員の画面で開き、出ている説明のとおりに直してください"

KINDS = {  # what was found, what to do next
    "line": ("操作記録の行が抜けているか、書きかえられています", LOOKED_INTO),
    "cut": (
        "操作記録の、この番号からあとの行が消されています",
        f"{KEEP}。外に保管した検証点が、消された行の番号を示します",
    ),
    "forged": (
        "操作記録に、この窓口が書いていない行があります。正しい記録には数えていません",
        LOOKED_INTO,
    ),
    "unmarked": (
        "操作記録の行に、まだ印がありません。書き足されても見分けられません",
        "madoguchi-desk office add を、その窓口の名前のまま、もう一度行ってください",
    ),
    "checkpoint": ("外に保管した検証点と、操作記録が合いません", KEEP),
    "unwitnessed": (
        "2時間より前に書かれた操作記録に、検証点がありません",
        "操作記録のほかの要対応を先に片付け、systemctl status madoguchi-worker を見てください",
    ),
    "case": ("相談の状態、区分、見られる職員のどれかが、操作記録と合いません", OPEN_CASE),
    "contact": (
        "一覧に出る連絡の方法が、本人の希望と合わないか、希望を読めません",
        "その相談を職員の画面で開いてください。希望を読めないときは、本人に確かめるまで連絡しないでください",
    ),
    "changed": ("保管した内容か鍵が、書かれたときのものと違います", KEEP),
    "missing": ("操作記録にある内容か鍵が、なくなっています", KEEP),
    "unwritten": ("操作記録のどの行にもない内容か鍵です。だれかが直接書き込みました", KEEP),
    "key": ("この相談を開ける鍵がありません", f"{KEEP}。鍵は、控え（keys）にあります"),
    "returned": (
        "廃棄した相談の鍵が、戻っています",
        "廃棄の担当に知らせ、だれが戻したかを、作った会社と調べてください",
    ),
    "day": ("開催しない日の、法律相談の予約か順番待ちです。だれかが直接書き込みました", KEEP),
    "grant": ("補助金の記録が、手続きの経過と合わないか、欠けた番号があります", KEEP),
    "file": (
        "相談のファイルがないか、途中で切れています",
        "保管場所のディスクを確かめてください。ファイルは、控え（data）にあります",
    ),
    "exchanged": (
        "相談のファイルの中身が、保管したときのものと違います",
        f"{KEEP}。もとのファイルは、控え（data）にあります",
    ),
    "unnamed": (
        "どの記録にも載っていないファイルです。35日間、別に置いてあります",
        "ほかの要対応を先に調べてください。35日たつと、自動で消えます。調べ終えて別の場所に移すと、職員の画面の知らせも消えます",
    ),
    "stranger": (
        "この窓口のものではないファイルが、置かれています",
        "中を開かずに、だれが置いたかを調べ、別の場所に移してください",
    ),
    "stuck": (
        "送られたファイルが、送られたときのものと違うため、保管場所に移せません",
        "送った方に、もう一度送ってもらえるか、相談の担当と相談してください。ファイルは消さずに調べてください",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written down: its kind, and where. Never content."""

    kind: str
    what: str
