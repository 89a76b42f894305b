"""Python as a stranger wrote it, read and never run."""

import ast
import warnings


def parse(text: str) -> ast.Module:
    """The syntax tree; an empty one where the text is for another Python, or is none.

    What the compiler finds odd in there is for the project to hear.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])
