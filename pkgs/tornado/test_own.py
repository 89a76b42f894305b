"""What upstream's runner (tornado.test.runtests) says before its tests, and pytest does not know of."""

import logging

logging.getLogger("tornado.access").setLevel(logging.CRITICAL)
