"""Does random actions to a random workbook through the running services, and looks after each that nothing changed but Lodestar's own
cells.

usage: random_actions.py PROTOS TLS SYNC EXAMPLE FOLDER SEED ACTIONS
SYNC is HOST:PORT; EXAMPLE a folder of saved example workbooks, of which one run has ended; FOLDER is where the workbook goes.
The same seed makes the same workbook and the same actions.
"""

import importlib
import pathlib
import random
import shutil
import struct
import sys
import warnings
import zipfile
from xml.etree import ElementTree

import grpc
import openpyxl
from grpc_calls import compile_protos, credentials
from openpyxl.utils import range_boundaries
from openpyxl.utils.cell import coordinate_from_string, column_index_from_string

from random_workbooks import OUTPUT_TABS, SAVED_TABS, RandomWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SCENARIO, SET = "Q1-2026 Core", "Baseline"


class Broken(Exception):
    """Something changed that is not Lodestar's."""


def raw_members(path: pathlib.Path) -> dict[str, tuple]:
    """Every member as it stands in the file: its compressed bytes and its entry in the table of contents."""
    data = path.read_bytes()
    members = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name_length + extra_length
            members[info.filename] = (
                info.date_time, info.compress_type, info.external_attr, info.CRC, info.file_size, info.comment, info.extra,
                data[start:start + info.compress_size])
    return members


def sheet_parts(path: pathlib.Path) -> dict[str, str]:
    """The tab that each part of a sheet is."""
    with zipfile.ZipFile(path) as archive:
        targets = {r.get("Id"): r.get("Target") for r in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
        sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        return {str(pathlib.PurePosixPath("/xl") / targets[s.get(RELATION)]).lstrip("/"): s.get("name") for s in sheets}


def text_of(element) -> str:
    return ElementTree.tostring(element, encoding="unicode")


def cells_of(sheet) -> dict[str, ElementTree.Element]:
    return {cell.get("r"): cell for row in sheet.find(f"{MAIN}sheetData") for cell in row}


def compare_surroundings(tab: str, old, new) -> None:
    """What stands around the cells. The used range may grow, and the sheet may ask to be calculated."""
    def rest(sheet):
        return [text_of(e) for e in sheet if e.tag not in (f"{MAIN}sheetData", f"{MAIN}dimension", f"{MAIN}sheetCalcPr")]
    if rest(old) != rest(new) or old.attrib != new.attrib:
        raise Broken(f"{tab}: what stands around its cells changed")

    def rows(sheet):
        found = {}
        for row in sheet.find(f"{MAIN}sheetData"):
            found[row.get("r")] = {name: value for name, value in row.attrib.items() if name != "spans"}
        return found
    before, after = rows(old), rows(new)
    for number, attributes in before.items():
        if after.get(number) != attributes:
            raise Broken(f"{tab}: row {number} had {attributes} and has {after.get(number)}")
    if list(after) != sorted(after, key=int):
        raise Broken(f"{tab}: its rows are out of order")


def compare_cells(tab: str, old, new, header_row: int, owned: set[int]) -> int:
    """Every changed or new cell is in a column of Lodestar's below the header and had no formula. Answers how many there are."""
    before, after = cells_of(old), cells_of(new)
    areas = [range_boundaries(f.get("ref")) for f in old.iter(f"{MAIN}f") if f.get("t") in ("array", "dataTable") and f.get("ref")]
    if missing := [name for name in before if name not in after]:
        raise Broken(f"{tab}!{missing[0]} is gone")
    changed = 0
    for name, cell in after.items():
        was = before.get(name)
        if was is not None and text_of(was) == text_of(cell):
            continue
        changed += 1
        letters, row = coordinate_from_string(name)
        column = column_index_from_string(letters)
        described = f"{tab}!{name}: {'nothing' if was is None else text_of(was)} became {text_of(cell)}"
        if row <= header_row or column not in owned:
            raise Broken(f"{described}, and it is not Lodestar's")
        if was is not None and was.find(f"{MAIN}f") is not None:
            raise Broken(f"{described}, and it was a formula")
        if any(left <= column <= right and top <= row <= bottom for left, top, right, bottom in areas):
            raise Broken(f"{described}, and an array formula covers it")
        if cell.find(f"{MAIN}f") is not None:
            raise Broken(f"{described}: a formula was written")
    return changed


def compare_files(before: pathlib.Path, after: pathlib.Path, workbook: RandomWorkbook, writable: set[str]) -> int:
    """Answers how many cells changed."""
    old, new = raw_members(before), raw_members(after)
    if list(old) != list(new):
        raise Broken(f"the members were {list(old)} and are {list(new)}")
    tabs, changed = sheet_parts(before), 0
    for name, member in old.items():
        if member == new[name]:
            continue
        tab = tabs.get(name)
        if tab not in writable:
            raise Broken(f"{name} ({tab}) changed")
        if member[:3] != new[name][:3]:
            raise Broken(f"{name}: its date, its method or its attributes changed")
        with zipfile.ZipFile(before) as a, zipfile.ZipFile(after) as b:
            one, other = (ElementTree.fromstring(archive.read(name)) for archive in (a, b))
        compare_surroundings(tab, one, other)
        changed += compare_cells(tab, one, other, workbook.header_rows[tab], workbook.owned[tab])
    return changed


def compare_as_openpyxl_reads(before: pathlib.Path, after: pathlib.Path, workbook: RandomWorkbook) -> None:
    """The same once more through other eyes, formats and all."""
    old, new = (openpyxl.load_workbook(path, rich_text=True) for path in (before, after))
    if old.sheetnames != new.sheetnames or repr(old.defined_names) != repr(new.defined_names) or old.epoch != new.epoch:
        raise Broken("openpyxl finds other tabs, names or dates")
    for sheet in old:
        other, owned = new[sheet.title], workbook.owned.get(sheet.title, set())
        header_row = workbook.header_rows.get(sheet.title, 0)
        for row in sheet.iter_rows():
            for cell in row:
                now = other[cell.coordinate]
                # Lodestar's own cells may get a date's format with its looks.
                if cell.column in owned and cell.row > header_row and cell.data_type != "f":
                    continue
                if not isinstance(cell, openpyxl.cell.MergedCell):
                    one, two = (getattr(c.value, "text", c.value) if c.data_type == "f" else str(c.value) for c in (cell, now))
                    if (cell.data_type, one) != (now.data_type, two):
                        raise Broken(f"{sheet.title}!{cell.coordinate}: {cell.value!r} became {now.value!r}")
                for what in ("font", "fill", "border", "alignment", "protection"):
                    if cell.has_style and repr(getattr(cell, what)) != repr(getattr(now, what)):
                        raise Broken(f"{sheet.title}!{cell.coordinate}: its {what} changed")
        for what in ("merged_cells", "data_validations", "auto_filter", "protection", "freeze_panes", "tables"):
            if repr(getattr(sheet, what)) != repr(getattr(other, what)):
                raise Broken(f"{sheet.title}: its {what} changed")
        if len(sheet._charts) != len(other._charts) or len(sheet.conditional_formatting) != len(other.conditional_formatting):
            raise Broken(f"{sheet.title}: a chart or a conditional format is gone")


class Actions:
    """One random action after the other, each checked."""

    def __init__(self, sync, stub, choose: random.Random, path: pathlib.Path, workbook: RandomWorkbook):
        self.sync, self.stub, self.choose, self.path, self.workbook = sync, stub, choose, path, workbook

    def request(self):
        """A random action, and the tabs that it may write to. Statuses that are owed from before may go into any."""
        choose, path = self.choose, str(self.path)
        kind = choose.choice(["save", "save", "save", "keys", "optimize", "results", "preview", "refresh"])
        if kind in ("save", "keys"):
            tab = choose.choice(SAVED_TABS)
            request = self.sync.RunActionRequest(action="pm.save_selected", workbook_path=path, tab=tab, actor="random", scope=1)
            if kind == "keys":
                known = self.workbook.keys[tab] + ["INIT-NOWHERE"]
                request.scope = 2
                request.keys.extend(choose.sample(known, k=choose.randint(1, len(known))))
            return request, {tab}
        if kind == "results":
            return self.sync.RunActionRequest(
                action="pm.optimize.write_results", workbook_path=path, scenario_name=SCENARIO, constraint_set_name=SET,
                actor="random"), set(OUTPUT_TABS)
        if kind == "optimize":
            action = choose.choice(["pm.optimize.run_all_candidates", "pm.optimize.run_selected_candidates"])
            return self.sync.RunActionRequest(
                action=action, workbook_path=path, scenario_name=SCENARIO, constraint_set_name=SET, actor="random",
                time_limit_ms=10_000), set(OUTPUT_TABS)
        if kind == "preview":
            tab = choose.choice(SAVED_TABS)
            return self.sync.RunActionRequest(action="pm.preview", workbook_path=path, tab=tab, actor="random", scope=1), set()
        tab = choose.choice(["", "Candidates"] + OUTPUT_TABS)
        return self.sync.RunActionRequest(action="pm.refresh", workbook_path=path, tab=tab, actor="random"), set(self.workbook.owned)

    def step(self, number: int) -> int:
        before = self.path.with_name("before" + self.path.suffix)
        shutil.copy2(self.path, before)
        request, writable = self.request()
        run = None
        try:
            for event in self.stub.RunAction(request, timeout=120):
                run = event.action_run if event.HasField("action_run") else run
        except grpc.RpcError as error:
            raise Broken(f"action {number}, {request.action} {request.tab}: {error.code().name}: {error.details()}")
        status = self.sync.ActionStatus.Name(run.status).removeprefix("ACTION_STATUS_")
        changed = compare_files(before, self.path, self.workbook, writable)
        if changed:
            compare_as_openpyxl_reads(before, self.path, self.workbook)
        print(f"ok   {number} {request.action} {request.tab}: {status}, {changed} cells; {run.message[:110]}")
        return changed


def main() -> None:
    warnings.simplefilter("ignore")
    protos, tls, address, example, folder, seed, count = sys.argv[1:8]
    compile_protos(pathlib.Path(protos))
    sync = importlib.import_module("lodestar.sync.v1.sync_pb2")
    rpc = importlib.import_module("lodestar.sync.v1.sync_pb2_grpc")
    stub = rpc.SheetSyncStub(grpc.secure_channel(address, credentials(pathlib.Path(tls))))
    workbook = RandomWorkbook(int(seed), pathlib.Path(example))
    path = pathlib.Path(folder) / random.Random(int(seed)).choice(["Random.xlsx", "Random with macros.xlsm", "Zufällig 😀.xlsx"])
    workbook.write(path)
    actions = Actions(sync, stub, random.Random(int(seed) + 1), path, workbook)
    try:
        changed = [actions.step(number) for number in range(1, int(count) + 1)]
    except Broken as broken:
        sys.exit(f"FAIL seed {seed}: {broken}\nthe workbook is {path}")
    if not any(changed):
        sys.exit(f"FAIL seed {seed}: {count} actions and not a cell was written")
    print(f"seed {seed}: {count} actions, {sum(changed)} cells of Lodestar's, nothing else changed")


if __name__ == "__main__":
    main()
