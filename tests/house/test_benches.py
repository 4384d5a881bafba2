"""Measurements: each is named in their page, and what judges a long run sees a leak."""

import subprocess
from pathlib import Path

import pytest

from benchmarks import oracle, soak
from benchmarks.parts import peer
from tests.house.source import ROOT

BENCHES = ROOT / "benchmarks"
NAMES = sorted(path.stem for path in BENCHES.glob("*.py"))


def test_run_lists_measurements_alone() -> None:
    """What they share lies in parts/, so the folder's files are the names to choose from."""
    for name in NAMES:
        words = (BENCHES / f"{name}.py").read_text("utf-8")
        assert "\ndef main() -> int:" in words, name
        assert '\nif __name__ == "__main__":' in words, name
    for part in sorted((BENCHES / "parts").glob("*.py")):
        assert "\ndef main() -> int:" not in part.read_text("utf-8"), part.name
    told = subprocess.run(["./run", "bench"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].split(": ")[-1].split() == NAMES


@pytest.mark.parametrize(
    ("broken", "why", "remedy"),
    [("pip", "no such package", "PIP_INDEX_URL"), ("-c", "no libpango", "apt-get install x")],
)
def test_a_peer_that_cannot_run_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, why: str, remedy: str
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        bad = broken in command
        (tmp_path / "it").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(
            command, int(bad), "{}", f"Traceback\n{why}" if bad else ""
        )

    monkeypatch.setattr(peer, "OUT", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(SystemExit) as ended:
        peer.answer("it", peer.python("it", "it==1"), "print(1)", {}, "apt-get install x")
    said, _, what_to_do = str(ended.value).partition("\n  -> ")
    assert said == f"bench: the peer it cannot run here: {why}"
    assert remedy in what_to_do
    assert (tmp_path / "it" / peer.WHOLE).exists() is (broken == "-c")


@pytest.mark.parametrize("name", NAMES)
def test_every_measurement_is_named_in_their_page(name: str) -> None:
    assert f"\n| `{name}` |" in (BENCHES / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("mib_a_sample", "opened_a_sample", "flat"),
    [(0.0, 0, True), (0.1, 0, True), (0.5, 0, False), (0.0, 1, False)],
)
def test_growth_is_seen_in_the_second_half(
    mib_a_sample: float, opened_a_sample: int, *, flat: bool
) -> None:
    warming = [(80.0 + number, 20) for number in range(30)]  # the first half may grow
    after = [(110.0 + mib_a_sample * n, 20 + opened_a_sample * n) for n in range(90)]
    assert soak.flat(warming + after) is flat


@pytest.mark.parametrize(("hidden_ms", "told"), [(20.0, False), (24.0, False), (26.0, True)])
def test_a_slower_answer_is_seen(hidden_ms: float, *, told: bool) -> None:
    noise = (0.0, 0.3, 0.1, 400.0, 0.2)  # one try in five waits for something else
    times = {"hit": 20.0, "miss": 20.2, "hidden": hidden_ms}
    tries = {name: [one + more for more in noise] for name, one in times.items()}
    assert (oracle.apart_ms(tries) >= oracle.BAR_MS) is told
