"""Spreadsheets in memory; all of one can be taken out and put in again as JSON."""

import copy
import dataclasses
import pickle
import random
import threading

from .cells import Cell, CellError
from .errors import ApiError
from .formulas import CIRCULAR, Failed, Formula
from .grid import Sheet

ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"


class Spreadsheet:
    def __init__(self, spreadsheet_id: str, title: str):
        self.spreadsheet_id, self.title = spreadsheet_id, title
        self.sheets: list[Sheet] = []
        self.named_ranges: list[dict] = []
        self.readers: set[str] | None = None  # who may read and write; None is everyone
        self.writers: set[str] | None = None
        self.worked_out: dict = {}

    def changed(self) -> None:
        """Values of formulas are worked out anew when they are next read."""
        self.worked_out.clear()

    def sheet_titled(self, title: str) -> Sheet | None:
        return next((s for s in self.sheets if s.title.lower() == title.lower()), None)

    def sheet_with_id(self, sheet_id: int) -> Sheet | None:
        return next((s for s in self.sheets if s.sheet_id == sheet_id), None)

    def existing_sheet(self, sheet_id: int | None) -> Sheet:
        """The sheet that a request names by its id, without which it means 0."""
        sheet = self.sheet_with_id(sheet_id or 0)
        if sheet is None:
            raise ApiError(400, f"No grid with id: {sheet_id or 0}")
        return sheet

    def add_sheet(self, title: str, rows: int = 1000, columns: int = 26, sheet_id: int | None = None) -> Sheet:
        taken = {s.sheet_id for s in self.sheets}
        while sheet_id is None or sheet_id in taken:
            sheet_id = random.randrange(1, 2**31) if taken else 0
        sheet = Sheet(self, sheet_id, title, rows, columns)
        self.sheets.append(sheet)
        return sheet

    def value(self, sheet: Sheet, row: int, column: int) -> object:
        """What a cell comes to: the value typed, or what its formula gives."""
        cell = sheet.cell(row, column)
        if cell is None or cell.formula is None:
            return None if cell is None else cell.value
        place = (sheet.sheet_id, row, column)
        if place not in self.worked_out:
            self.worked_out[place] = CIRCULAR
            try:
                self.worked_out[place] = Formula(cell.formula, sheet, self.value).value()
            except Failed as failure:
                self.worked_out[place] = failure.error
            except (RecursionError, OverflowError, IndexError):
                self.worked_out[place] = CellError("#ERROR!", "ERROR", "Formula parse error.")
        return self.worked_out[place]

    def new_number(self) -> int:
        return random.randrange(1, 2**31)

    def kept(self) -> bytes:
        """All of it, for `restore`."""
        return pickle.dumps((self.title, self.sheets, self.named_ranges))

    def restore(self, kept: bytes) -> None:
        """Becomes again what it was."""
        self.title, self.sheets, self.named_ranges = pickle.loads(kept)
        for sheet in self.sheets:
            sheet.spreadsheet = self
        self.changed()

    # As JSON.

    def exported(self) -> dict:
        return copy.deepcopy({
            "spreadsheetId": self.spreadsheet_id, "title": self.title, "namedRanges": self.named_ranges,
            "readers": sorted(self.readers) if self.readers is not None else None,
            "writers": sorted(self.writers) if self.writers is not None else None,
            "sheets": [exported_sheet(s) for s in self.sheets]})

    @classmethod
    def imported(cls, description: dict, spreadsheet_id: str) -> "Spreadsheet":
        """The inverse of `exported`; a sheet may also give `values`, rows of JSON values, texts beginning with = being formulas."""
        result = cls(spreadsheet_id, description.get("title", "Untitled spreadsheet"))
        result.named_ranges = description.get("namedRanges", [])
        for role in ("readers", "writers"):
            if description.get(role) is not None:
                setattr(result, role, set(description[role]))
        for number, sheet in enumerate(description.get("sheets") or [{"title": "Sheet1"}]):
            import_sheet(result, sheet, number)
        return result


def exported_sheet(sheet: Sheet) -> dict:
    cells = [
        {"row": r, "column": c} | {k: v for k, v in dataclasses.asdict(cell).items() if v is not None}
        for r, row in sorted(sheet.rows.items()) for c, cell in sorted(row.items())]
    return {
        "sheetId": sheet.sheet_id, "title": sheet.title, "rowCount": sheet.row_count, "columnCount": sheet.column_count,
        "properties": sheet.properties, "gridProperties": sheet.grid_properties, "merges": sheet.merges,
        "protected": sheet.protected, "groups": sheet.groups, "basicFilter": sheet.basic_filter, "conditional": sheet.conditional,
        "dimensions": {k: {str(p): v for p, v in d.items()} for k, d in sheet.dimensions.items()}, "cells": cells}


def import_sheet(spreadsheet: Spreadsheet, description: dict, number: int) -> None:
    values, cells = description.get("values", []), description.get("cells", [])
    rows = description.get("rowCount", max([1000, len(values)] + [cell["row"] + 1 for cell in cells]))
    columns = description.get("columnCount", max([26] + [len(line) for line in values] + [cell["column"] + 1 for cell in cells]))
    sheet = spreadsheet.add_sheet(
        description.get("title", f"Sheet{number + 1}"), rows, columns, description.get("sheetId", 0 if number == 0 else None))
    sheet.properties, sheet.grid_properties = description.get("properties", {}), description.get("gridProperties", {})
    sheet.merges, sheet.protected = description.get("merges", []), description.get("protected", [])
    sheet.groups = description.get("groups", sheet.groups)
    sheet.basic_filter, sheet.conditional = description.get("basicFilter"), description.get("conditional", [])
    for dimension, properties in description.get("dimensions", {}).items():
        sheet.dimensions[dimension] = {int(place): p for place, p in properties.items()}
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            if value is not None and value != "":
                formula = isinstance(value, str) and value.startswith("=")
                sheet.touch(row, column).type_in(value, as_user=formula)
    for cell in cells:
        fields = {k: v for k, v in cell.items() if k not in ("row", "column")}
        if isinstance(fields.get("value"), int) and not isinstance(fields["value"], bool):
            fields["value"] = float(fields["value"])
        sheet.rows.setdefault(cell["row"], {})[cell["column"]] = Cell(**fields)


class Spreadsheets:
    """All spreadsheets of one stand-in. `lock` is held while a request is served, as Google serves one write of a spreadsheet at a time."""

    def __init__(self):
        self.lock = threading.RLock()
        self.by_id: dict[str, Spreadsheet] = {}

    def put(self, description: dict) -> Spreadsheet:
        spreadsheet_id = description.get("spreadsheetId") or "".join(random.choices(ALPHABET, k=44))
        self.by_id[spreadsheet_id] = Spreadsheet.imported(description, spreadsheet_id)
        return self.by_id[spreadsheet_id]
