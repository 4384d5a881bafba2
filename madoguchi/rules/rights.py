"""Who may do what (権限): `rights.toml` is the only place that says so."""

import tomllib
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("rights.toml")
ROLES = (
    "consultee",
    "counsellor",
    "supervisor",
    "subsidy_officer",
    "lawyer",
    "administrator",
    "auditor",
    "deputy",
    "worker",
)
STAFF = tuple(role for role in ROLES if role not in ("consultee", "worker"))
"""Those that a colleague can have."""
SITUATIONS = (
    "office",
    "own",
    "assigned",
    "unit",
    "care",
    "secret",
    "sitting",
    "applied",
    "sampled",
    "denied",
)


class UnknownVerb(Exception):
    """A verb that `rights.toml` does not list: the program does not start."""


@cache
def table() -> dict[str, dict[str, frozenset[str]]]:
    """Verb → role → situations in which the role may.

    Raises:
        ValueError: naming the verb whose role or situation is not known.
    """
    rights: dict[str, dict[str, frozenset[str]]] = {}
    for verb, row in tomllib.loads(TABLE.read_text("utf-8")).items():
        rights[verb] = {role: frozenset(situations) for role, situations in row.items()}
        for role, situations in rights[verb].items():
            if role not in ROLES or not situations <= set(SITUATIONS):
                message = f"{TABLE.name}: {verb}.{role}: role or situation is not known"
                raise ValueError(message)
    return rights


def require_listed(verb: str) -> None:
    """Raise UnknownVerb unless the verb is listed; called when an action is defined.

    Raises:
        UnknownVerb: so that an action without a right cannot be imported.
    """
    if verb not in table():
        message = f"{verb}: not in {TABLE.name}; add a row that says who may"
        raise UnknownVerb(message)


def may(role: str, verb: str, situation: str) -> bool:
    """Whether the role may do the verb in the situation; `denied` beats everything.

    >>> may("administrator", "case.read", "unit")
    False
    >>> may("counsellor", "case.read", "denied")
    False
    """
    if situation == "denied":
        return False
    return situation in table()[verb].get(role, frozenset())
