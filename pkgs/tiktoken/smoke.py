"""Encodes and decodes with a vocabulary of its own: all bytes, and two words."""

import tiktoken

RANKS = {bytes([byte]): byte for byte in range(256)} | {b"th": 256, b"the": 257}

encoding = tiktoken.Encoding("own", pat_str=r"\w+|\s+", mergeable_ranks=RANKS, special_tokens={"<end>": 258})
tokens = encoding.encode("the other<end>", allowed_special="all")
assert tokens == [257, 32, 111, 257, 114, 258], tokens
assert encoding.decode(tokens) == "the other<end>"
