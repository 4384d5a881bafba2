"""What people mean by the words they type (さがすことば): found inside sentences, however spelt.

Width, kana, small kana, long marks and letters' case make no difference, and romaji is read as
kana. Latin words are whole words, whatever their ending; short kana words begin where a word can
begin; a long word may have one slip of the finger. This is a hint, no judgment of anybody's danger.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from madoguchi.rules.programme.meaning import Meaning, Meanings

type Part = tuple[Word, ...]
"""One side of a phrase: any of these."""

_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎ", "あいうえおつやゆよわ")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_UNREAD = dict.fromkeys(map(ord, "ー'’"))
_RUN = re.compile(r"[ぁ-ゖ]+|[ァ-ヺ]+|[a-z]+|[0-9]+|[^\W_ぁ-ゖァ-ヺa-z0-9]+")
_PARTICLES = frozenset("はがをにでともの")
_LATIN = re.compile(r"[a-z0-9][a-z0-9 '’-]*")
_WORD = re.compile(r"[a-z0-9]+")
_SHORT, _SLIP = 3, 7
_HARDLY_MORE = 2
_ENDINGS = ("ing", "ed", "es", "s")
_SHORTEST_STEM = 3
_LONGEST_ROMAJI = 200
_FOREIGN = 4  # of so many words of romaji one may be none
_SYLLABLES = """
    a あ i い u う e え o お ka か ki き ku く ke け ko こ ga が gi ぎ gu ぐ ge げ go ご sa さ
    shi し si し su す se せ so そ za ざ ji じ zi じ zu ず ze ぜ zo ぞ ta た chi ち ti ち
    tsu つ tu つ te て to と da だ di ぢ du づ de で do ど na な ni に nu ぬ ne ね no の ha は
    hi ひ fu ふ hu ふ he へ ho ほ ba ば bi び bu ぶ be べ bo ぼ pa ぱ pi ぴ pu ぷ pe ぺ po ぽ
    ma ま mi み mu む me め mo も ya や yu ゆ yo よ ra ら ri り ru る re れ ro ろ wa わ wo を
    n ん kya きゃ kyu きゅ kyo きょ gya ぎゃ gyu ぎゅ gyo ぎょ sha しゃ shu しゅ sho しょ
    sya しゃ syu しゅ syo しょ ja じゃ ju じゅ jo じょ cha ちゃ chu ちゅ cho ちょ tya ちゃ
    tyu ちゅ tyo ちょ nya にゃ nyu にゅ nyo にょ hya ひゃ hyu ひゅ hyo ひょ bya びゃ byu びゅ
    byo びょ pya ぴゃ pyu ぴゅ pyo ぴょ mya みゃ myu みゅ myo みょ rya りゃ ryu りゅ ryo りょ
"""
_ROMAJI = dict(re.findall(r"(\S+) (\S+)", _SYLLABLES))
_SYLLABLE = re.compile(
    rf"([kstcpgzdbjfhmr])(?=\1)|{'|'.join(sorted(_ROMAJI, key=len, reverse=True))}"
)


@dataclass(frozen=True)
class Word:
    """A word of the list as it is compared: Latin ones as `stems` apart, others `written` together.

    `kana`: all hiragana, once katakana is read as that; `mixed`: it was written in both. `slips`:
    so long that one slip of the finger may be in it. `alone`: it counts where hardly more is said.
    """

    written: str
    stems: tuple[str, ...] = ()
    kana: bool = False
    mixed: bool = False
    slips: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Phrase:
    """What means the meaning of this number, where one word of each side is said."""

    number: int
    sides: tuple[Part, ...]


@dataclass(frozen=True)
class Index:
    """The phrases, and without which pieces of their first sides nothing means them.

    ``written`` pieces, by their first character, and Latin ``stems``: each with its phrases.
    """

    phrases: tuple[Phrase, ...]
    written: dict[str, dict[str, set[int]]]
    stems: dict[str, set[int]]


@dataclass(frozen=True)
class Said:
    """What was typed, in one spelling and without spaces and marks.

    ``gaps``: before which of its characters there was one; ``turns``: where hiragana and katakana,
    or letters and kana, meet. ``stems``: its Latin words.
    """

    text: str
    gaps: frozenset[int]
    turns: frozenset[int]
    stems: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, set[int]]:
        """Where each of its Latin words stands among them."""
        found: dict[str, set[int]] = {}
        for place, stem in enumerate(self.stems):
            found.setdefault(stem, set()).add(place)
        return found


def understood(meanings: Meanings, *typed: str) -> tuple[Meaning, ...]:
    """What the words mean, in the order of the list.

    >>> from madoguchi.rules.programme.load import programme
    >>> known = programme("shibukawa").meanings
    >>> [understood(known, words)[0].leads[0]
    ...  for words in ("ﾓｳｼﾆﾀｲです", "shinitai", "鍵アカで悪口", "I was threatend online")]
    ['inochi_sos', 'inochi_sos', 'guide/identify', 'police_110']
    """
    return _among(meanings.meaning, meanings.sayings, typed)


def dangers_in(meanings: Meanings, *typed: str) -> tuple[Meaning, ...]:
    """Every danger in what somebody wrote, in the order of the list; nothing where no word says so.

    >>> from madoguchi.rules.programme.load import programme
    >>> known = programme("shibukawa").meanings
    >>> [each.danger for each in dangers_in(known, "もう消えたい", "殺すぞと言われました")]
    ['dying', 'threatened']
    >>> dangers_in(known, "必死に探しました")
    ()
    """
    dangers = tuple(each for each in meanings.meaning if each.danger)
    return _among(dangers, meanings.sayings, typed)


def texts_in(said: object) -> Iterator[str]:
    """The texts in what somebody sent, wherever they lie.

    >>> [*texts_in({"words": "a", "yen": 1, "answers": [{"words": "b"}]})]
    ['a', 'b']
    """
    if isinstance(said, str):
        yield said
    elif isinstance(said, Mapping):
        for each in said.values():
            yield from texts_in(each)
    elif isinstance(said, list | tuple):
        for each in said:
            yield from texts_in(each)


def _among(
    known: tuple[Meaning, ...], sayings: Collection[str], typed: Iterable[str]
) -> tuple[Meaning, ...]:
    meant = {
        phrase.number
        for text in typed
        for said in _said(text, sayings)
        for phrase in _may_hold(_index(known), said)
        if all(_holds(said, side) for side in phrase.sides)
    }
    return tuple(known[number] for number in sorted(meant))


def fold(words: str) -> str:
    """The words in one spelling, without marks and spaces.

    >>> fold("ﾂｲｯﾀｰ　削除！"), fold("消シたい"), fold("Ｘ（旧Twitter）")
    ('ついつた削除', '消したい', 'x旧twitter')
    """
    return _spelt(words).text


def one_typo(a: str, b: str) -> bool:
    """Whether words differ by one letter put in, left out or changed, or by two swapped.

    >>> one_typo("さくじょ", "さくじよ"), one_typo("しょうこ", "しょこ"), one_typo("削除", "証拠")
    (True, True, False)
    """
    if abs(len(a) - len(b)) > 1:
        return False
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    rest_a, rest_b = a[at:], b[at:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a == rest_b[1:]
        or rest_a[1:] == rest_b
        or (rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:])
    )


def _said(typed: str, sayings: Iterable[str]) -> tuple[Said, ...]:
    """What was typed, and once more with romaji read as kana."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    for saying in sayings:
        plain = plain.replace(saying, " ")
    words = re.findall(r"[a-z]+", plain)
    kana = [word for word in map(_kana, words) if word]
    foreign = len(words) - len(kana)
    if kana and foreign <= len(words) // _FOREIGN and not re.search(r"[ぁ-ヿ㐀-鿿]", plain):
        return _spelt(plain), _spelt(" ".join(kana))
    return (_spelt(plain),)


def _kana(word: str) -> str | None:
    """Romaji as hiragana; None for what is no romaji, or longer than any sentence.

    >>> _kana("shashin"), _kana("sakkaku"), _kana("suicide")
    ('しゃしん', 'さっかく', None)
    """
    if len(word) > _LONGEST_ROMAJI:
        return None
    found, at = list[str](), 0
    for hit in _SYLLABLE.finditer(word):
        if hit.start() != at:
            return None
        found.append(_ROMAJI.get(hit[0], "っ"))
        at = hit.end()
    return "".join(found) if at == len(word) else None


def _spelt(words: str) -> Said:
    plain = unicodedata.normalize("NFKC", words).casefold().translate(_UNREAD)
    pieces, gaps, turns = list[str](), set[int](), set[int]()
    length, ended, script = 0, 0, ""
    for run in _RUN.finditer(plain):
        if run.start() > ended:
            gaps.add(length)
        if (now := _script(run[0][0])) != script:
            turns.add(length)
            script = now
        pieces.append(run[0])
        length, ended = length + len(run[0]), run.end()
    if len(plain) > ended:
        gaps.add(length)
    folded = "".join(pieces).translate(_KATAKANA).translate(_SMALL)
    stems = tuple(_stem(word) for word in _WORD.findall(plain))
    return Said(folded, frozenset(gaps), frozenset(turns), stems)


def _script(char: str) -> str:
    """The kind of a letter; nothing for marks and spaces."""
    if "ぁ" <= char <= "ゖ":
        return "hiragana"
    if "ァ" <= char <= "ヺ":
        return "katakana"
    if char.isascii():
        return "latin" if char.isalpha() else "digit" if char.isdigit() else ""
    return "other" if char.isalnum() else ""


def _stem(word: str) -> str:
    """An English word without its ending.

    >>> _stem("posted"), _stem("shares"), _stem("threats"), _stem("sued"), _stem("class")
    ('post', 'shar', 'threat', 'sued', 'class')
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and not word.endswith("ss"):
            cut = word.removesuffix(ending)
            if len(cut) >= _SHORTEST_STEM:
                word = cut
                break
    return word.removesuffix("e") if len(word) > _SHORTEST_STEM else word


def _may_hold(index: Index, said: Said) -> Iterator[Phrase]:
    """The phrases of whose first side it holds a piece."""
    found = set[int]()
    for first in set(said.text) & index.written.keys():
        for piece, phrases in index.written[first].items():
            if piece in said.text:
                found |= phrases
    for stem, phrases in index.stems.items() if said.stems else ():
        if _places_of(said.places, stem):
            found |= phrases
    return (index.phrases[place] for place in found)


@lru_cache(maxsize=16)
def _index(known: tuple[Meaning, ...]) -> Index:
    phrases = tuple(
        phrase for number, meaning in enumerate(known) for phrase in _phrases(number, meaning)
    )
    written, stems = dict[str, dict[str, set[int]]](), dict[str, set[int]]()
    for place, phrase in enumerate(phrases):
        for word in phrase.sides[0]:
            if word.stems:
                stems.setdefault(word.stems[0], set()).add(place)
                continue
            half = len(word.written) // 2 if word.slips else 0
            for piece in {word.written[:half], word.written[half:]} - {""}:
                written.setdefault(piece[0], {}).setdefault(piece, set()).add(place)
    return Index(phrases, written, stems)


def _phrases(number: int, meaning: Meaning) -> Iterator[Phrase]:
    """The meaning's words, cut at + and |, folded as what is typed; then those for alone."""
    for words in meaning.words:
        sides = (side.split("|") for side in words.split("+"))
        yield Phrase(number, tuple(tuple(map(_known, side)) for side in sides))
    for words in meaning.alone:
        yield Phrase(number, ((Word(fold(words), alone=True),),))


def _known(words: str) -> Word:
    plain = unicodedata.normalize("NFKC", words).strip()
    spelt = _spelt(plain)
    if _LATIN.fullmatch(plain.casefold()):
        return Word(spelt.text, stems=spelt.stems)
    scripts = {_script(char) for char in spelt.text}
    length = len(spelt.text)
    return Word(
        spelt.text,
        kana=scripts == {"hiragana"},
        mixed={_script(char) for char in plain} >= {"hiragana", "katakana"},
        slips=(scripts == {"hiragana"} and length > _SLIP)
        or (scripts == {"other"} and 2 * length > _SLIP),
    )


def _holds(said: Said, part: Part) -> bool:
    for word in part:
        if word.stems:
            if said.stems and _holds_latin(said.places, word.stems):
                return True
        elif _holds_written(said, word):
            return True
    return False


def _holds_latin(said: dict[str, set[int]], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted stems stand one after the other."""
    places = _places_of(said, wanted[0])
    for nth, word in enumerate(wanted[1:], start=1):
        if not places:
            return False
        places &= {at - nth for at in _places_of(said, word)}
    return bool(places)


def _places_of(said: dict[str, set[int]], word: str) -> set[int]:
    """Where the word stands; a long one may have one slip, not in its first letter."""
    found = set(said.get(word, ()))
    if len(word) >= _SLIP and word.isalpha():
        found.update(
            *(said[stem] for stem in said if stem[:1] == word[:1] and one_typo(stem, word))
        )
    return found


def _holds_written(said: Said, word: Word) -> bool:
    text, written = said.text, word.written
    if word.alone:
        return len(text) <= len(written) + _HARDLY_MORE and text.startswith(written)
    if written in text and any(_stands(said, at, word) for at in _places(text, written)):
        return True
    return word.slips and any(one_typo(each, written) for each in _near(text, written))


def _places(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _stands(said: Said, starts: int, word: Word) -> bool:
    """Whether a word found there is a word there, and not pieces of its neighbours."""
    text, length = said.text, len(word.written)
    ends = starts + length
    if _joins(said, starts) or _joins(said, ends):
        return False
    if not word.kana:
        return True
    begins = starts == 0 or starts in said.gaps or starts in said.turns
    if length <= _SHORT and not (begins or text[starts - 1] in _PARTICLES):
        return False
    inside = range(starts + 1, ends)
    if not word.mixed and any(at in said.turns for at in inside):
        return False
    return begins or not any(at in said.gaps for at in inside)


def _joins(said: Said, at: int) -> bool:
    """Whether a Latin word or a number goes on across this place."""
    if not 0 < at < len(said.text) or at in said.gaps:
        return False
    before, after = _script(said.text[at - 1]), _script(said.text[at])
    return before == after and before in ("latin", "digit")


def _near(text: str, word: str) -> Iterator[str]:
    """Stretches of the text that hold one half of the word and are about as long."""
    half = len(word) // 2
    for part, before in ((word[:half], 0), (word[half:], half)):
        for at in _places(text, part):
            for slip in (-1, 0, 1):
                starts = at - before - slip if before else at
                ends = starts + len(word) + slip
                if starts >= 0 and ends <= len(text):
                    yield text[starts:ends]
