"""CMake runs scripts, installs, packs and downloads over TLS; upstream's tests mostly ask for the version."""

import ssl
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

BIN = Path(sys.prefix, "bin")
# Of this test's own: for 127.0.0.1, until 2126.
PEM = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyaasdoP9FaLZrkM7
GC1vwtLUrrHUdYMGdXyaum+iQjKhRANCAARHscGZuA6uCgTB9rdycOGZ+QQW4hGU
Ok5QT1QWubXsqGpiCl65ER9u8EalmFfRPAbXxXSmNOpLv7IuvBm3tsAI
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUB9v6Ti/ev9C4xz9lm4dnZahtRDEwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE4Mzg0N1oYDzIxMjYxMTA0
MTgzODQ3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARHscGZuA6uCgTB9rdycOGZ+QQW4hGUOk5QT1QWubXsqGpiCl65ER9u
8EalmFfRPAbXxXSmNOpLv7IuvBm3tsAIo28wbTAdBgNVHQ4EFgQUqWBKOan5CV/X
jVcHUWQDXHQFcNAwHwYDVR0jBBgwFoAUqWBKOan5CV/XjVcHUWQDXHQFcNAwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgHwQbVtFi1ZNbjrVBK3EwtLzVlCdFr2iuEkOBOj1I7HECIQCu
YbpB4iCPFVHG4fWxkI4P16qQx2PDfHQobKPaoQGP1g==
-----END CERTIFICATE-----
"""
PROJECT = """
cmake_minimum_required(VERSION 3.20)
project(demo VERSION 1.2 LANGUAGES NONE)
enable_testing()
add_test(NAME good COMMAND "${PYTHON}" -c "print('hello')")
add_test(NAME bad COMMAND "${PYTHON}" -c "raise SystemExit(3)")
configure_file(name.in name.txt)
install(FILES "${PROJECT_BINARY_DIR}/name.txt" DESTINATION share)
include(CPack)
"""
ROUND = """
file(ARCHIVE_CREATE OUTPUT packed PATHS text FORMAT gnutar COMPRESSION ${KIND})
file(MAKE_DIRECTORY out)
file(ARCHIVE_EXTRACT INPUT packed DESTINATION out)
file(SHA256 text before)
file(SHA256 out/text after)
if(NOT before STREQUAL after)
  message(FATAL_ERROR "${before} became ${after}")
endif()
"""
DOWNLOAD = """
file(DOWNLOAD ${URL} got STATUS status TLS_VERIFY ON TLS_CAINFO ${CA} TIMEOUT 60)
list(GET status 0 code)
if(code)
  message(FATAL_ERROR "${status}")
endif()
"""


def run(program: str, *words: str | Path, code: int = 0) -> str:
    done = subprocess.run(
        [BIN / program, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == code, done.stdout
    return done.stdout


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def script(text: str, *words: str, code: int = 0) -> str:
    Path("script.cmake").write_text(text)
    return run("cmake", *words, "-P", "script.cmake", code=code)


@pytest.mark.usefixtures("work")
def test_a_script_computes() -> None:
    said = script(
        """
        string(JSON found GET [[{"a": [1, {"b": "two"}]}]] a 1 b)
        string(REGEX REPLACE "([a-z]+)-([0-9]+)" "\\\\2-\\\\1" turned "one-1 two-2")
        math(EXPR number "1 << 40")
        string(SHA3_256 hash "")
        message(STATUS "${found} ${turned} ${number} ${hash}")
        """
    )
    empty = "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"
    assert said.strip() == f"-- two 1-one 2-two 1099511627776 {empty}"


@pytest.mark.parametrize("kind", ["None", "BZip2", "GZip", "XZ", "Zstd"])
def test_archives(work: Path, kind: str) -> None:
    (work / "text").write_text("a line\n" * 5000)
    script(ROUND, f"-DKIND={kind}")
    assert ((work / "packed").stat().st_size < 10_000) == (kind != "None")


def test_a_project_is_configured_tested_installed_and_packed(work: Path) -> None:
    (work / "CMakeLists.txt").write_text(PROJECT)
    (work / "name.in").write_text("@PROJECT_NAME@ @PROJECT_VERSION@\n")
    # There is no make, which a project without a language does not start.
    program = f"-DCMAKE_MAKE_PROGRAM={sys.executable}"
    run("cmake", "-G", "Unix Makefiles", program, f"-DPYTHON={sys.executable}", "-S", ".", "-B", "built")
    run("cmake", "--install", "built", "--prefix", "root")
    assert (work / "root/share/name.txt").read_text() == "demo 1.2\n"
    said = run("ctest", "--test-dir", "built", "--output-on-failure", code=8)
    assert "failed out of 2" in said
    assert "bad (Failed)" in said
    run("cpack", "-G", "TXZ", "--config", "built/CPackConfig.cmake", "-DCPACK_INSTALL_CMAKE_PROJECTS=",
        f"-DCPACK_INSTALLED_DIRECTORIES={work / 'root'};.")  # fmt: skip
    (packed,) = work.glob("demo-1.2-*.tar.xz")
    with tarfile.open(packed) as tar:
        assert [name.partition("/")[2] for name in tar.getnames() if name.endswith(".txt")] == [
            "share/name.txt"
        ]


@pytest.fixture
def port(work: Path) -> Iterator[int]:
    """Of a server on loopback that answers over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"hello")

    (work / "own.pem").write_text(PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(work / "own.pem")
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_a_download_over_tls(work: Path, port: int) -> None:
    script(DOWNLOAD, f"-DURL=https://127.0.0.1:{port}/", "-DCA=own.pem")
    assert (work / "got").read_text() == "hello"


@pytest.mark.usefixtures("work")
def test_a_download_from_somebody_unknown(port: int) -> None:
    Path("nobody.pem").write_text("")
    said = script(DOWNLOAD, f"-DURL=https://127.0.0.1:{port}/", "-DCA=nobody.pem", code=1)
    assert "SSL" in said or "CA cert" in said
