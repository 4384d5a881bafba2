"""What a person takes home of a case: two numbers, and nothing that says what they are for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ReceiptCard:
    """The card with number and secret in groups (受付票). It is printed and never kept.

    `address`: where both are entered to read the answer, without `https://`.
    """

    office: str
    address: str
    number: tuple[str, ...] = field(repr=False)
    secret: tuple[str, ...] = field(repr=False)
