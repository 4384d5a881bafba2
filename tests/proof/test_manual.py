"""The manual's pictures are of the desk as it is; `--pictures` takes them anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.proof import tour, tour_clinic
from tests.proof.album import Album
from tests.proof.house import House, kill, prepared
from tests.proof.site import PASSWORD, opened
from tests.proof.tour import Walk

SCREEN = {"width": 1366, "height": 768}
PAPERS = {
    "record_sheet": "record_sheet",
    "receipt_card": "receipt_card",
    "subsidy_form": "subsidy_application",
    "letter": "referral",
}
"""The pictures of papers that show their sample, and which paper it is."""
CLINIC = (tour_clinic.year, tour_clinic.booking, tour_clinic.moving)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The demo's town, a year old."""
    return House(tmp_path_factory.mktemp("town") / "home")


@pytest.fixture(scope="module")
def accounts(town: House) -> dict[str, str]:
    """The passwords of the town's colleagues by user name."""
    return tour.accounts(town.run("-m", "madoguchi", "demo", "--build-only"))


@pytest.fixture(scope="module")
def desk(town: House, accounts: dict[str, str]) -> Iterator[str]:
    """The address of the town's desk, with its worker at work."""
    assert accounts
    worker = town.start("-m", "madoguchi", "worker", window="worker", to_log=True)
    try:
        with opened(town, "desk") as address:
            yield address
    finally:
        kill(worker)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address at which a lawyer signs in, on the day on which they sit."""
    house = prepared(tmp_path_factory.mktemp("window") / "home")
    house.run("-m", "tests.proof.seating")
    with opened(house, "desk") as address:
        yield address


def walked(
    chromium: Browser, walks: tuple[Walk, ...], desk: str, passwords: dict[str, str], album: Album
) -> None:
    """Each walk with a browser of its own."""
    for walk in walks:
        with chromium.new_context(viewport=SCREEN, reduced_motion="reduce") as context:  # type: ignore[arg-type] # a plain dict does
            walk(context.new_page(), desk, passwords, album)


def test_the_pictures_are_current(
    town: House,
    desk: str,
    window: str,
    accounts: dict[str, str],
    chromium: Browser,
    tmp_path: Path,
    pytestconfig: pytest.Config,
) -> None:
    album = Album(renew=bool(pytestconfig.getoption("--pictures")))
    walked(chromium, (*tour.WALKS, *CLINIC), desk, accounts, album)
    town.run("-m", "tests.proof.clinic_days", "today", window="portal")
    walked(chromium, (tour_clinic.outcome,), desk, accounts, album)
    walked(chromium, (tour_clinic.lawyer,), window, {"maebashi": PASSWORD}, album)
    papers = tmp_path / "papers"
    town.run("-m", "madoguchi", "papers", "--png", str(papers))
    for name, paper in PAPERS.items():
        album.take_paper((papers / f"_national-{paper}.pdf").read_bytes(), paper, name)
    if album.renew:
        album.keep()
    outdated = album.outdated()
    assert not outdated, "\n".join([*outdated, "take them anew: ./run proof --pictures"])


def test_control_other_words_are_noticed(
    desk: str, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = Album(renew=False)
    with chromium.new_context(viewport=SCREEN) as context:  # type: ignore[arg-type] # a plain dict does
        page = context.new_page()
        page.goto(desk + "/sign-in/")
        album.take(page, "sign_in")
        seen = dict(album.taken)
        monkeypatch.setattr("tests.proof.album.recorded", lambda: seen)
        assert album.outdated() == []
        page.evaluate("document.querySelector('label').textContent = 'べつの言葉'")
        album.take(page, "sign_in")
        assert "べつの言葉" in album.outdated()[0]
