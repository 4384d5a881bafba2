"""What a city prints (書類): `papers/<name>/paper.toml`, and how a paper says numbers and names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from madoguchi.rules.programme.load import NATIONAL, folder, slugs
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml

PREFECTURES = "都道府県"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FACTS = re.compile(r"[a-z_]+(\.[a-z_]+)*\.[A-Z][A-Za-z]*")


@dataclass(frozen=True)
class Boxes:
    """One row of boxes for seals (決裁・供覧); ``titles`` from left to right, such as 課長."""

    name: str
    titles: tuple[str, ...]
    source: str

    def __post_init__(self) -> None:
        """Refuse a row without boxes or wider than a sheet."""
        if not 1 <= len(self.titles) <= 7:  # noqa: PLR2004 - seven of 18 mm fill the width
            raise ValueError("titles には、印を押す人の職名を 1 から 7 まで書いてください。")


@dataclass(frozen=True)
class Paper:
    """What is printed on a paper beside its facts.

    ``facts`` names the dataclass that it prints: ``subsidy.Guide`` is ``Guide`` in
    ``work/subsidy/papers.py``. ``seal``: ``printed`` is the word 印 after the name, ``blank`` a
    square left free for the seal. ``stamp``: a box for the stamp of receipt (受付印). ``issued``:
    kept as issued (発行した書類).
    """

    title: str
    facts: str
    source: str
    form_number: str = ""
    article: str = ""
    orientation: Literal["portrait", "landscape"] = "portrait"
    boxes: tuple[Boxes, ...] = ()
    stamp: bool = False
    seal: Literal["none", "printed", "blank"] = "none"
    issued: bool = False

    def __post_init__(self) -> None:
        """Refuse facts that name no class, and an article without the form that it belongs to."""
        if not _FACTS.fullmatch(self.facts):
            raise ValueError(
                "facts には「業務の部屋の名前.クラスの名前」を、"
                "「subsidy.Guide」のように書いてください。"
            )
        if self.article and not self.form_number:
            raise ValueError("article は form_number（様式の番号）と一緒に書いてください。")


@dataclass(frozen=True)
class Template:
    """A paper found: its name, the folder that holds it, and what its ``paper.toml`` says."""

    name: str
    folder: Path
    paper: Paper

    @property
    def called(self) -> str:
        """The folder as messages name it, such as ``shibukawa/papers/subsidy_guide``."""
        return "/".join(self.folder.parts[-3:])


def head_of(city: str) -> str:
    """Who is written to (宛先): the mayor of a city, the governor of a prefecture.

    >>> head_of("渋川市"), head_of("山梨県")
    ('渋川市長', '山梨県知事')
    """
    return city + ("知事" if city[-1] in PREFECTURES else "長")


def office_of(city: str) -> str:
    """The town hall as an envelope names it (役所), which tells nobody why it writes.

    >>> office_of("渋川市"), office_of("浅川町"), office_of("山梨県")
    ('渋川市役所', '浅川町役場', '山梨県庁')
    """
    if city[-1] in PREFECTURES:
        return city + "庁"
    return city + ("役場" if city[-1] in "町村" else "役所")


def in_reading(value: object) -> str:
    """A number of the programme as it is read: money with commas, a share as 2分の1 or 全額.

    >>> in_reading(150_000), in_reading(Fraction(1, 2)), in_reading(Fraction(1))
    ('150,000', '2分の1', '全額')
    """
    if isinstance(value, Fraction):
        return "全額" if value == 1 else f"{value.denominator}分の{value.numerator}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def numbers(rule: object) -> Mapping[str, str]:
    """The numbers of a rule by name, as its words want them.

    >>> from madoguchi.rules.programme.subsidy import Share
    >>> numbers(Share(Fraction(1, 2), "x"))["share"]
    '2分の1'
    """
    if not is_dataclass(rule):
        return {}
    return {field.name: in_reading(getattr(rule, field.name)) for field in fields(rule)}


def find(slug: str, name: str) -> Template:
    """The paper of one municipality: its own folder of that name, else the national one.

    >>> find("shibukawa", "no_such_paper")
    Traceback (most recent call last):
    madoguchi.rules.programme.read.ProgrammeError: shibukawa：「no_such_paper」という書類は...

    Raises:
        ProgrammeError: there is none of that name, or its ``paper.toml`` is wrong.
    """
    for place in (folder(slug), folder(NATIONAL)):
        here = place / "papers" / name
        if _NAME.fullmatch(name) and here.is_dir():
            return at(here)
    there = "・".join(sorted(names(slug)))
    raise ProgrammeError(
        f"{slug}：「{name}」という書類はありません。"
        + (f"papers/ にあるのは {there} です。" if there else "papers/ にはまだ何もありません。")
    )


def at(here: Path) -> Template:
    """The paper in this folder.

    >>> at(folder("shibukawa") / "papers" / "no_such_paper")
    Traceback (most recent call last):
    madoguchi.rules.programme.read.ProgrammeError: shibukawa/papers/no_such_paper/paper.toml：...

    Raises:
        ProgrammeError: its ``paper.toml`` is wrong.
    """
    called = "/".join((*here.parts[-3:], "paper.toml"))
    return Template(here.name, here, read(Paper, read_toml(here / "paper.toml", called), called))


def names(slug: str) -> tuple[str, ...]:
    """The names of every paper that a municipality prints, in alphabetical order.

    >>> names("shibukawa") == tuple(sorted(names("shibukawa")))
    True
    """
    found = {
        path.parent.name
        for place in (folder(slug), folder(NATIONAL))
        for path in (place / "papers").glob("*/paper.toml")
    }
    return tuple(sorted(found))


def everywhere() -> tuple[Template, ...]:
    """Every paper of every programme here, each folder once, the national ones first.

    >>> all((each.folder / "paper.toml").is_file() for each in everywhere())
    True
    """
    places = (folder(NATIONAL), *(folder(slug) for slug in slugs()))
    return tuple(
        at(path.parent)
        for place in places
        for path in sorted((place / "papers").glob("*/paper.toml"))
    )
