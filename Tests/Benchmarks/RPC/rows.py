"""The rows of the table: one function each, in the issue's order."""

import dataclasses
import pathlib
import statistics

import building
import load
from building import BIN, OURS, SWIFT_PEER
from load import Body, Load, h2load
from servers import Server


@dataclasses.dataclass
class Row:
    what: str
    figure: str
    target: str
    # None: could not be measured.
    holds: bool | None
    details: str = ""


class Bench:
    """What the rows share."""

    def __init__(self, folder: pathlib.Path, rounds: int):
        self.folder = folder
        self.rounds = rounds
        self.small = load.make_body(folder, 16)
        self.large = load.make_body(folder, 64 << 10)


def our_server(*options: object, **more: object) -> Server:
    return Server("our server", OURS / "echo-server", *options, **more)


def bare_server(**more: object) -> Server:
    return Server("the bare C server", BIN / "bare-server", 0, **more)


def at_most(what: str, ratio: float, limit: float, details: str) -> Row:
    return Row(what, f"{ratio:.2f} times", f"at most {limit:g}", ratio <= limit, details)


def at_least(what: str, ratio: float, limit: float, details: str) -> Row:
    return Row(what, f"{ratio:.2f} times", f"at least {limit:g}", ratio >= limit, details)


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Of those measured side by side, the median."""
    return statistics.median(a / b for a, b in zip(ours, theirs))


def side_by_side(bench: Bench, servers: list[tuple[Server, int]], body: Body, **more: object) -> list[list[Load]]:
    """The same load on each server, with so many calls, once to warm up and then round by round."""
    for server, calls in servers:
        load.verify(server)
        h2load(server, body, calls // 4, **more)
    loads: list[list[Load]] = [[] for _ in servers]
    for _ in range(bench.rounds):
        for (server, calls), measured in zip(servers, loads):
            measured.append(h2load(server, body, calls, **more))
    return loads


def microseconds(loads: list[Load]) -> str:
    return f"{statistics.median(one.per_call for one in loads) * 1e6:.2f} us"


def small_calls(bench: Bench) -> list[Row]:
    with our_server() as ours, bare_server() as bare:
        a, b = side_by_side(bench, [(ours, 150_000), (bare, 300_000)], bench.small)
    figure = ratio([one.per_call for one in a], [one.per_call for one in b])
    return [at_most("CPU per small unary call against bare C", figure, 1.5, f"{microseconds(a)} / {microseconds(b)}")]


def interceptors(bench: Bench) -> list[Row]:
    with our_server("--interceptors") as wrapped, our_server() as plain:
        a, b = side_by_side(bench, [(wrapped, 150_000), (plain, 150_000)], bench.small)
    figure = ratio([one.per_call for one in a], [one.per_call for one in b])
    what = "the same with interceptors, against without"
    return [at_most(what, figure, 1.3, f"{microseconds(a)} / {microseconds(b)}")]


def throughput(what: str, limit: float, ours: list[Load], theirs: list[Load], note: str = "") -> Row:
    """Calls per second of one saturated core. The calls per second that h2load saw are told beside it."""
    figure = ratio([one.per_call for one in theirs], [one.per_call for one in ours])
    seen = [f"{statistics.median(one.calls_per_second for one in loads):,.0f}/s" for loads in (ours, theirs)]
    return at_least(
        what, figure, limit, f"{microseconds(ours)} / {microseconds(theirs)} per call; h2load saw {' / '.join(seen)}{note}")


def against_grpc_plus_plus(bench: Bench) -> list[Row]:
    queue = Server("gRPC C++ with a completion queue", BIN / "grpc-plus-plus-server", 0)
    callback = Server("gRPC C++ with callbacks", BIN / "grpc-plus-plus-callback-server", 0)
    with our_server() as ours, queue, callback:
        a, *peers = side_by_side(bench, [(ours, 150_000), (queue, 50_000), (callback, 50_000)], bench.small)
    best = min(peers, key=lambda loads: statistics.median(one.per_call for one in loads))
    note = f" ({'completion queue' if best is peers[0] else 'callbacks'})"
    return [throughput("throughput against gRPC C++", 4, a, best, note)]


def against_grpc_swift(bench: Bench) -> list[Row]:
    building.grpc_swift()
    with our_server() as ours, Server("grpc-swift-2", SWIFT_PEER, 0) as theirs:
        a, b = side_by_side(bench, [(ours, 150_000), (theirs, 8_000)], bench.small)
    return [throughput("throughput against grpc-swift-2 with NIO", 20, a, b)]


def large_messages(bench: Bench) -> list[Row]:
    with our_server() as ours, bare_server() as bare:
        a, b = side_by_side(bench, [(ours, 6_000), (bare, 6_000)], bench.large)

    def rates(loads: list[Load]) -> list[float]:
        return [2 * bench.large.length / one.per_call for one in loads]

    details = " / ".join(f"{statistics.median(rates(loads)) / 1e9:.2f} GB/s" for loads in (a, b))
    return [at_least("64 KiB messages: bytes per CPU second against bare C", ratio(rates(a), rates(b)), 0.8, details)]


def client(bench: Bench) -> list[Row]:
    programs = {OURS / "echo-client": 60_000, BIN / "grpc-plus-plus-client": 30_000}
    rates: dict[pathlib.Path, list[float]] = {program: [] for program in programs}
    with bare_server() as bare:
        for _ in range(bench.rounds):
            for program, calls in programs.items():
                rates[program].append(calls / load.client_seconds(program, bare, calls, outstanding=100))
    ours, theirs = rates.values()
    details = f"{1e6 / statistics.median(ours):.2f} us / {1e6 / statistics.median(theirs):.2f} us per call"
    return [at_least("our client's calls per CPU second against gRPC C++'s", ratio(ours, theirs), 3, details)]


def latency(bench: Bench) -> list[Row]:
    """The rate is half of what saturates our server, for both: the bare server has it easier than at half of its own."""
    connections = 50
    with our_server() as ours, bare_server() as bare:
        saturating = side_by_side(bench, [(ours, 100_000)], bench.small, connections=connections, streams=2)[0]
        rate = statistics.median(one.calls_per_second for one in saturating) / 2
        p99: list[list[float]] = [[], []]
        for _ in range(bench.rounds):
            for server, times in zip((ours, bare), p99):
                times.append(load.paced(server, bench.small, connections, rate, seconds=2).p99)
    details = f"{statistics.median(p99[0]):.0f} us / {statistics.median(p99[1]):.0f} us at {rate:,.0f} calls/s"
    return [at_most("p99 latency at half load, 50 connections, against bare C", ratio(*p99), 1.5, details)]
