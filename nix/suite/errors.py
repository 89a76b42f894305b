"""The one way in which a run says that it cannot go on."""


class RunError(Exception):
    """The run has failed; its words say how, and what to do."""
