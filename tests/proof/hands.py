"""An officer's hands on a page: what they press is counted, what they type is not."""

from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page


@dataclass
class Hands:
    """A page, and how often something on it was pressed or chosen in each errand."""

    page: Page
    presses: dict[str, int] = field(default_factory=dict)
    errand: str = ""

    def begin(self, errand: str, address: str) -> None:
        """Another errand begins on this page."""
        self.page.goto(address)
        self.errand = errand
        self.presses.setdefault(errand, 0)

    def press(self, selector: str) -> None:
        """Press a link or a button, the folds that hide it first; the page that comes is whole."""
        self._count(self._unfolded(selector))
        self.page.wait_for_load_state()

    def choose(self, *selectors: str) -> None:
        """Tick these boxes."""
        for selector in selectors:
            self._unfolded(selector).check()
            self.presses[self.errand] += 1

    def pick(self, selector: str, label: str) -> None:
        """Choose from a list."""
        self._unfolded(selector).select_option(label=label)
        self.presses[self.errand] += 1

    def type(self, selector: str, words: str) -> None:
        """Write into a field."""
        self._unfolded(selector).fill(words)

    def _unfolded(self, selector: str) -> Locator:
        one = self.page.locator(selector).first
        for fold in one.locator("xpath=ancestor::details").all():
            if fold.get_attribute("open") is None:
                self._count(fold.locator("xpath=./summary").first)
        return one

    def _count(self, one: Locator) -> None:
        one.click()
        self.presses[self.errand] += 1
