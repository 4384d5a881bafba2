"""Places for bodies: no network takes all, files on their way leave room for words."""

import threading
from contextlib import ExitStack, suppress

import pytest

from madoguchi.rules import limits
from madoguchi.web.kit.body import Places

SMALL, LARGE = limits.LARGE - 1, limits.LARGE
LONG_S = 20.0


def at_once(*, shared: bool) -> Places:
    """Places for which nobody waits."""
    return Places(shared=shared, patience_s=0)


def hold(stack: ExitStack, places: Places, network: str, size: int, times: int = 1) -> list[str]:
    """Take so many places and keep them; why there was none for each."""
    return [stack.enter_context(places.place(network, size)) for _ in range(times)]


def attacked(stack: ExitStack, networks: int) -> Places:
    """Places of which so many networks took every large one they could, then every other."""
    places = at_once(shared=True)
    for size in (LARGE, SMALL):
        for number in range(networks):
            hold(stack, places, f"hostile {number}", size, limits.BODIES)
    return places


def test_one_network_cannot_take_every_place() -> None:
    places = at_once(shared=True)
    with ExitStack() as stack:
        told = hold(stack, places, "hostile", SMALL, limits.BODIES)
        assert told.count("") == limits.BODIES_OF_A_NETWORK
        assert hold(stack, places, "person", SMALL) == [""]


def test_control_without_shares_one_network_takes_every_place() -> None:
    places = at_once(shared=False)
    with ExitStack() as stack:
        assert set(hold(stack, places, "hostile", SMALL, limits.BODIES)) == {""}
        assert hold(stack, places, "person", SMALL) == ["full"]


def test_a_network_that_sends_files_can_still_send_words() -> None:
    places = at_once(shared=True)
    with ExitStack() as stack:
        told = hold(stack, places, "school", LARGE, limits.BODIES)
        assert told.count("") == limits.LARGE_BODIES_OF_A_NETWORK
        assert set(told[limits.LARGE_BODIES_OF_A_NETWORK :]) == {"full_files"}
        assert hold(stack, places, "school", SMALL) == [""]


def test_three_networks_cannot_stop_files() -> None:
    with ExitStack() as stack:
        places = at_once(shared=True)
        for network in "abc":
            hold(stack, places, network, LARGE, limits.BODIES)
        assert hold(stack, places, "person", LARGE) == [""]


def test_control_without_a_share_of_large_ones_two_networks_stop_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "LARGE_BODIES_OF_A_NETWORK", limits.BODIES_OF_A_NETWORK)
    with ExitStack() as stack:
        places = at_once(shared=True)
        for network in "ab":
            hold(stack, places, network, LARGE, limits.BODIES)
        assert hold(stack, places, "person", LARGE) == ["full_files"]


def test_files_of_many_networks_leave_places_for_words() -> None:
    places = at_once(shared=True)
    with ExitStack() as stack:
        for number in range(limits.BODIES):
            hold(stack, places, f"hostile {number}", LARGE)
        assert hold(stack, places, "person", LARGE) == ["full_files"]
        assert hold(stack, places, "person", SMALL) == [""]


@pytest.mark.parametrize("networks", [2, 3, 4, 5])
def test_whoever_fills_the_house_leaves_a_place_for_words_of_another_network(networks: int) -> None:
    with ExitStack() as stack:
        places = attacked(stack, networks)
        assert hold(stack, places, "hostile 0", SMALL) == ["full"]
        assert hold(stack, places, "person", SMALL) == [""]


@pytest.mark.parametrize("networks", [2, 3, 4, 5])
def test_control_without_a_floor_words_find_none(
    networks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BODIES_OF_NEWCOMERS", 0)
    with ExitStack() as stack:
        assert hold(stack, attacked(stack, networks), "person", SMALL) == ["full"]


def test_six_networks_with_words_fill_the_house() -> None:
    """What docs/threat-model.md says does not hold."""
    places = at_once(shared=True)
    with ExitStack() as stack:
        for number in range(6):
            hold(stack, places, f"hostile {number}", SMALL, limits.BODIES)
        assert hold(stack, places, "person", SMALL) == ["full"]


def test_a_place_is_free_again_whatever_happens() -> None:
    places = at_once(shared=True)
    for _ in range(limits.BODIES + 1):
        with suppress(ZeroDivisionError), places.place("net", LARGE) as why:
            assert why == ""
            raise ZeroDivisionError
    assert not places._taken


def press(places: Places, network: str, told: list[str]) -> threading.Thread:
    """Somebody who sends words, in a thread of their own."""

    def live() -> None:
        with places.place(network, SMALL) as why:
            told.append(why)

    one = threading.Thread(target=live)
    one.start()
    return one


def waiting(places: Places, many: int) -> None:
    """Return when so many wait."""
    with places._freed:
        assert places._freed.wait_for(lambda: len(places._waiting) == many, 0) or _soon(
            places, many
        )


def _soon(places: Places, many: int) -> bool:
    for _ in range(1000):
        places._freed.wait(0.01)
        if len(places._waiting) == many:
            return True
    return False


def test_words_wait_for_the_place_of_who_goes() -> None:
    places, told = Places(shared=False, patience_s=LONG_S), list[str]()
    with ExitStack() as stack:
        hold(stack, places, "crowd", SMALL, limits.BODIES)
        crowd = [press(places, "crowd", told) for _ in range(limits.BODIES_WAITING)]
        waiting(places, limits.BODIES_WAITING)
        assert told == []
        with places.place("crowd", SMALL) as why:
            assert why == "full", "more wait than threads are left"
    for one in crowd:
        one.join(LONG_S)
    assert told == [""] * limits.BODIES_WAITING


def test_who_waited_for_nothing_is_informed_and_files_never_wait() -> None:
    places = Places(shared=True, patience_s=0.05)
    with ExitStack() as stack:
        for number in range(limits.BODIES):
            hold(stack, places, f"one {number}", SMALL)
        for number in range(limits.LARGE_BODIES):
            hold(stack, places, f"one {number}", LARGE)
        assert hold(stack, places, "person", SMALL) == ["full"]
        places._patience_s = LONG_S
        assert hold(stack, places, "person", LARGE) == ["full_files"]
        assert places._waiting == []


def test_one_network_waits_once_and_not_beyond_its_share() -> None:
    places, told = Places(shared=True, patience_s=LONG_S), list[str]()
    with ExitStack() as stack:
        hold(stack, places, "hostile", SMALL, limits.BODIES_OF_A_NETWORK)
        assert hold(stack, places, "hostile", SMALL) == ["full"], "it has its share"
        for number in range(limits.BODIES - limits.BODIES_OF_A_NETWORK):
            hold(stack, places, f"one {number}", SMALL)
        one = press(places, "person", told)
        waiting(places, 1)
        assert hold(stack, places, "person", SMALL) == ["full"], "one of theirs waits already"
    one.join(LONG_S)
    assert told == [""]


def test_who_came_first_goes_first() -> None:
    places, told = Places(shared=False, patience_s=LONG_S), list[str]()
    order, crowd = list[int](), list[threading.Thread]()

    def live(number: int) -> None:
        with places.place("crowd", SMALL) as why:
            told.append(why)
            order.append(number)

    with ExitStack() as stack:
        hold(stack, places, "crowd", SMALL, limits.BODIES - 1)
        with places.place("crowd", SMALL):
            for number in range(limits.BODIES_WAITING):
                crowd.append(threading.Thread(target=live, args=(number,)))
                crowd[-1].start()
                waiting(places, number + 1)
        for one in crowd:
            one.join(LONG_S)
    assert told == [""] * limits.BODIES_WAITING
    assert order == sorted(order)


def test_who_waits_for_the_last_places_holds_no_newcomer_up() -> None:
    places, told = Places(shared=True, patience_s=LONG_S), list[str]()
    with ExitStack() as stack:
        for number in range(limits.BODIES - limits.BODIES_OF_NEWCOMERS):
            hold(stack, places, f"one {number % 5}", SMALL)
        one = press(places, "one 0", told)  # the places left are for networks that have none
        waiting(places, 1)
        assert hold(stack, places, "person", SMALL) == [""]
    one.join(LONG_S)
    assert told == [""]
