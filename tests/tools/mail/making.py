"""Mails for tests, made when they run."""

from base64 import b64encode
from dataclasses import dataclass

HEAD = {
    "From": "=?UTF-8?B?5bGx55Sw6Iqx5a2Q?= <hanako@example.jp>",
    "To": "soudan@city.example.jp",
    "Date": "Tue, 24 Nov 2026 10:00:00 +0900",
    "Message-ID": "<1@example.jp>",
    "Subject": "=?ISO-2022-JP?B?GyRCQWpDTBsoQg==?=",
}


def mail(body: bytes = b"hello", /, **head: str | bytes) -> bytes:
    """A mail with these lines in its head besides the usual ones; an empty one is left out."""
    lines: dict[str, str | bytes] = {**HEAD, **{k.replace("_", "-"): v for k, v in head.items()}}
    heading = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in lines.items()
        if value
    ]
    return b"\r\n".join([*heading, b"", body])


@dataclass(frozen=True)
class Inside:
    """A part of a mail: its type, its bytes, the file name of an attachment."""

    kind: str
    content: bytes
    name: str = ""

    def lines(self) -> bytes:
        """The part as it stands between delimiters, in Base64."""
        head = [f"Content-Type: {self.kind}", "Content-Transfer-Encoding: base64"]
        if self.name:
            head.append(f'Content-Disposition: attachment; filename="{self.name}"')
        return "\r\n".join(head).encode() + b"\r\n\r\n" + b64encode(self.content)


def of_parts(kind: str, *parts: Inside | bytes, boundary: str = "b1", **head: str) -> bytes:
    """A mail of several parts."""
    return mail(
        between(boundary, *parts),
        Content_Type=f'multipart/{kind}; boundary="{boundary}"',
        **head,
    )


def between(boundary: str, *parts: Inside | bytes) -> bytes:
    """The parts with their delimiters."""
    line = f"--{boundary}".encode()
    whole = [part.lines() if isinstance(part, Inside) else part for part in parts]
    return b"".join(line + b"\r\n" + part + b"\r\n" for part in whole) + line + b"--\r\n"


def alternative(*parts: Inside) -> bytes:
    """A part that says the same in several ways."""
    head = b'Content-Type: multipart/alternative; boundary="b2"\r\n\r\n'
    return head + between("b2", *parts)


PLAIN = Inside("text/plain; charset=utf-8", "ご相談".encode())
PAGE = Inside(
    "text/html; charset=utf-8", '<p>ご相談<img src="https://x.example/1.png"></p>'.encode()
)
PICTURE = Inside("image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "shot.png")


def telephone(number: int) -> str:
    """The telephone number that the mail of this number names."""
    return f"090-0000-{number:04}"


def many(count: int) -> list[bytes]:
    """Mails in every encoding, with and without files, no two alike; each names a telephone."""
    return [_one_of_many(number) for number in range(count)]


def _one_of_many(number: int) -> bytes:
    said = f"氏名：山田花子\r\n電話：{telephone(number)}\r\nひどい書き込みを見ました"
    own = f"<{number}@example.jp>"
    plain = Inside("text/plain; charset=utf-8", said.encode())
    page = Inside("text/html; charset=utf-8", said.replace("\r\n", "<br>").encode())
    match number % 6:
        case 0:
            body = said.encode("iso2022_jp")
            return mail(body, Content_Type="text/plain; charset=iso-2022-jp", Message_ID=own)
        case 1:
            body = said.encode("cp932")
            return mail(body, Content_Type="text/plain; charset=Shift_JIS", Message_ID=own)
        case 2:
            return of_parts("mixed", alternative(plain, page), PICTURE, Message_ID=own)
        case 3:
            return of_parts("mixed", page, Message_ID=own)
        case 4:
            film = Inside("video/mp4", bytes([number % 256]) * 300_000, "film.mp4")
            return of_parts("mixed", plain, film, Message_ID=own)
        case _:
            return mail(said.encode("euc_jp"), Message_ID=own)  # undeclared
