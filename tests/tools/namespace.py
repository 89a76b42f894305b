"""Run a program in a network of its own, where host names mean loopback: namespace.py HOSTS PROGRAM..."""

import fcntl
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


def run(hosts: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run `command` in new user, network and mount namespaces with the file `hosts` as /etc/hosts."""
    inside = [
        "unshare",
        "--map-root-user",
        "--net",
        "--mount",
        sys.executable,
        __file__,
        str(hosts),
        *command,
    ]
    return subprocess.run(inside, capture_output=True, text=True, check=False)


def main() -> None:
    """The part inside."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    subprocess.run(["mount", "--bind", sys.argv[1], "/etc/hosts"], check=True)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - that is its purpose


if __name__ == "__main__":
    main()
