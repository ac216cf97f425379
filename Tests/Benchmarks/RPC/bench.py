"""Measures the RPC layer beside its peers on this machine, and says which of the promised figures hold.

usage: bench.py [--rounds N] [--only PART_OF_A_ROW'S_NAME]

The server runs on core 0, the load on core 1. What a call costs is the server's processor time, which other work on the machine moves
little; peers take turns within every round, and a ratio is the median of the rounds' ratios. Ends with 1 when a figure is missed or
a row could not be measured.
"""

import argparse
import pathlib
import sys
import tempfile

import building
import rows
import space_rows
import tls_row
from rows import Bench, Row
from servers import Refused

# In the order.
ROWS = [
    ("CPU per small unary call against bare C", rows.small_calls),
    ("the same with interceptors, against without", rows.interceptors),
    ("throughput against gRPC C++", rows.against_grpc_plus_plus),
    ("throughput against grpc-swift-2 with NIO", rows.against_grpc_swift),
    ("64 KiB messages: bytes per CPU second against bare C", rows.large_messages),
    ("our client's calls per CPU second against gRPC C++'s", rows.client),
    ("TLS: throughput against nghttpd", tls_row.tls),
    ("p99 latency at half load, 50 connections, against bare C", rows.latency),
    ("memory", space_rows.memory),
    ("heap allocations per small unary call", space_rows.allocations),
]


def show(row: Row) -> None:
    verdict = "pass" if row.holds else "FAIL" if row.holds is not None else "SKIPPED"
    print(f"{row.what:<58} {row.figure:>16}  {row.target:<18} {verdict:<8} {row.details}", flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", default="", metavar="TEXT", help="measure only the rows whose names hold this")
    chosen = options.parse_args()
    building.build()
    results: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="lodestar-bench-") as folder:
        bench = Bench(pathlib.Path(folder), chosen.rounds)
        for what, measure in ROWS:
            if chosen.only not in what:
                continue
            try:
                measured = measure(bench)
            except Refused as refusal:
                measured = [Row(what, "not measured", "", None, str(refusal))]
            for row in measured:
                show(row)
            results += measured
    missed = sum(not row.holds for row in results)
    print(f"{len(results) - missed} of {len(results)} figures hold")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
