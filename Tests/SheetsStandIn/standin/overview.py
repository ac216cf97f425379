"""spreadsheets.get: a spreadsheet's properties, its tabs, and on demand their cells with formats, notes and validations."""

from . import a1, masks
from .a1 import Area
from .cells import Cell, CellError
from .rendering import display, number
from .spreadsheet import Spreadsheet

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT = {
    "backgroundColor": WHITE, "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3}, "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {}, "fontFamily": "arial,sans,sans-serif", "fontSize": 10, "bold": False, "italic": False,
        "strikethrough": False, "underline": False, "foregroundColorStyle": {"rgbColor": {}}},
    "backgroundColorStyle": {"rgbColor": WHITE}}
# What Google answers of every new spreadsheet.
THEME = {"primaryFontFamily": "Arial", "themeColors": [
    {"colorType": kind, "color": {"rgbColor": dict(zip(("red", "green", "blue"), parts)) if any(parts) else {}}}
    for kind, parts in (
        ("TEXT", (0, 0, 0)), ("BACKGROUND", (1, 1, 1)), ("ACCENT1", (0.25882354, 0.52156866, 0.95686275)),
        ("ACCENT2", (0.91764706, 0.2627451, 0.20784314)), ("ACCENT3", (0.9843137, 0.7372549, 0.015686275)),
        ("ACCENT4", (0.20392157, 0.65882355, 0.3254902)), ("ACCENT5", (1, 0.42745098, 0.003921569)),
        ("ACCENT6", (0.27450982, 0.7411765, 0.7764706)), ("LINK", (0.06666667, 0.33333334, 0.8)))]}
CELL_FIELDS = (
    "userEnteredValue", "effectiveValue", "formattedValue", "userEnteredFormat", "effectiveFormat", "note", "dataValidation")
DEFAULT_PIXELS = {"ROWS": 21, "COLUMNS": 100}


def get(spreadsheet: Spreadsheet, parameters: dict, fields: dict) -> dict:
    """With a field mask, whether cells are answered is the mask's matter, not includeGridData's."""
    with_data = masks.selects(fields, "sheets", "data") if fields else bool(parameters.get("includeGridData"))
    areas = [a1.parse(r, spreadsheet).clipped() for r in parameters.get("ranges", [])]
    sheets = [
        described_sheet(sheet, [a for a in areas if a.sheet is sheet], with_data, masks.below(fields, "sheets", "data"))
        for sheet in spreadsheet.sheets if not areas or any(a.sheet is sheet for a in areas)]
    named = {"namedRanges": spreadsheet.named_ranges} if spreadsheet.named_ranges else {}
    return {
        "spreadsheetId": spreadsheet.spreadsheet_id,
        "properties": {
            "title": spreadsheet.title, "locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT",
            "defaultFormat": DEFAULT_FORMAT, "spreadsheetTheme": THEME},
        "sheets": sheets, **named,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{spreadsheet.spreadsheet_id}/edit"}


def described_sheet(sheet, areas: list[Area], with_data: bool, fields: dict) -> dict:
    result = {"properties": sheet.described()}
    if with_data:
        result["data"] = [grid_data(a, fields) for a in (areas or [sheet.whole()])]
    for name, value in (
        ("merges", sheet.merges), ("conditionalFormats", sheet.conditional), ("protectedRanges", sheet.protected),
        ("basicFilter", sheet.basic_filter), ("rowGroups", sheet.groups["ROWS"]), ("columnGroups", sheet.groups["COLUMNS"])):
        if value:
            result[name] = value
    return result


def grid_data(area: Area, fields: dict) -> dict:
    """Rows end at their last cell that holds anything, and the data at its last row that does. What the mask lacks is not made at all."""
    rows: list[dict] = []
    below = masks.below(fields, "rowData", "values")
    wanted = {name for name in CELL_FIELDS if masks.selects(below, name)}
    for row, column, cell in area.sheet.cells_in(area) if masks.selects(fields, "rowData") else ():
        rows.extend({} for _ in range(row - area.top + 1 - len(rows)))
        values = rows[row - area.top].setdefault("values", [])
        values.extend({} for _ in range(column - area.left - len(values)))
        values.append(cell_data(cell, area.sheet.spreadsheet.value(area.sheet, row, column), wanted))
    result = {"startRow": area.top} if area.top else {}
    result |= {"startColumn": area.left} if area.left else {}
    result |= {"rowData": rows} if rows else {}
    for name, dimension, start, end in (
        ("rowMetadata", "ROWS", area.top, area.bottom), ("columnMetadata", "COLUMNS", area.left, area.right)):
        if masks.selects(fields, name):
            result[name] = metadata(area.sheet, dimension, start, end)
    return result


def metadata(sheet, dimension: str, start: int, end: int) -> list[dict]:
    kept, pixels = sheet.dimensions[dimension], DEFAULT_PIXELS[dimension]
    return [{"pixelSize": pixels} | kept.get(place, {}) for place in range(start, end)]


def cell_data(cell: Cell, value: object, wanted: set[str]) -> dict:
    result: dict = {}
    if not cell.is_blank() and "userEnteredValue" in wanted:
        result["userEnteredValue"] = extended(cell.value) if cell.formula is None else {"formulaValue": cell.formula}
    if value is not None:
        if "effectiveValue" in wanted:
            result["effectiveValue"] = extended(value)
        if "formattedValue" in wanted:
            result["formattedValue"] = display(value, cell.number_format)
    if cell.format and "userEnteredFormat" in wanted:
        result["userEnteredFormat"] = cell.format
    if (cell.format or value is not None) and "effectiveFormat" in wanted:
        result["effectiveFormat"] = DEFAULT_FORMAT | cell.format if cell.format else DEFAULT_FORMAT
    if cell.note is not None and "note" in wanted:
        result["note"] = cell.note
    if cell.validation is not None and "dataValidation" in wanted:
        result["dataValidation"] = cell.validation
    return result


def extended(value: object) -> dict:
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, float):
        return {"numberValue": number(value)}
    return {"stringValue": value}
