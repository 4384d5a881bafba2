"""`madoguchi subsidy quote|judge`: the answer as data and as words, and what bad facts get."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from madoguchi.ops.main import main

ROOT = Path(__file__).parents[2]
DAY = "2024-06-03"
type Said = tuple[int, str, str]
type Ask = Callable[..., Said]


def documented() -> str:
    """The file of facts that docs/programme.md shows."""
    page = (ROOT / "docs" / "programme.md").read_text(encoding="utf-8")
    found = re.search(r"## The facts of an application.+?```toml\n(.+?)```", page, flags=re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Ask with a file of facts; gives back code, output and complaints."""

    def run(
        facts: str | bytes, *words: str, on: str = "2024-06-03", city: str = "shibukawa"
    ) -> Said:
        path = tmp_path / "facts.toml"
        path.write_bytes(facts if isinstance(facts, bytes) else facts.encode())
        verb, *more = words or ("judge",)
        code = main(("subsidy", verb, city, "--facts", str(path), "--on", on, *more))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_the_documented_facts_are_answered_as_data(ask: Ask) -> None:
    code, out, err = ask(documented(), "judge", "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert list(found) == [
        "decision",
        "amount_yen",
        "at_least_yen",
        "at_most_yen",
        "grounds",
        "working",
    ]
    assert (found["decision"], found["amount_yen"]) == ("yes", 150_000)
    assert found["working"][0] == "着手金 330,000円 × 1/2 = 165,000円"
    assert {each["held"] for each in found["grounds"]} == {"met"}
    resident = next(each for each in found["grounds"] if each["code"] == "subsidy.resident")
    assert resident["words"] == "市に住民登録があります。"
    assert resident["source"].startswith("https://www.city.shibukawa.lg.jp/")


@pytest.mark.parametrize("verb", ["quote", "judge"])
def test_nothing_known_is_asked_about(ask: Ask, verb: str) -> None:
    code, out, _ = ask("", verb, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["decision"], found["amount_yen"], found["at_most_yen"]) == ("ask", None, None)
    assert "unmet" not in {each["held"] for each in found["grounds"]}


def test_an_amount_that_is_open_is_null_with_its_bounds(ask: Ask) -> None:
    facts = documented().replace("yen = 330000", "yen = 299999").replace("= 30000", "= 0")
    found = json.loads(ask(facts, "judge", "--json")[1])
    assert (found["decision"], found["amount_yen"]) == ("ask", None)
    assert (found["at_least_yen"], found["at_most_yen"]) == (149_000, 149_999)
    assert found["working"][0] == "着手金 299,999円 × 1/2 = 149,999.5円"


def test_words_for_a_person_number_their_sources(ask: Ask) -> None:
    out = ask(documented(), "judge")[1].splitlines()
    assert out[:2] == ["渋川市 令和6年6月3日の申請", "要件を満たします。額は150,000円です。"]
    assert "  満たす：市に住民登録があります。［1］" in out
    assert "  満たす：市税の滞納はありません。［2］" in out
    assert out[-2].startswith("  ［1］ https://")
    assert out[-1] == "  ［2］ 要確認"


@pytest.mark.parametrize(
    ("old", "new", "verb", "said"),
    [
        (
            "",
            "",
            "quote",
            "対象になるかもしれません。ほかにも条件があります。額の目安は150,000円です。",
        ),
        ("registered = true", "registered = false", "judge", "要件を満たしません。"),
        (
            "registered = true",
            "registered = false",
            "quote",
            "このままでは、条件に合わないところがあるようです。窓口にお確かめください。",
        ),
        (
            "other_aid_yen = 0 ",
            "# ",
            "quote",
            "人が確かめます。条件に合えば、額は多くても150,000円です。",
        ),
        (
            "yen = 330000",
            "yen = 310000",
            "judge",
            "人が確かめます。条件に合えば、額の目安は140,000円から150,000円までです。",
        ),
        (
            "estimate_on = 2024-05-20\n",
            "",
            "judge",
            "人が確かめます。条件に合えば、額は150,000円です。",
        ),
    ],
)
def test_each_answer_has_its_sentence(ask: Ask, old: str, new: str, verb: str, said: str) -> None:
    facts = documented().replace(old, new, 1) if old else documented()
    assert ask(facts, verb)[1].splitlines()[1] == said


def test_an_amount_that_nobody_knows_yet_is_said_so(ask: Ask) -> None:
    said = ask("registered = true", "quote")[1].splitlines()[1]
    assert said == "人が確かめます。額はまだ分かりません。"


def test_a_stale_year_says_what_the_newest_rules_would_give(ask: Ask) -> None:
    out = ask(documented(), "quote", on="令和8年11月30日")[1]
    assert out.startswith("渋川市 令和8年11月30日の目安\n人が確かめます。")
    assert "令和6年度（2024年度）の決まりで計算した目安です" in out
    judged = ask(documented(), "judge", on="令和8年11月30日")[1].splitlines()
    assert judged[1] == "人が確かめます。条件に合えば、額の目安は150,000円です。"


@pytest.mark.parametrize("verb", ["quote", "judge"])
def test_an_old_application_keeps_the_rules_of_its_day(ask: Ask, verb: str) -> None:
    found = ask("applied_on = 2024-06-03\n" + documented(), verb, on="2026-11-30")[1]
    assert found.startswith("渋川市 令和6年6月3日の")
    assert "150,000円です" in found
    assert "人が確かめます" not in found


def test_another_city_is_another_folder(ask: Ask) -> None:
    facts = documented() + 'contract = "signed"'
    facts = facts.replace('contract = "none"', 'paid_on = 2022-05-20\nconsulted = ["houterasu"]')
    facts = facts.replace('contract = "signed"', "")
    out = ask(facts, "judge", on="2022-06-03", city="yamanashi")[1]
    assert "山梨県 令和4年6月3日の申請" in out
    assert "県または法テラスの無料法律相談を利用しています。" in out
    assert "上限 110,000円のため 110,000円" in out
    assert "市に" not in out


BAD = {
    "misspelt": (
        "registered",
        "registred",
        ["facts.toml の registred", "「registered」"],
    ),
    "negative": ("yen = 330000", "yen = -1", ["costs[1]", "0 円以上"]),
    "man": ("yen = 330000", 'yen = "15万円"', ["costs[1].yen", "「15万円」は使えません", "整数"]),
    "wide": ("yen = 330000", 'yen = "１５０，０００"', ["「１５０，０００」は使えません", "整数"]),
    "comma": ("yen = 330000", "yen = 299,999", ["TOML として読めません", "コンマのない数字"]),
    "float": ("yen = 330000", "yen = 1e9", ["costs[1].yen", "整数"]),
    "cents": ("yen = 330000", "yen = 150000.00", ["costs[1].yen", "整数"]),
    "truth": ("yen = 330000", "yen = true", ["costs[1].yen", "整数"]),
    "more tax than money": ("tax_yen = 30000", "tax_yen = 330001", ["costs[1]", "tax_yen"]),
    "an era that had ended": (
        "2024-05-20",
        '"平成31年5月1日"',
        ["facts.toml の estimate_on", "2024-04-01 の形の日付"],
    ),
    "an era date, bare": ("2024-05-20", "平成31年5月1日", ["TOML として読めません"]),
    "29 February": ("2024-05-20", "2023-02-29", ["TOML として読めません", "こよみにある日"]),
    "a moment": ("2024-05-20", "2024-05-20T10:00:00", ["estimate_on", "の形の日付"]),
    "a channel that is none": (
        '"phone"',
        '"fax"',
        ["used_desk", "「fax」は選べません"],
    ),
    "words for yes": ("registered = true", 'registered = "はい"', ["true か false"]),
    "one cost without brackets": ("[[costs]]", "[costs]", ["[ ] で囲みます"]),
    "nobody at home": ("registered = true", "household = 0", ["1 人以上"]),
    "aid below nothing": ("other_aid_yen = 0", "other_aid_yen = -1", ["other_aid_yen は 0 円以上"]),
}


@pytest.mark.parametrize(("old", "new", "said"), BAD.values(), ids=BAD)
def test_b13_bad_facts_end_with_one_sentence(ask: Ask, old: str, new: str, said: list[str]) -> None:
    assert old in documented()
    code, out, err = ask(documented().replace(old, new, 1))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert not [each for each in said if each not in err], err
    assert err.endswith("。\n")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("registered = true # はい".encode("cp932"), "Shift_JIS"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"\x00", "TOML として読めません"),
    ],
)
def test_a_file_that_is_no_text_says_so(ask: Ask, raw: bytes, said: str) -> None:
    code, out, err = ask(raw)
    assert (code, out) == (2, "")
    assert said in err


def test_a_byte_order_mark_is_read(ask: Ask) -> None:
    assert ask(b"\xef\xbb\xbfregistered = false")[0] == 0


def test_a_city_without_a_subsidy_and_a_file_that_is_not_there(
    ask: Ask, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, err = ask("", "judge", city="gunma_pref")
    assert (code, out) == (2, "")
    assert "gunma_pref：補助の制度（subsidy.toml）はありません。" in err
    nowhere = str(tmp_path / "none.toml")
    assert main(("subsidy", "quote", "shibukawa", "--facts", nowhere, "--on", "2024-06-03")) == 2
    said = capsys.readouterr().err
    assert said.startswith("none.toml：ファイルを開けません。")
    assert str(tmp_path) not in said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2023-02-29", "暦にない日です"),
        ("令和5年2月29日", "暦にない日です"),
        ("明日", "日付ではありません"),
        ("", "日付ではありません"),
    ],
)
def test_what_is_no_day_is_refused_with_what_to_write(
    ask: Ask, capsys: pytest.CaptureFixture[str], on: str, said: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        ask("", "quote", on=on)
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "2026-11-30 か 令和8年11月30日" in told


def test_a_day_of_an_era_that_had_ended_is_its_day(ask: Ask) -> None:
    assert "令和元年5月1日" in ask("", "quote", on="平成31年5月1日")[1]


def test_a_file_that_holds_everything_is_read(ask: Ask) -> None:
    """Every key of the facts can be written; none is for the program alone."""
    whole: dict[str, Any] = {
        "applied_on": "2024-06-03",
        "contract_on": "2024-06-03",
        "household": "2",
        "income_yen": "1",
        "paid_on": "2024-06-03",
        "legal_aid": '"none"',
        "consulted": '["houterasu"]',
    }
    lines = [f"{key} = {value}" for key, value in whole.items()]
    facts = documented().replace("granted = []", "\n".join(lines))
    facts += "[[granted]]\non = 2024-04-10\nyen = 1\nsame_matter = false\n"
    code, out, _ = ask(facts, "judge", "--json")
    assert code == 0
    assert json.loads(out)["decision"] == "ask"
