"""Trains a tokenizer on three sentences; encodes and decodes another one with it."""

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SENTENCES = ["the river runs to the sea", "the sea is far", "a far river runs far"]

tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
tokenizer.train_from_iterator(SENTENCES, trainer)
encoded = tokenizer.encode("the far sea runs")
assert tokenizer.decode(encoded.ids) == "the far sea runs"
assert len(encoded.ids) < len("the far sea runs")
