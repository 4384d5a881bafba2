"""The keys that one file of the nation's words holds (文言のファイル)."""

from madoguchi.rules.programme.load import NATIONAL, folder
from madoguchi.rules.programme.read import read_toml
from madoguchi.rules.programme.texts import _leaves


def keys_of(name: str) -> frozenset[str]:
    """The keys of texts/<name>.toml."""
    path = folder(NATIONAL) / "texts" / f"{name}.toml"
    return frozenset(key for key, _ in _leaves(read_toml(path, path.name)))
