"""What a build needs from this machine, examined one by one."""

import grp
import os
import platform
import pwd
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from farwheel import cache, mirrors, nix
from farwheel.errors import FarwheelError
from farwheel.probe import Probe, probe

_KERNEL = (6, 7)
_EMULATORS = ("qemu-loongarch64", "qemu-riscv64")
_GIGABYTE = 10**9
_ROOM = 15
_ROOM_CACHE = 1
_MEMORY = 4
_SECONDS = 5.0
_PAGES = {"debian": "dists/stable/InRelease", "pypi": "packaging/"}


@dataclass(frozen=True)
class Check:
    """One line of the report; status is "ok", "warn" or "fail" (a build would fail)."""

    name: str
    status: str
    detail: str
    cure: str = ""


def examine() -> list[Check]:
    """Every check, in the order in which a build would meet them."""
    checks = [_host(), *_kernel(), _nix()]
    checks += [_store()] if checks[-1].status == "ok" else []
    checks += [_git(), *_room(), _memory()]
    for registry in ("pypi", "debian"):
        checks += reachable(registry)
    return checks


def _host() -> Check:
    kind = f"{platform.system()} {platform.machine()}"
    good = kind == "Linux x86_64"
    return Check("host", "ok" if good else "fail", kind, "" if good else "build on x86-64 Linux")


def _kernel() -> list[Check]:
    return kernel(probe(_build_user()), platform.release(), Path("/proc/sys"))


def kernel(found: Probe, release: str, knobs: Path) -> list[Check]:
    """Judge what the probe found, on a kernel of this release with these settings below /proc/sys."""
    if found.namespaces:
        return [Check("user namespaces", "fail", found.namespaces, _namespace_cure(knobs))]
    checks = [Check("user namespaces", "ok", "an unprivileged process can make one")]
    if not found.binfmt:
        return [*checks, Check("binfmt", "ok", f"private to each build (Linux {release})")]
    registered = [name for name in _EMULATORS if _registered(knobs / "fs/binfmt_misc" / name)]
    if len(registered) == len(_EMULATORS):
        return [*checks, Check("binfmt", "ok", f"no private one ({found.binfmt}); using the host's")]
    numbers = tuple(int(part) for part in re.findall(r"\d+", release)[:2])
    cure = "as root: modprobe binfmt_misc"
    if numbers < _KERNEL:
        cure = "boot Linux 6.7 or newer, or register QEMU on the host: install qemu-user-static (with flag F)"
    return [*checks, Check("binfmt", "fail", f"no private one on Linux {release}: {found.binfmt}", cure)]


def _namespace_cure(knobs: Path) -> str:
    wanted = {
        "kernel/unprivileged_userns_clone": "1",
        "kernel/apparmor_restrict_unprivileged_userns": "0",
    }
    for name, value in wanted.items():
        knob = knobs / name
        if knob.exists() and knob.read_text(encoding="ascii").strip() != value:
            return f"as root: sysctl -w {name.replace('/', '.')}={value}"
    limit = knobs / "user/max_user_namespaces"
    if limit.exists() and limit.read_text(encoding="ascii").strip() == "0":
        return "as root: sysctl -w user.max_user_namespaces=15000"
    return "in a container, allow clone and unshare (docker: --security-opt seccomp=unconfined)"


def _registered(entry: Path) -> bool:
    try:
        text = entry.read_text(encoding="utf-8")
    except OSError:
        return False
    return text.startswith("enabled") and re.search(r"^flags:.*F", text, re.MULTILINE) is not None


def _build_user() -> int | None:
    """Whom builds run as when root starts them."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(grp.getgrnam("nixbld").gr_mem[0]).pw_uid
    except (KeyError, IndexError):
        return None


def _nix() -> Check:
    try:
        found = nix.version()
    except FarwheelError as error:
        return Check("nix", "fail", error.message, error.hint)
    name = "Nix " + ".".join(map(str, found))
    if found < nix.OLDEST:
        return Check("nix", "fail", f"{name} is too old", nix.install_command())
    return Check("nix", "ok", name)


def _store() -> Check:
    try:
        settings = nix.settings()
        nix.run("nix", *nix.FEATURES, "store", "ping")
    except FarwheelError as error:
        cure = "start Nix's daemon and join its group (nix-users), or run as root"
        return Check("nix store", "fail", error.message.splitlines()[-1], cure)
    sandbox = str(settings.get("sandbox", {}).get("value")).lower()
    passed = " ".join(word or '""' for word in nix.options()) or "nothing"
    return Check("nix store", "ok", f"answers; sandbox = {sandbox}; passed per call: {passed}")


def _git() -> Check:
    if not (nix.REPOSITORY / ".git").exists() or shutil.which("git"):
        return Check("git", "ok", "there" if shutil.which("git") else "not needed: this is no checkout")
    return Check("git", "fail", "missing, and Nix reads this checkout with it", "install git")


def _room() -> list[Check]:
    store = next(path for path in (Path("/nix/store"), Path("/nix"), Path("/")) if path.exists())
    checks = [room("disk: Nix store", store, _ROOM)]
    try:
        return [*checks, room("disk: cache", cache.folder(), _ROOM_CACHE)]
    except FarwheelError as error:
        return [*checks, Check("disk: cache", "fail", error.message, error.hint)]


def room(name: str, folder: Path, gigabytes: int) -> Check:
    """Whether a folder has that much room; with less than a third of it, a build would fail."""
    free = shutil.disk_usage(folder).free / _GIGABYTE
    detail = f"{free:.1f} GB free in {folder}"
    if free >= gigabytes:
        return Check(name, "ok", detail)
    cure = f"{gigabytes} GB are advisable: nix-collect-garbage frees what nothing uses"
    return Check(name, "fail" if free < gigabytes / 3 else "warn", detail, cure)


def _memory() -> Check:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGABYTE
    if total >= _MEMORY:
        return Check("memory", "ok", f"{total:.1f} GB")
    return Check(
        "memory", "warn", f"{total:.1f} GB", f"large packages need {_MEMORY} GB: build with --cores 1"
    )


def reachable(registry: str) -> list[Check]:
    """Ask every mirror of a registry; a build fails when none of them answers."""
    from farwheel.web import HTTPError, client

    name = f"mirror: {registry}"
    try:
        urls, http = mirrors.registry(registry), client(_SECONDS)
    except FarwheelError as error:
        return [Check(name, "fail", error.message, error.hint)]

    def ask(url: str) -> str:
        try:
            answer = http.head(f"{url}/{_PAGES[registry]}")
        except (HTTPError, OSError) as error:
            return f"{type(error).__name__}: {error}".rstrip(": ")
        return f"HTTP {answer.status_code}" if answer.is_error else ""

    with http, ThreadPoolExecutor(len(urls)) as pool:
        problems = list(pool.map(ask, urls))
    bad = "warn" if "" in problems else "fail"
    cure = f"set {mirrors.setting(registry)} to a mirror that this machine can reach"
    return [
        Check(name, bad, f"{mirrors.shown(url)}: {problem}", cure)
        if problem
        else Check(name, "ok", f"{mirrors.shown(url)} answers")
        for url, problem in zip(urls, problems, strict=True)
    ]
