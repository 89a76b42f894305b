"""Give a wheel a build tag: buildtag.py NUMBER FILE.whl, in place of the file without one (PEP 427).

For a wheel that was published and had to be changed: one name stands for one content, for ever.
"""

import re
import sys
import zipfile
from pathlib import Path

number, wheel = sys.argv[1], Path(sys.argv[2])
project, version, *tags = wheel.name.split("-")
tagged = wheel.with_name("-".join([project, version, number, *tags]))
with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(tagged, "x", zipfile.ZIP_DEFLATED) as new:
    for info in old.infolist():
        content = old.read(info)
        if re.fullmatch(r"[^/]+\.dist-info/WHEEL", info.filename):
            content = content.rstrip(b"\n") + f"\nBuild: {number}\n".encode("ascii")
        new.writestr(info, content)
wheel.unlink()
