"""Measures ResolveVersion of lodestar-metrics with a large registry loaded, and says which of the promised figures hold.

usage: bench.py [--program PATH] [--rounds N] [--versions N] [--pins N] [--instructions]

The registry is made by SQL in a private PostgreSQL: two versions a metric, and pins spread over tenants and dashboards. What a call costs
is the server's own processor time, beside an empty unary call (grpc.health.v1.Health/Check) of the same server, in turns within every
round; a ratio is the median of the rounds' ratios. With --instructions valgrind counts the user-space instructions of both calls, which
nothing else on the machine moves. Ends with 1 when a figure is missed.
"""

import argparse
import os
import pathlib
import random
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent.parent
sys.path.insert(0, str(HERE.parent / "RPC"))

from cluster import Cluster, fill  # noqa: E402
from servers import LOAD_CORE, SERVER_CORE, free_port, pinned  # noqa: E402

RESOLVE = "/lodestar.metrics.v1.MetricRegistry/ResolveVersion"
EMPTY = "/grpc.health.v1.Health/Check"
CALLS = 60_000
MOST_RATIO = 1.3
MOST_MEMORY = 400 << 20
MOST_SECONDS = 5


class Metrics:
    """`with Metrics(...) as metrics`: lodestar-metrics, from its start until it serves; on core 0, or on all of them."""

    def __init__(self, program: pathlib.Path, database: str, folder: pathlib.Path, wrapper: list[str] | None = None, patience: float = 60,
                 cores: str = SERVER_CORE):
        self.port = free_port()
        self.patience = patience
        self._command = pinned(cores, [*(wrapper or []), program])
        self._environment = {
            **os.environ, "LODESTAR_LISTEN": f"127.0.0.1:{self.port}", "LODESTAR_DATABASE_URL": database, "LODESTAR_LOOPS": "1",
            "LODESTAR_JOURNAL": str(folder / "usage"), "LODESTAR_LOG_LEVEL": "info"}

    def __enter__(self) -> "Metrics":
        begin = time.monotonic()
        self.process = subprocess.Popen(self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self._environment)
        said = b""
        while b'"serving"' not in said:
            left = begin + self.patience - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, left))
            more = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                self.process.kill()
                raise SystemExit(f"lodestar-metrics does not serve after {self.patience:g} s:\n{(said + more).decode()}")
            said += more
        self.seconds_until_serving = time.monotonic() - begin
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()

    def processor_seconds(self) -> float:
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def memory(self, name: str) -> int:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith(name + ":"))


def frame(folder: pathlib.Path, name: str, message: bytes) -> pathlib.Path:
    file = folder / name
    file.write_bytes(b"\0" + len(message).to_bytes(4, "big") + message)
    return file


def resolve_request(metric: int, tenant: int, dashboard: int) -> bytes:
    """For a dashboard that is there; without a version, so that its pin decides."""
    texts = [(1, f"metric_{metric}"), (3, f"tenant-{tenant:04}"), (4, f"dashboard-{dashboard:06}")]
    fields = b"".join(bytes([number << 3 | 2, len(text)]) + text.encode() for number, text in texts)
    return fields + bytes([5 << 3, 2])


def call(metrics: Metrics, path: str, body: pathlib.Path, calls: int) -> float:
    """The server's processor time for one of so many calls, all of which have to be answered."""
    before = metrics.processor_seconds()
    words = pinned(LOAD_CORE, [
        "h2load", "-n", calls, "-c", 1, "-m", 100, "-d", body, "-H", "content-type: application/grpc", "-H", "te: trailers",
        f"http://127.0.0.1:{metrics.port}{path}"])
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    spent = metrics.processor_seconds() - before
    answered = re.search(r"(\d+) succeeded", done.stdout)
    data = re.search(r"\((\d+)\) data", done.stdout)
    # An error has no message: its frame and status are trailers alone.
    least = calls * (6 if path == EMPTY else 60)
    if done.returncode or not answered or int(answered[1]) != calls or int(data[1]) < least:
        raise SystemExit(f"{path} was not answered as it should be:\n{done.stdout}")
    return spent / calls


def requests(folder: pathlib.Path, count: int, options: argparse.Namespace) -> list[pathlib.Path]:
    """Of dashboards that are pinned, here and there in the table."""
    chosen = random.Random(1)
    files = []
    for number in range(count):
        pin = chosen.randrange(options.pins)
        files.append(frame(folder, f"resolve-{number}", resolve_request(*pinned_place(pin, options))))
    return files


def pinned_place(pin: int, options: argparse.Namespace) -> tuple[int, int, int]:
    """Metric, tenant and dashboard of that pin, as cluster.fill makes them."""
    return pin % (options.versions // 2), pin % 1_000, pin // 4


def show(what: str, figure: str, target: str, holds: bool, details: str = "") -> bool:
    print(f"{what:<52} {figure:>12}  {target:<18} {'pass' if holds else 'FAIL':<6} {details}", flush=True)
    return holds


def by_time(options: argparse.Namespace, folder: pathlib.Path, database: str) -> list[bool]:
    starts, spent = [], []
    for _ in range(3):
        with Metrics(options.program, database, folder, cores=f"0-{os.cpu_count() - 1}") as metrics:
            starts.append(metrics.seconds_until_serving)
            spent.append(metrics.processor_seconds())
    empty = frame(folder, "empty", b"")
    with Metrics(options.program, database, folder) as metrics:
        loaded, peak = metrics.memory("VmRSS"), metrics.memory("VmHWM")
        bodies = requests(folder, options.rounds, options)
        call(metrics, RESOLVE, bodies[0], CALLS // 4)
        call(metrics, EMPTY, empty, CALLS // 4)
        rounds = [(call(metrics, RESOLVE, body, CALLS), call(metrics, EMPTY, empty, CALLS)) for body in bodies]
        after = metrics.memory("VmRSS")
    ratio = statistics.median(a / b for a, b in rounds)
    each = " / ".join(f"{statistics.median(column) * 1e6:.2f} us" for column in zip(*rounds))
    seconds = statistics.median(starts)
    return [
        show("ResolveVersion against an empty call, CPU time", f"{ratio:.2f} times", f"at most {MOST_RATIO}", ratio <= MOST_RATIO, each),
        show("resident memory with the registry loaded", f"{max(loaded, after) / (1 << 20):.0f} MiB", "at most 400 MiB",
             max(loaded, after) <= MOST_MEMORY, f"{peak / (1 << 20):.0f} MiB at its peak while loading"),
        show("from start to serving", f"{seconds:.2f} s", f"at most {MOST_SECONDS} s", seconds <= MOST_SECONDS,
             f"{min(starts):.2f} to {max(starts):.2f} s, {statistics.median(spent):.2f} s of processor time"),
    ]


def by_instructions(options: argparse.Namespace, folder: pathlib.Path, database: str) -> bool:
    """A stripped copy of the program, since valgrind stumbles over Swift's debug information."""
    program = folder / "lodestar-metrics"
    shutil.copy(options.program, program)
    subprocess.run(["strip", "-g", program], check=True)
    empty = frame(folder, "empty", b"")
    body = requests(folder, 1, options)[0]
    counts = {}
    for path, request in [(RESOLVE, body), (EMPTY, empty)]:
        out = folder / "callgrind.out"
        wrapper = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        with Metrics(program, database, folder, wrapper, patience=600) as metrics:
            call(metrics, path, request, 500)
            control(metrics, "--instr=on")
            call(metrics, path, request, 2_000)
            control(metrics, "--dump")
            call(metrics, path, request, 6_000)
            control(metrics, "--dump")
            control(metrics, "--instr=off")
        dumps = sorted(folder.glob("callgrind.out.*"), key=lambda file: int(file.suffix[1:]))
        totals = [int(re.search(r"^(?:summary|totals): (\d+)", file.read_text(), re.M)[1]) for file in dumps[:2]]
        counts[path] = (totals[1] - totals[0]) / 4_000
        if options.keep:
            shutil.copy(dumps[1], pathlib.Path(options.keep) / f"callgrind.{path.rsplit('/', 1)[1]}")
        for file in folder.glob("callgrind.out*"):
            file.unlink()
    ratio = counts[RESOLVE] / counts[EMPTY]
    details = f"{counts[RESOLVE]:,.0f} / {counts[EMPTY]:,.0f}"
    return show("the same, user-space instructions", f"{ratio:.2f} times", f"at most {MOST_RATIO}", ratio <= MOST_RATIO, details)


def control(metrics: Metrics, order: str) -> None:
    # taskset and nice hand over to the program by exec: the process is valgrind's.
    subprocess.run(["callgrind_control", order, str(metrics.process.pid)], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--program", type=pathlib.Path, default=ROOT / ".build" / "release" / "lodestar-metrics")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--versions", type=int, default=100_000)
    options.add_argument("--pins", type=int, default=1_000_000)
    options.add_argument("--instructions", action="store_true", help="count instructions as well, which takes minutes")
    options.add_argument("--keep", default="", metavar="FOLDER", help="where to leave valgrind's profiles")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as name, Cluster() as cluster:
        folder = pathlib.Path(name)
        with Metrics(chosen.program, cluster.url, folder):
            # Makes the tables.
            pass
        print(f"{chosen.versions:,} versions and {chosen.pins:,} pins", flush=True)
        fill(cluster, chosen.versions, chosen.pins)
        results = by_time(chosen, folder, cluster.url)
        if chosen.instructions:
            results.append(by_instructions(chosen, folder, cluster.url))
    print(f"{sum(results)} of {len(results)} figures hold")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
