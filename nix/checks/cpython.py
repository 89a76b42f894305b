"""Import every standard module, then run a chosen part of CPython's own tests; exits 1 when one fails."""

import importlib
import subprocess
import sys

# Not for this platform, or with an effect on import.
ELSEWHERE = {
    "_android_support", "_apple_support", "_ios_support", "_msi", "_osx_support", "_overlapped", "_pyrepl",
    "_scproxy", "_winapi", "_wmi", "antigravity", "idlelib", "msvcrt", "nt", "ntpath", "this", "winreg",
    "winsound",
}  # fmt: skip
# Optional parts that we do not build: no Tk, no Berkeley or GNU dbm, no libuuid (uuid does without).
NOT_BUILT = {"_tkinter", "tkinter", "turtle", "turtledemo", "_dbm", "_gdbm", "_uuid"}
TESTS = ["test_ctypes", "test_decimal", "test_struct", "test_math", "test_float", "test_ssl", "test_sqlite3"]
# Why a test is left out: class and reason.
LEFT_OUT = {
    "*test_find_library_with_gcc": "root: it asks a compiler, and there is none",
    "*test_find_library_with_ld": "root: it asks a linker, and there is none",
}

failed = []
for name in sorted(sys.stdlib_module_names - ELSEWHERE - NOT_BUILT):
    try:
        importlib.import_module(name)
    except ImportError as error:
        failed.append(f"{name}: {error}")
if failed:
    sys.exit("error: standard modules that do not import:\n  " + "\n  ".join(failed))
print(f"all {len(sys.stdlib_module_names - ELSEWHERE - NOT_BUILT)} standard modules import", flush=True)

ignored = [option for pattern in LEFT_OUT for option in ("--ignore", pattern)]
sys.exit(
    subprocess.run(
        [sys.executable, "-m", "test", "--timeout", "600", "-j2", "-W", *ignored, *TESTS], check=False
    ).returncode
)
