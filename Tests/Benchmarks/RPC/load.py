"""The load: calls by h2load, at a given rate by paced-calls, and by foreign and own clients. Whoever sends also checks what comes back."""

import dataclasses
import pathlib
import re
import subprocess

from building import BIN, PROTO
from servers import LOAD_CORE, Server, pinned

PATH = "/lodestar.bench.v1.Echo"


@dataclasses.dataclass
class Body:
    """A request in its frame, in a file as h2load wants it. The answer is as long, byte for byte."""

    file: pathlib.Path
    length: int


def make_body(folder: pathlib.Path, payload_bytes: int) -> Body:
    text = f'name: "a name of usual length" seq: 1 value: 0.5 payload: "{"7" * payload_bytes}"'
    message = subprocess.run(
        ["protoc", "-I", str(PROTO.parent), "--encode=lodestar.bench.v1.EchoRequest", PROTO.name],
        input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    file = folder / f"request-{payload_bytes}"
    file.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    return Body(file, len(message) + 5)


def output(command: list[object], timeout: float = 120) -> str:
    words = pinned(LOAD_CORE, command)
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\nfailed:\n{done.stdout}")
    return done.stdout


def h2load_command(server: Server, body: Body, calls: int, connections: int, streams: int, scheme: str = "http",
                   path: str = f"{PATH}/Unary") -> list[object]:
    return [
        "h2load", "-n", calls, "-c", connections, "-m", streams, "-d", body.file, "-H", "content-type: application/grpc",
        "-H", "te: trailers", f"{scheme}://127.0.0.1:{server.port}{path}"]


@dataclasses.dataclass
class Load:
    """What a number of calls cost the server."""

    calls: int
    # The server's processor time.
    seconds: float
    # As h2load saw it; other work on the machine shows here.
    calls_per_second: float
    cipher: str

    @property
    def per_call(self) -> float:
        return self.seconds / self.calls


def h2load(server: Server, body: Body, calls: int, connections: int = 1, streams: int = 100, scheme: str = "http",
           path: str = f"{PATH}/Unary") -> Load:
    """Closed loop: always so many calls outstanding on each connection. Every answer has to have come, of the right length."""
    before = server.processor_seconds()
    text = output(h2load_command(server, body, calls, connections, streams, scheme, path))
    spent = server.processor_seconds() - before
    succeeded = int(re.search(r"(\d+) succeeded", text)[1])
    data = int(re.search(r"\((\d+)\) data", text)[1])
    if succeeded != calls or data != calls * body.length:
        raise SystemExit(
            f"{server.name} answered {succeeded} of {calls} calls with {data} bytes; {calls * body.length} would be right:\n{text}")
    cipher = re.search(r"Cipher: (\S+)", text)
    return Load(calls, spent, float(re.search(r"([\d.]+) req/s", text)[1]), cipher[1] if cipher else "none")


@dataclasses.dataclass
class Pace:
    """Times from when a call was due to its answer, in microseconds."""

    p50: float
    p99: float


def paced(server: Server, body: Body, connections: int, calls_per_second: float, seconds: float) -> Pace:
    text = output([BIN / "paced-calls", server.port, connections, int(calls_per_second), seconds, body.file])
    found = re.search(r"([\d.]+) p50 ([\d.]+) p99", text)
    return Pace(float(found[1]), float(found[2]))


def client_seconds(program: pathlib.Path, server: Server, calls: int, outstanding: int) -> float:
    """The processor time that the client's calls took it; it checks every answer."""
    found = re.search(r"([\d.e-]+) cpu seconds", output([program, server.port, calls, outstanding]))
    return float(found[1])


def verify(server: Server) -> None:
    """Real calls by gRPC's own client, small and large, so that nobody measures errors."""
    for payload in (16, 64 << 10):
        output([BIN / "grpc-plus-plus-client", server.port, 200, 20, payload])
