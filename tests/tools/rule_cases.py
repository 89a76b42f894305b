"""For each rule of `verify`, wheels that break it, and wheels that no rule says anything about."""

import json
from dataclasses import dataclass, field

import wheels
from elves import RV64GC, Elf, levels
from wheels import EXTENSION, INFO, METADATA, NAME

LA64 = "demo-1.0-cp313-cp313-manylinux_2_36_loongarch64.whl"
LA64_EXTENSION = "demo/fast.cpython-313-loongarch64-linux-gnu.so"
ABI3 = "demo-1.0-cp311-abi3-manylinux_2_31_riscv64.whl"
X86 = "demo-1.0-cp313-cp313-manylinux_2_28_x86_64.whl"
X86_EXTENSION = "demo/fast.cpython-313-x86_64-linux-gnu.so"
S390X = "demo-1.0-cp313-cp313-manylinux_2_28_s390x.whl"
S390X_EXTENSION = "demo/fast.cpython-313-s390x-linux-gnu.so"
MUSL = "demo-1.0-cp313-cp313-musllinux_1_2_riscv64.whl"
MUSL_EXTENSION = "demo/fast.cpython-313-riscv64-linux-musl.so"
PURE = "demo-1.0-py3-none-any.whl"
PROGRAM = "demo-1.0-py3-none-manylinux_2_31_riscv64.whl"
OWN, SBOM = f"{INFO}/farwheel/libraries.json", f"{INFO}/sboms/auditwheel.cdx.json"
LIBRARY = "demo.libs/libfoo-0123abcd.so.1"
UNLICENSED = METADATA.replace("License-File: LICENSE\n", "")
XVLD = bytes.fromhex("8500802c")
VLD = bytes.fromhex("8500002c")


@dataclass(frozen=True)
class Case:
    """A wheel, the rule that it is for, and what the rule says (a part of it)."""

    rule: str
    says: str
    files: wheels.Changes = field(default_factory=dict)
    name: str = NAME
    severity: str = "error"


def extension(
    rule: str, says: str, elf: Elf | None = None, severity: str = "error", path: str = EXTENSION
) -> Case:
    return Case(rule, says, {EXTENSION: None, path: elf}, severity=severity)


def x86(bits: int) -> Elf:
    return Elf("x86_64", arch=None, notes=levels(bits))


def grafted(library: str, bill: str, says: str = "") -> Case:
    """A grafted library, what an SBOM says, and a note where it is to be enough."""
    files: wheels.Changes = {f"demo.libs/{library}-0123abcd.so.1": Elf(), SBOM: json.dumps([{"name": bill}])}
    if says:
        return Case("licences", says, files, severity="note")
    return Case("licences", "no licence text and no SBOM names", files)


def metadata(rule: str, says: str, old: str, new: str, name: str = NAME) -> Case:
    return Case(rule, says, {f"{INFO}/METADATA": METADATA.replace(old, new)}, name)


def tags(says: str, old: str, new: str, name: str = NAME) -> Case:
    return Case("name", says, {f"{INFO}/WHEEL": wheels.wheel_text(name).replace(old, new)}, name)


def listed(says: str, **changes: object) -> Case:
    entry = {
        "name": "libfoo",
        "version": "1",
        "license": "MIT",
        "sha256": "00",
        "linked": "grafted",
        "files": ["LICENSE"],
        "members": [LIBRARY],
    }
    return Case(
        "licences",
        says,
        {LIBRARY: Elf(), OWN: json.dumps([entry | changes])},
        severity="error" if says else "",
    )


BAD = [
    metadata("name", "Name is 'other'", "Name: demo", "Name: other"),
    metadata("name", "Version is '2.0'", "Version: 1.0\nR", "Version: 2.0\nR"),
    metadata("name", "Version is 'x y'", "Version: 1.0\nR", "Version: x y\nR"),
    tags("lacks Tag: cp313-cp313-manylinux_2_31_riscv64", "Tag: cp313-cp313-manylinux_2_31_riscv64\n", ""),
    tags("has Tag: cp314-cp314", "Tag:", "Tag: cp314-cp314-manylinux_2_31_riscv64\nTag:"),
    tags("which is none", "Tag:", "Tag: cp313\nTag:"),
    tags("which is none", "Tag:", "Tag: \x7f-a-b\nTag:"),
    tags("which is none", "Tag:", f"Tag: {'.'.join('a' * 999)}-b-c\nTag:"),
    tags("Root-Is-Purelib is 'true'", "Purelib: false", "Purelib: true"),
    tags("Root-Is-Purelib is 'false'", "Purelib: true", "Purelib: false", PURE),
    tags("Wheel-Version is 2.0", "1.0", "2.0"),
    tags("Wheel-Version is 1.x", "1.0", "1.x"),
    tags("Build is None", "Build: 1\n", "", "demo-1.0-1-cp313-cp313-manylinux_2_31_riscv64.whl"),
    tags("Build is '2'", "Tag:", "Build: 2\nTag:"),
    Case("name", "has another name or version", {}, "demo-1.1-cp313-cp313-manylinux_2_31_riscv64.whl"),
    metadata("metadata", "excludes the CPython", ">=3.11", ">=3.14"),
    metadata("metadata", "excludes the CPython", ">=3.11", "<3.11", ABI3),
    metadata("metadata", "is invalid", ">=3.11", "new ones"),
    metadata("metadata", "not a valid metadata version", "Metadata-Version: 2.4\n", ""),
    Case("record", "is not listed", {f"{INFO}/RECORD": f"{INFO}/RECORD,,\n"}),
    Case("record", "is listed, and is not there", {f"{INFO}/RECORD": "gone.py,sha256=x,1\n"}),
    Case("record", "is listed twice", {f"{INFO}/RECORD": f"{INFO}/RECORD,,\n" * 2}),
    Case("record", "has a line with 1 columns", {f"{INFO}/RECORD": "demo/__init__.py\n"}),
    Case("record", "has a line with 0 columns", {f"{INFO}/RECORD": "\ndemo/__init__.py,,\n"}),
    Case("record", "has no secure hash", {f"{INFO}/RECORD": "demo/__init__.py,md5=x,0\n"}),
    Case("record", "has another hash", {f"{INFO}/RECORD": "demo/__init__.py,sha256=x,0\n"}),
    Case("record", "and RECORD says 7", {f"{INFO}/RECORD": f"demo/__init__.py,{wheels.digest(b'')},7\n"}),
    Case("record", "has a hash or a size", {f"{INFO}/RECORD": f"{INFO}/RECORD,sha256=x,7\n"}),
    Case(
        "record", "no size", {f"{INFO}/RECORD": f"demo/__init__.py,{wheels.digest(b'')},\n"}, severity="note"
    ),
    *(
        Case("paths", says, dict.fromkeys(paths, ""))
        for says, paths in {
            "leaves the wheel": ["demo/../../x"],
            "is an absolute path": ["/etc/x"],
            "has a backslash": ["demo\\x"],
            "has an empty": ["demo//x"],
            "is the same as demo/a.py": ["demo/a.py", "demo/A.py"],
            "is the same as demo/\u00e4.py": ["demo/\u00e4.py", "demo/a\u0308.py"],
            "is a file and a folder": ["demo/a", "demo/a/b"],
            "is in another .data folder than demo-1.0.data": ["other-1.0.data/scripts/x"],
            "is in none of the folders of demo-1.0.data": ["demo-1.0.data/bin/x"],
            "is in a folder of its own among the scripts": ["demo-1.0.data/scripts/a/x"],
            "demo-1.0.data/scripts: is in none of the folders": ["demo-1.0.data/scripts"],
        }.items()
    ),
    *(
        Case("entry-points", says, {f"{INFO}/entry_points.txt": text})
        for says, text in {
            "cannot be read: File contains no section headers": "[console_scripts\n",
            "'demo', which is no module:function": "[console_scripts]\nx = demo\n",
            "'../x', which is no file's name": "[gui_scripts]\n../x = demo:main\n",
            "'..', which is no file's name": "[gui_scripts]\n.. = demo:main\n",
            "'x y', which is no file's name": "[console_scripts]\nx y = demo:main\n",
            "'demo : main', which is no module:function": "[console_scripts]\nx = demo : main\n",
            "has the line '; ours', which is no entry": "[console_scripts]\n; ours\nx = demo:main\n",
            "has the line 'demo.a', which is no entry": "[demo]\nx =\n  demo.a\n",
        }.items()
    ),
    Case("entry-points", "cannot be read: 'utf-8'", {f"{INFO}/entry_points.txt": b"\xff"}),
    Case(
        "entry-points",
        "calls 'other.cli:main', which the wheel does not have",
        {f"{INFO}/entry_points.txt": "[console_scripts]\nx = other.cli:main\n"},
        severity="note",
    ),
    Case("platform", "promises nothing", {}, "demo-1.0-cp313-cp313-linux_riscv64.whl"),
    Case("platform", "no policy of auditwheel's", {}, "demo-1.0-cp313-cp313-manylinux_2_17_riscv64.whl"),
    Case("platform", "no policy of auditwheel's", {}, "demo-1.0-cp313-cp313-musllinux_1_1_loongarch64.whl"),
    Case("platform", "is no Linux platform", {}, "demo-1.0-cp313-cp313-win_amd64.whl"),
    Case(
        "platform",
        "several",
        {},
        "demo-1.0-cp313-cp313-manylinux_2_36_loongarch64.manylinux_2_36_riscv64.whl",
    ),
    extension("machine", "is 64-bit little-endian EM_X86_64, not riscv64", Elf("x86_64")),
    extension("machine", "not the double-precision ABI", Elf(flags=0x3)),
    extension("machine", "RVE", Elf(flags=0xD)),
    extension("machine", "total store ordering", Elf(flags=0x15)),
    extension("machine", "not known", Elf(flags=0x85)),
    Case("machine", "not LP64D", {LA64_EXTENSION: Elf("loongarch64", flags=0x3), EXTENSION: None}, LA64),
    Case("machine", "in a wheel for any platform", {EXTENSION: Elf()}, PURE),
    extension("isa", "may use v zvl128b beyond rv64gc", Elf(arch=f"{RV64GC}_v1p0_zvl128b1p0")),
    extension("isa", "may use zba beyond", Elf(arch="rv64gc_zba")),
    extension("isa", "not of RV64", Elf(arch="rv32imac")),
    extension("isa", "no Tag_RISCV_arch", Elf(arch=None), "note"),
    extension("isa", "no Tag_RISCV_arch", Elf(sections=False), "note"),
    Case(
        "isa",
        "1 of 3 words",
        {EXTENSION: None, LA64_EXTENSION: Elf("loongarch64", code=VLD + XVLD + VLD)},
        LA64,
    ),
    Case("isa", "needs x86-64-v3, beyond x86-64", {EXTENSION: None, X86_EXTENSION: x86(5)}, X86),
    extension(
        "symbols",
        "needs GLIBC_2.35 of ld-linux-riscv64-lp64d.so.1",
        Elf(versions={"ld-linux-riscv64-lp64d.so.1": ["GLIBC_2.35"]}, needed=["ld-linux-riscv64-lp64d.so.1"]),
    ),
    extension(
        "symbols", "needs GLIBC_2.32 of libc.so.6", Elf(versions={"libc.so.6": ["GLIBC_2.27", "GLIBC_2.32"]})
    ),
    extension(
        "symbols",
        "GLIBCXX_3.4.29",
        Elf(versions={"libstdc++.so.6": ["GLIBCXX_3.4.29"], "libc.so.6": ["GLIBC_2.27"]}),
    ),
    extension("symbols", "forbids", Elf(needed=["libz.so.1"], undefined=["inflate_fast"])),
    extension(
        "needed", "libgomp.so.1, which manylinux_2_31_riscv64 does not promise", Elf(needed=["libgomp.so.1"])
    ),
    extension("needed", "by its path", Elf(needed=["./libc.so.6"])),
    extension("needed", "libold-linux.so.1, which", Elf(needed=["libold-linux.so.1"])),
    Case("needed", "where no run path", {EXTENSION: Elf(needed=["libfoo-0123abcd.so.1"]), LIBRARY: Elf()}),
    *(
        Case(
            "needed",
            says,
            {
                EXTENSION: Elf(needed=["libfoo-0123abcd.so.1"], rpath=rpath, runpath=runpath),
                LIBRARY: Elf(needed=["libbar.so"], runpath=own),
                "demo.libs/libbar.so": Elf(),
            },
            severity=severity,
        )
        for rpath, runpath, own, severity, says in (
            ("$ORIGIN/../demo.libs", None, None, "note", f"found by the DT_RPATH of {EXTENSION} alone"),
            ("$ORIGIN/../demo.libs", None, "$ORIGIN/..", "error", "where no run path"),
            (None, "$ORIGIN/../demo.libs", None, "error", "where no run path"),
        )
    ),
    extension(
        "undefined", "needs foo_init, which nothing that it needs defines", Elf(undefined=["foo_init", "cos"])
    ),
    extension("undefined", "needs foo_init", Elf(defined=[], undefined=["foo_init"], gnu_hash=True)),
    extension("undefined", "s1, s10, s100", Elf(undefined=[f"s{number}" for number in range(20_000)])),
    # There a word of the hash table has eight bytes.
    Case("undefined", "needs foo_init", {S390X_EXTENSION: Elf("s390x", undefined=["foo_init"])}, S390X),
    extension("undefined", "needs cos of glibc, which it does not name", Elf(undefined=["cos"]), "note"),
    Case(
        "undefined",
        f"needs foo_init of {LIBRARY}, which it does not name",
        {EXTENSION: Elf(undefined=["foo_init"]), LIBRARY: Elf(defined=["foo_init"])},
        severity="note",
    ),
    extension("runpath", "'/usr/lib'", Elf(runpath="/usr/lib")),
    extension("runpath", "'$ORIGIN/../../x'", Elf(runpath="$ORIGIN:$ORIGIN/../../x")),
    extension("runpath", "''", Elf(rpath="$ORIGIN:")),
    extension("runpath", "'$ORIGIN/$LIB'", Elf(runpath="$ORIGIN/$LIB")),
    extension("runpath", "'$ORIGINAL'", Elf(runpath="$ORIGINAL")),
    extension("runpath", "does not have", Elf(runpath="$ORIGIN/../other"), "note"),
    extension("hardening", "text relocations", Elf(textrel=True)),
    extension("hardening", "no PT_GNU_STACK", Elf(stack=None)),
    extension("hardening", "wants an executable stack", Elf(stack=7)),
    extension("hardening", "no PT_GNU_RELRO", Elf(relro=False)),
    extension("hardening", "writable and executable", Elf(load=7)),
    extension("hardening", "1 of 1 objects", Elf(bind_now=False), "note"),
    extension("extensions", "holds no machine code"),
    Case("extensions", "holds no machine code", {EXTENSION: None}, PROGRAM),
    Case("extensions", "no extension module", {EXTENSION: None, LIBRARY: Elf()}),
    extension("extensions", "no PyInit_fast", Elf(defined=["PyInit_slow"])),
    extension("extensions", "no CPython of", Elf(), path="demo/fast.cpython-312-riscv64-linux-gnu.so"),
    extension("extensions", "no CPython of", Elf(), path="demo/fast.cpython-313-x86_64-linux-gnu.so"),
    extension("extensions", "no CPython of", Elf(), path="demo/fast.cpython-313t-riscv64-linux-gnu.so"),
    Case("extensions", "no CPython of", {"demo/fast.cpython-311-riscv64-linux-gnu.so": Elf()}, ABI3),
    *(
        Case("extensions", "no CPython of", {f"demo/more.{suffix}.so": Elf(defined=["PyInit_more"])})
        for suffix in ("cpython-313", "cpython-313-", "cp313-linux_riscv64")
    ),
    extension("extensions", "no PyInitU_", Elf(), path="demo/\u00e4.cpython-313-riscv64-linux-gnu.so"),
    Case("extensions", "a library that is not imported?", {"demo/other.so": Elf()}, severity="note"),
    extension("extensions", "not imported?", Elf(defined=["encrypt"], undefined=[]), "note"),
    Case("stable-abi", "not in the stable ABI: _PyThing", {EXTENSION: Elf(undefined=["_PyThing"])}, ABI3),
    Case("stable-abi", "PyList_GetItemRef (3.13)", {EXTENSION: Elf(undefined=["PyList_GetItemRef"])}, ABI3),
    Case("stable-abi", "not in the stable ABI", {"demo/x.abi3.so": Elf(undefined=["PyUnstable_X"])}),
    *(
        extension("leaks", path.decode(), Elf(data=b"\0" + path + b"\0"))
        for path in (
            b"/nix/store/0123456789abcdfghijklmnpqrsvwxyz-gcc/lib",
            b"/build/source/x",
            b"/build/demo-1.0/src/x.c",
            b"/home/joe/src",
            b"/root/.cargo/registry",
            b"/tmp/pip-build-env-1/x",
        )
    ),
    Case("leaks", "/build/source/x", {"demo/x.txt": "at /build/source/x"}),
    Case("leaks", "/home/joe/", {f"{INFO}/sboms/demo.json": '"path+file:///home/joe/demo#demo@1.0"'}),
    Case("leaks", "/home/joe/", {"demo/x.pc": "prefix=/home/joe/x"}),
    Case("leaks", "/build/demo", {"demo/__config__.py": "'/build/demo'"}),
    Case("leaks", "/build/dep", {"demo/__config__.py": "'-O2 -I/build/dep/include'"}),
    Case("leaks", "/home/joe/", {"demo/x.pc": "Libs: -L/home/joe/x/lib -lx"}),
    Case("leaks", "/home/joe/", {f"{INFO}/direct_url.json": '{"url": "file:///home/joe/demo"}'}),
    extension("leaks", "/root/", Elf(data=b"\0gcc -O2 -I/root/dep/include \0")),
    Case("licences", "has no LICENSE", {f"{INFO}/licenses/LICENSE": None, f"{INFO}/licenses/COPYING": ""}),
    *(
        Case(
            "licences",
            says,
            {f"{INFO}/licenses/LICENSE": None, f"{INFO}/METADATA": UNLICENSED, path: ""},
            severity=severity,
        )
        for path, says, severity in (
            ("demo/license.py", "has no licence text", "error"),
            ("demo/vendor/LICENSE", "has no licence text", "error"),
            ("demo/LICENSE", "demo/LICENSE may be one", "note"),
        )
    ),
    grafted("libfoo", ""),
    grafted("libfoo", "libfoo", "is named in"),
    Case(
        "licences",
        "is named in",
        {LIBRARY: Elf(), f"{INFO}/licenses/LICENSE.libfoo.txt": ""},
        severity="note",
    ),
    grafted("libssl", "openssl-libs", "is named in"),
    grafted("libpng16", "libpng 1.6", "is named in"),
    grafted("libgcc_s", "libgcc", "is named in"),
    grafted("libssl", "libssl3", "is named in"),
    grafted("libcrypt", "libxcrypt", "is named in"),
    grafted("libopenblaso-r0", "openblas-openmp", "is named in"),
    grafted("libhdf5_hl", "HDF5 (Hierarchical Data Format 5)", "is named in"),
    grafted("liblzma", "pkg:rpm/centos/xz-libs@5.2.2", "is named in"),
    grafted("liblzma", "unpacks xz-libs"),
    grafted("libnetcdf", "netCDF4"),
    grafted("libpcre2-8", "pcre2", "is named in"),
    *(
        Case("licences", "is named in", {path: Elf(), text: '["openssl-libs"]'}, severity="note")
        for path, text in (
            ("demo.libs/libcrypto-0123abcd.so.1.1.1k", SBOM),
            ("demo.libs/libopenssl-0123abcd.191.so", SBOM),
            ("demo.libs/libgmp-0123abcd.so.10", f"{INFO}/licenses/gmp-6.3.0/COPYING"),
        )
    ),
    grafted("libpng16", "reads PNG files"),
    grafted("libopenjp2", "OPENJPEG", "is named in"),
    grafted("libwebpmux", "LibWebP", "is named in"),
    grafted("libgssapi_krb5", "Kerberos: krb5", "is named in"),
    grafted("libpq", "a pq of postgres"),
    grafted("libfoo", "pyfoo libfood"),
    Case("licences", "not the list", {OWN: "[" * 100_000}),
    Case("licences", "not the list", {OWN: '[{"name": "foo"}]'}),
    listed("is not listed", members=[]),
    listed("libfoo is in demo.libs/gone.so, which is not there", members=[LIBRARY, "demo.libs/gone.so"]),
    listed("not the list", members="all"),
    listed("is not listed", linked="static"),
    listed("names GPL for libfoo", files=["GPL"]),
    listed("has no licence text for libfoo", files=[]),
    listed("not the list", linked="borrowed"),
    Case("toplevel", "top level", {"tests/x.py": ""}, severity="note"),
    Case("toplevel", "top level", {"demo-1.0.data/purelib/docs/x.md": ""}, severity="note"),
]

GOOD = [
    Case("", "plain"),
    Case("", "pure", {}, PURE),
    Case("", "a program", {EXTENSION: None, "demo-1.0.data/scripts/demo": Elf()}, PROGRAM),
    Case(
        "",
        "entry points",
        {
            f"{INFO}/entry_points.txt": "; ours\n[console_scripts]\n# all\n"
            "Demo-1 = demo.cli:App.main [extra]\ndemo=demo.cli:main\ndemo@1 = demo:main\n"
            "[pytest11]\ndemo = demo.plugin\n"
        },
    ),
    Case("", "a build tag", {}, "demo-1.0-1local-cp313-cp313-manylinux_2_31_riscv64.whl"),
    Case("", "several tags", {}, "demo-1.0-cp313-cp313-manylinux_2_31_riscv64.manylinux_2_39_riscv64.whl"),
    Case(
        "",
        "LSX",
        {
            EXTENSION: None,
            LA64_EXTENSION: Elf(
                "loongarch64", arch=None, code=VLD * 3, versions={"libc.so.6": ["GLIBC_2.36"]}
            ),
        },
        LA64,
    ),
    Case(
        "",
        "a weak reference",
        {
            EXTENSION: None,
            X86_EXTENSION: Elf("x86_64", arch=None, weak=["__cxa_thread_atexit_impl"], versions={}),
        },
        "demo-1.0-cp313-cp313-manylinux_2_17_x86_64.whl",
    ),
    Case("", "a symbol with a version", {EXTENSION: Elf(undefined=["a", "Py_Exit"], versioned=["a"])}),
    Case("", "no versions at all", {EXTENSION: Elf(undefined=["cos", "malloc"], versions={})}),
    Case("", "the loader's own symbol", {EXTENSION: Elf(undefined=["__tls_get_addr"])}),
    Case("", "a library that may have it", {EXTENSION: Elf(needed=["libz.so.1"], undefined=["deflate"])}),
    Case("", "a note of the baseline", {EXTENSION: None, X86_EXTENSION: x86(1)}, X86),
    Case("", "abi3", {EXTENSION: None, "demo/fast.abi3.so": Elf()}, ABI3),
    Case("", "the loader", {EXTENSION: Elf(needed=["libc.so.6", "ld-linux-riscv64-lp64d.so.1"])}),
    Case("", "PyModExport", {EXTENSION: Elf(defined=["PyModExport_fast"])}),
    Case(
        "",
        "a package's own module",
        {"demo/__init__.cpython-313-riscv64-linux-gnu.so": Elf(defined=["PyInit_demo"])},
    ),
    Case(
        "",
        "names outside of ASCII",
        {EXTENSION: None, "demo/\u00e4.cpython-313-riscv64-linux-gnu.so": Elf(defined=["PyInitU_4ca"])},
    ),
    Case(
        "",
        "a grafted library",
        {
            EXTENSION: Elf(
                needed=["libfoo-0123abcd.so.1"], runpath="$ORIGIN/../demo.libs", undefined=["foo_init"]
            )
        }
        | dict(listed("").files)
        | {LIBRARY: Elf(defined=["foo_init"])},
    ),
    Case(
        "",
        "paths that are none",
        {EXTENSION: Elf(data=b"\0../build/x.c ${D}/root/x\0http://h/home/joe/\0/builder\0")},
    ),
    Case("", "cargo's names", {f"{INFO}/sboms/demo.json": '"path+file:///build/source#demo@1.0"'}),
    Case("", "documentation", {"demo/x.txt": "in /home/user/ or /root/ and /tmp/build/x"}),
    Case("", "other hashes", {f"{INFO}/RECORD": None}),
    Case(
        "",
        "musl",
        {
            EXTENSION: None,
            MUSL_EXTENSION: Elf(needed=["libc.musl-riscv64.so.1"], undefined=["printf"], versions={}),
        },
        MUSL,
    ),
    Case(
        "",
        "musl by its own name",
        {
            EXTENSION: None,
            "demo/fast.cpython-313-riscv64-linux-musl.so": Elf(needed=["libc.so"], versions={}),
        },
        MUSL,
    ),
]
