"""The only door to the programme folders: reads, checks and keeps them."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.programme import Document, Programme, RelatedFile
from madoguchi.rules.programme.read import ProgrammeError, noting, raise_all, read, read_toml
from madoguchi.rules.programme.subsidy import Subsidy

NATIONAL = "_national"
_SLUG = re.compile(r"[a-z0-9_]+")
_PACKAGED = Path(__file__).resolve().parents[2] / "programmes"


@dataclass(frozen=True)
class _Documents:
    """What ``documents.toml`` holds."""

    document: tuple[Document, ...]


@dataclass(frozen=True)
class _Strip:
    """What ``emergency.toml`` holds: agencies by id, in the order shown."""

    strip: tuple[str, ...]


def own_folder() -> Path | None:
    """The folder that ``MADOGUCHI_PROGRAMMES`` names, or None."""
    named = os.environ.get("MADOGUCHI_PROGRAMMES", "").strip()
    return Path(named) if named else None


def roots() -> tuple[Path, ...]:
    """The folders that hold programmes, the city's own first.

    Raises:
        ProgrammeError: ``MADOGUCHI_PROGRAMMES`` names no folder.
    """
    own = own_folder()
    if own is None:
        return (_PACKAGED,)
    if not own.is_dir():
        raise ProgrammeError(
            f"MADOGUCHI_PROGRAMMES：「{own}」というフォルダーがありません。制度フォルダーを置いた場所に直してください。"
        )
    return (own, _PACKAGED)


def slugs() -> tuple[str, ...]:
    """The municipalities that have a programme here, in alphabetical order."""
    found = {
        path.parent.name
        for root in roots()
        for path in root.glob("*/city.toml")
        if not path.parent.name.startswith("_")
    }
    return tuple(sorted(found))


def folder(slug: str) -> Path:
    """The folder of one programme, found once and kept.

    Raises:
        ProgrammeError: there is none of that name.
    """
    return _found(slug, roots())


@cache
def _found(slug: str, places: tuple[Path, ...]) -> Path:
    for root in places if _SLUG.fullmatch(slug) else ():
        if (root / slug / "city.toml").is_file() or (slug == NATIONAL and (root / slug).is_dir()):
            return root / slug
    names = "・".join(slugs())
    raise ProgrammeError(f"「{slug}」という制度はありません。いまあるのは {names} です。")


def programme(slug: str) -> Programme:
    """The programme of one municipality, read once and kept.

    Raises:
        ProgrammeError: a file is wrong; the text says which, where and what to do.
    """
    return _programme(slug, folder(slug), folder(NATIONAL))


def read_optional[T](kind: type[T], slug: str, name: str) -> T | None:
    """What one file of a municipality's folder holds, or None where there is no such file.

    Raises:
        ProgrammeError: there is no such municipality, or the file is wrong.
    """
    return _optional(kind, folder(slug), name)


@cache
def _programme(slug: str, here: Path, national: Path) -> Programme:
    """Every file is read before what is wrong in them is raised."""
    files: dict[str, Callable[[], Any]] = {
        "city": lambda: _required(City, here, "city.toml"),
        "desk": lambda: _required(Desk, here, "desk.toml"),
        "clinic": lambda: _optional(Clinic, here, "clinic.toml"),
        "subsidy": lambda: _optional(Subsidy, here, "subsidy.toml"),
        "documents": lambda: _documents(here, national),
        "agencies": lambda: _agencies(here, national),
        "strip": lambda: (
            _required(_Strip, _nearest("emergency.toml", here, national), "emergency.toml").strip
        ),
        "related": lambda: (
            related.page
            if (
                related := _optional(
                    RelatedFile, _nearest("related.toml", here, national), "related.toml"
                )
            )
            else ()
        ),
    }
    found, wrong = dict[str, Any](), list[ProgrammeError]()
    for name, reads in files.items():
        with noting(wrong):
            found[name] = reads()
    raise_all(wrong)
    programme = Programme(slug=slug, **found)
    listed = {agency.id for agency in programme.directory}
    missing = [name for name in programme.strip if name not in listed]
    if missing:
        raise ProgrammeError(
            f"emergency.toml の strip：「{missing[0]}」は、確認済みの相談機関にありません。"
            "agencies/ のファイル名に直すか、その status を確かめてください。"
        )
    return programme


def _required[T](kind: type[T], here: Path, name: str) -> T:
    called = f"{here.name}/{name}"
    return read(kind, read_toml(here / name, called), called)


def _optional[T](kind: type[T], here: Path, name: str) -> T | None:
    return _required(kind, here, name) if (here / name).exists() else None


def _nearest(name: str, here: Path, national: Path) -> Path:
    return here if (here / name).exists() else national


def _documents(here: Path, national: Path) -> tuple[Document, ...]:
    """The published files; a paper that nobody wrote is refused."""
    found = _optional(_Documents, here, "documents.toml")
    listed = found.document if found else ()
    for place, each in enumerate(listed, start=1):
        folders = [root / "papers" / each.paper for root in (here, national) if each.paper]
        if folders and not any((folder / "paper.toml").is_file() for folder in folders):
            raise ProgrammeError(
                f"{here.name}/documents.toml の document[{place}].paper：「{each.paper}」という"
                "様式がありません。papers/ のフォルダーの名前に直してください。"
            )
    return listed


def _agencies(here: Path, national: Path) -> tuple[Agency, ...]:
    """The city's own agencies and the national ones; the city's file of the same name wins."""
    found = dict[str, Agency]()
    for place in (national, here):
        wrong = list[ProgrammeError]()
        for path in sorted((place / "agencies").glob("*.toml")):
            called = f"{place.name}/agencies/{path.name}"
            with noting(wrong):
                table = read_toml(path, called)
                if "id" in table:
                    raise ProgrammeError(
                        f"{called} の id：書かないでください。ファイル名が id になります。"
                    )
                found[path.stem] = read(Agency, {"id": path.stem, **table}, called)
        raise_all(wrong)
    return tuple(sorted(found.values(), key=lambda agency: (agency.order, agency.id)))
