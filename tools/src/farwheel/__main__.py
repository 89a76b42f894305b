"""`python -m farwheel`: what tools/farwheel hands over to."""

import os
import sys

from farwheel.cli import main

# It has served: what is started from here, a build's shell above all, must not find this project's modules.
os.environ.pop("PYTHONPATH", None)
sys.exit(main())
