"""The tables of lives that people read: a row a state, a column a verb."""

from collections.abc import Callable


def life[S, V](
    table: str, state: Callable[[str], S], verb: Callable[[str], V]
) -> dict[tuple[S, V], S | None]:
    """What a table says: (state, verb) → state, or none where the verb is not possible."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    return {
        (state(row[0]), verb(name)): None if cell == "-" else state(cell)
        for row in rows
        for name, cell in zip(head, row[1:], strict=True)
    }
