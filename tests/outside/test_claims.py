"""README, the house's page and CONTRIBUTING: claims are so, figures are counted or not given."""

import re
import tomllib

import pytest

from madoguchi.config.windows import DESK, PORTAL
from madoguchi.ops.main import found
from madoguchi.ops.town import demo
from madoguchi.ops.town.people import people
from madoguchi.rules.steps.proposal import needs_two
from madoguchi.web.kit.display import SCHEMES
from madoguchi.web.portal.check.questions import SCREENS
from tests.house.source import PACKAGE, ROOT, files
from tests.house.test_docs import tracked
from tests.house.test_sixty import NUMBERS
from tests.house.test_tree import VAGUE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = {one["id"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}
RUN = (ROOT / "run").read_text("utf-8")
VERBS = set(re.findall(r"(?m)^([a-z]+)\)", RUN))
SERIOUS = len(re.findall(r"(?m)^- \*\*", (ROOT / "README.md").read_text("utf-8")))
PYTHON = PROJECT["project"]["requires-python"].removeprefix(">=")
VERSION = PROJECT["project"]["version"].removesuffix(".0")
GRANTS = sum(story.grant is not None for story in people().stories)
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
COUNTERS = " 一二三四五六七八九十"
PAGES = ("README.md", "README.ja.md", "docs/house.md", "CONTRIBUTING.md")
FIGURE = re.compile(
    r"(?i)(?<![\w.])\d[\d.,:]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty"
    r"|forty|fifty|sixty|ninety|dozen|hundred|thousand|half|seconds?|minutes?)\b|[一二三四五六七八九十]つ"
)


def page(path: str) -> str:
    """A page in one line, without blocks and without where its links lead."""
    text = (ROOT / path).read_text("utf-8")
    text = re.sub(r"```.*?```|\]\([^)]*\)", "", text, flags=re.DOTALL)
    return " ".join(text.split())


# What is counted anew, as each page says it.
CLAIMS = {
    "README.md": (
        f"<http://{demo.PORTAL_HOST}:{PORTAL.port}>",
        f"<http://{demo.DESK_HOST}:{DESK.port}>",
        f"{WORDS[GRANTS]} grants at {WORDS[GRANTS]} points",  # tests/ops/test_demo.py: six states
        f"Python {PYTHON} or newer",
        f"{WORDS[SERIOUS].capitalize()} things it takes seriously",
        f"in {WORDS[len(SCHEMES)]} colour schemes",
        f"{ {60: 'sixty'}[len(NUMBERS)] } bad inputs",
        f"Version {VERSION}:",
        f"{WORDS[len({PORTAL.urls, DESK.urls})].capitalize()} processes",
        f"{WORDS[len({*PORTAL.databases} | {*DESK.databases})]} databases",
    ),
    "README.ja.md": (
        f"<http://{demo.PORTAL_HOST}:{PORTAL.port}>",
        f"<http://{demo.DESK_HOST}:{DESK.port}>",
        f"申請は{COUNTERS[GRANTS]}つ",
        f"Python {PYTHON} 以上",
        f"バージョン{VERSION}です",
        f"{len(SCREENS.keys() - {'another', 'income'})}画面ほどの質問",  # those are asked of few
    ),
    "docs/house.md": (
        "Seven file names are usual",
        f"{ {2: 'two'}[1 + needs_two('number', {})] } publish a new one",
    ),
    "CONTRIBUTING.md": (),
}
# Figures that count nothing here: a name, the number of an item, a measure of the reader's.
NAMES = {
    "README.md": (
        *("WCAG 2.2", "Apache License 2.0", "no two people"),
        *("in some minutes on two cores", "in some seconds"),
    ),
    "README.ja.md": (
        *("Apache License 2.0", "相談機関を1件"),
        *(f" {item}. " for item in range(1, 7)),
    ),
    "docs/house.md": (
        *(f"decision {number}" for number in (14, 18, 21, 22)),
        *("Two more walls", "Two windows, one wall", "a second database", "a second line"),
        *("are two things", "touches four modules", "to the second", "120 characters"),
        *(f"{item}. " for item in range(1, 6)),
    ),
    "CONTRIBUTING.md": (
        "Apache License 2.0",
        "RECORD_GOLDEN=1",
        *(f" {item}. " for item in range(1, 6)),
    ),
}


@pytest.mark.parametrize("path", PAGES)
def test_what_is_counted_is_so(path: str) -> None:
    assert [claim for claim in CLAIMS[path] if claim not in page(path)] == []


@pytest.mark.parametrize("path", PAGES)
def test_no_other_figure_is_given(path: str) -> None:
    said = page(path)
    for known in (*CLAIMS[path], *NAMES[path]):
        assert known in said, known
        said = said.replace(known, " ")
    assert FIGURE.findall(said) == []


def test_control_a_new_figure_is_seen() -> None:
    for said in ("under two seconds", "in 30 rooms", "六つ", "half the time"):
        assert FIGURE.findall(said)


@pytest.mark.parametrize("path", PAGES)
def test_every_verb_and_command_that_is_named_is_there(path: str) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert set(re.findall(r"\./run ([a-z]+)", text)) <= VERBS
    assert set(re.findall(r"(?:\./run |`)madoguchi ([a-z]+)", text)) <= found().keys()
    options = set(re.findall(r"\./run test (--\w+)", text))
    assert all(
        f"{option}" in RUN + (ROOT / "tests/heavy.py").read_text("utf-8") for option in options
    )


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_a_readme_opens_with_the_two_commands(readme: str) -> None:
    opening = (ROOT / readme).read_text("utf-8").splitlines()[:15]
    assert {"./run demo", "./run test"} <= set(opening)


def test_the_readme_names_every_verb() -> None:
    assert set(re.findall(r"\./run ([a-z]+)", page("README.md") + " ./run demo")) == VERBS


def test_the_account_that_is_named_is_the_subsidy_officers() -> None:
    (officer,) = (one for one in people().staff if one.role == "subsidy_officer")
    for path in ("README.md", "README.ja.md"):
        assert f"`{officer.username}`" in page(path)


def test_what_is_not_built_is_said_to_be_not_built() -> None:
    rooms = re.findall(r"\((\w+)\)", "|".join(layers("work")))
    assert ("keeping" in rooms) == ("Not yet built: keeping and destroying" in page("README.md"))
    assert ("keeping" in rooms) == ("保存期間による廃棄は、まだありません" in page("README.ja.md"))


# The house's page.


def layers(contract: str) -> list[str]:
    """The layers of a contract, the uppermost first."""
    return list(CONTRACTS[contract]["layers"])


def rows(heading: str) -> list[tuple[str, str]]:
    """The first two columns of the table below a heading of the house's page."""
    text = (ROOT / "docs/house.md").read_text("utf-8").partition(f"## {heading}")[2]
    table = text.partition("\n## ")[0]
    return re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)[1:]


def test_the_table_of_contracts_is_the_contracts() -> None:
    named = [one for first, _ in rows("Contracts") for one in first.split(", ")]
    assert named == list(CONTRACTS)


@pytest.mark.parametrize("contract", ["storeys", "rules", "tools", "work"])
def test_the_order_that_the_table_gives_is_the_contracts(contract: str) -> None:
    """Each room that it names, in that order; "…" stands for others of the same layer."""
    said = dict(rows("Contracts"))[contract].partition(";")[0].replace("`", "")
    told = [set(re.findall(r"\w+", layer)) for layer in said.split(" > ")]
    kept = [set(re.findall(r"\w+", layer)) for layer in layers(contract)]
    at = [next(i for i, layer in enumerate(kept) if rooms <= layer) for rooms in told]
    assert at == sorted(set(at))
    if "…" not in said:
        built = {
            room
            for layer in layers(contract)
            for room in re.findall(r"(?<!\()\b\w+\b(?!\))", layer)
        }
        assert set().union(*told) == built - {"__main__"}


def test_the_picture_of_the_house_names_its_rooms() -> None:
    picture = (ROOT / "docs/house.md").read_text("utf-8").partition("```\n")[2].partition("```")[0]
    lines = dict(re.findall(r"^[├└]── (\w+)/ +(.*)$", picture, re.MULTILINE))
    assert set(lines) == {
        path.name for path in PACKAGE.iterdir() if path.is_dir() and "__" not in path.name
    }
    for storey in ("tools", "work", "web"):
        said = re.sub(r"\([^)]*\)", "", lines[storey]).partition(":")[0]
        assert set(re.findall(r"[a-z]+", said)) == rooms(storey), storey
    programmes = set(re.findall(r"\w+$|_\w+", lines["programmes"]))
    assert programmes == {path.name for path in (PACKAGE / "programmes").iterdir() if path.is_dir()}


def rooms(storey: str) -> set[str]:
    """The packages and modules of a storey."""
    names = (path.stem for path in (PACKAGE / storey).iterdir() if path.suffix in ("", ".py"))
    return {one for one in names if not one.startswith("__")}


def test_seven_file_names_are_usual() -> None:
    names = [first.strip("`") for first, _ in rows("The shape of a room")]
    assert len(names) == WORDS.index("seven")
    kept = {path.name for path in files(PACKAGE / "work", "*.py")}
    assert set(names) <= kept


def test_the_files_that_the_house_names_are_there() -> None:
    text = (ROOT / "docs/house.md").read_text("utf-8")
    named = set(re.findall(r"`([\w*/.]+/[\w*.]+\.(?:py|toml|txt|json))`", text))
    named |= set(re.findall(r"`((?:rules|tools|work|web|config|ops)/[\w/.]+)`", text))
    assert len(named) > 20, "the pattern finds them"
    kept = [one.relative_to(ROOT) for one in tracked()]
    kept += [*{folder for path in kept for folder in path.parents}]
    assert [one for one in named if not any(path.match(one.rstrip("/")) for path in kept)] == []


@pytest.mark.parametrize(
    "named",
    [
        "clinic_one_a_place",
        "bookable",
        "as_of",
        "reworded",
        "MADOGUCHI_WINDOW",
        "ask",
        "Refused",
        "Absent",
    ],
)
def test_what_the_house_calls_by_name_is_so_called(named: str) -> None:
    assert named in page("docs/house.md")
    word = re.compile(rf"\b{named}\b")
    assert any(word.search(path.read_text("utf-8")) for path in files(PACKAGE, "*.py"))


# CONTRIBUTING.


def test_the_locks_are_made_of_what_is_named() -> None:
    text = page("CONTRIBUTING.md")
    for extra in re.findall(r"--extra (\w+)", text):
        assert extra in PROJECT["project"]["optional-dependencies"]
    for group in re.findall(r"--group (\w+)", text):
        assert group in PROJECT["dependency-groups"]
    for lock in re.findall(r"-o (\S+\.lock)", text):
        assert (ROOT / lock).exists()


def test_the_names_that_are_unwelcome_are_those_that_a_test_refuses() -> None:
    (told,) = re.findall(r"No ((?:`\w+`,? ?)+)\.", page("CONTRIBUTING.md"))
    assert set(re.findall(r"\w+", told)) <= VAGUE
