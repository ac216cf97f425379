"""Previews, refreshes and cancels on the example's workbooks, called with grpcio and looked at with openpyxl.

usage: workbook_actions.py WHAT PROTOS TLS SYNC OPTIMIZER FOLDER     (SYNC and OPTIMIZER as HOST:PORT)
WHAT is preview (before anything of FOLDER's workbooks is saved), refresh (after all of them are) or cancel.
Prints a line per check; exits with 1 at the first that does not hold.
"""

import hashlib
import importlib
import pathlib
import random
import sys
import threading

import grpc
import openpyxl

from grpc_calls import check, compile_protos, credentials

INPUT_TABS = [
    ("ProductOps.xlsx", "Metrics_Config"), ("Central Backlog.xlsx", "Central Backlog"), ("ProductOps.xlsx", "KPI_Contributions"),
    ("Optimization Center.xlsx", "Candidates"), ("Optimization Center.xlsx", "Scenario_Config"),
    ("Optimization Center.xlsx", "Constraints"), ("Optimization Center.xlsx", "Targets")]


class System:
    def __init__(self, protos: str, tls: str, sync_at: str, optimizer_at: str, folder: str):
        compile_protos(pathlib.Path(protos))
        load = importlib.import_module
        self.sync, rpc = load("lodestar.sync.v1.sync_pb2"), load("lodestar.sync.v1.sync_pb2_grpc")
        self.optimizer = load("lodestar.optimizer.v1.optimizer_pb2")
        identity = credentials(pathlib.Path(tls))
        self.rpc = rpc.SheetSyncStub(grpc.secure_channel(sync_at, identity))
        self.runs = load("lodestar.optimizer.v1.optimizer_pb2_grpc").PortfolioOptimizationStub(
            grpc.secure_channel(optimizer_at, identity))
        self.folder = pathlib.Path(folder)

    def act(self, action: str, book: str, **fields):
        request = self.sync.RunActionRequest(action=action, workbook_path=str(self.folder / book), actor="ada", **fields)
        events = list(self.rpc.RunAction(request, timeout=120))
        return events[-1].action_run

    def status(self, name: str) -> int:
        return self.sync.ActionStatus.Value("ACTION_STATUS_" + name)

    def digest(self, book: str) -> str:
        return hashlib.sha256((self.folder / book).read_bytes()).hexdigest()


def columns(sheet) -> dict:
    return {cell.value: cell.column for cell in sheet[1] if cell.value}


def edit(path: pathlib.Path, change) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


def said(run) -> list:
    """The judgements, without what only a writer can know."""
    return [(m.row_number, m.column, m.code, m.message) for m in run.messages if m.code != "no_status_column"]


def preview_then_save(system: System, book: str, tab: str, **fields):
    before = system.digest(book)
    preview = system.act("pm.preview", book, tab=tab, **fields)
    check(f"{tab}: a preview leaves the file alone", system.digest(book) == before)
    again = system.act("pm.preview", book, tab=tab, **fields)
    check(f"{tab}: a preview stores nothing", again.changes == preview.changes and again.counts == preview.counts)
    save = system.act("pm.save_selected", book, tab=tab, **fields)
    check(f"{tab}: the save does what was said", save.counts == preview.counts and save.status == preview.status,
          (save.message, preview.message))
    check(f"{tab}: with the same words", said(save) == said(preview), (said(save), said(preview)))
    rows = {c.row_number for c in preview.changes if c.row_number}
    check(f"{tab}: as many rows changed as have cells that change", len(rows) == save.counts.upserts,
          (sorted(rows), save.counts))
    gone = {c.key for c in preview.changes if not c.row_number}
    check(f"{tab}: as many rows removed as were listed", len(gone) == save.counts.removed, (gone, save.counts))
    after = system.act("pm.preview", book, tab=tab, **fields)
    check(f"{tab}: nothing is left to change", after.changed_cells == 0 and not after.changes and after.counts.upserts == 0,
          list(after.changes)[:3])
    return preview


def preview(system: System) -> None:
    for book, tab in INPUT_TABS:
        preview_then_save(system, book, tab)
    center = system.folder / "Optimization Center.xlsx"

    def change_candidate(book):
        sheet = book["Candidates"]
        sheet.cell(3, columns(sheet)["engineering_tokens"]).value = 7
    edit(center, change_candidate)
    found = preview_then_save(system, center.name, "Candidates")
    change = found.changes[0]
    sheet = openpyxl.load_workbook(center)["Candidates"]
    check("the one cell is named", len(found.changes) == 1 and change.column == "engineering_tokens" and change.typed == "7"
          and sheet[change.cell].value == 7 and change.stored.isdigit(), found.changes)

    def lose_rows(book):
        book["Constraints"].delete_rows(3)
        book["Targets"].delete_rows(2)
    edit(center, lose_rows)
    for tab in ["Constraints", "Targets"]:
        found = preview_then_save(system, center.name, tab)
        check(f"{tab}: the lost row is listed with what it holds",
              any(c.row_number == 0 and c.stored and not c.typed and not c.cell for c in found.changes), found.changes)

    def mistake(book):
        sheet = book["Candidates"]
        sheet.cell(2, columns(sheet)["engineering_tokens"]).value = "18O"
        sheet.cell(3, columns(sheet)["engineering_tokens"]).value = 8
    edit(center, mistake)
    found = preview_then_save(system, center.name, "Candidates")
    check("a mistake is judged, and the other cell found", found.status == system.status("PARTIAL")
          and [c.row_number for c in found.changes] == [3], found.message)


def refresh(system: System) -> None:
    center = system.folder / "Optimization Center.xlsx"
    run = system.act("pm.optimize.run_all_candidates", center.name, scenario_name="Q1-2026 Core", constraint_set_name="Baseline")
    check("the example is optimized", run.status == system.status("OK"), run.message)

    def tidy(book):
        runs, results, candidates = book["Runs"], book["Results"], book["Candidates"]
        runs.cell(2, columns(runs)["selected_count"]).value = 999
        results.cell(2, columns(results)["notes"]).value = "mine"
        results.cell(2, columns(results)["allocated_tokens"]).value = None
        if "north_star_contribution" not in columns(candidates):
            candidates.cell(1, candidates.max_column + 1).value = "north_star_contribution"
    edit(center, tidy)
    refreshed = system.act("pm.refresh", center.name)
    check("a refresh ends well", refreshed.status == system.status("OK"), refreshed.message)
    book = openpyxl.load_workbook(center)
    runs, results, candidates = book["Runs"], book["Results"], book["Candidates"]
    check("what was typed over is back", runs.cell(2, columns(runs)["selected_count"]).value not in (None, 999)
          and results.cell(2, columns(results)["allocated_tokens"]).value is not None)
    check("what people wrote stays", results.cell(2, columns(results)["notes"]).value == "mine")
    stars = [candidates.cell(r, columns(candidates)["north_star_contribution"]).value for r in range(2, candidates.max_row + 1)]
    check("candidates show what they bring to the north star", sum(isinstance(v, (int, float)) for v in stars) > 3, stars)
    before = system.digest(center.name)
    again = system.act("pm.refresh", center.name)
    check("a second refresh has nothing to do", again.changed_cells == 0 and system.digest(center.name) == before, again.message)


def make_hard(system: System) -> None:
    """A plan whose proof takes minutes: values nearly proportional to costs, under caps that overlap."""
    chance = random.Random(5)
    plans = [(f"HARD-{n:03}", chance.randint(500, 1500), *(f"{d}{chance.randrange(4)}" for d in "CDG")) for n in range(120)]
    total = sum(plan[1] for plan in plans)

    def put(sheet, rows, *names):
        places = columns(sheet)
        start = max(r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 1).value is not None) + 1
        for offset, row in enumerate(rows):
            for name, value in zip(names, row):
                sheet.cell(start + offset, places[name]).value = value

    edit(system.folder / "Central Backlog.xlsx", lambda book: put(
        book["Central Backlog"], [(key, key, c, d, g) for key, _, c, d, g in plans],
        "initiative_key", "title", "country", "department", "category"))
    edit(system.folder / "ProductOps.xlsx", lambda book: put(
        book["KPI_Contributions"], [(key, "NSM_ORDERS", tokens + 100) for key, tokens, *_ in plans],
        "initiative_key", "kpi_key", "contribution"))

    def center(book):
        put(book["Candidates"], [(key, tokens) for key, tokens, *_ in plans], "initiative_key", "engineering_tokens")
        put(book["Scenario_Config"], [("Hard", "2026-Q1", total * 2 // 5, "north_star")],
            "scenario_name", "period_key", "capacity_total_tokens", "objective_mode")
        put(book["Constraints"],
            [("Hard", "Caps", "capacity_cap", dimension, f"{letter}{n}", total // 9 + n * 17)
             for dimension, letter in [("country", "C"), ("department", "D"), ("category", "G")] for n in range(4)],
            "scenario_name", "constraint_set_name", "constraint_type", "dimension", "key", "max_tokens")
    edit(system.folder / "Optimization Center.xlsx", center)
    for book, tab in INPUT_TABS:
        saved = system.act("pm.save_selected", book, tab=tab)
        check(f"{tab} of the hard plan is saved", saved.status == system.status("OK"), saved.message)


def cancel(system: System) -> None:
    make_hard(system)
    names = dict(scenario_name="Hard", constraint_set_name="Caps")
    request = system.sync.RunActionRequest(
        action="pm.optimize.run_all_candidates", workbook_path=str(system.folder / "Optimization Center.xlsx"), actor="ada", **names)
    ended, found = [], threading.Event()

    def follow():
        for event in system.rpc.RunAction(request, timeout=120):
            if event.WhichOneof("event") == "action_run":
                ended.append(event.action_run)
            elif event.progress.substep == "solve" and "gap" in event.progress.message:
                found.set()
        found.set()
    follower = threading.Thread(target=follow)
    follower.start()
    found.wait(60)
    check("the run is still searching, with a portfolio in hand", not ended, ended)
    answer = system.act("pm.optimize.cancel", "Optimization Center.xlsx", **names)
    check("the run is cancelled", answer.status == system.status("OK") and answer.run_id, answer.message)
    follower.join(60)
    check("the action that follows it ends", len(ended) == 1 and ended[0].run_id == answer.run_id)
    run = system.runs.GetRun(system.optimizer.GetRunRequest(run_id=answer.run_id))
    check("the optimizer calls it cancelled", run.status == system.optimizer.RUN_STATUS_CANCELLED, run)
    check("the action tells of it with its portfolio", "cancelled" in ended[0].message
          and ended[0].status == system.status("OK") and run.HasField("result"), ended[0].message)
    sheet = openpyxl.load_workbook(system.folder / "Optimization Center.xlsx")["Runs"]
    places = columns(sheet)
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, places["run_id"]).value == answer.run_id)
    check("Runs says so", sheet.cell(row, places["optimization_db_status"]).value == "cancelled"
          and sheet.cell(row, places["run_status"]).value.startswith("OK (warning): cancelled"))
    late = system.act("pm.optimize.cancel", "Optimization Center.xlsx", run_id=answer.run_id)
    check("to cancel it again is no mistake", late.status == system.status("OK"), late.message)
    none = system.act("pm.optimize.cancel", "Optimization Center.xlsx", **names)
    check("there is none left to cancel", none.status == system.status("FAILED"), none.message)


if __name__ == "__main__":
    {"preview": preview, "refresh": refresh, "cancel": cancel}[sys.argv[1]](System(*sys.argv[2:7]))
