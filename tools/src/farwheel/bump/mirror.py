"""A package's pull request, made what the commit on its branch says.

REST can open a pull request as a draft and cannot turn one into the other: that takes GraphQL. So a failure
that is overcome is closed with a word, and what succeeds is opened anew, in a pull request that people are
told of. (A mark in the title would leave it to reviewers to see what must not be merged; GitHub refuses to
merge a draft.) What builds is never replaced by what does not: see `beside`.
"""

from dataclasses import replace

from packaging.version import Version

from farwheel.bump.pulls import Pull, Pulls
from farwheel.bump.record import Failure, Marker, Record, Tip

LABEL, SECURITY = "bump", "security"
_TITLE_OF_SECURITY = "(security)"


def show(pulls: Pulls, tip: Tip, record: Record, pull: Pull | None, log: str = "") -> tuple[str, Pull]:
    """Open or change what has to be; ("opened", "updated" or "kept", the pull request).

    `log` is for one that failed. A pull request whose hidden marker somebody took out is theirs.
    """
    beyond = pull.marker.failed if pull and pull.marker else {}
    failed = {version: one for version, one in beyond.items() if Version(version) > record.version}
    marker = Marker(record.name, record.new, tip.sha, bool(record.failure), record.retire, failed=failed)
    text = f"{tip.text}\n\n{log}".strip()
    labels = [LABEL, SECURITY] if _TITLE_OF_SECURITY in tip.title else [LABEL]
    if pull and (not pull.marker or pull.marker.head == tip.sha):
        if pull.marker:
            pulls.label(pull, labels)
        return "kept", pull
    if pull and pull.marker and marker.draft not in {pull.draft, pull.marker.draft}:
        close(pulls, pull, f"{record.new} {'fails' if marker.draft else 'builds'}: a new pull request has it")
        text, pull = f"{text}\n\nReplaces #{pull.number}.", None
    body = marker.under(text)
    if pull:
        did, pull = "updated", pulls.update(pull, title=tip.title, body=body)
    else:
        did, pull = "opened", pulls.create(record.name, tip.title, body, draft=marker.draft)
        if pull.marker != marker:
            # Another run was quicker, by an older commit perhaps.
            pull = pulls.update(pull, title=tip.title, body=body)
    pulls.label(pull, labels)
    return did, pull


def close(pulls: Pulls, pull: Pull, why: str) -> Pull:
    """Close it with a word, and note in it that the bot did: what a person closes is not opened again."""
    pulls.comment(pull, f"Closed: {why}.")
    if not pull.marker:
        return pulls.update(pull, state="closed")
    return pulls.update(pull, state="closed", body=replace(pull.marker, closed=why).under(pull.text))


def beside(pulls: Pulls, pull: Pull, version: str, failure: Failure, said: str) -> Pull:
    """Note in a pull request that builds that a newer release does not; said to people once a release."""
    if not pull.marker:
        return pull
    if version not in pull.marker.failed:
        pulls.comment(pull, said)
    marker = replace(pull.marker, failed=pull.marker.failed | {version: failure})
    return pulls.update(pull, body=marker.under(pull.text))
