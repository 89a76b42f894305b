"""Derivations as they lie in the Nix store.

Read from the file itself: its format is the same in every Nix, the JSON of `nix derivation show` is not.
"""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Derivation:
    """What Farwheel wants to know of a derivation; all paths are store paths."""

    path: str
    outputs: dict[str, str]
    inputs: tuple[str, ...]
    env: dict[str, str]


def read(path: str) -> Derivation:
    """Parse `/nix/store/….drv`: nested lists and tuples of strings, which are Python's own syntax too."""
    text = Path(path).read_text(encoding="utf-8")
    outputs, inputs, _sources, _system, _builder, _args, env = ast.literal_eval(text.removeprefix("Derive"))
    return Derivation(
        path,
        {name: output for name, output, _algorithm, _hash in outputs},
        tuple(name for name, _outputs in inputs),
        dict(env),
    )


def short_name(path: str) -> str:
    """`numpy-riscv64` of `/nix/store/<hash>-numpy-riscv64.drv`."""
    return path.rsplit("/", 1)[-1].partition("-")[2].removesuffix(".drv")
