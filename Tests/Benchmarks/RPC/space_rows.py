"""The rows about memory: what rests, what idles, what an open stream holds, and how often the heap is asked."""

import socket
import statistics
import struct
import subprocess
import time

import load
from building import BIN
from load import h2load, h2load_command
from rows import Bench, Row, bare_server, our_server
from servers import LOAD_CORE, Server, pinned

IDLE_CONNECTIONS = 1_000
OPEN_STREAMS = 10_000
STREAMS_PER_CONNECTION = 1_000


def quiet(server: Server) -> None:
    """Waits until the server has had nothing to do for half a second."""
    for _ in range(120):
        before = server.processor_seconds()
        time.sleep(0.5)
        if server.processor_seconds() - before < 0.001:
            return
    raise SystemExit(f"{server.name} does not come to rest")


def bytes_row(what: str, count: float, limit: int, unit: int, name: str, details: str = "") -> Row:
    return Row(what, f"{count / unit:.1f} {name}", f"at most {limit} {name}", count <= limit * unit, details)


def idle_connection(port: int) -> socket.socket:
    """Says hello as an HTTP/2 client does, hears the server's settings, acknowledges them, and says no more."""
    def frame(kind: int, flags: int) -> bytes:
        return struct.pack(">HBBBL", 0, 0, kind, flags, 0)

    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0))
    connection.recv(4096)
    connection.sendall(frame(4, 1))
    return connection


def memory(bench: Bench) -> list[Row]:
    rows = []
    with our_server("--streams", STREAMS_PER_CONNECTION) as server:
        quiet(server)
        rest = server.resident_bytes()
        rows.append(bytes_row("memory of our server at rest", rest, 16, 1 << 20, "MiB"))
        connections = [idle_connection(server.port) for _ in range(IDLE_CONNECTIONS)]
        quiet(server)
        each = (server.resident_bytes() - rest) / IDLE_CONNECTIONS
        rows.append(bytes_row("memory per idle connection", each, 32, 1 << 10, "KiB", f"{IDLE_CONNECTIONS:,} of them"))
        for connection in connections:
            connection.close()
    with our_server("--streams", STREAMS_PER_CONNECTION) as server:
        rows.append(open_streams(bench, server))
    return rows


def open_streams(bench: Bench, server: Server) -> Row:
    """Calls whose handlers wait. Their few connections are counted in."""
    quiet(server)
    rest = server.resident_bytes()
    command = h2load_command(
        server, bench.small, OPEN_STREAMS, OPEN_STREAMS // STREAMS_PER_CONNECTION, STREAMS_PER_CONNECTION,
        path=f"{load.PATH}/Hold")
    caller = subprocess.Popen(pinned(LOAD_CORE, command), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        # The server counts: all of them are open at once, none was refused or answered.
        server.waits_until_told(f"held {OPEN_STREAMS}", seconds=60)
        quiet(server)
        if caller.poll() is not None:
            raise SystemExit(f"the streams did not stay open:\n{caller.communicate()[0]}")
        each = (server.resident_bytes() - rest) / OPEN_STREAMS
    finally:
        caller.kill()
        caller.communicate()
    return bytes_row("memory per open stream", each, 4, 1 << 10, "KiB", f"{OPEN_STREAMS:,} of them, as the server counts them")


def allocations_per_call(bench: Bench, make_server, name: str) -> float:
    """Between N and 2 N calls, so that what a connection allocates once falls out; the median of the rounds, as each counts what the program's other
    threads allocate meanwhile."""
    counter = bench.folder / f"allocations-{name}"
    environment = {"LD_PRELOAD": str(BIN / "count-allocations.so"), "ALLOCATIONS_FILE": str(counter)}

    def counted(server: Server, calls: int) -> int:
        before = int.from_bytes(counter.read_bytes(), "little")
        h2load(server, bench.small, calls)
        return int.from_bytes(counter.read_bytes(), "little") - before

    with make_server(environment=environment) as server:
        load.verify(server)
        counted(server, 20_000)

        def once() -> float:
            few = counted(server, 20_000)
            return (counted(server, 40_000) - few) / 20_000

        return statistics.median(once() for _ in range(bench.rounds))


def allocations(bench: Bench) -> list[Row]:
    ours = allocations_per_call(bench, our_server, "ours")
    bare = allocations_per_call(bench, bare_server, "bare")
    details = f"nghttp2's own among them; the bare C server makes {bare:.1f}"
    return [Row("heap allocations per small unary call", f"{ours:.1f}", "at most 10", round(ours, 1) <= 10, details)]
