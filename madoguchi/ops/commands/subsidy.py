"""`madoguchi subsidy quote|judge|ledger|bundle|budget CITY …`: the subsidy from a terminal."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from madoguchi.ops import start, terminal
from madoguchi.rules.decision import Held
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml
from madoguchi.rules.programme.texts import Texts, texts
from madoguchi.rules.subsidy.facts import Facts
from madoguchi.rules.subsidy.judge import Judgement, judge, quote, reason_words, working_words
from madoguchi.tools.misconfigured import Misconfigured

HELP = "補助金の目安と判断、台帳、綴り、予算の控えを出す"
VERBS = {
    "quote": "本人の話による目安を出す",
    "judge": "窓口が申請書で確かめたことによる判断を出す",
}
SAVED = {
    "ledger": "年度の補助金台帳を、名前なしの xlsx にする",
    "bundle": "交付1件の綴りを、ハッシュの一覧をつけた zip にする",
}
BUDGET = "年度の予算の控え：決めた額、払った額、残り"
CHECK = "封をした経過から計算しなおす。合わないとき、読めないときは終了コード 1"
ANSWERS = {
    "yes": "要件を満たします。",
    "no": "要件を満たしません。",
    "ask": "人が確かめます。",
}
PERHAPS_NOT = "このままでは、条件に合わないところがあるようです。窓口にお確かめください。"
PERHAPS = "対象になるかもしれません。ほかにも条件があります。"
HELD = {Held.MET: "満たす", Held.UNMET: "満たさない", Held.UNKNOWN: "分からない"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the verb, the city, the file of facts and the day."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for verb, text in VERBS.items():
        sub = verbs.add_parser(verb, help=text, description=text)
        sub.add_argument("city", help="制度のフォルダーの名前。たとえば shibukawa")
        sub.add_argument(
            "--facts",
            required=True,
            type=Path,
            metavar="FILE",
            help="分かっていることの TOML ファイル。書き方は docs/programme.md",
        )
        sub.add_argument(
            "--on",
            required=True,
            type=terminal.day,
            metavar="DATE",
            help="申請の日。たとえば 2026-11-30 か 令和8年11月30日。"
            "FILE に `applied_on` があれば、そちらを使います",
        )
        terminal.json_wished(sub)
    _year_verbs(verbs)


def _year_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Whose office, which fiscal year, which grant of it, and where to."""
    for verb, text in SAVED.items():
        sub = verbs.add_parser(verb, help=text, description=text)
        terminal.office(sub)
        terminal.fiscal_year(sub, required=True)
        if verb == "bundle":
            sub.add_argument("--number", required=True, type=int, help="交付の整理番号")
        sub.add_argument(
            "--out", required=True, type=Path, metavar="FILE", help="まだないファイルの名前"
        )
    sub = verbs.add_parser("budget", help=BUDGET, description=BUDGET)
    terminal.office(sub)
    terminal.fiscal_year(sub)
    sub.add_argument("--check", action="store_true", help=CHECK)
    terminal.json_wished(sub)


def run(args: argparse.Namespace) -> int:
    """Print the answer; whatever it is, the duty is done. Or write a file, or say the budget.

    Raises:
        ProgrammeError: the city has no subsidy, or the facts cannot be read.
        Misconfigured: no such office, or the file is there already.
    """
    if args.what in SAVED and args.out.exists():
        raise Misconfigured(str(args.out), "もうあります", "まだない名前にしてください")
    if args.what not in VERBS:
        start.django("desk")
        from madoguchi.ops import ledgers

        return ledgers.budget(args) if args.what == "budget" else ledgers.save(args)
    city = programme(args.city)
    if city.subsidy is None:
        raise ProgrammeError(f"{args.city}：補助の制度（subsidy.toml）はありません。")
    facts = read(Facts, read_toml(args.facts, args.facts.name), args.facts.name)
    on = facts.applied_on or args.on
    terms = city.subsidy.terms_on(on)
    if args.what == "judge":
        found = judge(replace(facts, applied_on=on), terms)
    else:
        found = quote(facts, terms)
    words = texts(args.city)
    if args.json:
        print(json.dumps(as_data(found, words), ensure_ascii=False))
    else:
        rough = args.what == "quote"
        print(f"{city.city.name.ja} {wareki(on)}の{'目安' if rough else '申請'}")
        print(as_words(found, words, rough=rough))
    return 0


def as_data(found: Judgement, words: Texts) -> dict[str, object]:
    """The judgement as JSON holds it; an amount that is not known is null, with its bounds."""
    return {
        "decision": found.decision.answer,
        "amount_yen": found.amount_yen,
        "at_least_yen": found.at_least_yen,
        "at_most_yen": found.at_most_yen,
        "grounds": [
            {
                "code": each.code,
                "held": each.held.value,
                "words": reason_words(each, words),
                "source": each.source,
            }
            for each in found.decision.reasons
        ],
        "working": list(working_words(found, words)),
    }


def as_words(found: Judgement, words: Texts, *, rough: bool) -> str:
    """The judgement for a person at the terminal; ``rough``: on what somebody says (目安)."""
    sources = dict.fromkeys(each.source for each in found.decision.reasons if each.source)
    numbers = {source: f"［{at}］" for at, source in enumerate(sources, start=1)}
    working = [f"  {line}" for line in working_words(found, words)]
    return "\n".join(
        [
            _head(found, rough=rough),
            "根拠",
            *(
                f"  {HELD[each.held]}：{reason_words(each, words)}{numbers.get(each.source, '')}"
                for each in found.decision.reasons
            ),
            *(["計算", *working] if working else []),
            *(["出典"] if numbers else []),
            *(f"  {number} {source}" for source, number in numbers.items()),
        ]
    )


def _head(found: Judgement, *, rough: bool) -> str:
    answer = found.decision.answer
    if answer == "no":
        return PERHAPS_NOT if rough else ANSWERS["no"]
    sentence = PERHAPS if rough and answer == "yes" else ANSWERS[answer]
    sure = found.amount_yen is not None and not rough
    bounded = answer == "ask" and found.at_most_yen is not None
    return sentence + ("条件に合えば、" if bounded else "") + _amount(found, sure=sure)


def _amount(found: Judgement, *, sure: bool) -> str:
    """The amount as far as it is known; what may still change is named a rough one (目安)."""
    least, most, name = found.at_least_yen, found.at_most_yen, "額" if sure else "額の目安"
    if least is None or most is None:
        return "額はまだ分かりません。"
    if least == most:
        return f"{name}は{most:,}円です。"
    if not least:
        return f"額は多くても{most:,}円です。"
    return f"{name}は{least:,}円から{most:,}円までです。"
