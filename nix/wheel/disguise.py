"""sitecustomize of build environments: let a native interpreter answer as the target's would.

Active only where FARWHEEL_MACHINE is set (mode `disguised`). Headers and the sysconfig data of the target are
mounted over the native ones; what is left is what the interpreter asks the kernel or was compiled with.
"""

import os
import sys

machine = os.environ.get("FARWHEEL_MACHINE")
if machine:
    _uname = os.uname

    def uname() -> os.uname_result:
        """os.uname of the target."""
        return os.uname_result((*_uname()[:4], machine))

    os.uname = uname
    sys.implementation._multiarch = f"{machine}-linux-gnu"  # noqa: SLF001  there is no public way
