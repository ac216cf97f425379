"""The methods of spreadsheets.values."""

from . import a1
from .a1 import Area
from .errors import ApiError
from .rendering import rendered
from .spreadsheet import Spreadsheet


def read(spreadsheet: Spreadsheet, area: Area, options: dict) -> dict:
    """A ValueRange: blanks at the ends of rows, and blank rows at the end, are not answered."""
    area = area.clipped()
    value_option = options.get("valueRenderOption") or "FORMATTED_VALUE"
    date_option = options.get("dateTimeRenderOption") or "SERIAL_NUMBER"
    columns = options.get("majorDimension") == "COLUMNS"
    lines: list[list] = []
    for row, column, cell in area.sheet.cells_in(area):
        value = rendered(cell, spreadsheet.value(area.sheet, row, column), value_option, date_option)
        if value == "" and not isinstance(value, bool):
            continue
        line, place = (column - area.left, row - area.top) if columns else (row - area.top, column - area.left)
        lines.extend([] for _ in range(line + 1 - len(lines)))
        lines[line].extend("" for _ in range(place + 1 - len(lines[line])))
        lines[line][place] = value
    result = {"range": area.text(), "majorDimension": "COLUMNS" if columns else "ROWS"}
    return result | ({"values": lines} if lines else {})


def get(spreadsheet: Spreadsheet, parameters: dict, body: None) -> dict:
    return read(spreadsheet, a1.parse(parameters["range"], spreadsheet), parameters)


def batch_get(spreadsheet: Spreadsheet, parameters: dict, body: None) -> dict:
    ranges = [read(spreadsheet, a1.parse(r, spreadsheet), parameters) for r in parameters.get("ranges", [])]
    return {"spreadsheetId": spreadsheet.spreadsheet_id} | ({"valueRanges": ranges} if ranges else {})


class Write:
    """One ValueRange about to be written: checked whole before a cell is touched."""

    def __init__(self, spreadsheet: Spreadsheet, text: str, value_range: dict, as_user: bool):
        self.spreadsheet, self.as_user = spreadsheet, as_user
        self.area = a1.parse(text, spreadsheet)
        lines = value_range.get("values") or []
        if value_range.get("majorDimension") == "COLUMNS":
            height = max(map(len, lines), default=0)
            lines = [[line[r] if r < len(line) else None for line in lines] for r in range(height)]
        self.lines = lines
        self.height, self.width = len(lines), max(map(len, lines), default=0)
        clipped = self.area.clipped()
        if not self.area.single:
            self.check_fits(clipped)
        for line in lines:
            for value in line:
                check_value(value)

    def check_fits(self, area: Area) -> None:
        sheet = self.area.sheet
        bottom = area.bottom if self.area.bottom is not None else max(sheet.row_count, area.top + self.height)
        right = area.right if self.area.right is not None else max(sheet.column_count, area.left + self.width)
        told = f"Requested writing within range [{area.text()}], but tried writing to"
        if area.top + self.height > bottom:
            raise ApiError(400, f"{told} row [{bottom + 1}]")
        if area.left + self.width > right:
            raise ApiError(400, f"{told} column [{a1.column_letters(right)}]")

    def done(self) -> dict:
        """Writes, and says what was written; the grid grows where the values need it."""
        sheet, top, left = self.area.sheet, self.area.top, self.area.left
        bottom, right = top + max(self.height, 1), left + max(self.width, 1)
        if bottom > sheet.row_count or right > sheet.column_count:
            sheet.resize(max(bottom, sheet.row_count), max(right, sheet.column_count))
        rows, columns, count = set(), set(), 0
        for r, line in enumerate(self.lines):
            for c, value in enumerate(line):
                if value is None:
                    continue
                sheet.touch(top + r, left + c).type_in(value, self.as_user)
                rows.add(r)
                columns.add(c)
                count += 1
        self.written = Area(sheet, top, bottom, left, right)
        sheet.sweep(self.written)
        self.rows_written = {(sheet.sheet_id, top + r) for r in rows}
        self.columns_written = {(sheet.sheet_id, left + c) for c in columns}
        self.spreadsheet.changed()
        counts = {"updatedRows": len(rows), "updatedColumns": len(columns), "updatedCells": count}
        return {"spreadsheetId": self.spreadsheet.spreadsheet_id, "updatedRange": self.written.text()} | {
            k: v for k, v in counts.items() if v}

    def read_back(self, options: dict) -> dict:
        asked = {
            "valueRenderOption": options.get("responseValueRenderOption"),
            "dateTimeRenderOption": options.get("responseDateTimeRenderOption")}
        return read(self.spreadsheet, self.written, asked)


def check_value(value: object) -> None:
    if isinstance(value, (dict, list)):
        kind = "struct_value" if isinstance(value, dict) else "list_value"
        raise ApiError(400, f"Invalid data[0]: Invalid values: {kind} is no value of a cell")
    if isinstance(value, str) and len(value) > 50_000:
        raise ApiError(400, "Your input contains more than the maximum of 50000 characters in a single cell.")


def as_user(option: str | None) -> bool:
    if option in (None, "INPUT_VALUE_OPTION_UNSPECIFIED"):
        raise ApiError(400, "'valueInputOption' is required but not specified")
    return option == "USER_ENTERED"


def update(spreadsheet: Spreadsheet, parameters: dict, body: dict) -> dict:
    text = parameters["range"]
    if body.get("range") and a1.parse(body["range"], spreadsheet) != a1.parse(text, spreadsheet):
        raise ApiError(400, f"Requested writing within range [{text}], but tried writing to range [{body['range']}]")
    write = Write(spreadsheet, text, body, as_user(parameters.get("valueInputOption")))
    result = write.done()
    if parameters.get("includeValuesInResponse"):
        result["updatedData"] = write.read_back(parameters)
    return result


def batch_update(spreadsheet: Spreadsheet, parameters: dict, body: dict) -> dict:
    """All or nothing: every range is checked before the first is written."""
    option = as_user(body.get("valueInputOption"))
    writes = [Write(spreadsheet, d.get("range", ""), d, option) for d in body.get("data") or []]
    responses = [w.done() for w in writes]
    if body.get("includeValuesInResponse"):
        responses = [r | {"updatedData": w.read_back(body)} for r, w in zip(responses, writes)]
    totals = {
        "totalUpdatedRows": len(set().union(*(w.rows_written for w in writes))),
        "totalUpdatedColumns": len(set().union(*(w.columns_written for w in writes))),
        "totalUpdatedCells": sum(r.get("updatedCells", 0) for r in responses),
        "totalUpdatedSheets": len({w.area.sheet.sheet_id for w in writes if w.rows_written})}
    return {"spreadsheetId": spreadsheet.spreadsheet_id} | {k: v for k, v in totals.items() if v} | (
        {"responses": responses} if responses else {})


def append(spreadsheet: Spreadsheet, parameters: dict, body: dict) -> dict:
    """After the last table that the range meets, or at the range's own corner if it meets none."""
    area = a1.parse(parameters["range"], spreadsheet).clipped()
    option = as_user(parameters.get("valueInputOption"))
    table = last_table(area)
    top, left = (table.bottom, table.left) if table else (area.top, area.left)
    sheet = area.sheet
    lines = body.get("values") or []
    if parameters.get("insertDataOption") == "INSERT_ROWS" and top < sheet.row_count:
        sheet.insert("ROWS", top, top + len(lines))
    if top >= sheet.row_count:
        sheet.resize(top + 1, sheet.column_count)
    place = f"{a1.quoted(sheet.title)}!{a1.column_letters(left)}{top + 1}"
    write = Write(spreadsheet, place, body, option)
    updates = write.done()
    if parameters.get("includeValuesInResponse"):
        updates["updatedData"] = write.read_back(parameters)
    return {"spreadsheetId": spreadsheet.spreadsheet_id} | ({"tableRange": table.text()} if table else {}) | {"updates": updates}


def last_table(area: Area) -> Area | None:
    """The region of cells that touch one another, around the last cell of the area that has a value."""
    sheet = area.sheet
    filled = {(r, c) for r, cells in sheet.rows.items() for c, cell in cells.items() if not cell.is_blank()}
    inside = [p for p in filled if area.top <= p[0] < area.bottom and area.left <= p[1] < area.right]
    if not inside:
        return None
    row, column = max(inside)
    top, bottom, left, right = row, row + 1, column, column + 1
    grown = True
    while grown:
        around = [p for p in filled if top - 1 <= p[0] <= bottom and left - 1 <= p[1] <= right]
        bounds = (
            min(p[0] for p in around), max(p[0] for p in around) + 1, min(p[1] for p in around), max(p[1] for p in around) + 1)
        grown = bounds != (top, bottom, left, right)
        top, bottom, left, right = bounds
    return Area(sheet, top, bottom, left, right)


def clear(spreadsheet: Spreadsheet, parameters: dict, body: dict) -> dict:
    return {"spreadsheetId": spreadsheet.spreadsheet_id, "clearedRange": cleared(spreadsheet, parameters["range"])}


def batch_clear(spreadsheet: Spreadsheet, parameters: dict, body: dict) -> dict:
    ranges = [cleared(spreadsheet, r) for r in body.get("ranges") or []]
    return {"spreadsheetId": spreadsheet.spreadsheet_id} | ({"clearedRanges": ranges} if ranges else {})


def cleared(spreadsheet: Spreadsheet, text: str) -> str:
    area = a1.parse(text, spreadsheet).clipped()
    for _, _, cell in area.sheet.cells_in(area):
        cell.clear_value()
    area.sheet.sweep(area)
    spreadsheet.changed()
    return area.text()
