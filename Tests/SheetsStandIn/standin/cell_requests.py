"""Requests of spreadsheets.batchUpdate that change cells."""

import copy

from . import masks
from .a1 import Area, of_grid_range
from .cells import Cell
from .errors import ApiError
from .formulas import shifted
from .merging import canonical, updated
from .spreadsheet import Spreadsheet

# The fields of CellData that a request may set.
SETTABLE = {"userEnteredValue", "userEnteredFormat", "note", "dataValidation"}


def masked_fields(mask: str | None) -> dict[str, str]:
    """The top fields of CellData in a mask, each with what is below it ("*": all)."""
    if not mask:
        raise ApiError(400, "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    if mask.strip() == "*":
        return {name: "*" for name in SETTABLE}
    fields: dict[str, list[str]] = {}
    for name, *below in masks.paths(mask):
        if name not in SETTABLE:
            raise ApiError(400, f"the stand-in sets {', '.join(sorted(SETTABLE))}, not {name}")
        fields.setdefault(name, []).append(".".join(below) or "*")
    return {name: "*" if "*" in below else ",".join(below) for name, below in fields.items()}


def set_cell(cell: Cell, data: dict, fields: dict[str, str]) -> None:
    if "userEnteredValue" in fields:
        cell.clear_value()
        entered(cell, data.get("userEnteredValue") or {})
    if "userEnteredFormat" in fields:
        after = updated(cell.format or {}, data.get("userEnteredFormat") or {}, fields["userEnteredFormat"])
        cell.format = canonical(after) or None
    if "note" in fields:
        cell.note = data.get("note") or None
    if "dataValidation" in fields:
        cell.validation = data.get("dataValidation") and canonical(data["dataValidation"])


def entered(cell: Cell, value: dict) -> None:
    """An ExtendedValue."""
    given = {k: v for k, v in value.items() if v is not None}
    if len(given) > 1:
        raise ApiError(400, f"userEnteredValue has {len(given)} values: {', '.join(sorted(given))}")
    for kind, content in given.items():
        if kind == "formulaValue":
            if not content.startswith("="):
                raise ApiError(400, f"Invalid formulaValue: {content}")
            cell.formula = content
        elif kind == "numberValue":
            cell.value = float(content)
        elif kind in ("stringValue", "boolValue"):
            cell.value = content if content != "" else None
        else:
            raise ApiError(400, f"{kind} can be read only")


def update_cells(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    rows, fields = arguments.get("rows") or [], masked_fields(arguments.get("fields"))
    if arguments.get("start") is not None:
        start = arguments["start"]
        sheet = spreadsheet.existing_sheet(start.get("sheetId"))
        top, left = start.get("rowIndex") or 0, start.get("columnIndex") or 0
        width = max((len(r.get("values") or []) for r in rows), default=0)
        area = Area(sheet, top, top + len(rows), left, left + width)
        if area.bottom > sheet.row_count or area.right > sheet.column_count:
            raise ApiError(400, f"Attempting to write column: {area.right - 1}, row: {area.bottom - 1} beyond the last of the sheet")
    else:
        area = of_grid_range(arguments.get("range") or {}, spreadsheet)
        if len(rows) > area.bottom - area.top or any(len(r.get("values") or []) > area.right - area.left for r in rows):
            raise ApiError(400, "rows are larger than the range")
    for r in range(area.top, area.bottom):
        values = (rows[r - area.top].get("values") or []) if r - area.top < len(rows) else []
        for c in range(area.left, area.right):
            within = c - area.left < len(values)
            if within or arguments.get("start") is None:
                set_cell(area.sheet.touch(r, c), values[c - area.left] if within else {}, fields)
    area.sheet.sweep(area)


def repeat_cell(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    area = of_grid_range(arguments.get("range") or {}, spreadsheet)
    fields, data = masked_fields(arguments.get("fields")), arguments.get("cell") or {}
    for r in range(area.top, area.bottom):
        for c in range(area.left, area.right):
            set_cell(area.sheet.touch(r, c), data, fields)
    area.sheet.sweep(area)


def append_cells(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    """After the last row that has data, whatever columns it has it in."""
    sheet = spreadsheet.existing_sheet(arguments.get("sheetId"))
    rows, fields, top = arguments.get("rows") or [], masked_fields(arguments.get("fields")), sheet.last_row()
    width = max((len(r.get("values") or []) for r in rows), default=0)
    sheet.resize(max(sheet.row_count, top + len(rows)), max(sheet.column_count, width))
    for r, row in enumerate(rows):
        for c, data in enumerate(row.get("values") or []):
            set_cell(sheet.touch(top + r, c), data, fields)
    sheet.sweep(sheet.whole())


def set_data_validation(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    area = of_grid_range(arguments.get("range") or {}, spreadsheet)
    rule = arguments.get("rule")
    if rule is not None:
        check_condition(rule.get("condition"))
    for r in range(area.top, area.bottom):
        for c in range(area.left, area.right):
            area.sheet.touch(r, c).validation = rule and canonical(rule)
    area.sheet.sweep(area)


def check_condition(condition: dict | None) -> None:
    """How many values a condition has to have; a type that is not here is not known to the stand-in."""
    counts = {"ONE_OF_LIST": (1, 500), "ONE_OF_RANGE": (1, 1), "BOOLEAN": (0, 2), "CUSTOM_FORMULA": (1, 1), "NUMBER_BETWEEN": (2, 2),
              "NUMBER_GREATER_THAN_EQ": (1, 1), "NUMBER_GREATER": (1, 1), "NUMBER_LESS_THAN_EQ": (1, 1), "NUMBER_LESS": (1, 1),
              "NUMBER_EQ": (1, 1), "DATE_IS_VALID": (0, 0), "TEXT_CONTAINS": (1, 1), "NOT_BLANK": (0, 0), "BLANK": (0, 0)}
    kind, values = (condition or {}).get("type"), (condition or {}).get("values") or []
    if kind not in counts:
        raise ApiError(400, f"rule.condition.type {kind} is not one of {', '.join(counts)}")
    least, most = counts[kind]
    if not least <= len(values) <= most:
        raise ApiError(400, f"ConditionType '{kind}' requires {least} to {most} ConditionValues, but {len(values)} values were supplied.")


def copy_paste(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    source = of_grid_range(arguments.get("source") or {}, spreadsheet)
    target = of_grid_range(arguments.get("destination") or {}, spreadsheet)
    height, width = source.bottom - source.top, source.right - source.left
    copies = {(r, c): copy.deepcopy(cell) for r, c, cell in source.sheet.cells_in(source)}
    for r in range(target.top, max(target.bottom, target.top + height)):
        for c in range(target.left, max(target.right, target.left + width)):
            origin = (source.top + (r - target.top) % height, source.left + (c - target.left) % width)
            cell = copy.deepcopy(copies.get(origin, Cell()))
            if cell.formula is not None:
                cell.formula = moved_formula(cell.formula, source.sheet.title, r - origin[0], c - origin[1])
            target.sheet.rows.setdefault(r, {})[c] = cell
    target.sheet.sweep(target.sheet.whole())


def moved_formula(text: str, title: str, down: int, right: int) -> str:
    """References that are not fixed follow a copy."""
    if down < 0 or right < 0:
        raise ApiError(400, "the stand-in copies formulas down and to the right only")
    return shifted(shifted(text, title, title, True, 0, down), title, title, False, 0, right)


def cut_paste(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    source = of_grid_range(arguments.get("source") or {}, spreadsheet)
    place = arguments.get("destination") or {}
    sheet = spreadsheet.existing_sheet(place.get("sheetId"))
    moved = [(r, c, source.sheet.rows[r].pop(c)) for r, c, _ in list(source.sheet.cells_in(source))]
    for r, c, cell in moved:
        down, right = (place.get("rowIndex") or 0) - source.top, (place.get("columnIndex") or 0) - source.left
        sheet.rows.setdefault(r + down, {})[c + right] = cell


def sort_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    """Numbers before texts before booleans, blanks last in either order; rows that compare equal stay as they were."""
    area = of_grid_range(arguments.get("range") or {}, spreadsheet)
    sheet = area.sheet
    lines = [
        {c: cell for c, cell in sheet.rows.get(r, {}).items() if area.left <= c < area.right} for r in range(area.top, area.bottom)]

    def rank(line: dict, column: int) -> tuple:
        value = line[column].value if column in line else None
        if isinstance(value, bool):
            return (2, value)
        return (0, value) if isinstance(value, float) else (1, value.lower()) if isinstance(value, str) else (3, 0)

    for spec in reversed(arguments.get("sortSpecs") or []):
        column, descending = spec.get("dimensionIndex") or 0, spec.get("sortOrder") == "DESCENDING"
        filled = [l for l in lines if rank(l, column)[0] < 3]
        blank = [l for l in lines if rank(l, column)[0] == 3]
        lines = sorted(filled, key=lambda l: rank(l, column), reverse=descending) + blank
    for r, line in zip(range(area.top, area.bottom), lines):
        kept = {c: cell for c, cell in sheet.rows.get(r, {}).items() if not area.left <= c < area.right}
        sheet.rows[r] = kept | line
    sheet.sweep(area)


CELL_REQUESTS = {
    "updateCells": update_cells, "repeatCell": repeat_cell, "appendCells": append_cells, "setDataValidation": set_data_validation,
    "copyPaste": copy_paste, "cutPaste": cut_paste, "sortRange": sort_range,
}
