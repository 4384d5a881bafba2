"""Pages that are kept to compare two commits: chance and white space say nothing, all else does."""

from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpResponse

from tests.pages import LONGEST, Hat, Names, Pages, Standing, slug, squeezed

ONE = """<form action="/cases/{id}/">
  <input name="token" value="{token}"><p>受付番号  {number}
  の<b>方</b> です</p></form>"""


def kept(folder: Path, page: str, path: str = "/", **how: str) -> Path:
    """A page as it is kept."""
    asked = Counter({"default": 3, "staff": 1})
    pages = Pages(folder)
    pages.keep({"REQUEST_METHOD": "GET", "PATH_INFO": path}, HttpResponse(page, **how), asked)
    return next(folder.iterdir(), folder)


def chance() -> dict[str, str]:
    """Another id, token and number each time."""
    id_ = str(uuid4())
    number = f"{uuid4().int:032}"
    return {
        "id": id_,
        "token": uuid4().hex,
        "number": f"{number[-4:]}-{number[-9:-5]}-{number[-15:-10]}",
    }


def test_of_chance_only_the_order_is_kept(tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        told = chance()
        file = kept(folder, ONE.format(**told), f"/cases/{told['id']}/")
        assert file.name == "001-200-cases-1.html"
        pages.append(file.read_text("utf-8"))
    assert pages[0] == pages[1]
    assert "GET /cases/[1]/ 200; queries: 3 of default, 1 of staff" in pages[0]
    assert 'value="[2]"' in pages[0]


@pytest.mark.parametrize(
    "changed",
    [
        ONE.replace("の<b>", "の <b>"),
        ONE.replace("方", "人"),
        ONE.replace("{token}", "{id}"),
        ONE.replace("<b>方</b>", "<i>方</i>"),
        ONE.replace(' name="token"', ""),
    ],
)
def test_control_everything_else_is_seen(changed: str) -> None:
    told = chance()
    assert Names().of(squeezed(ONE.format(**told))) != Names().of(squeezed(changed.format(**told)))


def test_white_space_between_blocks_and_how_much_there_is_says_nothing() -> None:
    other = '<form action="/cases/{id}/"><input   name="token"\n value="{token}">\n\n<p>'
    other += " 受付番号 {number} の<b>方</b>\tです </p> </form>\n"
    assert squeezed(ONE) == squeezed(other)


def test_what_is_no_page_is_not_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, "%PDF", content_type="application/pdf") == tmp_path


def test_a_long_name_is_cut_and_stays_its_own() -> None:
    names = {slug("あ" * 300 + end) for end in "ab"}
    assert len(names) == 2
    assert all(len(name) < LONGEST + 10 for name in names)


def test_ids_grow_and_a_test_draws_the_same_lots_each_time() -> None:
    one, two = Hat("test"), Hat("test")
    ids = [one.id_bytes(16) for _ in range(300)]
    assert ids == sorted(set(ids)) == [two.id_bytes(16) for _ in range(300)]
    assert one.lot(16) == two.lot(16) != one.lot(16)
    assert Standing.now().tzinfo is not None
