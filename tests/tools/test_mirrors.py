import os
from collections.abc import Callable
from pathlib import Path

import pytest

from farwheel import mirrors, web
from farwheel.errors import FarwheelError

Apt = Callable[[str, str], Path]


def pypi(tmp_path: Path, **env: str) -> list[str]:
    return mirrors.registry("pypi", {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path), **env})


def test_a_setting_of_ours_wins_and_is_a_list(tmp_path: Path) -> None:
    found = pypi(
        tmp_path, FARWHEEL_PYPI="https://b.test/simple/ https://a.test", PIP_INDEX_URL="https://c.test"
    )
    assert found == ["https://b.test/simple", "https://a.test"]


def test_pip_variable_before_pip_file(tmp_path: Path) -> None:
    config = tmp_path / ".config/pip/pip.conf"
    config.parent.mkdir(parents=True)
    config.write_text(
        "[global]\nindex-url = https://file.test/simple/\nextra-index-url =\n  https://extra.test/\n"
    )
    assert pypi(tmp_path) == ["https://file.test/simple", "https://extra.test"]
    assert pypi(tmp_path, PIP_INDEX_URL="https://env.test") == ["https://env.test", "https://extra.test"]
    assert "https://file.test/simple" not in pypi(tmp_path, PIP_CONFIG_FILE=os.devnull)


def test_pip_config_file_variable_before_the_users_file(tmp_path: Path) -> None:
    user = tmp_path / ".pip/pip.conf"
    user.parent.mkdir()
    user.write_text("[global]\nindex-url = https://user.test\n")
    named = tmp_path / "named.conf"
    named.write_text("[install]\nindex-url = https://named.test\n")
    assert pypi(tmp_path, PIP_CONFIG_FILE=str(named)) == ["https://named.test"]


@pytest.mark.parametrize("key", ["index_url", "Index-URL", "--index-url"])
def test_pip_takes_its_options_in_several_spellings(tmp_path: Path, key: str) -> None:
    config = tmp_path / ".pip/pip.conf"
    config.parent.mkdir()
    config.write_text(f"[global]\n{key} = https://file.test\n")
    assert pypi(tmp_path) == ["https://file.test"]


def test_as_in_pip_a_commands_own_section_wins_in_a_farther_file_too(tmp_path: Path) -> None:
    far, near = tmp_path / ".pip/pip.conf", tmp_path / ".config/pip/pip.conf"
    for file, section in ((far, "install"), (near, "global")):
        file.parent.mkdir(parents=True)
        file.write_text(f"[{section}]\nindex-url = https://{section}.test\n")
    assert pypi(tmp_path) == ["https://install.test"]


def test_as_in_pip_a_file_that_is_named_takes_the_place_of_the_users_own(tmp_path: Path) -> None:
    named, own = tmp_path / "named.conf", tmp_path / ".pip/pip.conf"
    own.parent.mkdir()
    own.write_text("[global]\nindex-url = https://own.test\n")
    assert pypi(tmp_path, PIP_CONFIG_FILE=str(named)) == ["https://own.test"]
    named.write_text("[global]\ntimeout = 3\n")
    assert "https://own.test" not in pypi(tmp_path, PIP_CONFIG_FILE=str(named))


def test_certificates_as_pip_finds_them(tmp_path: Path) -> None:
    config = tmp_path / ".pip/pip.conf"
    config.parent.mkdir()
    config.write_text("[global]\ncert = /two words/ca.pem\n")
    host = {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path)}
    assert web.certificates(host) == "/two words/ca.pem"
    assert web.certificates({**host, "PIP_CERT": "~/ca.pem"}) == str(Path.home() / "ca.pem")


def test_a_broken_pip_file_is_passed_over(tmp_path: Path) -> None:
    config = tmp_path / ".pip/pip.conf"
    config.parent.mkdir()
    config.write_text("index-url = no section\n")
    assert pypi(tmp_path, UV_DEFAULT_INDEX="https://uv.test") == ["https://uv.test"]


def test_uv_file_and_variables(tmp_path: Path) -> None:
    config = tmp_path / ".config/uv/uv.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[[index]]\nurl = "https://more.test"\n'
        '[[index]]\nurl = "https://main.test"\ndefault = true\n'
        '[[index]]\nurl = "https://only-on-demand.test"\nexplicit = true\n'
    )
    assert pypi(tmp_path) == ["https://main.test", "https://more.test"]
    assert pypi(tmp_path, UV_INDEX="corp=https://corp.test/simple")[-1] == "https://corp.test/simple"


@pytest.mark.parametrize(
    "text", ["index = 3", 'index = ["a"]', '[[index]]\nname = "a"', "pip = 3", "index-url"]
)
def test_a_uv_file_that_is_none_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "uv.toml").write_text(text)
    found = pypi(tmp_path, UV_CONFIG_FILE=str(tmp_path / "uv.toml"), UV_DEFAULT_INDEX="https://uv.test")
    assert found == ["https://uv.test"]


def test_uvs_file_of_the_system_and_that_it_reads_none(tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv/uv.toml").write_text('index-url = "https://system.test"\n')
    assert pypi(tmp_path) == ["https://system.test"]
    assert "https://system.test" not in pypi(tmp_path, UV_NO_CONFIG="1")


def test_the_default_is_the_client_librarys(tmp_path: Path) -> None:
    from pypi_simple import PYPI_SIMPLE_ENDPOINT

    assert pypi(tmp_path) == [PYPI_SIMPLE_ENDPOINT.rstrip("/")]


def test_apt_in_both_styles(apt: Apt) -> None:
    apt(
        "sources.list",
        "# deb http://off.test/debian x main\n"
        "deb\t[arch=amd64 trusted=yes]\thttp://one.test/debian/ trixie main\n",
    )
    apt(
        "sources.list.d/a.sources",
        "Types: deb\nURIs: http://two.test/debian\n http://three.test/debian\nSuites: x\n",
    )
    apt(
        "sources.list.d/b.sources",
        "Enabled: no\nURIs: http://off.test/debian\n\nURIs: http://sec.test/debian-security\n",
    )
    apt(
        "sources.list.d/c.list",
        "deb cdrom:[x]/debian trixie main\ndeb http://[broken/debian trixie main\n"
        "deb-src http://one.test/debian trixie main\n",
    )
    root = apt("sources.list.d/ignored.save", "deb http://off.test/debian trixie main\n")
    found = mirrors.registry("debian", {}, root)
    assert found == ["http://one.test/debian", "http://two.test/debian", "http://three.test/debian"]


@pytest.mark.parametrize("word", ["no", "False", "off", "disable", "without"])
def test_apts_words_for_no(apt: Apt, word: str) -> None:
    root = apt("sources.list.d/a.sources", f"URIs: http://one.test/debian\nEnabled: {word}\n")
    assert mirrors.configured("debian", {}, root) == []


def test_a_list_of_mirrors_as_debians_cloud_images_have_it(apt: Apt) -> None:
    apt("mirrors/debian.list", "# ours\nhttps://one.test/debian\tpriority:1\n\nhttps://two.test/debian/\n")
    apt("sources.list", "deb mirror+file:/etc/apt/mirrors/gone.list trixie main\n")
    sources = "Types: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: trixie\n"
    root = apt("sources.list.d/debian.sources", sources)
    assert mirrors.configured("debian", {}, root) == ["https://one.test/debian", "https://two.test/debian"]


@pytest.mark.parametrize("sources", ["", "deb http://archive.test/ubuntu noble main\n"])
def test_without_debian_the_error_names_the_setting(apt: Apt, sources: str) -> None:
    root = apt("sources.list", sources)
    with pytest.raises(FarwheelError) as caught:
        mirrors.registry("debian", {}, root)
    assert "FARWHEEL_DEBIAN" in caught.value.hint
    assert mirrors.registry("debian", {"FARWHEEL_DEBIAN": "http://m.test/debian"}, root) == [
        "http://m.test/debian"
    ]


def test_cargos_source_replacement(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[source.crates-io]\nreplace-with = "m"\n[source.m]\nregistry = "sparse+https://crates.test/index/"\n'
    )
    assert mirrors.registry("crates", {"CARGO_HOME": str(tmp_path)}) == ["https://crates.test/index"]
    ours = {"FARWHEEL_CRATES": "sparse+https://own.test/index/"}
    assert mirrors.registry("crates", ours) == ["https://own.test/index"]


@pytest.mark.parametrize(
    "text",
    [
        'source.m = { registry = "sparse+https://m.test/", replace-with = "n" }\nsource.n.registry = "sparse+https://c.test/i/"\n',
        'registries.m.index = "sparse+https://c.test/i/"\n',
    ],
)
def test_what_replaces_cargos_source_may_be_replaced_and_may_be_a_registry(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(f'source.crates-io.replace-with = "m"\n{text}')
    assert mirrors.configured("crates", {"CARGO_HOME": str(tmp_path)}) == ["https://c.test/i"]


@pytest.mark.parametrize(
    "text",
    [
        b"source = 1",
        b'source.crates-io = "x"',
        b'source.crates-io.replace-with = ["a"]',
        b"# \xff",
        b'source.a.replace-with = "crates-io"\nsource.crates-io.replace-with = "a"',
    ],
)
def test_a_cargo_file_that_names_no_other_source_is_passed_over(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(text)
    assert mirrors.configured("crates", {"CARGO_HOME": str(tmp_path)}) == []


@pytest.mark.parametrize("nonsense", ["ftp://x.test", "just-words", "http://[broken", "https:///path"])
def test_what_is_no_web_address_counts_as_nothing(tmp_path: Path, nonsense: str) -> None:
    with pytest.raises(FarwheelError, match="no mirror"):
        pypi(tmp_path, FARWHEEL_PYPI=nonsense)


def test_certificates_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone.pem"
    for setting in ("file is missing", "file is none"):
        monkeypatch.setenv("PIP_CERT", str(gone))
        with pytest.raises(FarwheelError, match=r"gone\.pem holds no CA certificates") as told:
            web.client()
        assert "PIP_CERT" in told.value.hint, setting
        gone.write_text("nothing")


def test_passwords_are_not_shown() -> None:
    assert mirrors.shown("https://me:secret@x.test/simple") == "https://***@x.test/simple"
    assert mirrors.shown("https://x.test/simple") == "https://x.test/simple"
