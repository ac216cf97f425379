"""Measures the constraint compiler alone, and says which of the promised figures hold.

usage: bench.py [--program PATH] [--rounds N]

Rows of Constraints are validated and compiled against candidates, the revisions' canonical forms are written, and one problem is
assembled: 10,000 rows against 5,000 candidates, and ten times the rows, in as few sets and in sets as large as before. Each is a process
of its own, so that its memory is what that takes. Of the rounds the fastest counts: what else runs on the machine only adds. Ends with 1
when a figure is missed.
"""

import argparse
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from report import Report  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
PACKAGE = ROOT / "Tests" / "Benchmarks"
ROWS, CANDIDATES = 10_000, 5_000
MOST_SECONDS = 0.5
MOST_MEMORY = 150 << 20
MOST_GROWTH = 12


def build() -> pathlib.Path:
    scratch = ["--package-path", PACKAGE, "--scratch-path", ROOT / ".build" / "benchmarks", "--configuration", "release"]
    subprocess.run(["swift", "build", *scratch, "--product", "compiler-bench"], check=True)
    folder = subprocess.run(["swift", "build", *scratch, "--show-bin-path"], check=True, capture_output=True, text=True).stdout
    return pathlib.Path(folder.strip()) / "compiler-bench"


def fastest(program: pathlib.Path, rounds: int, rows: int, sets: int) -> dict:
    runs = [
        json.loads(subprocess.run([program, str(rows), str(CANDIDATES), str(sets)], check=True, capture_output=True, text=True).stdout)
        for _ in range(rounds)]
    best = min(runs, key=lambda run: run["seconds"])
    print(f"{rows:>8,} rows in {sets:>5,} sets: {best['seconds']:.3f} s (index {best['indexing']:.3f}, compile {best['compiling']:.3f}, "
          f"name {best['naming']:.3f}, assemble {best['assembling']:.3f}), {best['peak_bytes'] / (1 << 20):.0f} MiB")
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    program = options.program or build()
    report = Report()
    # One large set, a handful, and many of a hundred rows each: ten times the rows are ten times the rows of each, or ten times the sets.
    for sets, more_sets in [(1, 1), (10, 10), (100, 1000)]:
        small = fastest(program, options.rounds, ROWS, sets)
        large = fastest(program, max(1, options.rounds // 2), 10 * ROWS, more_sets)
        report.line(small["seconds"], "s", "for all of it", most=MOST_SECONDS)
        report.line(small["peak_bytes"] / (1 << 20), "MiB", "the most memory", most=MOST_MEMORY / (1 << 20))
        report.line(large["seconds"] / small["seconds"], "", "times as long for ten times the rows", most=MOST_GROWTH)
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
