"""Every letter of the grant of both test cities: qpdf, its clause, teaching, conditions, its look.

The pictures lie in `out/letters/` with `--long`, to be looked at.
"""

import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from madoguchi.rules.programme.law import YearLaw
from madoguchi.rules.programme.load import programme
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import texts
from madoguchi.work.subsidy import public
from madoguchi.work.subsidy.letters import writing
from madoguchi.work.subsidy.letters.writing import LetterBasis, RefusalReason, earlier
from madoguchi.work.subsidy.papers import Contact
from tests.house.source import ROOT
from tests.proof.paper import run
from tests.tools.papers.looking import joined
from tests.work.subsidy.lettered import APPLIED, DESK, FILED, LAW, printed
from tests.work.subsidy.test_letters import ON, WHY, letters

PREFECTURE = replace(
    LAW,
    fiscal_year=2022,
    from_on=date(2022, 4, 25),
    regulation="山梨県補助金等交付規則（昭和38年山梨県規則第25号）",
    title="誹謗中傷被害者法的サービス費用支援事業費補助金交付要綱",
    number="令和4年山梨県告示第9号",
    clause=tuple(replace(each, at=each.at.replace("要領", "要綱")) for each in LAW.clause),
    review_to="山梨県知事",
    defendant="山梨県（代表者　山梨県知事）",
    court="甲府地方裁判所",
)
GOVERNOR = Contact("山梨県の窓口", "甲府市丸の内一丁目", ("月曜日から金曜日まで",), "055-000-0000")
CITIES: dict[str, tuple[date, YearLaw, Contact]] = {
    "shibukawa": (date(2024, 6, 3), LAW, DESK),
    "yamanashi": (date(2022, 8, 1), PREFECTURE, GOVERNOR),
}
DECIDING = ("decision", "refusal", "change", "fixing", "reduction", "revocation")
CONDITIONED = ("decision", "change")
AGAINST: dict[str, tuple[str, ...]] = {
    "refusal": ("第6条第1項）", WHY.found),
    "decision.part": (
        "予算の範囲内で交付すること（根拠",
        "第7条）",
        "計算した額は150,000円、この決定の額は100,000円",
    ),
    "change": ("第8条", "見積が変わったため", "30,000円の減", "計算の一行"),
    "fixing": ("第10条", "令和7年3月3日付けで実績報告", "10,000円の減", "計算の一行"),
    "fixing.part": (
        "第10条",
        "費用の一部が対象にならないこと（根拠",
        "第5条）",
        "150,000円、この決定の額は",
    ),
    "reduction": ("第10条", "着手金の一部が返金", "10,000円の減", "返す額金10,000円"),
    "revocation": ("第6条第1項）", WHY.found, "取り消す額金150,000円", "返す額金150,000円"),
    "revocation.part": ("第12条第1項第2号）", "着手金が戻ったため", "取り消す額金30,000円"),
}
"""What a letter that takes something away holds against the person: its clause and the facts."""
REMARKS = ("欄です", "要確認", "照合", "お確かめいただく", ".html", "None", "{", "undefined")
OTHERS = {"shibukawa": "山梨", "yamanashi": "渋川市長"}
EDGE_PX, DARK = 40, 128  # 10 mm at 100 dots an inch
LEAST_INK = 0.01


def basis(slug: str) -> LetterBasis:
    """A grant of the city, in a year that has its law."""
    on, law, desk = CITIES[slug]
    of = public.published(programme(slug), texts(slug), on)
    assert of
    year = law.fiscal_year
    return LetterBasis(of, APPLIED, desk, year, 3, year, officer="鷺沼", law=law)


def pages(content: bytes, folder: Path, name: str) -> list[tuple[int, int, bytes]]:
    """The pages as a printer draws them: width, height, a byte a dot."""
    made = folder / f"{name}.pdf"
    made.write_bytes(content)
    checked = subprocess.run(("qpdf", "--check", str(made)), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
    run("pdftoppm", "-r", "100", "-gray", str(made), str(folder / name))
    found = []
    for drawn in sorted(folder.glob(f"{name}-*.pgm")):
        head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", drawn.read_bytes())
        assert head
        found.append((int(head[1]), int(head[2]), drawn.read_bytes()[head.end() :]))
    return found


def every(of: LetterBasis) -> dict[str, Any]:
    """Every paper, and what is decided against the person in part, by `<folder>.part`."""
    was = earlier(FILED, 150_000)
    back = RefusalReason("revoked", of.clause("revocation") + "第2号", "着手金が戻ったため")
    partly = writing.why_less(of, "partly", 150_000, 140_000)
    return {
        **letters(of),
        "grant_decision.part": writing.decision(
            of,
            FILED,
            applied_on=ON,
            amount_yen=100_000,
            working=["計算の一行"],
            less=writing.why_less(of, "budget", 150_000, 100_000),
        ),
        "grant_fixing.part": writing.fixing(
            of,
            FILED,
            was,
            reported_on=ON,
            was_yen=150_000,
            amount_yen=140_000,
            working=["計算の一行"],
            less=partly,
        ),
        "grant_revocation.part": writing.revocation(
            of,
            FILED,
            was,
            before_yen=150_000,
            revoked_yen=30_000,
            left_yen=120_000,
            reasons=[back],
            repay_yen=30_000,
        ),
    }


@pytest.mark.parametrize("slug", CITIES)
@pytest.mark.parametrize("name", AGAINST)
def test_what_takes_something_away_is_a_draft_without_its_clause(slug: str, name: str) -> None:
    """Clause and teaching are asked of it alone; what is asked of all stays as it was."""
    of, folder = basis(slug), f"grant_{name.split('.', maxsplit=1)[0]}"
    paper, law = find(slug, folder).paper, of.law
    assert law
    assert writing.lacks(of, paper, every(of)[f"grant_{name}"]) == ()
    bare = replace(law, clause=(), disposition="undecided")
    without = replace(of, law=bare)
    letter = every(without)[f"grant_{name}"]
    if hasattr(letter, "reasons"):  # of what a letter is about, an officer may type the article
        letter = replace(letter, reasons=tuple(replace(r, source="") for r in letter.reasons))
    assert {"clause", "teaching"} <= set(writing.lacks(without, paper, letter))


@pytest.mark.parametrize("slug", CITIES)
@pytest.mark.parametrize("name", sorted(every(basis("shibukawa"))))
def test_a_letter_is_whole(
    slug: str, name: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    of = basis(slug)
    content = printed(name.split(".", maxsplit=1)[0], every(of)[name], slug).content
    folder = tmp_path
    if pytestconfig.getoption("--long"):
        folder = ROOT / "out" / "letters" / slug
        folder.mkdir(parents=True, exist_ok=True)
    drawn = pages(content, folder, name)
    assert 1 <= len(drawn) <= 2
    for wide, high, dots in drawn:
        assert (wide, high) == (827, 1170)
        rows = [dots[at * wide : (at + 1) * wide] for at in range(high)]
        ink = sum(dot < DARK for dot in dots) / len(dots)
        assert ink > (0 if name == "grant_envelope" else LEAST_INK / 4), "an empty page"
        edges = (*rows[:EDGE_PX], *rows[-EDGE_PX:], *(row[:EDGE_PX] for row in rows))
        edges = (*edges, *(row[-EDGE_PX:] for row in rows))
        if name != "grant_envelope":  # it has marks where it is folded
            assert min(map(min, edges)) > DARK, "something stands where a printer cuts"
    said = joined(content)
    remarks = REMARKS if name != "grant_draft" else ("None", "{", "undefined")
    assert [words for words in remarks if words in said] == []
    assert OTHERS[slug] not in said
    kind = name.removeprefix("grant_")
    against, kind = AGAINST.get(kind, ()), kind.split(".")[0]
    law = of.law
    assert law
    if kind in (*DECIDING, "correction", "payment"):
        assert law.grant_name in said, "its full name"
        assert "記" in said
        assert "下記のとおり" in said
        assert re.search(r"金[\d,]+円", said) or kind in ("refusal", "correction")
    if kind in DECIDING:
        lead = re.search(r"については、交付(要[領綱]第\d+条[^、]*)の規定により、下記のとおり", said)
        assert lead, "the clause in its first sentence, not the text alone"
        if kind != "revocation":  # of which the officer says the article
            assert lead[1] == law.clause_of(
                {"refusal": "decision", "reduction": "fixing"}.get(kind, kind)
            )
        assert [words for words in against if words not in said] == []
        for words in (law.regulation, law.title, law.number):
            assert "".join(words.split()) in said
        for words in ("審査請求", "3か月以内", "取消しの訴え", "6か月以内", law.court):
            assert words in said
        assert "裁決の日の翌日から起算して1年" in said, "after a review its year runs from its end"
        assert "".join(law.defendant.split()) in said
        assert "下書き" not in said
    if kind in CONDITIONED:
        assert [each for each in law.condition if each not in said] == []
    if kind.endswith("_form"):
        assert "見本" in said, "until the city agrees"
