"""Places for bodies: no network takes all, files on their way leave room for words."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from madoguchi.rules import limits
from madoguchi.web.kit.places import Places

SMALL, LARGE = limits.LARGE - 1, limits.LARGE


def hold(stack: ExitStack, places: Places, network: str, size: int, times: int) -> list[str]:
    """Take so many places and keep them; why there was none for each."""
    return [stack.enter_context(places.place(network, size)) for _ in range(times)]


def test_one_network_cannot_take_every_place() -> None:
    places = Places(limits.BODIES_OF_A_NETWORK)
    with ExitStack() as stack:
        told = hold(stack, places, "hostile", SMALL, limits.BODIES)
        assert told.count("") == limits.BODIES_OF_A_NETWORK
        assert hold(stack, places, "person", SMALL, 1) == [""]


def test_without_a_share_one_network_takes_every_place() -> None:
    """The negative control: the gate as it was, one number for all."""
    places = Places(limits.BODIES)
    with ExitStack() as stack:
        assert set(hold(stack, places, "hostile", SMALL, limits.BODIES)) == {""}
        assert hold(stack, places, "person", SMALL, 1) == ["full"]


def test_files_on_their_way_leave_places_for_words() -> None:
    places = Places(limits.BODIES_OF_A_NETWORK)
    with ExitStack() as stack:
        for network in "abc":
            hold(stack, places, network, LARGE, limits.BODIES_OF_A_NETWORK)
        assert hold(stack, places, "person", LARGE, 1) == ["full_files"]
        assert hold(stack, places, "person", SMALL, 1) == [""]


def test_a_place_is_free_again_whatever_happens() -> None:
    places = Places(1)
    for _ in range(limits.BODIES + 1):
        with suppress(ZeroDivisionError), places.place("net", LARGE) as why:
            assert why == ""
            raise ZeroDivisionError
    assert not places._taken
