"""auditwheel where the machine is not the wheel's: repair.py MACHINE ARGUMENT-OF-AUDITWHEEL...

The platforms that it lets one choose are those of the machine on which it believes to be.
"""

import platform
import sys

from auditwheel.main import main

machine = sys.argv.pop(1)
platform.machine = lambda: machine
sys.exit(main())
