"""Compares two folders of workbooks, before and after Lodestar wrote to them, and reads the new cells with openpyxl.

usage: workbook_check.py BEFORE AFTER
Every zip member but the sheets that Lodestar writes must be byte-identical; formulas, formats and the tab with a chart must be there.
"""

import pathlib
import sys
import zipfile
from xml.etree import ElementTree

import openpyxl

WRITTEN_TABS = {
    "Metrics_Config", "KPI_Contributions", "MathModels", "Params", "Scoring_Inputs", "Central Backlog", "Candidates", "Scenario_Config",
    "Constraints", "Targets", "Runs", "Results", "Gaps_Alerts",
}
SYSTEM_COLUMNS = {"run_status", "updated_source", "updated_at"}
OUTPUT_TABS = {"Runs", "Results", "Gaps_Alerts"}


def fail(message: str) -> None:
    sys.exit(f"FAIL {message}")


def sheet_parts(path: pathlib.Path) -> dict[str, str]:
    """The zip member of each tab."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    with zipfile.ZipFile(path) as archive:
        targets = {r.get("Id"): r.get("Target") for r in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
        sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{main}sheet")
        parts = {s.get("name"): str(pathlib.PurePosixPath("/xl") / targets[s.get(relation)]).lstrip("/") for s in sheets}
    if set(parts) != set(openpyxl.load_workbook(path).sheetnames):
        fail(f"{path.name}: openpyxl sees other tabs than {sorted(parts)}")
    return parts


def compare_members(before: pathlib.Path, after: pathlib.Path) -> int:
    parts = sheet_parts(before)
    may_change = {parts[tab] for tab in WRITTEN_TABS & set(parts)}
    with zipfile.ZipFile(before) as a, zipfile.ZipFile(after) as b:
        if b.testzip() is not None:
            fail(f"{after.name}: damaged zip member {b.testzip()}")
        names = [i.filename for i in a.infolist()]
        if names != [i.filename for i in b.infolist()]:
            fail(f"{after.name}: members are {[i.filename for i in b.infolist()]}, were {names}")
        for name in names:
            if name not in may_change and a.read(name) != b.read(name):
                fail(f"{after.name}: {name} changed")
        return len([n for n in names if n not in may_change])


def compare_cells(before: pathlib.Path, after: pathlib.Path) -> int:
    """Every cell that is not Lodestar's own has its value, formula and format as before."""
    old, new = openpyxl.load_workbook(before), openpyxl.load_workbook(after)
    statuses = 0
    for tab in old.sheetnames:
        was, now = old[tab], new[tab]
        if len(was._charts) != len(now._charts):
            fail(f"{after.name}!{tab}: {len(was._charts)} charts became {len(now._charts)}")
        if tab in OUTPUT_TABS:
            continue
        header = [c.value for c in was[1]]
        for row in was.iter_rows():
            for cell in row:
                column = header[cell.column - 1] if cell.column <= len(header) else None
                if cell.row > 1 and tab in WRITTEN_TABS and column in SYSTEM_COLUMNS:
                    continue
                other = now[cell.coordinate]
                if (cell.value, cell.number_format, repr(cell.font), repr(cell.fill)) != (
                    other.value, other.number_format, repr(other.font), repr(other.fill)
                ):
                    fail(f"{after.name}!{tab}!{cell.coordinate}: {cell.value!r} became {other.value!r}")
        if tab in WRITTEN_TABS:
            column = header.index("run_status") + 1
            keys = [r for r in range(2, was.max_row + 1) if was.cell(r, 1).value not in (None, "")]
            for row in keys:
                status = now.cell(row, column).value
                if not isinstance(status, str) or not status.startswith(("OK", "FAILED")):
                    fail(f"{after.name}!{tab} row {row}: run_status is {status!r}")
                statuses += 1
    return statuses


def main() -> None:
    before, after = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    charts = formulas = 0
    for old in sorted(before.glob("*.xlsx")):
        new = after / old.name
        untouched, statuses = compare_members(old, new), compare_cells(old, new)
        book = openpyxl.load_workbook(new)
        charts += sum(len(s._charts) for s in book.worksheets)
        formulas += sum(isinstance(c.value, str) and c.value.startswith("=") for s in book.worksheets for r in s.iter_rows() for c in r)
        print(f"ok   {old.name}: {untouched} members byte-identical, {statuses} row statuses")
    if charts == 0 or formulas == 0:
        fail(f"{charts} charts and {formulas} formulas survived")
    print(f"ok   {charts} charts and {formulas} formulas survived")


if __name__ == "__main__":
    main()
