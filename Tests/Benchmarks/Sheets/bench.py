"""Measures saves of large tabs end to end, beside the same reading and writing with openpyxl, and says which of the promised figures hold.

usage: bench.py [--programs FOLDER] [--rows N] [--rounds N] [--large N]

Every round saves the tab Candidates of a workbook of N rows, of which each differs from what is stored, with its statuses written back,
and then lets openpyxl load the same file, read every row, put in as many statuses and save. Both are told beside one another as medians.
What `reading and writing` takes is the action's own account of its steps: without what the other services do, but with the disk's
time and the database's for the statuses that are owed. Processor time, which a busy machine moves less, is told for all that
lodestar-sync does in a save, calls and database included. The memory is the most
that lodestar-sync had of it during the saves (VmHWM). --large rows are saved once, and twice as many once more, to see the growth.
Ends with 1 when a figure is missed.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import openpyxl

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from report import Report  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
MOST_SECONDS = 2
MOST_MEMORY = 200 << 20
LEAST_RATIO = 20
# So many times the rows may take so many times as long, and half as much again.
MOST_GROWTH = 1.5
INPUT_TABS = [("ProductOps.xlsx", "Metrics_Config"), ("Central Backlog.xlsx", "Central Backlog"),
              ("Optimization Center.xlsx", "Scenario_Config")]


class Lodestar:
    """`with Lodestar(...) as lodestar`: the whole system with folders of its own."""

    def __init__(self, programs: pathlib.Path, folder: pathlib.Path):
        self.program = programs / "lodestar"
        self.environment = {**os.environ, "LODESTAR_STATE": str(folder / "state")}

    def __enter__(self) -> "Lodestar":
        self.run("up")
        services = json.loads(self.run("status", "--json"))["services"]
        self.sync = next(int(s["pid"]) for s in services if s["name"].endswith("sync"))
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run([self.program, "down"], env=self.environment, stdout=subprocess.DEVNULL)

    def run(self, *arguments: object) -> str:
        done = subprocess.run([self.program, *map(str, arguments)], env=self.environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f"lodestar {' '.join(map(str, arguments))} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def save(self, book: pathlib.Path, tab: str) -> tuple[float, dict]:
        """How long it took with the command's own start, and what became of it."""
        begin = time.monotonic()
        answer = self.run("save", book, tab, "--json")
        return time.monotonic() - begin, json.loads(answer)

    def processor_seconds(self) -> float:
        return time.clock_gettime((~self.sync << 3) | 2)

    def forget_peak(self) -> None:
        pathlib.Path(f"/proc/{self.sync}/clear_refs").write_text("5")

    def peak(self) -> int:
        status = pathlib.Path(f"/proc/{self.sync}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


def steps(run: dict) -> dict[str, float]:
    return {step["name"]: int(step.get("durationUs", 0)) / 1e6 for step in run["substeps"]}


def grown(example: pathlib.Path, target: pathlib.Path, tab: str, rows: int, numbers: tuple[int, ...] = (0,)) -> list[pathlib.Path]:
    """The example's workbook with so many rows in the tab; one more for each number added to the tokens, so that all rows differ."""
    book = openpyxl.load_workbook(example)
    sheet = book[tab]
    column = {c.value: c.column for c in sheet[1]}
    filled = [r for r in range(2, sheet.max_row + 1) if sheet.cell(r, column["initiative_key"]).value]
    samples = [{name: sheet.cell(r, number).value for name, number in column.items()} for r in filled]
    alone = {"prerequisite_keys", "exclusion_keys", "bundle_key", "is_mandatory", "mandate_reason"}
    for number in range(len(filled), rows):
        for name, value in samples[number % len(samples)].items():
            if name == "initiative_key":
                value = f"INIT-{900000 + number - len(filled)}"
            elif name in alone or isinstance(value, str) and value.startswith("="):
                continue
            if value is not None:
                sheet.cell(number + 2, column[name]).value = value
    paths = []
    for turn, added in enumerate(numbers):
        if added:
            for row in range(2, rows + 2):
                cell = sheet.cell(row, column["engineering_tokens"])
                cell.value = (cell.value or 0) + added
        path = target.with_stem(f"{target.stem} {rows} {turn}")
        book.save(path)
        paths.append(path)
    return paths


OPENPYXL = """
import sys, time, datetime, openpyxl
path, tab, target = sys.argv[1:]
begin, processor = time.monotonic(), time.process_time()
book = openpyxl.load_workbook(path)
sheet = book[tab]
rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
column = {name: number for number, name in enumerate(rows[0], 1)}
now = datetime.datetime(2026, 1, 5, 12, 1, 2)
for number, values in enumerate(rows[1:], 2):
    if values[0] is None: continue
    sheet.cell(number, column["run_status"]).value = "OK: saved"
    sheet.cell(number, column["updated_source"]).value = "opt_center.candidates.save"
    sheet.cell(number, column["updated_at"]).value = now
book.save(target)
print(time.monotonic() - begin, time.process_time() - processor)
"""


def openpyxl_seconds(book: pathlib.Path, tab: str) -> tuple[float, float]:
    """By the clock, and of the processor."""
    words = [sys.executable, "-c", OPENPYXL, book, tab, book.with_name("openpyxl.xlsx")]
    by_clock, of_processor = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(by_clock), float(of_processor)


def measure(lodestar: Lodestar, folder: pathlib.Path, options: argparse.Namespace, report: Report) -> None:
    example = folder / "example"
    example.mkdir()
    lodestar.run("workbook", "init", example, "--template", "example")
    # A few more than there are candidates, which begin with fewer of the example.
    backlog = grown(example / "Central Backlog.xlsx", folder / "Backlog.xlsx", "Central Backlog", options.rows + 10)[0]
    for book, tab in INPUT_TABS:
        lodestar.run("save", backlog if tab == "Central Backlog" else example / book, tab)
    books = grown(example / "Optimization Center.xlsx", folder / "Center.xlsx", "Candidates", options.rows, (0, 1, 1))[:3]
    first, _ = lodestar.save(books[0], "Candidates")
    lodestar.forget_peak()
    seconds, files, sends, others, own = [], [], [], [], []
    for number in range(options.rounds):
        book = books[1 + number % 2]
        before = lodestar.processor_seconds()
        taken, run = lodestar.save(book, "Candidates")
        own.append(lodestar.processor_seconds() - before)
        if run["status"] != "OK" and not str(run["status"]).endswith("_OK") or int(run["counts"].get("upserts", 0)) != options.rows:
            raise SystemExit(f"not every row was saved: {run['message']}")
        took = steps(run)
        seconds.append(taken)
        files.append(took["read"] + took["write_back"])
        sends.append(took["send"])
        others.append(openpyxl_seconds(book, "Candidates"))
    median, files_median, own_median = statistics.median(seconds), statistics.median(files), statistics.median(own)
    other, other_processor = (statistics.median(values) for values in zip(*others))
    most = MOST_SECONDS * max(options.rows / 5000, 1)
    report.line(first, "s", f"the first save of {options.rows} Candidates", most=most)
    report.line(median, "s", "one of which every row has changed, end to end", most=most)
    report.line(statistics.median(sends), "s", "of it in the services that own the rows")
    report.line(files_median, "s", "of it reading and writing the file")
    report.line(other, "s", "openpyxl reading and writing the same")
    report.line(other / files_median, "", "times as long as ours")
    report.line(other / median, "", "times as long as ours with everything else")
    report.line(own_median, "s", "of processor time that lodestar-sync takes for all of it")
    report.line(other_processor / own_median, "", "times as much for openpyxl to read and write", least=LEAST_RATIO)
    report.line(lodestar.peak() / 2**20, "MiB", "the most memory of lodestar-sync", most=MOST_MEMORY / 2**20)


def measure_growth(lodestar: Lodestar, folder: pathlib.Path, options: argparse.Namespace, report: Report) -> None:
    example = folder / "example" / "Central Backlog.xlsx"
    taken = []
    for rows in (options.large // 2, options.large):
        book = grown(example, folder / "Large.xlsx", "Central Backlog", rows)[0]
        lodestar.forget_peak()
        seconds, run = lodestar.save(book, "Central Backlog")
        taken.append(seconds)
        told = ", ".join(f"{name} {value:.1f} s" for name, value in steps(run).items())
        report.line(seconds, "s", f"a save of {rows} rows of Central Backlog ({told}; {lodestar.peak() >> 20} MiB)")
        book.unlink()
    report.line(taken[1] / taken[0], "", "times as long for twice the rows", most=2 * MOST_GROWTH)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--large", type=int, default=200_000, help="0: not measured")
    options = parser.parse_args()
    folder, report = pathlib.Path(tempfile.mkdtemp(prefix="lodestar-sheets-")), Report()
    try:
        with Lodestar(options.programs, folder) as lodestar:
            measure(lodestar, folder, options, report)
            if options.large:
                measure_growth(lodestar, folder, options, report)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if report.missed else 0)


if __name__ == "__main__":
    main()
