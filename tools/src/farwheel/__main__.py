"""`python -m farwheel`: what tools/farwheel hands over to."""

import io
import os
import sys

from farwheel.cli import main

# Names of files are bytes: one that is not UTF-8 is printed as it is.
if isinstance(sys.stdout, io.TextIOWrapper):
    sys.stdout.reconfigure(errors="surrogateescape")
# It has served: what is started from here, a build's shell above all, must not find this project's modules.
os.environ.pop("PYTHONPATH", None)
sys.exit(main())
