"""A copy of GitHub on loopback over TLS, as far as git and Nix ask it: real repositories, served by git.

It has to run where its host names mean loopback and port 443 can be had: see `namespace`.
"""

import os
import re
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from farwheel import trees

HOST = urlsplit(trees.Repository("o", "r").url()).hostname or ""
# Where archives come from.
ARCHIVES = f"codeload.{HOST}"
_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "nobody",
    "GIT_AUTHOR_EMAIL": "nobody@localhost",
    "GIT_AUTHOR_DATE": "1790000000 +0000",
    "GIT_COMMITTER_NAME": "nobody",
    "GIT_COMMITTER_EMAIL": "nobody@localhost",
    "GIT_COMMITTER_DATE": "1790000000 +0000",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *words: str) -> str:
    """What git says, run by nobody in particular."""
    env = {**os.environ, **_ENVIRONMENT}
    return subprocess.run(
        ["git", *words], cwd=folder, env=env, check=True, capture_output=True, text=True
    ).stdout.strip()


@dataclass
class Service:
    """Repositories below `folder`/repositories; `certificate` is what clients have to trust."""

    folder: Path
    asked: list[str] = field(default_factory=list)

    @property
    def certificate(self) -> Path:
        """The certificate, which signs itself."""
        return self.folder / "certificate.pem"

    def commit(
        self,
        name: str,
        files: dict[str, str],
        *tags: str,
        submodules: dict[str, tuple[str, str]] | None = None,
        links: dict[str, str] | None = None,
    ) -> str:
        """Add a commit with these files alone to OWNER/NAME, which is made; its hash.

        `submodules` are folder -> (URL, commit).
        """
        work = self.folder / "work" / name
        bare = self.folder / "repositories" / f"{name}.git"
        if not work.exists():
            work.mkdir(parents=True)
            bare.mkdir(parents=True)
            git(bare, "init", "--quiet", "--bare")
            git(work, "init", "--quiet", "--initial-branch=main")
        git(work, "rm", "-r", "-q", "--ignore-unmatch", ".")
        for path, text in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, encoding="utf-8")
        linked = submodules or {}
        if linked:
            sections = [
                f'[submodule "{path}"]\n\tpath = {path}\n\turl = {url}\n' for path, (url, _) in linked.items()
            ]
            (work / ".gitmodules").write_text("".join(sections))
        for path, target in (links or {}).items():
            (work / path).symlink_to(target)
        git(work, "add", "--all")
        for path, (_, commit) in linked.items():
            git(work, "update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
        git(work, "commit", "--quiet", "--allow-empty", "-m", "Change")
        for tag in tags:
            git(work, "tag", "--force", "-a", "-m", tag, tag)
        git(work, "push", "--quiet", "--force", "--tags", str(bare), "main")
        return git(work, "rev-parse", "HEAD")

    def start(self) -> ThreadingHTTPServer:
        """Make the certificate and serve; the caller shuts it down."""
        key = self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-subj", "/CN=test", "-addext", f"subjectAltName=DNS:{HOST},DNS:{ARCHIVES}",
             "-days", "2", "-keyout", str(key), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        server = ThreadingHTTPServer(("127.0.0.1", 443), _handler(self))
        # Waited for when the server is closed: a socket that is left open is a warning, and so a failure.
        server.daemon_threads = False
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append(f"{self.headers['Host']}{self.path}")
            archive = re.fullmatch(
                r"/([^/]+/[^/]+)/(?:archive|tar\.gz)/([0-9a-f]{40})(?:\.tar\.gz)?", self.path
            )
            if not archive:
                self._backend()
            elif self.headers["Host"] == HOST:
                self.send_response(302)
                self.send_header("Location", f"https://{ARCHIVES}/{archive[1]}/tar.gz/{archive[2]}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._archive(archive[1], archive[2])

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def _archive(self, name: str, commit: str) -> None:
            prefix = f"--prefix={name.partition('/')[2]}-{commit}/"
            repository = service.folder / "repositories" / f"{name}.git"
            command = ["git", "archive", "--format=tar.gz", prefix, commit]
            packed = subprocess.run(command, cwd=repository, check=True, capture_output=True).stdout
            self.send_response(200)
            self.send_header("Content-Type", "application/x-gzip")
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def _backend(self) -> None:
            path, _, query = self.path.partition("?")
            if (
                not (service.folder / "repositories" / path.strip("/").partition(".git")[0])
                .with_suffix(".git")
                .exists()
            ):
                self.send_error(404, "Repository not found")
                return
            env = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(service.folder / "repositories"),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            # It fails, too, when it has told the client why it cannot serve it.
            done = subprocess.run(
                ["git", "http-backend"], input=body, env=env, check=False, capture_output=True
            )
            said = done.stdout
            head, _, content = said.partition(b"\r\n\r\n")
            lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
            fields = dict(lines)
            self.send_response(int(fields.pop("Status", "200 OK").split()[0]))
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
