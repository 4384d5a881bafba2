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

HELP = "say whether the subsidy may be granted, how much, and why (補助金の目安・判断)"
VERBS = {
    "quote": "on what a person says: a rough answer (目安)",
    "judge": "on what the desk has seen of an application (判断)",
}
SAVED = {
    "ledger": "save a fiscal year's ledger as xlsx, without names (補助金台帳)",
    "bundle": "save a grant's file as zip, with an index of hashes (綴り)",
}
BUDGET = "a fiscal year's budget: decided, paid, left (予算の控え)"
CHECK = "reckon it anew from the sealed steps; 1 where they do not agree, or cannot be read"
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
        sub.add_argument("city", help="the programme's folder name, such as shibukawa")
        sub.add_argument(
            "--facts",
            required=True,
            type=Path,
            metavar="FILE",
            help="what is known, as TOML; docs/programme.md lists the keys",
        )
        sub.add_argument(
            "--on",
            required=True,
            type=terminal.day,
            metavar="DATE",
            help="the day of the application, such as 2026-11-30 or 令和8年11月30日;"
            " `applied_on` in the facts goes before it",
        )
        sub.add_argument("--json", action="store_true")
    _year_verbs(verbs)


def _year_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Whose office, which fiscal year, which grant of it, and where to."""
    for verb, text in SAVED.items():
        sub = verbs.add_parser(verb, help=text, description=text)
        sub.add_argument("office", help="the programme's folder name, such as shibukawa")
        sub.add_argument("--fiscal-year", required=True, type=terminal.year, metavar="YYYY")
        if verb == "bundle":
            sub.add_argument("--number", required=True, type=int, help="整理番号 of the grant")
        sub.add_argument(
            "--out", required=True, type=Path, metavar="FILE", help="a file that is not there yet"
        )
    sub = verbs.add_parser("budget", help=BUDGET, description=BUDGET)
    sub.add_argument("office", help="the programme's folder name, such as shibukawa")
    sub.add_argument("--fiscal-year", type=terminal.year, metavar="YYYY")
    sub.add_argument("--check", action="store_true", help=CHECK)
    sub.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print the answer; whatever it is, the duty is done. Or write a file, or say the budget.

    Raises:
        ProgrammeError: the city has no subsidy, or the facts cannot be read.
        Misconfigured: no such office, or the file is there already.
    """
    if args.what in SAVED and args.out.exists():
        raise Misconfigured(str(args.out), "is there already", "name a file that is not")
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
