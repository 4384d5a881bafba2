"""The mistakes of a clerk: each message names file, line, what is there, and what to write."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from madoguchi.rules.programme.load import folder
from tests import hour

ROOT = Path(__file__).parents[2]
OURS = ("MADOGUCHI_", "DJANGO_", "PYTHON")
DATE = "日付は 2024-04-01 の形で、引用符で囲まずに書いてください。"
LINES = {
    "30 February": ("2026-04-01", "2026-02-30", "こよみにある日を書いてください。"),
    "slashes": ("2026-04-01", "2026/04/01", DATE),
    "one digit": ("2026-04-01", "2026-4-1", DATE),
    "of an era": ("2026-04-01", "令和8年4月1日", DATE),
    "wide figure": (
        "2026-04-01",
        "２０２６-04-01",
        "全角の「２」を、半角の「2」に直してください。",
    ),
    "wide quotes": ('"南町"', "“南町”", '全角の「“」を、半角の「"」に直してください。'),
    "wide sign": ("name =", "name ＝", "全角の「＝」を、半角の「=」に直してください。"),
    "wide space": ("name =", "name　=", "全角の「空白」を、半角の「空白」に直してください。"),
    "no quotes": ('"南町"', "南町", "引用符で囲んでください。"),
    "one quote": ('"南町"', '"南町', '引用符「"」が一つ足りません。'),
}


@pytest.mark.parametrize(("old", "new", "advice"), LINES.values(), ids=LINES)
def test_a_line_that_cannot_be_read_is_named_with_what_to_write(
    say: Any,
    own: Path,
    old: str,
    new: str,
    advice: str,
) -> None:
    say("city", "new", "minami", "南町")
    path = own / "minami" / "city.toml"
    lines = path.read_text("utf-8").split("\n")
    number = next(at for at, line in enumerate(lines) if old in line and line[:1] not in "#[")
    lines[number] = lines[number].replace(old, new)
    path.write_text("\n".join(lines), "utf-8")
    code, _, err = say("programme", "check", "minami")
    assert code == 2
    assert (
        f"minami/city.toml：TOML として読めません（{number + 1}行目「{lines[number].strip()}」）。"
        in err
    )
    assert advice in err


@pytest.mark.parametrize("write", ["True", "はい"])
def test_yes_is_written_true(say: Any, own: Path, write: str) -> None:
    say("city", "new", "minami", "南町")
    path = own / "minami" / "desk.toml"
    path.write_text(
        path.read_text("utf-8").replace("holidays = true", f"holidays = {write}"), "utf-8"
    )
    _, _, err = say("programme", "check", "minami")
    assert f"「holidays = {write}」）。true と、小文字で書いてください。" in err


@pytest.mark.parametrize(
    ("was", "name", "right"),
    [
        ("clinic.sample.toml", "clinic.toml.txt", "clinic.toml"),
        ("clinic.sample.toml", "Clinic.toml", "clinic.toml"),
        ("clinic.sample.toml", "clinics.toml", "clinic.toml"),
        ("clinic.sample.toml", "ｃｌｉｎｉｃ.toml", "clinic.toml"),
        ("subsidy.sample.toml", "subsidy.toml.txt", "subsidy.toml"),
        ("agencies/README.md", "agencies/own.toml.txt", "own.toml"),
    ],
)
def test_a_file_that_is_not_read_is_an_error(
    say: Any,
    own: Path,
    was: str,
    name: str,
    right: str,
) -> None:
    say("city", "new", "minami", "南町")
    (own / "minami" / was).rename(own / "minami" / name)
    code, out, _ = say("programme", "check", "minami")
    assert code == 1
    assert (
        f"誤り  minami/{name}：この名前では読まれません。名前を {right} に直してください。" in out
    )


@pytest.mark.parametrize("name", ["desk.toml.txt", "Desk.toml", "city.toml.txt"])
def test_a_file_that_lacks_is_seen_under_its_wrong_name(
    say: Any,
    own: Path,
    name: str,
) -> None:
    say("city", "new", "minami", "南町")
    right = name.lower().removesuffix(".txt")
    (own / "minami" / right).rename(own / "minami" / name)
    code, _, err = say("programme", "check", "minami")
    assert code == 2
    assert f"「{name}」の名前を" in err
    assert f"{right} に直してください。" in err


def test_all_that_was_left_of_the_template_is_said_at_once(say: Any, own: Path) -> None:
    say("city", "new", "minami", "南町")
    for name in ("city.toml", "desk.toml"):
        path = own / "minami" / name
        path.write_text(
            path.read_text("utf-8").replace('source = "要確認"', 'source = "要領"'), "utf-8"
        )
    code, out, _ = say("programme", "check", "minami")
    assert code == 1
    wrong = [line.partition("の ")[2] for line in out.splitlines() if "見本のままです" in line]
    assert [each.partition("：")[0] for each in wrong] == [
        "exit_url",
        "page_url",
        "contact.postal_code",
        "contact.phone",
        "contact.fax",
        "mail.sender_address",
        "phone.number",
        "email.address",
    ]


@pytest.mark.parametrize(("week", "held"), [("1st wed", "水曜日"), ("13th", "13日")])
def test_days_that_cannot_be_meant_are_errors(say: Any, own: Path, week: str, held: str) -> None:
    say("city", "new", "minami", "南町")
    (own / "minami" / "clinic.sample.toml").rename(own / "minami" / "clinic.toml")
    for name, old, new in (
        ("desk.toml", "dates = []", "dates = [1926-11-30, 2062-10-28]"),
        ("clinic.toml", "dates = [2026-05-13, 2026-06-03]", "dates = [2026-05-13, 2026-12-14]"),
        ("clinic.toml", "1st wed 13:00-16:00", f"{week} 13:00-16:00"),
    ):
        path = own / "minami" / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    code, out, _ = say("programme", "check", "minami")
    assert code == 1
    assert "minami/desk.toml の closed.dates：2062-10-28 は遠すぎます。" in out
    assert "minami/desk.toml の closed.dates：1926-11-30 は遠すぎます。" in out
    assert f"2026-12-14 は月曜日ですが、hours では{held}です。" in out
    assert "2026-05-13" not in out


MET = """applied_by = "counter"
registered = true
used_desk = "phone"
consulted = ["mihon_city"]
household = 1
income_yen = 100000
contract = "none"
engaged = "lawyer"
estimate = true
estimate_on = 2026-05-20
screens_printed = true
other_aid_yen = 0
refunded_yen = 0
recovered_yen = 0
granted = []
tax_arrears = false
gang_ties = false
[[costs]]
act = "deletion"
fee = "retainer"
yen = 300000
"""
NOT_SAID = {
    "nothing is open": ("", "要件を満たします。"),
    "no rule can say it": ("in_words", "人が確かめます。"),
    "it is not decided": ("question", "人が確かめます。"),
    "it was decided": ("answered", "要件を満たします。"),
}


@pytest.mark.parametrize(("kind", "answer"), NOT_SAID.values(), ids=NOT_SAID)
def test_what_a_city_cannot_say_is_asked_and_never_taken_as_met(
    say: Any, own: Path, tmp_path: Path, kind: str, answer: str
) -> None:
    """The sample of the template with every source filled in, and its own lines for the rest."""
    say("city", "new", "minami", "南町")
    sample = own / "minami" / "subsidy.sample.toml"
    words = sample.read_text("utf-8").replace('source = "要確認"', 'source = "町の要領"')
    if kind:
        name = "in_words" if kind == "in_words" else "version.question"
        lines = next(each for each in words.split("\n\n") if name in each and "# [[" in each)
        written = lines[lines.index("# [[") :].replace("# ", "")
        if kind == "question":
            written = written.replace("町の要領", "要確認")
        words = words.replace(lines, written)
    (own / "minami" / "subsidy.toml").write_text(words, "utf-8")
    facts = tmp_path / "facts.toml"
    facts.write_text(MET, "utf-8")
    asked = ("minami", "--facts", str(facts), "--on", "2026-06-01")
    code, out, err = say("subsidy", "judge", *asked)
    assert (code, err) == (0, "")
    assert answer in out
    assert ("要件を満たします。" in out) == (answer == "要件を満たします。")
    assert "150,000" in out
    _, quoted, _ = say("subsidy", "quote", *asked)
    assert ("人が確かめます。" in quoted) == (answer == "人が確かめます。")
    _, checked, _ = say("programme", "check", "minami")
    assert ("subsidy.version.1.question.1.source" in checked) == (kind == "question")


def test_the_pages_of_a_city_can_be_looked_at_as_the_page_says(tmp_path: Path) -> None:
    """The commands of docs/adding/city.ja.md as processes, from the folder to the pages."""
    recipe = (ROOT / "docs" / "adding" / "city.ja.md").read_text("utf-8")
    made, checked, shown = re.findall(r"(?m)^\./run (.+)$", recipe)[:3]
    theirs = {name: words for name, words in os.environ.items() if not name.startswith(OURS)}
    env = {**theirs, "MADOGUCHI_PROGRAMMES": str(tmp_path), "PYTHONPATH": hour.path(ROOT)}
    command = [sys.executable, "-m", "madoguchi"]
    for line in (made, checked):
        done = subprocess.run(
            [*command, *line.removeprefix("madoguchi ").split()],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    with socket.socket() as one, socket.socket() as two:
        for free in (one, two):
            free.bind(("127.0.0.1", 0))
        ports = [str(free.getsockname()[1]) for free in (one, two)]
    serving = subprocess.Popen(
        [*command, *shown.split(), "--portal-port", ports[0], "--desk-port", ports[1]],
        env=env,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout
        said = "".join(takewhile(lambda line: not line.startswith("Ready"), serving.stdout))
        with urllib.request.urlopen(f"http://127.0.0.1:{ports[0]}/", timeout=20) as answer:
            page = answer.read().decode()
    finally:
        serving.terminate()
        serving.communicate(timeout=20)
    assert "南町" in page
    assert "町の職員" in page
    assert "要確認" not in page
    assert "Accounts of the desk" in said
    assert "receipt whose case" not in said


def test_the_page_for_clerks_names_each_table_and_file_that_they_fill_in() -> None:
    page = (ROOT / "docs" / "adding" / "city.ja.md").read_text("utf-8")
    template = folder("_template")
    for name in ("city.toml", "desk.toml"):
        headings = re.findall(r"(?m)^(?:# )?(\[+[\w.]+\]+)$", (template / name).read_text("utf-8"))
        assert headings
        for heading in headings:
            assert f"`{heading}`" in page, heading
    for path in template.iterdir():
        assert path.name in page or path.name == "README.md", path.name
    assert "docs/adding/city.ja.md" in (template / "README.md").read_text("utf-8")
