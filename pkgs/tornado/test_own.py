"""What upstream says before its tests (tornado.test.runtests, tox.ini), and pytest does not know of."""

import logging
import os

logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
# Seconds a test: 5 without it, 25 in tox.ini; TLS of a megabyte in small pieces takes longer under QEMU.
os.environ["ASYNC_TEST_TIMEOUT"] = "100"
# Upstream's own word for machines such as QEMU's: requests that shall time out have 0.5 s to arrive, not 0.1.
os.environ["EMULATION"] = "1"
