import os
from pathlib import Path

import pytest

from farwheel import nix, store
from farwheel.errors import FarwheelError
from farwheel.files import sha256_of

# The seed and a package, as Nix 2.8, 2.26 and 2.34 name them.
SEED_NAR = "8f3f8c2f3ad3a26e71b034ce05ef0ccf71649f31a5a797af028a2fae14928b47"
SEED = "/nix/store/xafbcjyk75m3iixhrb8yqvcnynvdbazs-busybox-static"


def test_path_of_a_tree() -> None:
    assert store.recursive_path("busybox-static", SEED_NAR) == SEED


@pytest.mark.nix
def test_files_get_the_path_that_nix_gives_them(tmp_path: Path) -> None:
    file = tmp_path / "x_1.0+dfsg-1.tar.xz"
    file.write_bytes(b"farwheel's test")
    path = store.flat_path(file.name, sha256_of(file))
    store.add_files([(file, path)])
    assert Path(path).read_bytes() == b"farwheel's test"
    absent = store.flat_path("absent", "0" * 64)
    assert store.valid([path, absent]) == {path}


@pytest.mark.nix
def test_a_file_that_changed_after_its_check_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "changed"
    file.write_bytes(b"other bytes")
    with pytest.raises(FarwheelError, match="changed on disk"):
        store.add_files([(file, store.flat_path("changed", "0" * 64))])
    assert not file.exists()


@pytest.mark.nix
def test_nix_says_why_it_fails() -> None:
    with pytest.raises(FarwheelError, match="nonexistent"):
        nix.run("nix-store", "--query", "--outputs", "/nix/store/nonexistent.drv")


@pytest.mark.nix
def test_of_what_an_evaluation_says_the_message_is_told(tmp_path: Path) -> None:
    (tmp_path / "flake.nix").write_text("{ outputs = _: { a = map (x: throw ''it is\nbroken'') [ 1 ]; }; }")
    with pytest.raises(FarwheelError) as raised:
        nix.evaluate("a", "x: x", f"path:{tmp_path}")
    assert str(raised.value) == "it is\nbroken"


def test_the_message_comes_after_the_traces_of_a_newer_nix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "nix"
    stub.write_text("""#!/bin/sh
cat >&2 <<'END'
warning: Git tree is dirty
error:
       … while evaluating the attribute 'a'
         at /flake.nix:1:2:
       error: it is
       broken
END
exit 1
""")
    stub.chmod(0o755)
    monkeypatch.setattr(nix, "options", tuple)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(FarwheelError, match=r"\Ait is\nbroken\Z"):
        nix.evaluate("a", "x: x")
