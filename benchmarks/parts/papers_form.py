"""The form that is measured: its sample with a person of their own for every number."""

import hashlib
import json
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import typst

from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.read import read, read_toml
from madoguchi.tools.papers.engine import LIBRARY, MOMENT, STANDARDS, render
from madoguchi.tools.papers.fonts import cabinet
from madoguchi.work.subsidy.papers import Application

NAME = "subsidy_application"
FAMILY = ("𠮷田", "髙﨑", "渡邉", "神", "佐藤", "鈴木", "高橋", "田中", "伊藤", "山本", "中村")
GIVEN = ("花子", "一郎", "美咲", "健太", "さくら", "大輔", "陽菜", "翔太", "結衣")


@cache
def _sample() -> Application:
    folder = find("shibukawa", NAME).folder
    return read(Application, read_toml(folder / "sample.toml", "sample.toml"), "sample.toml")


def applicant(number: int) -> Application:
    """The form of one person, as filled as the sample; no two numbers give the same words."""
    name = f"{FAMILY[number % len(FAMILY)]}　{GIVEN[number % len(GIVEN)]}"
    first, *others = _sample().costs
    return replace(
        _sample(),
        person=name,
        address=f"群馬県渋川市見本町{number + 1}番地{number % 30 + 1}",
        phone=f"0279-{number % 90 + 10:02}-{number % 9000 + 1000:04}",
        receipt=f"{number + 1000:04}-5678-9012",
        costs=(replace(first, yen=f"{200_000 + number:,}円"), *others),
        grant=f"{(200_000 + number) // 2000 * 1000:,}円",
    )


def facts_of(one: Application) -> dict[str, Any]:
    """What the form prints, as a peer is handed it."""
    return asdict(one)


@cache
def source() -> bytes:
    """The form's own source, read once."""
    return (find("shibukawa", NAME).folder / "paper.typ").read_bytes()


def bare_inputs(one: Application) -> dict[str, str]:
    """The facts as Typst takes them, made outside of what is measured."""
    paper = asdict(find("shibukawa", NAME).paper)
    told = {
        "facts": asdict(one),
        "paper": paper,
        "printed": None,
        "fonts": cabinet().families,
        "geta": False,
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in told.items()}


def ours(number: int) -> int:
    """Make the form of a person as a page of the portal or the desk does; its pages."""
    return render(find("shibukawa", NAME), applicant(number)).pages


def bare(inputs: dict[str, str]) -> None:
    """Have Typst compile the form's source with these inputs, and nothing else."""
    compiler = typst.Compiler(
        source(), LIBRARY, cabinet().shared, ignore_system_fonts=True, sys_inputs=inputs
    )
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=MOMENT)
    assert isinstance(made, bytes)
    assert made.startswith(b"%PDF")


def fingerprint(number: int) -> str:
    """The hash of the bytes of a person's form."""
    return hashlib.sha256(render(find("shibukawa", NAME), applicant(number)).content).hexdigest()
