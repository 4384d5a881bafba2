"""Base64 as mail has it: with line ends, strange signs between, and cut at the end."""

import binascii


def base64(raw: bytes) -> bytes:
    r"""What the bytes hold, as far as they go.

    >>> base64(b"44GC\r\n44G"), base64(b"!")
    (b'\xe3\x81\x82\xe3\x81', b'')
    """
    for ending in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(raw + ending)
        except binascii.Error:
            continue
    return b""
