"""Is a programme fit to use? Its examples are run, its open facts counted, its words compared."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import assert_never

from madoguchi.rules.decision import Held
from madoguchi.rules.examples import (
    Agencies,
    ClinicBooking,
    ClinicDates,
    Example,
    Grant,
    Hours,
    InCharge,
    InterviewTimes,
    SubsidyRules,
    examples,
)
from madoguchi.rules.interviews import slots
from madoguchi.rules.koyomi.dates import JAPAN, fiscal_year
from madoguchi.rules.opening import NeverOpenError, opening
from madoguchi.rules.programme import load
from madoguchi.rules.programme.changes import ClinicYearPublished
from madoguchi.rules.programme.paper import find, names
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.programme.read import ProgrammeError, noting, plain, raise_all, snake
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.programme.words import UNCONFIRMED, is_placeholder
from madoguchi.rules.slots import Used, bookable, day, days, name
from madoguchi.rules.subsidy.judge import judge, quote, working_words

FEWEST_EXAMPLES = 6
FARTHEST_DAYS = 2 * 366
OLDEST_DAYS = 5 * 366
WEEKDAYS_JA = "月火水木金土日"
KNOWN = (
    "city.toml",
    "desk.toml",
    "clinic.toml",
    "subsidy.toml",
    "documents.toml",
    "examples.toml",
    "emergency.toml",
    "people.toml",
    "related.toml",
    "search.toml",
    "clinic.sample.toml",
    "subsidy.sample.toml",
)
"""The files of a city's folder that are read, and the samples of the template."""


@dataclass(frozen=True)
class Report:
    """What the check found: ``failures`` must be empty; ``unconfirmed`` names every 要確認.

    ``unexplained_agencies``: those of which no officer reads when and how to use them.
    ``own_agencies``: the ids of those that the city itself wrote; all others, and the words that
    lack a column, are the makers' (``_national``). ``alarms``: somebody is mailed that nobody has
    a case with danger.
    """

    city: str
    examples: int
    failures: tuple[str, ...]
    unconfirmed: tuple[str, ...]
    unconfirmed_agencies: tuple[str, ...]
    unexplained_agencies: tuple[str, ...]
    own_agencies: tuple[str, ...]
    easy_gaps: int
    en_gaps: int
    alarms: bool

    @property
    def ok(self) -> bool:
        """Whether the programme may be used."""
        return not self.failures


def check(slug: str, today: date) -> Report:
    """The report on one programme; of what is too far from today, too.

    >>> check("shibukawa", date(2026, 11, 30)).ok
    True

    Raises:
        ProgrammeError: files cannot be read at all; each error of each of them.
    """
    wrong: list[ProgrammeError] = []
    with noting(wrong):
        programme = load.programme(slug)
    with noting(wrong):
        words = texts(slug)
    with noting(wrong):
        tried = examples(slug)
    with noting(wrong):
        of_papers = _unconfirmed_papers(slug)
    stray = strays(load.folder(slug))
    raise_all([*wrong, *(ProgrammeError(each) for each in stray if wrong)])
    failures = [*stray, *placeholders(programme), *misdated(programme, today)]
    failures += [text for example in tried if (text := failure(programme, example))]
    if len(tried) < FEWEST_EXAMPLES:
        failures.append(
            f"examples.toml：例が {len(tried)} 件です。{FEWEST_EXAMPLES} 件以上書いてください。"
        )
    open_facts = (*unconfirmed(programme), *of_papers)
    return Report(
        city=slug,
        examples=len(tried),
        failures=tuple(failures),
        unconfirmed=tuple(path for path in open_facts if not path.startswith("agencies")),
        unconfirmed_agencies=tuple(path for path in open_facts if path.startswith("agencies")),
        unexplained_agencies=tuple(
            agency.id
            for agency in programme.agencies
            if not (agency.when_to_use and agency.how_to_use)
        ),
        own_agencies=tuple(
            sorted(path.stem for path in (load.folder(slug) / "agencies").glob("*.toml"))
        ),
        easy_gaps=len(words.gaps("easy")),
        en_gaps=len(words.gaps("en")),
        alarms=programme.desk.alarm is not None and programme.desk.alarm.confirmed,
    )


def strays(here: Path) -> list[str]:
    """What is wrong with the names of a city's files: one that is not read is no file of hers.

    >>> strays(load.folder("shibukawa"))
    []
    """
    found = []
    for path in sorted(here.rglob("*")):
        name, parent = path.name, path.parent.relative_to(here).as_posix()
        about = f"{here.name}/{path.relative_to(here).as_posix()}"
        known = KNOWN if parent == "." else ()
        near = nearest(name, known)
        if path.is_dir() or name in known or name.lower().startswith("readme"):
            continue
        if near:
            found.append(f"{about}：この名前では読まれません。名前を {near} に直してください。")
        elif parent == "." and path.suffix == ".toml":
            names = "・".join(each for each in known if "sample" not in each)
            found.append(
                f"{about}：この名前では読まれません。使えるのは {names} です。"
                "その名前に直すか、消してください。"
            )
        elif re.search(r"\.toml\W*[a-z]*$", name.lower()) and path.suffix != ".toml":
            end = name.lower().index(".toml")
            found.append(
                f"{about}：この名前では読まれません。名前を {name[:end]}.toml に直してください。"
            )
    return found


def nearest(name: str, known: Collection[str]) -> str | None:
    """The file that was meant by a name that is not read: `Clinic.toml`, `clinic.toml.txt`.

    >>> [nearest(each, ("clinic.toml",)) for each in ("Clinic.toml", "clinics.toml", "notes.txt")]
    ['clinic.toml', 'clinic.toml', None]
    """
    plain = unicodedata.normalize("NFKC", name).lower().removesuffix(".txt")
    if plain in known:
        return plain
    if not plain.endswith(".toml"):
        return None
    return next(iter(difflib.get_close_matches(plain, known, n=1, cutoff=0.8)), None)


def placeholders(programme: Programme) -> Iterator[str]:
    """What still stands as the template had it, although it has a source, or needs none."""
    for part in ("city", "desk", "clinic"):
        for path, value, source in _facts(getattr(programme, part)):
            left = isinstance(value, str | Phone) and is_placeholder(str(value))
            if left and source != UNCONFIRMED:
                yield (
                    f"{programme.slug}/{part}.toml の {path}：「{value}」は見本のままです。"
                    "自治体で使っているものに書き換えてください。"
                )


def misdated(programme: Programme, today: date) -> Iterator[str]:
    """Days that cannot be meant: closed days years away, clinic dates on another weekday."""
    first, last = (today + timedelta(days=days) for days in (-OLDEST_DAYS, FARTHEST_DAYS))
    for on in programme.desk.closed.dates:
        if not first <= on <= last:
            yield (
                f"{programme.slug}/desk.toml の closed.dates：{on} は遠すぎます。"
                f"年を確かめてください。書けるのは {first} から {last} までです。"
                "過ぎた日は、消してかまいません。"
            )
    clinic = programme.clinic
    for each in clinic.year if clinic else ():
        where = f"{programme.slug}/clinic.toml の year（{each.fiscal_year}年度）："
        if each.fiscal_year > fiscal_year(last):
            yield f"{where}遠すぎます。年度を確かめてください。"
        week = clinic.week(each.venue) if clinic else None
        lines = week.lines if week else ()
        weekdays = {number for line in lines for number in line.weekdays}
        days = {number for line in lines for number in line.days}
        for on in each.dates if week else ():
            if on.weekday() not in weekdays and on.day not in days:
                names = [f"{WEEKDAYS_JA[number]}曜日" for number in sorted(weekdays)]
                held = "・".join((*names, *(f"{number}日" for number in sorted(days))))
                yield (
                    f"{where}{on} は{WEEKDAYS_JA[on.weekday()]}曜日ですが、"
                    f"hours では{held}です。日付か hours を直してください。"
                    "その日だけ変えるときは、hours どおりの日を書き、職員の画面で移します。"
                )


def failure(programme: Programme, example: Example) -> str | None:
    """What is wrong with the programme or the example, or None when they agree."""
    about = f"examples.toml「{example.say}」："
    try:
        actual = _actual(programme, example)
    except NeverOpenError:
        return about + _never_open(programme, example)
    wrong = []
    for field in fields(example.expect):
        expected = getattr(example.expect, field.name)
        if isinstance(expected, datetime):
            expected = expected.replace(tzinfo=JAPAN)
        if expected is not None and actual[field.name] != expected:
            wrong.append(
                f"{field.name} は {_in_words(expected)} のはずですが、"
                f"{_in_words(actual[field.name])} です"
            )
    return f"{about}{'。'.join(wrong)}。{_why(programme, example)}" if wrong else None


def _never_open(programme: Programme, example: Example) -> str:
    """A channel that was taken away, or one that does not open."""
    if isinstance(example, Hours) and programme.desk.channel(example.given.channel) is None:
        asked = example.given.channel
        return (
            f"{programme.slug}/desk.toml に [{asked}] がありません。[{asked}] を書くか、"
            "この例の channel を直すか、この例を消してください。"
        )
    return (
        f"{programme.slug}/desk.toml の時間では、この先1年のあいだ開きません。"
        "hours と [closed] を確かめてください。"
    )


def _why(programme: Programme, example: Example) -> str:
    """The file or heading that the example needs, where the city has it not."""
    match example:
        case ClinicDates() | ClinicBooking() if programme.clinic is None:
            missing = "clinic.toml"
        case SubsidyRules() | Grant() if programme.subsidy is None:
            missing = "subsidy.toml"
        case InterviewTimes() if programme.desk.interviews is None:
            missing = "desk.toml の [face.interviews]"
        case _:
            return ""
    return f"{programme.slug}/{missing} がないためです。それを書くか、この例を消してください。"


def unconfirmed(value: object, path: str = "") -> Iterator[str]:
    """The path of every fact that waits for confirmation (要確認).

    >>> from madoguchi.rules.programme.desk import Promise
    >>> list(unconfirmed(Promise(3, "要確認"), "desk.promise"))
    ['desk.promise.source']
    """
    return (place for place, fact, _ in _facts(value, path) if fact == UNCONFIRMED)


def _facts(value: object, path: str = "", source: str = "") -> Iterator[tuple[str, object, str]]:
    """Every fact in a part of the programme: its path, what it says, the source it stands on."""
    if isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _facts(each, f"{path}.{getattr(each, 'id', place + 1)}", source)
    elif is_dataclass(value) and not isinstance(value, Phone):
        for field in fields(value):
            below = f"{path}.{field.name}" if path else field.name
            inside = getattr(value, "source", source)
            yield from _facts(getattr(value, field.name), below, inside)
    else:
        yield path, value, source


def _unconfirmed_papers(slug: str) -> tuple[str, ...]:
    """The same of the city's own papers; all that it prints are read."""
    found, wrong = list[str](), list[ProgrammeError]()
    for paper in names(slug):
        with noting(wrong):
            each = find(slug, paper)
            if each.folder.is_relative_to(load.folder(slug)):
                found += unconfirmed(each.paper, f"papers.{each.name}")
    raise_all(wrong)
    return tuple(found)


def _actual(programme: Programme, example: Example) -> Mapping[str, object]:
    actual: Mapping[str, object]
    match example:
        case Hours():
            at = example.given.at.replace(tzinfo=JAPAN)
            found = opening(programme.desk, example.given.channel, at)
            actual = {field.name: getattr(found, field.name) for field in fields(found)}
        case ClinicDates():
            actual = _clinic(programme, example)
        case ClinicBooking():
            actual = _booking(programme, example)
        case InterviewTimes():
            given = programme.desk.interviews
            actual = {
                "starts": tuple(
                    f"{s.starts:%H:%M}" for s in slots(programme.desk, example.given.on)
                ),
                "places": given and given.places,
                "by_citizens": given is not None and given.by_citizens,
            }
        case InCharge():
            actual = {"names": programme.city.division_on(example.given.on).names}
        case SubsidyRules():
            version = programme.subsidy.version_on(example.given.on) if programme.subsidy else None
            actual = {
                "known": version is not None and version.known_for(example.given.on),
                "share": version and version.amount.formula.share,
                "cap_yen": version and version.amount.cap.cap_yen,
                "apply": version and snake(type(version.timing).__name__),
            }
        case Grant():
            actual = _grant(programme, example)
        case Agencies():
            shown = {agency.id for agency in programme.agencies_for(example.given.need)}
            actual = {
                "shown": tuple(id_ for id_ in example.expect.shown or () if id_ in shown),
                "hidden": tuple(id_ for id_ in example.expect.hidden or () if id_ not in shown),
            }
        case _:
            assert_never(example)
    return actual


def _clinic(programme: Programme, example: ClinicDates) -> Mapping[str, object]:
    year, venue = example.given.fiscal_year, example.given.venue
    every = days(programme.clinic, year) if programme.clinic else ()
    found = [day for day in every if venue in (None, day.venue)]
    return {
        "dates": tuple(day.on for day in found),
        "flagged": tuple(day.on for day in found if day.holiday or day.at_year_end),
        "count": len(found),
        "first_on": found[0].on if found else None,
        "slots_a_day": len(found[0].slots) if found else 0,
        "published": bool(found) and all(day.published for day in found),
    }


def _booking(programme: Programme, example: ClinicBooking) -> Mapping[str, object]:
    given, clinic = example.given, programme.clinic
    publication = ClinicYearPublished(fiscal_year(given.on), venue=given.venue)
    changes = (publication,) if given.published else ()
    there = day(clinic, name(given.on, given.venue), changes) if clinic else None
    at = given.at.replace(tzinfo=JAPAN)
    used = Used(given.used_person, given.used_matter, given.used_year)
    decision = bookable(clinic, programme.desk, there, given.number, at, given.by, changes, used)
    fees = [each.values["yen"] for each in decision.reasons if each.code == "clinic.fee"]
    return {
        "answer": decision.answer,
        "grounds": tuple(each.code for each in decision.reasons if each.held is not Held.MET),
        "fee_yen": fees[0] if fees else None,
    }


def _grant(programme: Programme, example: Grant) -> Mapping[str, object]:
    """The desk's judgement, or the quote a person gets; the desk's application came on that day."""
    given, expect = example.given, example.expect
    if programme.subsidy is None:
        return {field.name: None for field in fields(expect)}
    on = given.facts.applied_on or given.on
    terms = programme.subsidy.terms_on(on)
    if given.by == "desk":
        found = judge(replace(given.facts, applied_on=on), terms)
    else:
        found = quote(given.facts, terms)
    codes: dict[Held, list[str]] = {held: [] for held in Held}
    for reason in found.decision.reasons:
        why = reason.values.get("why")  # what is special about it
        codes[reason.held].append(f"{reason.code}.{why}" if why else reason.code)
    return {
        "answer": found.decision.answer,
        "amount_yen": found.amount_yen,
        "at_least_yen": found.at_least_yen,
        "at_most_yen": found.at_most_yen,
        "amount_known": found.amount_yen is not None,
        "met": tuple(code for code in expect.met or () if code in codes[Held.MET]),
        "unmet": _as_written(expect.unmet, tuple(codes[Held.UNMET])),
        "unknown": _as_written(expect.unknown, tuple(codes[Held.UNKNOWN])),
        "working": working_words(found, texts(programme.slug)),
    }


def _as_written(expected: tuple[str, ...] | None, actual: tuple[str, ...]) -> tuple[str, ...]:
    """The codes in the order of the example, where they are the same ones."""
    return expected if expected and sorted(expected) == sorted(actual) else actual


def _in_words(value: object) -> str:
    written = plain(value)
    return "なし" if written in (None, []) else str(written)
