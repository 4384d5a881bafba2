"""Mails as they come in: written by a person, by a forger, by a machine."""

from collections.abc import Mapping
from email.message import EmailMessage

CLIENT = "hanako@example.jp"
BODY = """氏名：髙橋 花子
電話：090-1234-5678
年齢：34歳

書き込みを消したいです。
https://example.com/thread/1
"""
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
USUAL = {
    "From": f"髙橋花子 <{CLIENT}>",
    "To": "madoguchi@city.example.jp",
    "Subject": "相談したいです",
    "Date": "Mon, 30 Nov 2026 09:12:00 +0900",
    "Message-ID": "<1@example.jp>",
}


def mail(
    body: str = BODY,
    headers: Mapping[str, str] | None = None,
    *,
    files: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """A raw mail with a plain one's headers, but for these."""
    one = EmailMessage()
    for name, word in {**USUAL, **(headers or {})}.items():
        one[name] = word
    one.set_content(body)
    for name, content in files:
        one.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return one.as_bytes()
