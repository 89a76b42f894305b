import pytest

from farwheel import source, trees
from farwheel.errors import FarwheelError, UsageError


def newest(*tags: str, hold: str = "") -> tuple[str, str]:
    version, tag, _ = source.newest(dict.fromkeys(tags, "0" * 40), "py-demo", hold)
    return str(version), tag


@pytest.mark.parametrize(
    "tag",
    [
        "1.2",
        "v1.2",
        "V1.2",
        "release-1.2",
        "release/v1.2",
        "py-demo-1.2",
        "py_demo-v1.2",
        "py.demo/1.2",
        "rel1.2",
    ],
)
def test_a_tag_is_a_version(tag: str) -> None:
    assert newest("v1.1", tag, "nightly", "other-3.0", "v", "20x") == ("1.2", tag)


def test_the_newest_final_one_within_the_hold_is_taken() -> None:
    tags = ("v1.2", "v1.10", "v2.0rc1", "v2.0.dev1")
    assert newest(*tags) == ("1.10", "v1.10")
    assert newest(*tags, hold="<1.5") == ("1.2", "v1.2")
    assert newest(*tags, hold="==2.0rc1") == ("2.0rc1", "v2.0rc1")
    with pytest.raises(FarwheelError, match="none of the repository's 4 tags is a release within >=2"):
        newest(*tags, hold=">=2")


@pytest.mark.parametrize(
    "text", ["github:", "github:x", "github:/x", "github:x/", "github:a/b/c", "pypi:a/b"]
)
def test_what_is_no_repository(text: str) -> None:
    with pytest.raises(UsageError, match="no repository on GitHub"):
        trees.parse(text)


def test_urls_of_repositories() -> None:
    them = trees.Repository("them", "demo")
    host = them.url().split("/")[2]
    for url in (
        them.url(),
        f"https://{host}/them/demo",
        f"https://{host}/them/demo/",
        f"ssh://git@{host}/them/demo.git",
    ):
        assert trees.of_url(url) == them
    for url in (f"https://{host}/them", f"https://{host}.test/them/demo", "https://git.test/them/demo"):
        assert trees.of_url(url) is None
