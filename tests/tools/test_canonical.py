"""Rewriting wheels: one archive for the same contents, nothing lost; the verb, and a real client."""

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wheels
from farwheel import canonical
from farwheel.cli import main
from farwheel.errors import FarwheelError
from made_wheel import ESSENTIAL, INFO, NAME, Member, packed, wheel

EPOCH = 1_700_000_000
RECORD = f"{INFO}/RECORD"
EMPTY = {"demo-1.0.data", "empty"}

parts = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/\\"), min_size=1, max_size=9
).filter(lambda part: part not in {".", ".."} and not part.endswith((".dist-info", ".whl")))
plain = st.sampled_from(
    ["pkg", "a,b", 'say "hi"', "ümläut", " ", "demo.libs", "demo-1.0.data", "名前", "RECORD"]
)
names = st.lists(parts | plain, min_size=1, max_size=3).map("/".join)
contents = st.binary(max_size=300) | st.integers(1, 3000).map(lambda size: b"far" * size)
# What decides is the owner's x bit; 0 is what zippers write that know no modes.
modes = st.sampled_from([0, 0o644, 0o755, 0o100644, 0o100755, 0o100700, 0o100600, 0o104711, 0o100611])
dates = st.tuples(
    st.integers(1980, 2107),
    st.integers(1, 12),
    st.integers(1, 28),
    *[st.integers(0, 23)] * 2,
    st.integers(0, 59),
)
methods = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
# An archive's own may not hold how its end is found, by zipfile for one.
comments = st.binary(max_size=20).filter(lambda comment: b"PK\5\6" not in comment)


@st.composite
def files(draw: st.DrawFn) -> dict[str, tuple[bytes, int]]:
    """Name -> (content, mode); no name is also a folder's."""
    found = draw(st.dictionaries(names, st.tuples(contents, modes), max_size=6))
    folders = {name.rsplit("/", depth)[0] for name in found for depth in (1, 2) if name.count("/") >= depth}
    return {name: value for name, value in found.items() if name not in folders | EMPTY}


@st.composite
def archives(draw: st.DrawFn, held: dict[str, tuple[bytes, int]]) -> bytes:
    """One of the many archives that hold the same: order, times, compression, folders, a wrong RECORD."""
    members = [*ESSENTIAL, Member(RECORD, draw(comments))]
    members += [Member(name, content, mode) for name, (content, mode) in held.items()]
    folders = sorted({name.rsplit("/", 1)[0] for name in held if "/" in name} | EMPTY)
    members += [
        Member(f"{name}/", attributes=0o040755)
        for name in draw(st.lists(st.sampled_from(folders), unique=True))
    ]
    dressed = [
        Member(
            member.name,
            member.content,
            member.attributes,
            draw(methods),
            draw(dates),
            draw(st.sampled_from([0, 3])),
            draw(st.sampled_from([b"", b"\xfe\xca\x02\x00ab"])),
            draw(comments),
        )
        for member in draw(st.permutations(members))
    ]
    return packed(dressed, draw(comments))


def rewritten(data: bytes, epoch: int = EPOCH, name: str = NAME) -> bytes:
    with TemporaryDirectory() as folder:
        source, target = Path(folder, name), Path(folder, "out", name)
        target.parent.mkdir()
        source.write_bytes(data)
        canonical.canonicalise(source, target, epoch)
        assert list(target.parent.iterdir()) == [target]
        return target.read_bytes()


def listed(data: bytes) -> dict[str, tuple[bytes, int]]:
    """Name -> (content, mode), in the archive's order; checks every CRC."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: (archive.read(info), info.external_attr >> 16) for info in archive.infolist()}


@settings(max_examples=60)
@given(st.data())
def test_all_archives_of_the_same_contents_become_one_and_nothing_is_lost(data: st.DataObject) -> None:
    held = data.draw(files())
    result = rewritten(data.draw(archives(held)))
    assert result == rewritten(data.draw(archives(held)))
    assert result == rewritten(result)
    found = listed(result)
    assert list(found) == [*sorted(held), f"{INFO}/METADATA", f"{INFO}/WHEEL", RECORD]
    for name, (content, mode) in held.items():
        assert found[name] == (content, 0o100755 if mode & 0o100 else 0o100644)


@settings(max_examples=60)
@given(st.data())
def test_record_is_true(data: st.DataObject) -> None:
    found = listed(rewritten(data.draw(archives(data.draw(files())))))
    rows = list(csv.reader(io.StringIO(found[RECORD][0].decode(), newline="")))
    assert [row[0] for row in rows] == list(found)
    assert rows.pop() == [RECORD, "", ""]
    for name, spelled, size in rows:
        digest = base64.urlsafe_b64decode(spelled.removeprefix("sha256=") + "=")
        assert (digest, int(size)) == (hashlib.sha256(found[name][0]).digest(), len(found[name][0]))


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_archive_gives_an_error_and_no_other_exception(data: st.DataObject) -> None:
    broken = bytearray(packed([*ESSENTIAL, Member("demo.py", b"pass\n" * 99), Member("ä/", attributes=0)]))
    for position, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), min_size=1, max_size=4)
    ):
        broken[position] = value
    cut = data.draw(st.just(len(broken)) | st.integers(0, len(broken)))
    with suppress(FarwheelError):
        rewritten(bytes(broken[:cut]))


@pytest.mark.parametrize(
    ("epoch", "shown"),
    [
        (EPOCH + 1, (2023, 11, 14, 22, 13, 20)),
        (0, (1980, 1, 1, 0, 0, 0)),
        (2**40, (2107, 12, 31, 23, 59, 58)),
    ],
)
def test_times_are_the_epoch_cut_to_what_zip_can_say(epoch: int, shown: tuple[int, ...]) -> None:
    with zipfile.ZipFile(io.BytesIO(rewritten(packed(ESSENTIAL), epoch))) as archive:
        assert {info.date_time for info in archive.infolist()} == {shown}


def test_headers_say_nothing_else() -> None:
    member = Member("a", b"a" * 99, extra=b"\xfe\xca\x02\x00ab", comment=b"hello", system=0)
    with zipfile.ZipFile(io.BytesIO(rewritten(packed([member, *ESSENTIAL], b"hello")))) as archive:
        assert archive.comment == b""
        for info in archive.infolist():
            assert (info.extra, info.comment, info.create_system) == (b"", b"", 3)
            assert (info.compress_type, info.flag_bits) == (zipfile.ZIP_DEFLATED, 0)


def test_members_are_packed_as_small_as_zlib_can() -> None:
    content = b"".join(b"%d,%d;" % (n % 13, n * n % 17 + n // 9) for n in range(20_000))
    assert len(zlib.compress(content, 9)) < len(zlib.compress(content))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    expected = len(packer.compress(content) + packer.flush())
    with zipfile.ZipFile(io.BytesIO(rewritten(packed([Member("a", content), *ESSENTIAL])))) as archive:
        assert archive.getinfo("a").compress_size == expected


def test_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real one would have 65,536 members, or one of 4 GiB: the limits are what is made smaller."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 1000)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 3)
    content = os.urandom(5000)
    result = rewritten(packed([Member("large", content), *ESSENTIAL]))
    assert b"PK\x06\x06" in result
    with zipfile.ZipFile(io.BytesIO(result)) as archive:
        assert archive.getinfo("large").extract_version == zipfile.ZIP64_VERSION
        assert archive.read("large") == content


PEAK = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def test_large_members_are_streamed(tmp_path: Path) -> None:
    path = wheel(tmp_path, Member("large", os.urandom(1 << 20) * 60, method=zipfile.ZIP_STORED))
    program = [sys.executable, str(canonical.PROGRAM), "0", str(tmp_path), str(path)]
    done = subprocess.run([sys.executable, "-c", PEAK, *program], capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout)
    assert kilobytes < 50_000


CYCLONE = {
    "serialNumber": "urn:uuid:1",
    "metadata": {"timestamp": "2026-01-01T00:00:00Z", "component": {"name": "ä"}},
    "bomFormat": "CycloneDX",
    "components": [{"version": "1.10", "name": "b"}, {"name": "a"}],
}


def test_sboms_lose_what_changes_and_keep_the_rest() -> None:
    sbom = f"{INFO}/sboms/auditwheel.cdx.json"
    bound = {
        f"{INFO}/sboms/deep.json": b"[" * 100_000,
        f"{INFO}/sboms/twice.json": b'{"a": 1, "a": 2, "serialNumber": 1}',
        f"{INFO}/sboms/note.txt": b'{"serialNumber": 1}',
        f"{INFO}/sboms/none.json": b"\xff",
        "demo/sboms/mine.json": b'{"serialNumber": 1}',
    }
    members = [Member(sbom, json.dumps(CYCLONE).encode()), *(Member(*item) for item in bound.items())]
    found = listed(rewritten(packed([*members, *ESSENTIAL])))
    other = json.dumps(CYCLONE | {"serialNumber": "urn:uuid:2"}, indent=7).encode()
    assert found == listed(rewritten(packed([*ESSENTIAL, Member(sbom, other), *members[1:]])))
    read = json.loads(found[sbom][0])
    assert read.pop("metadata") == {"component": {"name": "ä"}}
    assert read == {key: CYCLONE[key] for key in ("bomFormat", "components")}
    assert {name: found[name][0] for name in bound} == bound


def installable(folder: Path) -> Path:
    return wheel(
        folder,
        Member("demo-1.0.data/", attributes=0o040755),
        Member("demo-1.0.data/scripts/run", b"#!python\nimport demo\n", 0o100755),
        Member("demo-1.0.data/data/share/demo/a, b.txt", b"data"),
        Member("space/demo/ünïcode.py", b"x = 1\n"),
        Member('demo/say "hi".txt', b"hi"),
        Member("demo/tool", b"#!/bin/sh\n", 0o100755),
        Member("demo/__init__.py", b""),
        Member(f"{INFO}/entry_points.txt", b"[console_scripts]\ndemo = demo:main\n"),
        Member(f"{INFO}/RECORD", b"wrong"),
    )


def test_a_real_client_installs_the_result(tmp_path: Path) -> None:
    path = installable(tmp_path)
    assert main(["canonicalise", str(path)]) == 0
    subprocess.run([sys.executable, "-m", "zipfile", "-t", str(path)], check=True)
    site = tmp_path / "site"
    uv = Path(sys.executable).with_name("uv")
    command = [
        str(uv),
        "pip",
        "install",
        "--offline",
        "--no-index",
        "--no-cache",
        "--target",
        str(site),
        str(path),
    ]
    subprocess.run([*command, "--python", sys.executable], check=True)
    assert (site / "space/demo/ünïcode.py").read_bytes() == b"x = 1\n"
    assert (site / 'demo/say "hi".txt').read_bytes() == b"hi"
    assert (site / "share/demo/a, b.txt").read_bytes() == b"data"
    assert os.access(site / "demo/tool", os.X_OK)
    assert (site / "bin/run").read_bytes().startswith(b"#!/")
    assert (site / "bin/demo").exists()


def test_the_verb_rewrites_in_place_or_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installable(tmp_path)
    before = path.read_bytes()
    assert main(["canonicalise", str(path), "-o", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'new' / NAME}\n"
    assert path.read_bytes() == before
    with path.open("rb") as reader:
        assert main(["canonicalise", str(path)]) == 0
        # Whoever reads it meanwhile has the old one, whole.
        assert reader.read() == before
    assert capsys.readouterr().out == f"{path}\n"
    assert path.read_bytes() == (tmp_path / "new" / NAME).read_bytes()
    assert path.stat().st_mode & 0o777 == 0o644


def seconds_of(path: Path) -> int:
    return int(canonical.program().newest(path))


def test_the_verbs_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = wheel(tmp_path, Member("a", date=(2020, 2, 3, 0, 0, 1)))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert main(["canonicalise", str(path)]) == 0
    assert seconds_of(path) == 1_580_688_000
    once = path.read_bytes()
    assert main(["canonicalise", str(path)]) == 0
    assert path.read_bytes() == once
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    assert main(["canonicalise", str(path)]) == 0
    assert seconds_of(path) == EPOCH
    assert main(["canonicalise", str(path), "--epoch", "1000000000"]) == 0
    assert seconds_of(path) == 1_000_000_000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    assert main(["canonicalise", str(path)]) == 2


def test_of_two_wheels_of_one_name_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    files = []
    for folder in ("ours", "theirs"):
        Path(folder).mkdir()
        files.append(str(wheels.build(Path(folder), {f"demo/{folder}": folder})))
    assert main(["canonicalise", *files, "-o", "out"]) == 2
    assert "would be written twice" in capsys.readouterr().err
    assert not Path("out").exists()
    assert main(["canonicalise", *files]) == 0
