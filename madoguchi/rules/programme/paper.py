"""What a city prints (書類): `papers/<name>/paper.toml`, and how a paper says numbers and names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Literal

from madoguchi.rules.programme.load import NATIONAL, folder, slugs
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml

PREFECTURES = "都道府県"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PDF = re.compile(r"[a-z0-9][a-z0-9_-]*\.pdf")
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
class Official:
    """The city's own PDF of a form (市の様式), beside its ``paper.toml``: it wins over ours.

    Nothing is written into it: its fields stay blank. ``chosen_by`` said on ``chosen_on`` that it
    is the form to hand out.
    """

    file: str
    chosen_by: str
    chosen_on: date

    def __post_init__(self) -> None:
        """Refuse what is no file of the folder, and a form that nobody chose."""
        if not _PDF.fullmatch(self.file):
            raise ValueError("file には、paper.toml の横に置いたPDFの名前を書いてください。")
        if not self.chosen_by:
            raise ValueError("chosen_by には、この様式を選んだ人の職名を書いてください。")


type Need = Literal["terms", "conditions", "clause", "teaching"]


@dataclass(frozen=True)
class Paper:
    """What is printed on a paper beside its facts.

    ``facts`` names the dataclass that it prints: ``subsidy.Guide`` is ``Guide`` in
    ``work/subsidy/papers.py``. ``seal``: ``printed`` is the word 印 after the name, ``blank`` a
    square left free for the seal, ``omitted`` says so (公印省略). ``stamp``: a box for the stamp of
    receipt (受付印). ``issued``: kept as issued (発行した書類). ``needs``: what of a year's law
    has to be there before the letter is more than a draft (下書き); ``needs_for_less``: what else,
    if it takes something away. ``official``: the city's own PDF, instead of ours. A form to the
    office (``stamp``) whose ``source`` is 要確認 is marked 見本.
    """

    title: str
    facts: str
    source: str
    form_number: str = ""
    article: str = ""
    orientation: Literal["portrait", "landscape"] = "portrait"
    boxes: tuple[Boxes, ...] = ()
    stamp: bool = False
    seal: Literal["none", "printed", "blank", "omitted"] = "none"
    issued: bool = False
    needs: tuple[Need, ...] = ()
    needs_for_less: tuple[Need, ...] = ()
    official: Official | None = None

    def __post_init__(self) -> None:
        """Refuse facts that name no class, and an article without the form that it belongs to."""
        if not _FACTS.fullmatch(self.facts):
            raise ValueError(
                "facts には「業務の部屋の名前.クラスの名前」を、"
                "「subsidy.Guide」のように書いてください。"
            )
        if self.article and not self.form_number:
            raise ValueError("article は form_number（様式の番号）と一緒に書いてください。")
        if self.official and not (self.stamp and self.form_number):
            raise ValueError(
                "official は、窓口に出す様式（stamp = true）に、form_number（様式の番号）と一緒に"
                "書いてください。"
            )


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

    def file(self, name: str) -> Path:
        """A file of the paper: the city's own, else that of the national paper of its name."""
        own = self.folder / name
        return own if own.is_file() else folder(NATIONAL) / "papers" / self.name / name

    @property
    def official(self) -> bytes | None:
        """The city's own PDF, handed out as it is; None where it has none."""
        official = self.paper.official
        return (self.folder / official.file).read_bytes() if official else None


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

    >>> from madoguchi.rules.programme.subsidy_amount import Share
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
    found = Template(here.name, here, read(Paper, read_toml(here / "paper.toml", called), called))
    official = found.paper.official
    if official:
        own = here / official.file
        if not own.is_file() or own.read_bytes()[:5] != b"%PDF-":
            raise ProgrammeError(
                f"{called}：official の {official.file} は、横にあるPDFではありません。"
            )
    return found


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
