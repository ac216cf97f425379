"""Takes one tab from a sheet to the database and back, through the running services.

usage: tab_round_trip.py PROTOS TLS METRICS COMPILER SYNC FOLDER TAB     (the services as HOST:PORT)
Writes minimal workbooks with openpyxl into FOLDER, saves the tabs that TAB builds on, then TAB itself, and checks: the statuses in the
file, what is stored against what was typed, that a second save changes nothing, that a preview then finds nothing to change, and that what
people typed still stands there.
"""

import datetime
import importlib
import pathlib
import sys

import grpc
import openpyxl

from grpc_calls import check, compile_protos, credentials

# Each tab: its headers as people spell them, and its rows as people type them.
SHEETS = {
    "Metrics_Config": (
        ["KPI Key", "kpi_name", "kpi_level", "unit", "active", "run_status"],
        [["NSM_ORDERS", "Orders", "north_star", "orders", True], ["KPI_CONVERSION", "Conversion", "strategic", "ratio", "yes"]]),
    "Central Backlog": (
        ["initiative_key", "Title", "Market", "department", "is_optimization_candidate", "candidate_period_key", "run_status"],
        [["INIT-1", "مشروع الدفع 🚀", "UK", "Core", None, "2026-Q1"], ["INIT-2", "=not a formula", "DE", "Growth", "x", None]]),
    "KPI_Contributions": (
        ["initiative_key", "NSM_ORDERS", "KPI_CONVERSION", "notes", "run_status"],
        [["INIT-1", 1200, 0.25, "from tests"], ["INIT-2", 800, None, None]]),
    "MathModels": (
        ["initiative_key", "model_name", "formula_text", "metric_chain_text", "llm_suggested_metric_chain_text", "approved_by_user",
         "run_status"],
        [["INIT-1", "Funnel", "visits × uplift", "KPI_CONVERSION -> NSM_ORDERS", "NSM_ORDERS -> KPI_CONVERSION", "yes"]]),
    "Params": (
        ["initiative_key", "model_name", "parameter", "value", "unit", "source", "run_status"],
        [["INIT-1", "Funnel", "uplift", 0.0042, "ratio", "tests of 2025"]]),
    "Scoring_Inputs": (["initiative_key", "input_name", "value", "run_status"], [["INIT-1", "reach", 5800000]]),
    "Candidates": (
        ["initiative_key", "tokens", "deadline", "is_mandatory", "mandate_reason", "prerequisite_keys", "is_selected_for_run", "notes",
         "run_status"],
        [["INIT-1", 180, datetime.datetime(2026, 2, 15), "x", "the law", " INIT-2, init-2 ,", True, "@ada"],
         ["INIT-2", "90", None, None, None, None, True, None]]),
    "Scenario_Config": (
        ["scenario", "period_key", "capacity_total_tokens", "objective_mode", "objective_weights", "run_status"],
        [["Core", "2026-Q1", 300.0, "weighted_kpis", "north_star=0.6, KPI_CONVERSION=0.4"]]),
    "Constraints": (
        ["scenario_name", "constraint_set", "type", "dimension", "key", "related_keys", "cap", "notes", "run_status"],
        [["Core", "Baseline", "capacity_cap", "country", "UK", None, 200, None],
         ["Core", "Baseline", "require_prereq", "initiative", "INIT-1", "INIT-2", None, "first things first"]]),
    "Targets": (
        ["scenario_name", "constraint_set_name", "market", "kpi", "mode", "value", "run_status"],
        [["Core", "Baseline", "UK", "NSM_ORDERS", "goal", 1500.5]]),
    "Results": (
        ["initiative_key", "title", "run_id", "selected", "reason", "notes", "run_status"], []),
    "Gaps_Alerts": (
        ["scenario_name", "constraint_set_name", "country", "kpi_key", "run_id", "target_value", "recommendation", "notes", "run_status"],
        []),
}
OUTPUT_TABS = {"Results", "Gaps_Alerts"}

# What each tab's typed cells mean: the fields of the stored messages, without their row numbers.
STORED = {
    "Central Backlog": ("initiatives", [
        {"initiative_key": "INIT-1", "title": "مشروع الدفع 🚀", "country": "UK", "department": "Core", "is_optimization_candidate": True,
         "candidate_period_key": "2026-Q1"},
        {"initiative_key": "INIT-2", "title": "=not a formula", "country": "DE", "department": "Growth",
         "is_optimization_candidate": True}]),
    "KPI_Contributions": ("contributions", [
        {"initiative_key": "INIT-1", "kpi_key": "KPI_CONVERSION", "contribution": 0.25, "notes": "from tests"},
        {"initiative_key": "INIT-1", "kpi_key": "NSM_ORDERS", "contribution": 1200.0, "notes": "from tests"},
        {"initiative_key": "INIT-2", "kpi_key": "NSM_ORDERS", "contribution": 800.0}]),
    "MathModels": ("math_models", [
        {"initiative_key": "INIT-1", "model_name": "Funnel", "formula_text": "visits × uplift",
         "metric_chain_text": "KPI_CONVERSION -> NSM_ORDERS", "approved_by_user": True}]),
    "Params": ("model_params", [
        {"initiative_key": "INIT-1", "model_name": "Funnel", "param_name": "uplift", "value": {"value": 0.0042}, "unit": "ratio",
         "source": "tests of 2025"}]),
    "Scoring_Inputs": ("scoring_inputs", [
        {"initiative_key": "INIT-1", "input_name": "reach", "value": {"value": 5800000.0}}]),
    "Candidates": ("candidates", [
        {"initiative_key": "INIT-1", "engineering_tokens": {"value": 180}, "deadline_date": "2026-02-15", "is_mandatory": True,
         "mandate_reason": "the law", "prerequisite_keys": ["INIT-2"], "notes": "@ada"},
        {"initiative_key": "INIT-2", "engineering_tokens": {"value": 90}}]),
    "Scenario_Config": ("scenarios", [
        {"scenario_name": "Core", "period_key": "2026-Q1", "capacity_total_tokens": {"value": 300.0}, "objective_mode": "weighted_kpis",
         "objective_weights": "north_star=0.6, KPI_CONVERSION=0.4"}]),
    "Constraints": ("constraints", [
        {"scenario_name": "Core", "constraint_set_name": "Baseline", "constraint_type": "capacity_cap", "dimension": "country",
         "key": "UK", "max_tokens": {"value": 200.0}},
        {"scenario_name": "Core", "constraint_set_name": "Baseline", "constraint_type": "require_prereq", "dimension": "initiative",
         "key": "INIT-1<-INIT-2", "notes": "first things first"}]),
    "Targets": ("targets", [
        {"scenario_name": "Core", "constraint_set_name": "Baseline", "country": "UK", "kpi_key": "NSM_ORDERS",
         "target_value": {"value": 1500.5}, "floor_or_goal": "goal"}]),
}


class RoundTrip:
    def __init__(self, protos: str, tls: str, metrics_at: str, compiler_at: str, sync_at: str, folder: str):
        compile_protos(pathlib.Path(protos))
        load = importlib.import_module
        self.metrics_pb, self.compiler_pb = load("lodestar.metrics.v1.metrics_pb2"), load("lodestar.constraints.v1.constraints_pb2")
        self.sync_pb = load("lodestar.sync.v1.sync_pb2")
        proven = credentials(pathlib.Path(tls))
        self.metrics = load("lodestar.metrics.v1.metrics_pb2_grpc").MetricGovernanceStub(grpc.secure_channel(metrics_at, proven))
        self.compiler = load("lodestar.constraints.v1.constraints_pb2_grpc").ConstraintCompilationStub(
            grpc.secure_channel(compiler_at, proven))
        self.sync = load("lodestar.sync.v1.sync_pb2_grpc").SheetSyncStub(grpc.secure_channel(sync_at, proven))
        self.folder = pathlib.Path(folder)

    def workbook(self, tab: str) -> pathlib.Path:
        """One tab, with a column of somebody's own: in the wide form of KPI_Contributions every stranger is a KPI."""
        headers, rows = SHEETS[tab]
        own = [] if tab == "KPI_Contributions" else ["Ada's own"]
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = tab
        sheet.append(headers + own)
        for row in rows:
            sheet.append(row + [None] * (len(headers) - len(row)) + ["mine"] * len(own))
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.data_type = "s"
        path = self.folder / f"{tab}.xlsx"
        book.save(path)
        return path

    def act(self, action: str, path: pathlib.Path, tab: str = "", **more):
        request = self.sync_pb.RunActionRequest(action=action, workbook_path=str(path), tab=tab, actor="grpcio", **more)
        events = list(self.sync.RunAction(request, timeout=60))
        return events[-1].action_run

    def save(self, path: pathlib.Path, tab: str):
        run = self.act("pm.save_selected", path, tab)
        check(f"{tab} is saved", run.status == self.sync_pb.ACTION_STATUS_OK, run)
        return run

    def stored(self, tab: str) -> list[dict]:
        from google.protobuf.json_format import MessageToDict
        name = {"Results": "result_notes", "Gaps_Alerts": "gap_notes"}.get(tab) or STORED[tab][0]
        rows = []
        for part in self.compiler.ListStoredRows(self.compiler_pb.ListStoredRowsRequest(tab=tab), timeout=10):
            for row in getattr(part, name):
                as_dict = MessageToDict(row, preserving_proto_field_name=True)
                as_dict.pop("row_number", None)
                # 64-bit numbers are texts in JSON.
                if "engineering_tokens" in as_dict:
                    as_dict["engineering_tokens"] = {"value": int(as_dict["engineering_tokens"]["value"])}
                # Others plan in the same database.
                if as_dict.get("initiative_key", "INIT-1") in ("INIT-1", "INIT-2") and as_dict.get("scenario_name", "Core") == "Core":
                    rows.append(as_dict)
        return self.ordered(rows)

    @staticmethod
    def ordered(rows: list[dict]) -> list[dict]:
        return sorted(rows, key=lambda row: [str(row.get(k, "")) for k in ("initiative_key", "kpi_key", "key", "run_id")])

    def filled_output(self, tab: str) -> tuple[pathlib.Path, list[dict]]:
        """A run's lines in an output tab, and people's words beside the first of them."""
        path = self.workbook(tab)
        book = openpyxl.load_workbook(path)
        book.create_sheet("Candidates")
        headers, rows = SHEETS["Candidates"]
        for row in [headers] + rows:
            book["Candidates"].append(row)
        for other in ["Runs", "Results", "Gaps_Alerts"]:
            if other != tab:
                book.create_sheet(other).append(SHEETS.get(other, (["run_id", "scenario_name", "run_status"], []))[0])
        book.save(path)
        run = self.act("pm.optimize.run_all_candidates", path, scenario_name="Core", constraint_set_name="Baseline")
        check("a run is written", run.status == self.sync_pb.ACTION_STATUS_OK, run)
        book = openpyxl.load_workbook(path)
        sheet = book[tab]
        places = {cell.value: cell.column for cell in sheet[1]}
        check(f"{tab} has the run's lines", sheet.cell(2, places["run_id"]).value == run.run_id)
        sheet.cell(2, places["notes"]).value = "=mine, and text"
        sheet.cell(2, places["notes"]).data_type = "s"
        wanted = {"run_id": run.run_id, "notes": "=mine, and text"}
        if tab == "Gaps_Alerts":
            sheet.cell(2, places["recommendation"]).value = "take less"
            wanted["recommendation"] = "take less"
        for column in ["initiative_key", "scenario_name", "constraint_set_name", "country", "kpi_key"]:
            if column in places:
                wanted[column] = sheet.cell(2, places[column]).value
        book.save(path)
        return path, [wanted]

    def cells(self, path: pathlib.Path, tab: str, owned: bool) -> list[list]:
        """The cells of the status column, or all the others."""
        sheet = openpyxl.load_workbook(path)[tab]
        status = next(cell.column for cell in sheet[1] if cell.value == "run_status")
        return [[cell.value for cell in row if (cell.column == status) == owned] for row in sheet.iter_rows(min_row=2)]

    def check_metrics(self) -> None:
        config = self.metrics.GetMetricsConfig(self.metrics_pb.GetMetricsConfigRequest(), timeout=10)
        seen = sorted((k.kpi_key, k.kpi_name, k.unit, k.is_active, k.kpi_level) for k in config.kpis if k.is_active)
        level = self.metrics_pb
        wanted = [("KPI_CONVERSION", "Conversion", "ratio", True, level.KPI_LEVEL_STRATEGIC),
                  ("NSM_ORDERS", "Orders", "orders", True, level.KPI_LEVEL_NORTH_STAR)]
        check("what is stored is what was typed", seen == wanted, seen)

    def run(self, tab: str) -> None:
        names = [name for name in SHEETS if name not in OUTPUT_TABS]
        before = names if tab in OUTPUT_TABS else names[:names.index(tab)]
        for name in before:
            self.save(self.workbook(name), name)
        path, wanted = self.filled_output(tab) if tab in OUTPUT_TABS else (self.workbook(tab), STORED.get(tab, ("", []))[1])
        typed = self.cells(path, tab, owned=False)
        run = self.save(path, tab)
        statuses = [row[0] for row in self.cells(path, tab, owned=True) if row[0]]
        check("every row has its status", statuses and all(s.startswith("OK") for s in statuses), statuses)
        check("what people typed still stands there", self.cells(path, tab, owned=False) == typed)
        if tab == "Metrics_Config":
            self.check_metrics()
        else:
            seen = self.stored(tab)
            if tab in OUTPUT_TABS:
                # Notes of other runs stay.
                seen = [row for row in seen if row.get("run_id") == wanted[0]["run_id"]]
            check("what is stored is what was typed", seen == self.ordered(wanted), f"\n{seen}\nwanted\n{wanted}")

        again = self.save(path, tab)
        check("a second save changes nothing", again.counts.upserts == 0 and again.counts.removed == 0, again.counts)
        check("and tells the same rows", again.counts.rows == run.counts.rows)
        bytes_before = path.read_bytes()
        preview = self.act("pm.preview", path, tab)
        check("and a preview finds nothing to change", (preview.status, preview.changed_cells) == (run.status, 0), preview)
        check("and touches nothing", path.read_bytes() == bytes_before)
        print(f"{tab} goes to the database and back")


if __name__ == "__main__":
    RoundTrip(*sys.argv[1:7]).run(sys.argv[7])
