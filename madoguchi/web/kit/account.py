"""The parts of an account (振込先の口座) on a form, by the person or typed in from their paper."""

from collections.abc import Callable, Iterable, Mapping

from madoguchi.rules import bank
from madoguchi.web.kit.form import Filled


def read_parts(filled: Filled, names: Iterable[str]) -> Filled:
    """The form with a slip at each of these parts that is none; each part is read alone."""
    readers = _readers(filled)
    for name in names:
        filled = _read(filled, name, readers[name])
    return filled


def _readers(filled: Filled) -> Mapping[str, Callable[[str], object]]:
    giro = bank.is_giro(filled.words("yucho_sign"))
    return {
        "bank_code": bank.read_bank_code,
        "branch_code": bank.read_branch_code,
        "account_number": bank.read_number,
        "yucho_sign": bank.read_sign,
        "yucho_number": lambda words: bank.read_yucho_number(words, giro=giro),
        "holder_kana": bank.read_holder,
    }


def _read(filled: Filled, name: str, read: Callable[[str], object]) -> Filled:
    if any(slip.name == name for slip in filled.slips):
        return filled
    try:
        read(filled.words(name))
    except bank.NotBank as wrong:
        return filled.refuse(name, wrong.code, sign=wrong.sign)
    return filled
