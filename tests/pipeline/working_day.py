"""A working day on a board: working_day.py PNG. Draws a plot, and prints what came out, as JSON.

Reads measurements with pandas, fits them with scipy, plots them with matplotlib, checks the result with
pydantic, signs it with cryptography, and serves it once with tornado.
"""

import asyncio
import io
import json
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError
from scipy import optimize
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

mpl.use("Agg")
import matplotlib.pyplot as plt

CSV = "seconds,board,degrees\n" + "".join(
    f"{t},{board},{20 + rise * (1 - np.exp(-t / 30)):.2f}\n"
    for t in range(0, 120, 5)
    for board, rise in (("JH7110", 25), ("3A6000", 40))
)


class Fit(BaseModel):
    """How a board warms up: by `rise` degrees, with a time constant of `tau` seconds."""

    board: str
    rise: float
    tau: float


def warming(seconds: "np.ndarray", rise: float, tau: float) -> "np.ndarray":
    """Degrees after so many seconds of load."""
    return 20 + rise * (1 - np.exp(-seconds / tau))


def fits(measured: pd.DataFrame) -> list[Fit]:
    """What each board's measurements come to, sorted by its name."""
    found = []
    for board, rows in measured.groupby("board"):
        (rise, tau), _ = optimize.curve_fit(warming, rows["seconds"], rows["degrees"], p0=(10, 10))
        found.append(Fit(board=board, rise=round(rise, 1), tau=round(tau, 1)))
    return found


def draw(measured: pd.DataFrame, found: list[Fit], file: Path) -> None:
    """Points and curves, with words in them."""
    figure, axes = plt.subplots(figsize=(4, 3), dpi=100)
    seconds = np.linspace(0, 120, 200)
    for fit in found:
        rows = measured[measured["board"] == fit.board]
        axes.plot(rows["seconds"], rows["degrees"], ".")
        axes.plot(seconds, warming(seconds, fit.rise, fit.tau), label=f"{fit.board}: {fit.rise} K")
    axes.set(xlabel="seconds", ylabel="°C")
    axes.legend()
    figure.savefig(file, metadata={"Software": None})


async def served(body: bytes) -> bytes:
    """What a client gets from a server of this body, once, on loopback."""

    class Handler(RequestHandler):
        def get(self) -> None:
            self.write(body)

    (socket,) = bind_sockets(0, "127.0.0.1")
    server = HTTPServer(Application([("/", Handler)]))
    server.add_socket(socket)
    try:
        return (await AsyncHTTPClient().fetch(f"http://127.0.0.1:{socket.getsockname()[1]}/")).body
    finally:
        server.stop()


def main() -> None:
    """Exits with a traceback where something is not as it should be."""
    measured = pd.read_csv(io.StringIO(CSV))
    found = fits(measured)
    draw(measured, found, Path(sys.argv[1]))
    try:
        Fit(board="K1", rise="warm", tau=1)
    except ValidationError as error:
        complaints = error.error_count()
    body = json.dumps([fit.model_dump() for fit in found]).encode()
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature = key.sign(body)
    answer = asyncio.run(served(body))
    key.public_key().verify(signature, answer)
    result = {"fits": json.loads(answer), "complaints": complaints, "signature": signature.hex()}
    sys.stdout.write(json.dumps(result) + "\n")


main()
