"""Train a model on a few lines, come back from its pieces, and see a C++ exception arrive as Python's."""

import io

import sentencepiece as spm

model = io.BytesIO()
lines = [f"the wheel of board {number} turns far away" for number in range(200)]
options = {"vocab_size": 60, "hard_vocab_limit": False}
spm.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=model, **options)
pieces = spm.SentencePieceProcessor(model_proto=model.getvalue())
assert pieces.decode(pieces.encode(lines[7])) == lines[7]
try:
    spm.SentencePieceProcessor(model_proto=b"no model")
except (RuntimeError, ValueError):
    pass
else:
    raise AssertionError("a broken model was taken")
