"""The build root for real: entering it, the private binfmt, and what is said where the kernel forbids it."""

import json
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from farwheel import bench, builder, derivation, nix

pytestmark = pytest.mark.nix

REPOSITORY = Path(__file__).resolve().parents[2]
FAR = ["loongarch64", "riscv64"]
HOST_BINFMT = Path("/proc/sys/fs/binfmt_misc")
# `run` as the flake makes it, for a script of ours.
EXPRESSION = """
{ nix, script, arch, salt }:
let
  system = "x86_64-linux";
  architectures = import (nix + "/architectures.nix");
  pins = import (nix + "/pins") { inherit system; mirrors = { }; };
  build = import (nix + "/root") { inherit system pins architectures; };
in
build.run {
  name = "probe";
  inherit salt;
  script = build.file script;
  emulate = if arch == "" then null else architectures.${arch};
}
"""


@dataclass(frozen=True)
class Entry:
    """enter.sh, as nix/root/run.nix starts it."""

    seed: Path
    root: Path
    architectures: dict[str, dict[str, str]]
    top: Path

    def environment(self, arch: str = "", **changes: str) -> dict[str, str]:
        scripts = REPOSITORY / "nix/root"
        variables = {
            "seed": str(self.seed),
            "root": str(self.root),
            "inside": str(scripts / "inside.sh"),
            "view": "store",
            "mounts": "",
            "top": str(self.top),
        }
        if arch:
            row = self.architectures[arch]
            variables |= {
                "emulator": f"{self.root}/usr/bin/qemu-{row['qemu']}",
                "magic": row["magic"],
                "mask": row["mask"],
                "QEMU_CPU": row["cpu"],
            }
        return variables | changes

    def __call__(
        self, command: str, arch: str = "", before: str = "", **changes: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command in the root; `before` runs first, in a namespace around it: a host of our own."""
        busybox = f"{self.seed}/bin/busybox"
        words = [
            busybox,
            "sh",
            str(REPOSITORY / "nix/root/enter.sh"),
            "/bin/bash",
            "-c",
            f"cd /build; {command}",
        ]
        if before:
            words = [
                busybox,
                "unshare",
                "-r",
                "-m",
                busybox,
                "sh",
                "-euc",
                f'{before}\nexec "$@"',
                "host",
                *words,
            ]
        env = self.environment(arch, **changes)
        return subprocess.run(words, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def parts() -> tuple[Path, Path, dict[str, dict[str, str]]]:
    """The seed, the root (built where it is missing) and the table of architectures."""
    paths: list[str] = nix.evaluate("lib.parts", "p: [ p.pins.seed.drvPath p.root.drvPath ]")
    outputs, _ = builder.build(paths, builder.Effort())
    table = subprocess.run(
        ["nix", *nix.FEATURES, "eval", "--json", "--file", str(REPOSITORY / "nix/architectures.nix")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return Path(outputs[0]), Path(outputs[1]), json.loads(table)


@pytest.fixture
def enter(parts: tuple[Path, Path, dict[str, dict[str, str]]], tmp_path: Path) -> Entry:
    return Entry(*parts, tmp_path / "top")


@pytest.fixture
def old_kernel(enter: Entry, tmp_path: Path) -> str:
    """A seed that cannot mount binfmt_misc, as before Linux 6.7."""
    busybox = tmp_path / "old/bin/busybox"
    busybox.parent.mkdir(parents=True)
    busybox.write_text(
        f"#!{enter.seed}/bin/busybox sh\n"
        'case "$*" in "mount -t binfmt_misc"*) exit 1 ;; esac\n'
        f'exec {enter.seed}/bin/busybox "$@"\n'
    )
    busybox.chmod(0o755)
    return str(tmp_path / "old")


def program(arch: str) -> str:
    """Shell commands that make ./far, a program of that architecture that exits with 7."""
    lines = {
        "loongarch64": "li.w $a7, 93; li.w $a0, 7; syscall 0",
        "riscv64": "li a7, 93; li a0, 7; ecall",
    }
    return (
        f"echo '.globl _start; _start: {lines[arch]}' | "
        f"{arch}-linux-gnu-gcc -nostdlib -static -x assembler -o far - || exit 99; "
    )


def probe(*command: str, arch: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Call Nix for a derivation of probe.sh that nobody has built before, which may emulate `arch`."""
    expression = folder / "probe.nix"
    expression.write_text(EXPRESSION, encoding="utf-8")
    strings = {"arch": arch, "salt": uuid.uuid4().hex}
    paths = {"nix": REPOSITORY / "nix", "script": REPOSITORY / "tests/nix/probe.sh"}
    words = [word for name, value in strings.items() for word in ("--argstr", name, value)]
    words += [word for name, path in paths.items() for word in ("--arg", name, str(path))]
    done = subprocess.run(
        [*command, *nix.options(), *words, str(expression)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def registered() -> list[str]:
    return sorted(path.name for path in HOST_BINFMT.iterdir()) if HOST_BINFMT.is_dir() else []


@pytest.mark.parametrize("arch", [*FAR, ""])
@pytest.mark.usefixtures("parts")
def test_a_derivation_runs_programs_of_its_architecture_alone(arch: str, tmp_path: Path) -> None:
    before = registered()
    done = probe("nix-build", "--no-out-link", arch=arch, folder=tmp_path)
    report = Path(done.stdout.strip(), "report").read_text(encoding="utf-8").splitlines()
    expected = [f"{machine} {7 if machine == arch else 126}" for machine in ("riscv64", "loongarch64")]
    assert report == [*expected, "network lo"]
    assert registered() == before


@pytest.mark.parametrize("arch", FAR)
def test_outside_of_a_nix_build(enter: Entry, arch: str) -> None:
    before = registered()
    done = enter(f"{program(arch)} ./far", arch)
    assert (done.returncode, done.stderr) == (7, "")
    assert registered() == before


def test_without_an_emulator_a_foreign_program_fails_loudly(enter: Entry) -> None:
    done = enter(f"{program('riscv64')} ./far")
    assert done.returncode == 126
    assert "Exec format error" in done.stderr


@pytest.mark.parametrize("arch", FAR)
def test_the_hosts_registrations_are_hidden(enter: Entry, arch: str) -> None:
    """Even where the host could run it, a program that nobody expects must not run."""
    done = enter(f"{program(arch)} ./far", before=host_registration(enter, arch))
    assert done.returncode == 126
    assert "Exec format error" in done.stderr


def test_there_is_no_network_but_loopback(enter: Entry) -> None:
    # The first address is for documentation (RFC 5737): nobody has it.
    done = enter("sed 1,2d /proc/net/dev; (exec 3<>/dev/tcp/192.0.2.1/9); (exec 3<>/dev/tcp/127.0.0.1/9)")
    assert done.stdout.split()[0] == "lo:"
    assert len(done.stdout.splitlines()) == 1
    outside, loopback = (line for line in done.stderr.splitlines() if "/dev/tcp" in line)
    assert "Network is unreachable" in outside
    assert "Connection refused" in loopback


def test_the_store_is_read_only(enter: Entry) -> None:
    done = enter("touch /nix/store/new; touch /build/new && ls /build")
    assert "'/nix/store/new': Read-only file system" in done.stderr
    assert done.stdout == "new\n"
    assert not Path("/nix/store/new").exists()


def test_what_is_mounted_is_read_only(enter: Entry, tmp_path: Path) -> None:
    """Whoever owns the store (root, or the user of a single-user Nix) could change it otherwise."""
    usr, mounted = tmp_path / "root/usr", tmp_path / "mounted"
    for folder in (usr, mounted, tmp_path / "root/etc"):
        folder.mkdir(parents=True)
    for path in (enter.root / "usr").iterdir():
        (usr / path.name).symlink_to(path)
    changes = {"root": f"{tmp_path}/root", "mounts": f"{mounted}:/opt/mounted"}
    done = enter("touch /usr/new; touch /opt/mounted/new", **changes)
    assert done.stderr.count("Read-only file system") == 2
    assert not (usr / "new").exists()
    assert not (mounted / "new").exists()


def test_a_closed_root_sees_no_store(enter: Entry) -> None:
    assert enter("ls /nix/store", view="closed").stdout == ""


def test_no_user_namespaces(enter: Entry) -> None:
    done = enter("true", before="echo 0 >/proc/sys/user/max_user_namespaces")
    assert done.returncode == 1
    assert "does not let us make a user namespace" in done.stderr
    assert "sysctl -w user.max_user_namespaces=15000" in done.stderr
    assert "tools/farwheel doctor" in done.stderr


@pytest.mark.parametrize("arch", FAR)
def test_no_private_binfmt(enter: Entry, old_kernel: str, arch: str) -> None:
    nothing = f"mount -t tmpfs none {HOST_BINFMT}"
    done = enter(f"{program(arch)} ./far", arch, before=nothing, seed=old_kernel)
    assert done.returncode == 1
    assert "6.7" in done.stderr
    assert "modprobe binfmt_misc" in done.stderr
    assert f"qemu-{arch}" in done.stderr


@pytest.mark.parametrize("arch", FAR)
def test_the_hosts_registration_is_used_where_there_is_no_private_one(
    enter: Entry, old_kernel: str, arch: str
) -> None:
    host = host_registration(enter, arch)
    done = enter(f"{program(arch)} ./far", arch, before=host, seed=old_kernel)
    assert done.returncode == 7, done.stderr
    assert f"using the host's qemu-{arch}" in done.stderr


def test_a_registration_without_the_flag_f_will_not_do(enter: Entry, old_kernel: str) -> None:
    host = host_registration(enter, "riscv64", flags="OC")
    assert enter("true", "riscv64", before=host, seed=old_kernel).returncode == 1


@pytest.mark.usefixtures("parts")
def test_entering_takes_less_than_a_third_of_a_second(tmp_path: Path) -> None:
    """By the command that `farwheel bench` times."""
    done = probe("nix-instantiate", "--attr", "enter", arch="riscv64", folder=tmp_path)
    command = bench.entering(derivation.read(done.stdout.strip()))
    times = []
    for number in range(5):
        began = time.perf_counter()
        subprocess.run([word.replace("{scratch}", f"{tmp_path}/{number}") for word in command], check=True)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.3


def host_registration(enter: Entry, arch: str, flags: str = "OCF") -> str:
    """Shell commands that register QEMU as a host's package would, in the namespace that is the host."""
    row = enter.architectures[arch]
    emulator = f"{enter.root}/usr/bin/qemu-{row['qemu']}"
    rule = f":qemu-{row['qemu']}:M::{row['magic']}:{row['mask']}:{emulator}:{flags}"
    return f"mount -t binfmt_misc none {HOST_BINFMT}\nprintf '%s' '{rule}' >{HOST_BINFMT}/register"
