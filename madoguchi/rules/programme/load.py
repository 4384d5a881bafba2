"""The only door to the programme folders: reads, checks and keeps them."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.city import City, Kind
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.meaning import Meanings
from madoguchi.rules.programme.people import PeopleFile
from madoguchi.rules.programme.programme import (
    DatesFile,
    Document,
    PageDate,
    Programme,
    RelatedFile,
)
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
            f"MADOGUCHI_PROGRAMMES：「{own}」というフォルダーがありません。フォルダーを作るか、制度フォルダーを置いた場所に直してください。"
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
        near = [each.name for each in (root / slug).glob("*") if "city.toml" in each.name.lower()]
        if near:
            raise ProgrammeError(
                f"{slug}：city.toml がありません。「{near[0]}」の名前を、"
                "city.toml に直してください。"
            )
    names = "・".join(slugs())
    raise ProgrammeError(f"「{slug}」という制度はありません。いまあるのは {names} です。")


def programme(slug: str) -> Programme:
    """The programme of one municipality, read once and kept.

    Raises:
        ProgrammeError: a file is wrong; the text says which, where and what to do.
    """
    return _programme(slug, folder(slug), folder(NATIONAL))


@cache
def kind_of(here: Path) -> Kind:
    """What the pages call the municipality of a folder; 市 where its file cannot say."""
    try:
        return _required(City, here, "city.toml").called
    except ProgrammeError:  # said by whoever reads the programme
        return "市"


def has_phone(here: Path) -> bool:
    """Whether the desk of a folder can be rung; yes where its file cannot say."""
    try:
        return _required(Desk, here, "desk.toml").shown.phone is not None
    except ProgrammeError:  # said by whoever reads the programme
        return True


def is_free(here: Path) -> bool:
    """Whether a folder's clinic is known to cost nothing; no where its file cannot say."""
    try:
        clinic = _optional(Clinic, here, "clinic.toml")
    except ProgrammeError:  # said by whoever reads the programme
        return False
    return clinic is not None and clinic.costs_nothing


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
        "people": lambda: (
            _required(PeopleFile, _nearest("people.toml", here, national), "people.toml").person
        ),
        "meanings": lambda: _meanings(here, national),
        "related": lambda: (
            related.page
            if (
                related := _optional(
                    RelatedFile, _nearest("related.toml", here, national), "related.toml"
                )
            )
            else ()
        ),
        "dates": lambda: _dates(here, national),
    }
    found, wrong = dict[str, Any](), list[ProgrammeError]()
    for name, reads in files.items():
        with noting(wrong):
            found[name] = reads()
    raise_all(wrong)
    programme = Programme(slug=slug, **found)
    confirmed = {agency.id for agency in programme.directory if agency.confirmed}
    missing = [name for name in programme.strip if name not in confirmed]
    if missing:
        raise ProgrammeError(
            f"emergency.toml の strip：「{missing[0]}」は、確認済みの相談機関にありません。"
            "agencies/ のファイル名に直すか、その status を確かめてください。"
        )
    filed = {agency.id for agency in programme.agencies}
    for place, person in enumerate(programme.people, start=1):
        for key in ("lines", "beside", "send"):
            unknown = [name for name in getattr(person, key) if name not in filed]
            if unknown:
                raise ProgrammeError(
                    f"people.toml の person[{place}].{key}：「{unknown[0]}」という相談機関は"
                    "ありません。agencies/ のファイル名に直してください。"
                )
    return programme


def _required[T](kind: type[T], here: Path, name: str) -> T:
    called = f"{here.name}/{name}"
    return read(kind, read_toml(here / name, called), called)


def _optional[T](kind: type[T], here: Path, name: str) -> T | None:
    return _required(kind, here, name) if (here / name).exists() else None


def _nearest(name: str, here: Path, national: Path) -> Path:
    return here if (here / name).exists() else national


def _dates(here: Path, national: Path) -> tuple[PageDate, ...]:
    """The days of the pages; the city's own row of a page wins."""
    files = (_optional(DatesFile, place, "dates.toml") for place in (here, national))
    return tuple(each for found in files if found for each in found.page)


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


def _meanings(here: Path, national: Path) -> Meanings:
    """What people type: the city's own before the national, danger before all."""
    own, common = (_optional(Meanings, place, "search.toml") for place in (here, national))
    found = [each for each in (own, common) if each]
    both = [meaning for each in found for meaning in each.meaning]
    sayings = tuple(saying for each in found for saying in each.sayings)
    return Meanings(tuple(sorted(both, key=lambda each: not each.danger)), sayings)


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
