"""What a person still brings to the desk (持っていくもの), wherever a page lists it: one list."""

from madoguchi.work.subsidy.application import Applied


def to_bring(applied: Applied, *, counts: bool) -> tuple[str, ...]:
    """The text keys of what is still to come on paper.

    `counts`: the form on the web is the application itself, so that its print is not asked for.
    """
    still = {
        "form": not counts,
        "estimate": applied.estimate_brought,
        "screens": applied.screens_brought,
        "register": applied.register_consent == "bring",
    }
    return tuple(f"apply.bring_{name}" for name, lacks in still.items() if lacks)
