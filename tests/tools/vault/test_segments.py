"""The file format: the published streaming layout, and every change noticed."""

import io
import json
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tink import cleartext_keyset_handle, streaming_aead

from madoguchi.tools.vault import cipher, files, store

FILE = uuid.UUID(int=7)
DATA = files.associated(FILE)


def sealed(plain: bytes, key: bytes, data: bytes = DATA, *, piece: int = 100_000) -> bytes:
    out = io.BytesIO()
    sealer = files.Sealer(out, key, data)
    for at in range(0, len(plain), piece):
        sealer.write(plain[at : at + piece])
    sealer.finish()
    return out.getvalue()


def opened(blob: bytes, key: bytes, length: int, data: bytes = DATA) -> bytes:
    return b"".join(map(bytes, files.unsealed_segments(io.BytesIO(blob), key, data, length)))


@pytest.mark.parametrize(
    "length",
    [
        0,
        1,
        files.FIRST - 1,
        files.FIRST,
        files.FIRST + 1,
        files.FIRST + files.REST,
        3_000_000,
    ],
)
def test_what_is_sealed_opens(length: int) -> None:
    key, plain = cipher.new_key(), bytes(range(256)) * (length // 256 + 1)
    assert opened(sealed(plain[:length], key), key, length) == plain[:length]


@pytest.mark.parametrize(
    "size", [1000, files.FIRST - 1, files.FIRST, files.REST, files.SEGMENT, 2_500_000]
)
def test_it_does_not_matter_in_which_pieces_a_file_arrives(size: int) -> None:
    key, plain = cipher.new_key(), bytes(range(251)) * 10_000
    assert opened(sealed(plain, key, piece=size), key, len(plain)) == plain


@given(st.integers(min_value=0, max_value=2**31))
def test_padding_is_at_most_twelve_percent(length: int) -> None:
    assert length <= files.padded(length) <= max(length * 1.12, length + 1)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    key, plain = b"k" * 32, b"x" * 5000
    blob = bytearray(sealed(plain, key))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(cipher.Unreadable):
        opened(bytes(blob), key, len(plain))


def test_cut_swapped_and_foreign_segments_are_noticed() -> None:
    key, plain = cipher.new_key(), b"y" * 2_500_000
    blob = sealed(plain, key)
    first = store.HEADER + files.FIRST + files.TAG
    second = blob[first : first + files.SEGMENT]
    third = blob[first + files.SEGMENT :]
    for wrong in (blob[:-1], blob[:first], blob[:first] + third + second, blob[:first] + third):
        with pytest.raises(cipher.Unreadable):
            opened(wrong, key, len(plain))
    with pytest.raises(cipher.Unreadable):
        opened(blob, key, len(plain), files.associated(uuid.UUID(int=8)))
    assert opened(blob, key, len(plain)) == plain  # the control: unchanged bytes open


def tink_primitive(key: bytes) -> streaming_aead.StreamingAead:
    """The layout's own implementation with our key."""
    from tink.proto import aes_gcm_hkdf_streaming_pb2, common_pb2, tink_pb2

    streaming_aead.register()
    message = aes_gcm_hkdf_streaming_pb2.AesGcmHkdfStreamingKey(key_value=key)
    message.params.ciphertext_segment_size = files.SEGMENT
    message.params.derived_key_size = 32
    message.params.hkdf_hash_type = common_pb2.SHA256
    keyset = tink_pb2.Keyset(primary_key_id=1)
    row = keyset.key.add(key_id=1, status=tink_pb2.ENABLED, output_prefix_type=tink_pb2.RAW)
    row.key_data.type_url = "type.googleapis.com/google.crypto.tink.AesGcmHkdfStreamingKey"
    row.key_data.value = message.SerializeToString()
    row.key_data.key_material_type = tink_pb2.KeyData.SYMMETRIC
    from google.protobuf import json_format

    text = json_format.MessageToJson(keyset)
    assert json.loads(text)["key"]
    handle = cleartext_keyset_handle.read(json_keyset_reader_of(text))
    return handle.primitive(streaming_aead.StreamingAead)


def json_keyset_reader_of(text: str) -> object:
    import tink

    return tink.JsonKeysetReader(text)


@pytest.mark.parametrize("length", [files.FIRST, 2_600_000])
def test_the_published_implementation_reads_ours(length: int) -> None:
    key, plain = cipher.new_key(), b"z" * length
    with tink_primitive(key).new_decrypting_stream(io.BytesIO(sealed(plain, key)), DATA) as stream:
        told = stream.read()
    assert told[:length] == plain
    assert set(told[length:]) <= {0}


def test_we_read_what_the_published_implementation_wrote() -> None:
    key, plain = cipher.new_key(), b"w" * 2_600_000
    kept: list[bytes] = []

    class Sink(io.BytesIO):
        def close(self) -> None:
            kept.append(self.getvalue())
            super().close()

    with tink_primitive(key).new_encrypting_stream(Sink(), DATA) as stream:
        stream.write(plain)
    assert opened(kept[0], key, len(plain)) == plain
