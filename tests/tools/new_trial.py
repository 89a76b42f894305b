"""How many packages `farwheel new` gets to build with no edit: new_trial.py NAME...; prints a Markdown table.

For a scratch clone, as it leaves pkgs/NAME behind. A package is built for both architectures with its oldest
CPython, verified, and imported on the target; seconds are those of the two wheels' builds.
"""

import contextlib
import io
import json
import subprocess
import sys
import time
from dataclasses import dataclass, field

from farwheel import builder, nix, suites, targets
from farwheel.cli import main
from farwheel.errors import FarwheelError
from farwheel.verify import verify
from farwheel.wheelhouse import wheel_of


@dataclass
class Row:
    """What came of one package; architectures that it was built for, and those whose tests passed."""

    name: str
    version: str = ""
    recipe: str = ""
    built: dict[str, float] = field(default_factory=dict)
    tested: dict[str, str] = field(default_factory=dict)
    why: str = ""

    def __str__(self) -> str:
        """A row of the table."""
        seconds = " + ".join(f"{value:.0f}" for value in self.built.values())
        tested = "; ".join(f"{arch}: {text}" for arch, text in self.tested.items())
        cells = (
            self.name,
            self.version,
            f"`{self.recipe}`",
            ", ".join(self.built),
            seconds,
            tested,
            self.why,
        )
        return f"| {' | '.join(cells)} |"


def made(row: Row) -> bool:
    """Run `new`, and let git know of what it wrote."""
    said, talk = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(talk):
        code = main(["new", row.name, "--json"])
    if code:
        row.why = talk.getvalue().strip().splitlines()[0]
        return False
    row.version = json.loads(said.getvalue())["version"]
    folder = nix.REPOSITORY / "pkgs" / row.name
    row.recipe = " ".join((folder / "default.nix").read_text().split())
    subprocess.run(["git", "add", "-N", folder], cwd=nix.REPOSITORY, check=True)
    targets.catalogue.cache_clear()
    return True


def build(row: Row, target: targets.Target) -> None:
    """The wheel, what `verify` says of it, and whether all of its modules can be imported."""
    effort = builder.Effort(jobs=1)
    path = targets.derivations([target])[target]
    began = time.monotonic()
    [output], seconds = builder.build([path], effort)
    smoke = targets.attributes([target], "smoke.drvPath")[target]
    report = verify(wheel_of(output))
    if not report.ok:
        broken = [rule for rule in report.findings if report.status(rule) == "FAIL"]
        raise FarwheelError(f"verify: {', '.join(broken) or report.refused}")
    builder.build([smoke], effort)
    row.built[target.architecture] = seconds.get(path, time.monotonic() - began)


def tested(row: Row, target: targets.Target) -> None:
    """Upstream's tests, as far as `new` has guessed them."""
    outcome = suites.run([target], "tests")
    counts = outcome.receipts[target]["counts"] if target in outcome.receipts else {}
    row.tested[target.architecture] = f"{counts['passed']} passed" if counts else "not all passed"


def try_(name: str, *, with_tests: bool) -> Row:
    """Everything that can be found out about one package without a person."""
    row = Row(name)
    if not made(row):
        return row
    for target in targets.parse([name], targets.catalogue()[name]["pythons"][:1]):
        try:
            build(row, target)
        except FarwheelError as error:
            row.why = f"{target.architecture}: {error.message.splitlines()[0]}"
            continue
        if with_tests:
            tested(row, target)
    return row


if __name__ == "__main__":
    arguments = [word for word in sys.argv[1:] if word != "--tests"]
    sys.stdout.write("| package | version | recipe | built for | s | its tests | why not |\n")
    sys.stdout.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    for word in arguments:
        sys.stdout.write(f"{try_(word, with_tests='--tests' in sys.argv)}\n")
        sys.stdout.flush()
