"""Who may do what: every cell of `rights.toml` against the table that people agreed on."""

import ast
from itertools import product
from pathlib import Path

import pytest

import madoguchi
from madoguchi.rules import rights

EXPECTED = Path(__file__).with_name("rights_expected.txt")
LETTERS = dict(zip("owaucslpmd", rights.SITUATIONS, strict=True))
OF_CASES = ("own", "assigned", "unit", "care", "secret", "sitting", "denied")
OF_GRANTS = ("applied", "sampled")
PACKAGE = Path(madoguchi.__file__).parent

type Cell = tuple[str, str, str]


def agreed() -> frozenset[Cell]:
    """Every (role, verb, situation) that the table allows."""
    lines = [line.split() for line in EXPECTED.read_text("utf-8").splitlines()]
    head, *rows = [words for words in lines if words and not words[0].startswith("#")]
    return frozenset(
        (role, row[0], LETTERS[letter])
        for row in rows
        for role, letters in zip(head[1:], row[1:], strict=True)
        for letter in letters
        if letter != "-"
    )


def cells(*verbs: str) -> list[Cell]:
    """Every question that can be asked, of these verbs or of all."""
    return list(product(rights.ROLES, verbs or rights.table(), rights.SITUATIONS))


def differences(allowed: frozenset[Cell], *verbs: str) -> list[Cell]:
    """The questions that `rights` answers otherwise than this set of cells."""
    return [cell for cell in cells(*verbs) if rights.may(*cell) != (cell in allowed)]


def verbs_in_code() -> tuple[set[str], set[str]]:
    """The verbs under `@action`, and every text in the program that stands alone."""
    acts, texts = set(), set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name("action"), args=[ast.Constant(str(verb))]):
                    acts.add(verb)
                case ast.Constant(str(text)):
                    texts.add(text)
    return acts, texts


def test_every_cell_is_as_agreed() -> None:
    assert differences(agreed()) == []


def test_a_flip_of_any_cell_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = agreed()
    for role, verb, situation in cells():
        if situation == "denied":  # no table can allow it
            continue
        row = rights.table()[verb]
        flipped = {**row, role: row.get(role, frozenset()) ^ {situation}}
        with monkeypatch.context() as patch:
            patch.setattr(rights, "table", lambda verb=verb, row=flipped: {verb: row})
            assert differences(allowed, verb) == [(role, verb, situation)]


def test_deny_beats_all(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = {
        verb: dict.fromkeys(rights.ROLES, frozenset(rights.SITUATIONS)) for verb in rights.table()
    }
    monkeypatch.setattr(rights, "table", lambda: everything)
    assert all(rights.may(*cell) != (cell[2] == "denied") for cell in cells())


@pytest.mark.parametrize("role", ["administrator", "auditor", "subsidy_officer", "deputy"])
def test_a_role_beside_the_cases_touches_none(role: str) -> None:
    assert not [
        cell
        for cell in cells()
        if cell[0] == role
        and rights.may(*cell)
        and (cell[2] in OF_CASES or cell[1].startswith(("case.", "file.", "message.")))
    ]


def test_a_grant_opens_nothing_but_grants() -> None:
    beside = {
        (role, verb) for role, verb, at in cells() if at in OF_GRANTS and rights.may(role, verb, at)
    }
    assert {role for role, _ in beside} == {"subsidy_officer", "auditor"}
    assert {verb for _, verb in beside if not verb.startswith("grant.")} == {
        "paper.issue",
        "paper.copy",
    }


def test_a_lawyer_touches_their_sitting_alone_and_nobody_else_does() -> None:
    held = {cell for cell in cells() if rights.may(*cell)}
    assert {situation for role, _, situation in held if role == "lawyer"} <= {"sitting"}
    assert {role for role, _, situation in held if situation == "sitting"} <= {"lawyer"}


def test_secret_cases_open_to_the_assigned_alone() -> None:
    assert not [cell for cell in cells() if cell[2] == "secret" and rights.may(*cell)]


def test_what_may_be_searched_may_be_read() -> None:
    of_cases = [cell for cell in cells("case.search") if cell[2] in OF_CASES and rights.may(*cell)]
    assert of_cases
    assert all(rights.may(role, "case.read", situation) for role, _, situation in of_cases)


def test_an_account_needs_two_roles_of_which_each_may_agree() -> None:
    for verb, more in (("staff.propose", set()), ("staff.confirm", {"deputy"})):
        able = {role for role in rights.ROLES if rights.may(role, verb, "office")}
        assert able == {"administrator", "supervisor"} | more


def test_every_act_is_listed_and_every_listed_verb_is_used() -> None:
    acts, texts = verbs_in_code()
    assert acts <= set(rights.table())
    assert set(rights.table()) <= acts | texts


def test_an_unlisted_verb_is_not_defined() -> None:
    with pytest.raises(rights.UnknownVerb, match=r"case\.burn"):
        rights.require_listed("case.burn")


@pytest.mark.parametrize("row", ['boss = ["unit"]', 'counsellor = ["everywhere"]'])
def test_an_unknown_role_or_situation_is_named(
    row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "rights.toml"
    file.write_text(f'["case.read"]\n{row}\n', "utf-8")
    monkeypatch.setattr(rights, "TABLE", file)
    with pytest.raises(ValueError, match=r"case\.read\."):
        rights.table.__wrapped__()
