"""What all tests share."""

import signal

# Background jobs of a shell have Ctrl-C ignored, and so would every program have that a test interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
