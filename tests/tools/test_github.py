import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from farwheel.errors import FarwheelError
from farwheel.github import GitHub, GitHubError, LimitError, slug_of
from github_server import TOKEN, FakeGitHub, serve
from github_state import SLUG, Answer, State, error


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FakeGitHub]:
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path)], check=True)
    with serve(FakeGitHub(State(tmp_path))) as github:
        for number in range(1, 8):
            github.state.pulls[number] = {
                "number": number,
                "state": "closed",
                "head": {"label": f"far:bump/p{number}"},
                "base": {"ref": "main"},
                "labels": [],
            }
            github.state.comments[number] = []
        yield github


def client(server: FakeGitHub, token: str = TOKEN, repository: str = SLUG) -> GitHub:
    clock = server.clock
    return GitHub(repository, token, server.state.url, sleep=clock.sleep, clock=clock)


def test_a_list_is_read_to_its_end(server: FakeGitHub) -> None:
    server.state.page = 3
    found = [pull["number"] for pull in client(server).pages("pulls", state="all")]
    assert found == [7, 6, 5, 4, 3, 2, 1]
    assert server.requests == [f"GET /repos/{SLUG}/pulls"] * 3
    assert server.violations == []


def test_a_list_that_goes_on_elsewhere_is_not_followed(server: FakeGitHub) -> None:
    elsewhere = {"Link": '<https://elsewhere.example/pulls?page=2>; rel="next"'}
    server.faults.append(("GET .*/pulls", Answer(200, [], elsewhere)))
    with pytest.raises(GitHubError, match="where the token must not go"):
        list(client(server).pages("pulls"))


def test_writes_are_a_second_apart(server: FakeGitHub) -> None:
    github = client(server)
    for _ in range(3):
        github.post("issues/1/comments", {"body": "word"})
    assert server.clock.slept == [1.0, 1.0]
    assert server.state.comments[1] == ["word"] * 3


def test_the_primary_limit_is_waited_for(server: FakeGitHub) -> None:
    server.remaining = 1
    github = client(server)
    github.patch("pulls/1", {"title": "one"})
    github.patch("pulls/2", {"title": "two"})
    assert server.state.pulls[2]["title"] == "two"
    # A second between the writes, then until the time that the answer named.
    assert server.clock.slept == [1.0, 121.0]


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [
        (error(403, "You have exceeded a secondary rate limit.", retry_after="37"), [37.0]),
        (error(429, "Too many requests", retry_after="5"), [5.0]),
        (error(403, "You have exceeded a secondary rate limit. Please wait"), [60.0]),
        (error(429, ""), [60.0]),
    ],
)
def test_secondary_limits_are_waited_for(server: FakeGitHub, refusal: Answer, seconds: list[float]) -> None:
    server.faults.append(("POST .*", refusal))
    client(server).post("issues/1/comments", {"body": "word"}, again=False)
    assert server.clock.slept == seconds
    assert server.state.comments[1] == ["word"]


def test_a_secondary_limit_that_stays_is_waited_for_longer_and_longer_and_then_given_up(
    server: FakeGitHub,
) -> None:
    server.faults += [("POST .*", error(429, "")) for _ in range(9)]
    with pytest.raises(LimitError, match=r"used up until \d\d:\d\d:\d\d UTC") as caught:
        client(server).post("issues/1/comments", {"body": "word"})
    assert server.clock.slept == [60.0, 120.0, 240.0, 480.0]
    assert "goes on where it was" in caught.value.hint


def test_an_hour_is_not_waited(server: FakeGitHub) -> None:
    reset = str(int(server.clock()) + 3600)
    server.faults.append(
        ("GET .*", error(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset))
    )
    with pytest.raises(LimitError):
        list(client(server).pages("pulls"))
    assert server.clock.slept == []


def test_a_limit_that_is_over_by_our_clock_is_waited_for_a_moment(server: FakeGitHub) -> None:
    reset = str(int(server.clock()) - 60)
    limit = error(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    server.faults.append(("GET .*", limit))
    assert len(list(client(server).pages("pulls", state="all"))) == 7
    assert server.clock.slept == [1.0]


@pytest.mark.parametrize("fault", [Answer(502), Answer(503), Answer(500), None])
def test_what_the_server_fails_at_is_asked_again(server: FakeGitHub, fault: Answer | None) -> None:
    server.faults += [("GET .*", fault)] * 3
    assert len(list(client(server).pages("pulls", state="all"))) == 7
    assert server.clock.slept == [1.0, 2.0, 4.0]


def test_a_server_that_stays_down_is_given_up(server: FakeGitHub) -> None:
    server.faults += [("GET .*", Answer(502))] * 9
    with pytest.raises(GitHubError, match="HTTP 502 Bad Gateway") as caught:
        list(client(server).pages("pulls"))
    assert "later" in caught.value.hint
    assert len(server.requests) == 5


def test_what_must_not_be_done_twice_is_tried_once(server: FakeGitHub) -> None:
    server.faults.append(("POST .*", Answer(502, done=True)))
    with pytest.raises(GitHubError, match="502"):
        client(server).post("issues/1/comments", {"body": "word"}, again=False)
    assert server.state.comments[1] == ["word"]


@pytest.mark.parametrize(
    ("token", "repository", "message", "hint"),
    [
        (
            "stale-token",
            SLUG,
            "does not accept the token .HTTP 401: Bad credentials",
            "set GITHUB_TOKEN to a new",
        ),
        (TOKEN, "far/other", "no such thing in far/other, or the token may not see it", "GITHUB_REPOSITORY"),
    ],
)
def test_refusals_are_told_in_plain_words(
    server: FakeGitHub, token: str, repository: str, message: str, hint: str
) -> None:
    with pytest.raises(GitHubError, match=message) as caught:
        list(client(server, token, repository).pages("pulls"))
    assert hint in caught.value.hint
    assert token not in caught.value.message + caught.value.hint


def test_a_page_instead_of_an_answer_is_told(server: FakeGitHub) -> None:
    server.faults.append(("GET .*", Answer(200, b"<html>Sign in</html>")))
    with pytest.raises(GitHubError, match="does not answer as GitHub's API does") as caught:
        list(client(server).pages("pulls"))
    assert "GITHUB_API_URL" in caught.value.hint


def test_a_token_without_rights_is_told_which_it_lacks(server: FakeGitHub) -> None:
    server.writable = False
    with pytest.raises(GitHubError, match="the token may not do that") as caught:
        client(server).patch("pulls/1", {"title": "one"})
    assert (caught.value.status, caught.value.hint) == (403, "it asks for pull_requests=write")
    assert server.clock.slept == []


def test_reasons_of_a_failed_validation_are_told(server: FakeGitHub) -> None:
    body = {"title": "t", "head": "bump/absent", "base": "main"}
    with pytest.raises(GitHubError, match="Validation Failed; head: invalid") as caught:
        client(server).post("pulls", body)
    assert caught.value.status == 422


def test_the_fake_server_knows_what_github_takes(server: FakeGitHub) -> None:
    """What the other tests rely on: a request that is not as described is refused and noted."""
    with pytest.raises(GitHubError, match="unknown property draft"):
        client(server).patch("pulls/1", {"draft": False})
    with pytest.raises(GitHubError, match="lacks base"):
        client(server).post("pulls", {"title": "t", "head": "h"})
    with pytest.raises(GitHubError, match="labels is no strings"):
        client(server).post("issues/1/labels", {"labels": "bump"})
    with pytest.raises(GitHubError, match="state cannot be 'merged'"):
        list(client(server).pages("pulls", state="merged"))
    assert len(server.violations) == 4


def test_the_environment_names_server_repository_and_token(server: FakeGitHub) -> None:
    env = {"GITHUB_API_URL": f"{server.state.url}/", "GITHUB_REPOSITORY": SLUG, "GH_TOKEN": TOKEN}
    assert len(list(GitHub.of("/some/folder", env).pages("pulls", state="all"))) == 7
    with pytest.raises(FarwheelError, match="there is no token"):
        GitHub.of(f"git@github.com:{SLUG}.git", {}).can_write()
    with pytest.raises(FarwheelError, match="names no repository on GitHub") as caught:
        GitHub.of("https://me:secret@h.test/group/sub/project.git", {})
    assert "GITHUB_REPOSITORY" in caught.value.hint
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("remote", "slug"),
    [
        ("https://github.com/far/wheels", "far/wheels"),
        ("https://github.com/far/wheels.git", "far/wheels"),
        ("https://me:word@github.com/far/wheels.git/", "far/wheels"),
        ("git@github.com:far/wheels.git", "far/wheels"),
        ("ssh://git@github.com:22/far/my.wheels.git", "far/my.wheels"),
        ("/srv/git/wheels.git", ""),
        ("", ""),
    ],
)
def test_the_repository_of_a_remote(remote: str, slug: str) -> None:
    assert slug_of(remote) == slug
