"""The small programs that a build runs on its wheel: licenses collected and embedded, the build tag."""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from farwheel.nix import REPOSITORY

NAME = "demo-1.0-cp313-cp313-manylinux_2_31_riscv64.whl"
VENDORED = "Wheel-Version: 1.0\nTag: py3-none-any\n"
USES_ATOMIC = "int __atomic_demo(void); int demo(void) { return __atomic_demo(); }"
Component = dict[str, Any]


def program(name: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(REPOSITORY / "nix" / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def component(tmp_path: Path, name: str) -> Component:
    text = tmp_path / f"{name}.LICENSE"
    text.write_text(f"license of {name}")
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return {"name": name, "version": "1.2", "license": "MIT", "sha256": sha256, "files": [str(text)]}


def part(tmp_path: Path, name: str, *shared: str, contains: tuple[str, ...] = ()) -> Path:
    folder = tmp_path / f"part-{name}"
    (folder / "lib").mkdir(parents=True)
    for library in shared:
        (folder / "lib" / library).touch()
    components = [component(tmp_path, one) for one in (name, *contains)]
    done = program("licenses/collect.py", folder / "licenses", json.dumps(components))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("demo/_vendor/other-2.0.dist-info/WHEEL", VENDORED)
        archive.writestr("demo/core.so", b"code")
        archive.writestr("demo.libs/libfastp-r0-1a2b3c.3.so", b"library")
        archive.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp313-cp313-any\n")
    return path


def test_a_wheel_names_what_it_carries(wheel: Path, tmp_path: Path) -> None:
    parts = [
        part(tmp_path, "static"),
        part(tmp_path, "fast", "libfast.so", "libfastp-r0.3.so", contains=("inner",)),
        part(tmp_path, "unneeded", "libunneeded.so.1"),
    ]
    done = program("licenses/embed.py", wheel, wheel, *parts)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(wheel) as archive:
        listed = json.loads(archive.read("demo-1.0.dist-info/farwheel/libraries.json"))
        texts = [archive.read(f"demo-1.0.dist-info/{file}") for entry in listed for file in entry["files"]]
    library = "demo.libs/libfastp-r0-1a2b3c.3.so"
    assert [(entry["name"], entry["linked"], entry.get("members")) for entry in listed] == [
        ("fast", "grafted", [library]),
        ("inner", "grafted", [library]),
        ("static", "static", None),
    ]
    assert texts == [f"license of {name}".encode() for name in ("fast", "inner", "static")]
    assert listed[0]["sha256"] == hashlib.sha256(b"fast").hexdigest()


def test_a_wheel_that_carries_nothing_gets_no_list(wheel: Path, tmp_path: Path) -> None:
    before = wheel.read_bytes()
    assert program("licenses/embed.py", wheel, wheel, part(tmp_path, "other", "libother.so")).returncode == 0
    with zipfile.ZipFile(wheel) as archive:
        assert len(archive.namelist()) == 4
    assert len(wheel.read_bytes()) == len(before)


def compiled(out: Path, code: str, *options: object) -> Path:
    source = out.with_suffix(".c")
    source.write_text(code)
    subprocess.run(["gcc", "-fPIC", "-o", out, source, *map(str, options)], check=True)
    return out


@pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("ar")), reason="it needs a compiler")
@pytest.mark.parametrize(
    ("code", "options", "named"),
    [
        ("int demo(void) { return 1; }", [], []),
        (USES_ATOMIC, [], ["libatomic"]),
        (USES_ATOMIC, ["-s"], ["libatomic"]),
        (USES_ATOMIC, ["-Wl,--exclude-libs,ALL"], ["libatomic"]),
    ],
)
def test_libatomic_is_named_where_it_was_linked(
    code: str, options: list[str], named: list[str], tmp_path: Path
) -> None:
    # As GCC's run-time libraries are: one static, the other shared.
    runtime = part(tmp_path, "libatomic", "libgomp.so.1", contains=("libgomp",))
    archive = runtime / "lib/libatomic.a"
    member = compiled(tmp_path / "atomic.o", "int __atomic_demo(void) { return 1; }", "-c")
    subprocess.run(["ar", "rc", archive, member], check=True)
    core = compiled(tmp_path / "core.so", code, "-shared", archive, *options)
    path = tmp_path / NAME
    with zipfile.ZipFile(path, "w") as opened:
        opened.write(core, "demo/core.so")
        opened.writestr("demo/empty.txt", "")
        opened.writestr("demo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
    done = program("licenses/embed.py", path, path, runtime)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(path) as opened:
        lists = [name for name in opened.namelist() if name.endswith("libraries.json")]
        listed = [entry for name in lists for entry in json.loads(opened.read(name))]
    assert [entry["name"] for entry in listed] == named
    assert all(entry["linked"] == "static" for entry in listed)


@pytest.mark.skipif(
    platform.machine() != "x86_64" or not shutil.which("gcc"), reason="it needs a compiler for x86_64"
)
def test_a_symbol_above_the_floor_is_named(tmp_path: Path) -> None:
    code = (
        "void *memcpy(void *, const void *, long); void demo(void *a, void *b, long n) { memcpy(a, b, n); }"
    )
    core = compiled(tmp_path / "core.so", code, "-shared", "-fno-builtin")
    path = tmp_path / NAME
    with zipfile.ZipFile(path, "w") as opened:
        opened.write(core, "demo/core.so")
    said = program("wheel/blame.py", "manylinux_2_5_x86_64", path).stderr
    assert f"error: {NAME} should be manylinux_2_5_x86_64.\n" in said
    assert "demo/core.so: GLIBC_2.14 for memcpy\n" in said


def test_a_missing_license_stops_the_build(tmp_path: Path) -> None:
    lacking = component(tmp_path, "demo") | {"files": ["nowhere/LICENSE"]}
    done = program("licenses/collect.py", tmp_path / "out", json.dumps([lacking]))
    assert done.returncode != 0
    assert "nowhere/LICENSE" in done.stderr


def test_a_build_tag_is_in_the_name_and_in_the_metadata(wheel: Path, tmp_path: Path) -> None:
    assert program("wheel/buildtag.py", "2", wheel).returncode == 0
    tagged = tmp_path / NAME.replace("-1.0-", "-1.0-2-")
    assert not wheel.exists()
    with zipfile.ZipFile(tagged) as archive:
        text = archive.read("demo-1.0.dist-info/WHEEL").decode()
        vendored = archive.read("demo/_vendor/other-2.0.dist-info/WHEEL").decode()
    assert text == "Wheel-Version: 1.0\nTag: cp313-cp313-any\nBuild: 2\n"
    assert vendored == VENDORED


def crate(folder: Path, about: str, *texts: str) -> Path:
    """A vendored crate, as nix/rust/vendor.sh unpacks it."""
    source = folder / "src/lib.rs"
    source.parent.mkdir(parents=True)
    source.touch()
    (folder / "Cargo.toml").write_text(f"[package]\n{about}")
    (folder / ".cargo-checksum.json").write_text(json.dumps({"files": {}, "package": "ab" * 32}))
    for text in texts:
        (folder / text).parent.mkdir(parents=True, exist_ok=True)
        (folder / text).write_text(f"{folder.name}: {text}")
    return source


def test_the_crates_that_were_compiled_for_the_target_are_carried(wheel: Path, tmp_path: Path) -> None:
    crates, root, out = tmp_path / "crates", tmp_path / "source", tmp_path / "out"
    about = 'name = "used"\nversion = "1.2.3"\nlicense = "MIT/Apache-2.0"\n'
    used = crate(crates / "used-1.2.3", about, "LICENSE_MIT", "license-apache", "README.md")
    crate(crates / "windows-1.0.0", 'name = "windows"\nversion = "1.0.0"\n')
    about = 'name = "inside"\nversion = "2.0.0"\nlicense-file = "docs/TERMS"\n'
    crate(root / "vendored/inside", about, "TERMS")
    deps = tmp_path / "target/release/deps"
    deps.mkdir(parents=True)
    included = used.parent / "../data/table.rs"
    sources = f"{used} {included} {tmp_path}/generated.rs"
    (deps / "used-0123.d").write_text(f"{deps}/used.rlib: {sources}\n\n{used}:\n")
    (deps / "mine-0123.d").write_text(f"{deps}/mine.so: src/lib.rs vendored/inside/src/lib.rs\n")
    done = program("rust/carried.py", tmp_path / "target", root, out)
    assert done.returncode == 0, done.stderr
    done = program("licenses/embed.py", wheel, wheel, out)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(wheel) as archive:
        libraries = json.loads(archive.read("demo-1.0.dist-info/farwheel/libraries.json"))
    assert [(one["name"], one["version"], one["license"], one["linked"]) for one in libraries] == [
        ("inside", "2.0.0", "LicenseRef-inside", "static"),
        ("used", "1.2.3", "MIT OR Apache-2.0", "static"),
    ]
    assert libraries[0]["files"] == ["farwheel/inside-2.0.0/TERMS"]
    assert [Path(name).name for name in libraries[1]["files"]] == ["LICENSE_MIT", "license-apache"]
    assert libraries[1]["sha256"] == "ab" * 32


def test_a_crate_brings_the_texts_of_what_others_wrote_in_it(tmp_path: Path) -> None:
    about = 'name = "zip-sys"\nversion = "1.0.0"\nlicense = "MIT"\n'
    inner = ["LICENSE", "LICENSES/BSD-3-Clause.txt", "src/tables/LICENSE-UNICODE", "zip/COPYING"]
    others = ["zip/lib/zip.c", "zip/tests/LICENSE", "python/LICENSE", "src/tables/copying.rs"]
    used = crate(tmp_path / "zip-sys", about + 'build = "build.rs"\n', *inner, *others)
    about = about.replace("zip-sys", "pure") + "build = false\n"
    pure = crate(tmp_path / "pure", about, "LICENSE", "zip/COPYING", "zip/lib/zip.c")
    deps = tmp_path / "target/release/deps"
    deps.mkdir(parents=True)
    (deps / "zip-0123.d").write_text(f"{deps}/zip.rlib: {used} {used.parent}/tables/upper.rs {pure}\n")
    done = program("rust/carried.py", tmp_path / "target", tmp_path, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    texts = {file.name: file.read_text() for file in (tmp_path / "out/licenses/zip-sys-1.0.0").iterdir()}
    assert json.loads(texts.pop("component.json"))["files"] == sorted(texts)
    assert texts == {name.replace("/", "-"): f"zip-sys: {name}" for name in inner}
    pure_texts = json.loads((tmp_path / "out/licenses/pure-1.0.0/component.json").read_text())["files"]
    assert pure_texts == ["LICENSE"]


def test_a_build_without_any_crate_is_a_mistake(tmp_path: Path) -> None:
    done = program("rust/carried.py", tmp_path, tmp_path, tmp_path / "out")
    assert done.returncode == 1
    assert "no crate was compiled" in done.stderr


def imports(tmp_path: Path, skip: str, does: str) -> subprocess.CompletedProcess[str]:
    """A smoke test of a wheel that has one module, demo, and a program."""
    installed = tmp_path / "site/demo-1.0.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    (installed / "RECORD").write_text("../../bin/demo,,\ndemo.py,,\n")
    (tmp_path / "site/demo.py").touch()
    (tmp_path / "program.py").write_text(does)
    out = tmp_path / "out"
    out.mkdir()
    words = [str(REPOSITORY / "nix/wheel/imports.py"), "demo", skip, str(tmp_path / "program.py")]
    env = {"PYTHONPATH": str(tmp_path / "site"), "out": str(out)}
    return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("does", "passes"), [("print('well')", True), ("import os; os._exit(0)", False)])
def test_a_smoke_test_that_ends_before_its_time_has_failed(tmp_path: Path, does: str, passes: bool) -> None:
    done = imports(tmp_path, '{"demo": "it is not here"}', does)
    assert (done.returncode == 0) is passes, done.stderr
    assert (tmp_path / "out/receipt.json").exists() is passes
    assert passes or "the interpreter ended with 0 before all was imported and run" in done.stderr


def test_a_module_that_is_left_out_and_is_not_there_is_told(tmp_path: Path) -> None:
    done = imports(tmp_path, '{"demo": "it is not here", "demo.gone": "it needs Tk"}', "")
    assert done.returncode == 1
    assert "demo has no module demo.gone: take it out of the recipe's skipImports" in done.stderr
