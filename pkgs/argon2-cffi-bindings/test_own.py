"""The test vectors of RFC 9106, section 5, and one encoded hash; upstream's test hashes nothing."""

import pytest
from _argon2_cffi_bindings import ffi, lib

TAGS = {
    lib.Argon2_d: "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
    lib.Argon2_i: "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
    lib.Argon2_id: "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
}


@pytest.mark.parametrize("kind", TAGS)
@pytest.mark.parametrize("threads", [1, 4])
def test_the_vectors_of_the_standard(kind: int, threads: int) -> None:
    out = ffi.new("uint8_t[32]")
    given = {"pwd": b"\1" * 32, "salt": b"\2" * 16, "secret": b"\3" * 8, "ad": b"\4" * 12}
    held = {name: ffi.new("uint8_t[]", value) for name, value in given.items()}
    context = ffi.new("argon2_context *", {f"{name}len": len(value) for name, value in given.items()} | held)
    context.out, context.outlen = out, len(out)
    context.t_cost, context.m_cost, context.lanes, context.threads = 3, 32, 4, threads
    context.version, context.allocate_cbk, context.free_cbk = lib.ARGON2_VERSION_13, ffi.NULL, ffi.NULL
    assert lib.argon2_ctx(context, kind) == lib.ARGON2_OK
    assert bytes(out).hex() == TAGS[kind]


def test_a_hash_is_verified_and_another_word_is_not() -> None:
    room = lib.argon2_encodedlen(2, 64, 2, 8, 24, lib.Argon2_id)
    encoded = ffi.new("char[]", room)
    word, salt = b"password", b"somesalt"
    cost = (2, 64, 2, word, len(word), salt, len(salt), ffi.NULL, 24)
    assert lib.argon2_hash(*cost, encoded, room, lib.Argon2_id, lib.ARGON2_VERSION_13) == lib.ARGON2_OK
    assert ffi.string(encoded).startswith(b"$argon2id$v=19$m=64,t=2,p=2$c29tZXNhbHQ$")
    assert lib.argon2_verify(encoded, word, len(word), lib.Argon2_id) == lib.ARGON2_OK
    assert lib.argon2_verify(encoded, b"Password", 8, lib.Argon2_id) == lib.ARGON2_VERIFY_MISMATCH
    assert ffi.string(lib.argon2_error_message(lib.ARGON2_VERIFY_MISMATCH))


def test_what_is_too_little_is_refused() -> None:
    encoded = ffi.new("char[]", 200)
    cost = (2, 64, 2, b"x", 1, b"short", 5, ffi.NULL, 24)
    code = lib.argon2_hash(*cost, encoded, 200, lib.Argon2_id, lib.ARGON2_VERSION_13)
    assert code == lib.ARGON2_SALT_TOO_SHORT
