"""The flake by evaluation alone: nothing is built, nothing needs to be fetched."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from farwheel import derivation, suites
from farwheel.nix import REPOSITORY
from farwheel.targets import Target, applied
from flakes import NIX, copied

pytestmark = pytest.mark.nix
ARCHITECTURES = ["loongarch64", "riscv64"]


def nix_eval(flake: Path, attribute: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`nix eval FLAKE#ATTRIBUTE`, as a flake of plain files."""
    command = [*NIX, "eval", *options, f"path:{flake}#{attribute}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def drv_path(flake: Path, attribute: str) -> str:
    done = nix_eval(flake, f"{attribute}.drvPath", "--raw")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The flake's own files, to be changed at will."""
    return copied(tmp_path / "copy")


def test_the_catalogue_tells_what_there_is() -> None:
    catalogue = json.loads(nix_eval(REPOSITORY, "lib.catalogue", "--json").stdout)
    folders = {path.name for path in (REPOSITORY / "pkgs").iterdir() if path.is_dir()}
    assert set(catalogue) == folders
    for package in catalogue.values():
        assert package["architectures"] == ARCHITECTURES
        assert package["mode"] in {"accelerated", "disguised"}
        assert all(re.fullmatch(r"cp3\d+", python) for python in package["pythons"])


def test_hydra_builds_every_wheel_with_its_tests_and_nothing_that_is_for_measuring() -> None:
    apply = ["--json", "--apply", "builtins.mapAttrs (_: builtins.attrNames)"]
    jobs = json.loads(nix_eval(REPOSITORY, "hydraJobs", *apply).stdout)
    folders = {path.name for path in (REPOSITORY / "pkgs").iterdir() if path.is_dir()}
    wheels = sorted(f"{name}-{arch}" for name in folders for arch in ARCHITECTURES)
    assert jobs["wheels"] == jobs["smoke"] == jobs["tests"] == wheels
    assert jobs.keys() == {"checks", "smoke", "tests", "wheels"}
    assert jobs["checks"]
    assert not any(name.startswith("smoke-") for name in jobs["checks"])


def test_a_lock_file_is_there_and_needs_no_change(copy: Path) -> None:
    before = (copy / "flake.lock").read_bytes()
    subprocess.run([*NIX, "flake", "lock", f"path:{copy}"], check=True, capture_output=True)
    assert (copy / "flake.lock").read_bytes() == before


def test_nothing_but_its_own_files_changes_a_wheel(copy: Path) -> None:
    before = drv_path(copy, "msgpack-riscv64.cp313")
    (copy / "README.md").write_text("another text", encoding="utf-8")
    (copy / "tools").mkdir()
    (copy / "tools" / "new.py").write_text("", encoding="utf-8")
    recipe = copy / "pkgs" / "markupsafe" / "default.nix"
    recipe.write_text('{ mode = "accelerated"; }', encoding="utf-8")
    assert drv_path(copy, "msgpack-riscv64.cp313") == before


def test_its_own_recipe_does_change_a_wheel(copy: Path) -> None:
    before = drv_path(copy, "markupsafe-riscv64.cp313")
    recipe = copy / "pkgs" / "markupsafe" / "default.nix"
    recipe.write_text('{ mode = "accelerated"; }', encoding="utf-8")
    assert drv_path(copy, "markupsafe-riscv64.cp313") != before


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_the_mode_emulated_has_a_root_of_its_own_and_costs_no_other_anything(arch: str) -> None:
    needed = {}
    for name in ("", ".modes.emulated"):
        drv = drv_path(REPOSITORY, f"markupsafe-{arch}.cp313{name}")
        closure = ["nix-store", "--query", "--requisites", drv]
        said = subprocess.run(closure, capture_output=True, text=True, check=True).stdout
        needed[name] = set(
            re.findall(rf"-(root-{arch}|gcc-14-{arch}\S+_(?:riscv64|loong64)\.deb)\.drv\n", said)
        )
    assert needed[""] == set()
    assert len(needed[".modes.emulated"]) == 2


def test_only_where_the_interpreter_is_the_targets_is_our_numpy_built_before_what_reads_its_headers() -> None:
    ours = {}
    for mode in ("", ".modes.accelerated"):
        drv = drv_path(REPOSITORY, f"pandas-riscv64.cp313{mode}")
        closure = ["nix-store", "--query", "--requisites", drv]
        said = subprocess.run(closure, capture_output=True, text=True, check=True).stdout
        ours[mode] = bool(re.search(r"-numpy-\S+-cp313-riscv64\.drv\n", said))
    assert ours == {"": False, ".modes.accelerated": True}


@pytest.mark.parametrize("mode", ["accelerated", "disguised", "emulated"])
def test_cython_is_started_from_one_place_in_every_mode(mode: str) -> None:
    read = derivation.read(drv_path(REPOSITORY, f"pandas-riscv64.cp313.modes.{mode}"))
    assert {":/opt/tools", ":/opt/native/cp313"} <= set(re.findall(r":/opt/[a-z0-9/]+", read.env["mounts"]))


def test_a_rust_package_says_that_it_has_no_mode_emulated() -> None:
    done = nix_eval(REPOSITORY, "rpds-py-riscv64.cp313.modes.emulated.drvPath", "--raw")
    assert done.returncode != 0
    assert "rpds-py is written in Rust" in done.stderr
    assert drv_path(REPOSITORY, "rpds-py-riscv64.cp313.modes.accelerated")


def test_how_a_wheel_is_tested_does_not_change_it(copy: Path) -> None:
    attributes = ("", ".smoke", ".tests", ".varied")
    before = [drv_path(copy, f"msgpack-riscv64.cp313{name}") for name in attributes]
    recipe = copy / "pkgs" / "msgpack" / "default.nix"
    recipe.write_text('{ tests.files = [ "test" ]; tests.timeout = 7; }', encoding="utf-8")
    after = [drv_path(copy, f"msgpack-riscv64.cp313{name}") for name in attributes]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, True, False, True]
    assert len(set(after)) == len(after)


def test_a_hold_is_told_and_changes_nothing(copy: Path) -> None:
    attributes = ("", ".smoke", ".tests", ".varied")
    before = [drv_path(copy, f"markupsafe-riscv64.cp313{name}") for name in attributes]
    recipe = copy / "pkgs" / "markupsafe" / "default.nix"
    recipe.write_text('{ hold = "the next one crashes"; }', encoding="utf-8")
    assert [drv_path(copy, f"markupsafe-riscv64.cp313{name}") for name in attributes] == before
    catalogue = json.loads(nix_eval(copy, "lib.catalogue", "--json").stdout)
    assert (catalogue["markupsafe"]["hold"], catalogue["msgpack"]["hold"]) == ("the next one crashes", None)


def test_only_the_newest_cpython_runs_a_whole_suite() -> None:
    paths = {p: drv_path(REPOSITORY, f"msgpack-riscv64.{p}.tests") for p in ("cp313", "cp315")}
    core = {p: drv_path(REPOSITORY, f"msgpack-riscv64.{p}.tests.core") for p in paths}
    assert {p: paths[p] == core[p] for p in paths} == {"cp313": True, "cp315": False}


def test_a_part_of_a_suite_is_what_pytest_is_told() -> None:
    words = ["tests/test_it.py", "-k", 'one or "${two}"']
    target = Target("numpy", "riscv64", "cp315")
    paths = applied(f"wheel: with wheel; {suites.part(words)}.drvPath", [target])
    (config,) = re.findall(r"(\S+):/opt/suite\.json", derivation.read(paths[target]).env["mounts"])
    told = json.loads(Path(config).read_text("utf-8"))
    assert (told["core"], told["run"], told["budget"]) == (words, "core", None)


def test_a_recipe_may_bring_the_test_that_upstream_lacks() -> None:
    mounts = derivation.read(drv_path(REPOSITORY, "tlparse-riscv64.cp313.tests")).env["mounts"]
    (config,) = re.findall(r"(\S+):/opt/suite\.json", mounts)
    told = json.loads(Path(config).read_text("utf-8"))
    assert (told["tests"], told["source"]) == (["test_own.py"], "/opt/source")
    (files,) = re.findall(r"(\S+):/opt/source(?: |$)", mounts)
    assert files.endswith("-own-test")


def test_a_backend_inside_of_a_sdist_is_known_by_what_it_wraps() -> None:
    settings = derivation.read(drv_path(REPOSITORY, "ninja-riscv64.cp313")).env["settings"]
    assert json.loads(settings)["wheel.reproducible"] == "true"


def test_a_wheel_waits_only_for_the_languages_it_is_written_in() -> None:
    def runtimes(name: str) -> list[str]:
        query = ["nix-store", "--query", "--requisites", drv_path(REPOSITORY, f"{name}-riscv64.cp313")]
        closure = subprocess.run(query, check=True, capture_output=True, text=True).stdout
        return sorted(set(re.findall(r"gcc-runtime-(\w+)-riscv64", closure)))

    assert runtimes("msgpack") == ["c"]
    assert runtimes("kiwisolver") == ["c", "cxx"]
    assert runtimes("numpy") == ["c", "cxx", "fortran"]


def test_what_a_library_needs_comes_along_to_the_wheel() -> None:
    done = nix_eval(REPOSITORY, "pillow-riscv64.cp313.inputs.libraries", "--json")
    versions = json.loads(done.stdout)
    # HarfBuzz needs FreeType, which needs libpng, which needs zlib.
    assert versions.keys() >= {"harfbuzz", "freetype", "libpng", "zlib"}


def test_mirrors_change_no_output_path(copy: Path) -> None:
    pin = 'lib.parts.pins.sources."zlib"'
    before = nix_eval(copy, f"{pin}.outPath", "--raw").stdout
    drv = drv_path(copy, pin)
    mirrors = {"debian": "http://127.0.0.1:9", "pypi": "http://127.0.0.1:9"}
    (copy / "nix" / "mirrors.json").write_text(json.dumps(mirrors), encoding="utf-8")
    assert drv_path(copy, pin) != drv
    assert nix_eval(copy, f"{pin}.outPath", "--raw").stdout == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda p: (p / "default.nix").write_text("{ lib = [ ]; }"),
            ["pkgs/msgpack/default.nix", "'lib'", "libs"],
        ),
        (
            lambda p: (p / "default.nix").write_text('{ mode = "acelerated"; }'),
            ["pkgs/msgpack/default.nix", "'acelerated'", "accelerated"],
        ),
        (
            lambda p: (p / "default.nix").write_text("{ tests.leftout = [ ]; }"),
            ["pkgs/msgpack/default.nix", "'tests.leftout'", "leftOut"],
        ),
        (lambda p: (p / "pin.json").unlink(), ["pkgs/msgpack", "pin.json", "tools/farwheel lock msgpack"]),
        (lambda p: (p / "default.nix").unlink(), ["pkgs/msgpack", "default.nix"]),
        (
            lambda p: (p / "pin.json").write_text("{}"),
            ["pkgs/msgpack/pin.json", "no field 'b", "farwheel lock msgpack"],
        ),
    ],
    ids=["unknown field", "unknown mode", "unknown field of tests", "no pin", "no recipe", "empty pin"],
)
def test_a_bad_recipe_is_named(copy: Path, change: Callable[[Path], object], words: list[str]) -> None:
    change(copy / "pkgs" / "msgpack")
    done = nix_eval(copy, "msgpack-riscv64.drvPath", "--raw")
    assert done.returncode != 0
    for word in words:
        assert word in done.stderr


def test_a_recipe_is_under_fifteen_lines() -> None:
    for recipe in (REPOSITORY / "pkgs").glob("*/default.nix"):
        assert len(recipe.read_text(encoding="utf-8").splitlines()) < 15, recipe


def test_no_url_stands_in_the_nix_half() -> None:
    for path in (REPOSITORY / "nix").rglob("*"):
        if path.is_file():
            assert "://" not in path.read_text(encoding="utf-8"), path


def test_the_runner_of_suites_takes_what_each_recipe_says() -> None:
    apply = ["--json", "--apply", "builtins.mapAttrs (_: builtins.mapAttrs (_: test: test.mounts))"]
    mounts = nix_eval(REPOSITORY, "hydraJobs.tests", *apply).stdout
    files = sorted(set(re.findall(r'"(/nix/store/[^":]+):/opt/suite\.json"', mounts)))
    program = "import sys, config, pathlib; [config.read(pathlib.Path(file)) for file in sys.argv[1:]]"
    command = [sys.executable, "-B", "-c", program, *files]
    done = subprocess.run(command, cwd=REPOSITORY / "nix/suite", capture_output=True, text=True, check=False)
    assert files
    assert done.returncode == 0, done.stderr
