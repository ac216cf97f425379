"""spreadsheets.batchUpdate: a list of requests, of which all take effect or none."""

from . import masks
from .a1 import of_grid_range
from .cell_requests import CELL_REQUESTS
from .errors import ApiError
from .merging import canonical, updated
from .spreadsheet import Spreadsheet
from .structure_requests import STRUCTURE_REQUESTS

MAXIMUM_TITLE = 100


def batch_update(spreadsheet: Spreadsheet, parameters: dict, body: dict, user: str) -> dict:
    requests = body.get("requests") or []
    if not requests:
        raise ApiError(400, "Must specify at least one request.")
    before = spreadsheet.kept()
    replies = []
    try:
        for number, request in enumerate(requests):
            name, arguments = next((n, a) for n, a in request.items() if a is not None)
            handler = REQUESTS.get(name)
            if handler is None:
                raise ApiError(400, f"Invalid requests[{number}].{name}: the stand-in does not do this.")
            try:
                replies.append(handler(spreadsheet, arguments, user) or {})
            except ApiError as error:
                raise ApiError(error.code, f"Invalid requests[{number}].{name}: {error.message}") from None
    except ApiError:
        spreadsheet.restore(before)
        raise
    spreadsheet.changed()
    return {"spreadsheetId": spreadsheet.spreadsheet_id, "replies": replies}


def need(value: object, name: str) -> object:
    if value is None:
        raise ApiError(400, f"{name} is required")
    return value


def check_title(spreadsheet: Spreadsheet, title: str, own=None) -> None:
    if not title or len(title) > MAXIMUM_TITLE:
        raise ApiError(400, f"A sheet's name has 1 to {MAXIMUM_TITLE} characters.")
    other = spreadsheet.sheet_titled(title)
    if other is not None and other is not own:
        raise ApiError(400, f"A sheet with the name \"{title}\" already exists. Please enter another name.")


def add_sheet(spreadsheet: Spreadsheet, arguments: dict, user: str) -> dict:
    properties = arguments.get("properties") or {}
    grid = properties.get("gridProperties") or {}
    title = properties.get("title") or f"Sheet{len(spreadsheet.sheets) + 1}"
    check_title(spreadsheet, title)
    if properties.get("sheetId") is not None and spreadsheet.sheet_with_id(properties["sheetId"]):
        raise ApiError(400, f"Sheet with id {properties['sheetId']} already exists. Sheet IDs must be unique.")
    sheet = spreadsheet.add_sheet(title, sheet_id=properties.get("sheetId"))
    sheet.resize(grid.get("rowCount") or 1000, grid.get("columnCount") or 26)
    sheet.grid_properties = {k: v for k, v in canonical(grid).items() if k not in ("rowCount", "columnCount")}
    place_sheet(spreadsheet, sheet, properties.get("index"))
    sheet.properties = extras(properties)
    return {"addSheet": {"properties": canonical(sheet.described()) | {"sheetId": sheet.sheet_id}}}


def extras(properties: dict) -> dict:
    own = ("sheetId", "title", "index", "sheetType", "gridProperties")
    return {k: v for k, v in canonical(properties).items() if k not in own}


def place_sheet(spreadsheet: Spreadsheet, sheet, index: int | None) -> None:
    if index is None:
        return
    if not 0 <= index <= len(spreadsheet.sheets):
        raise ApiError(400, f"Sheet index {index} is out of range.")
    old = spreadsheet.sheets.index(sheet)
    spreadsheet.sheets.remove(sheet)
    spreadsheet.sheets.insert(index - 1 if old < index else index, sheet)


def delete_sheet(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet = spreadsheet.existing_sheet(arguments.get("sheetId"))
    if len(spreadsheet.sheets) == 1:
        raise ApiError(400, "You can't remove all the sheets in a document.")
    spreadsheet.sheets.remove(sheet)
    spreadsheet.named_ranges = [
        n for n in spreadsheet.named_ranges if n["range"].get("sheetId", 0) != sheet.sheet_id]


def update_sheet_properties(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    new, mask = arguments.get("properties") or {}, need(arguments.get("fields"), "fields")
    sheet = spreadsheet.existing_sheet(new.get("sheetId"))
    after = updated(sheet.described(), new, mask)
    if after.get("title") != sheet.title:
        check_title(spreadsheet, after.get("title") or "", sheet)
        sheet.title = after["title"]
    if after.get("hidden") and all(s.properties.get("hidden") or s is sheet for s in spreadsheet.sheets):
        raise ApiError(400, "You can't hide all the sheets in a document.")
    grid = after.get("gridProperties") or {}
    sheet.resize(grid.get("rowCount") or 0, grid.get("columnCount") or 0)
    for frozen, size in (("frozenRowCount", sheet.row_count), ("frozenColumnCount", sheet.column_count)):
        if (grid.get(frozen) or 0) >= size:
            raise ApiError(400, f"You can't freeze all visible rows or columns on the sheet: {frozen} {grid[frozen]} of {size}.")
    sheet.grid_properties = {k: v for k, v in canonical(grid).items() if k not in ("rowCount", "columnCount")}
    if ["index"] in masks.paths(mask):
        place_sheet(spreadsheet, sheet, new.get("index") or 0)
    sheet.properties = extras(after)


def update_spreadsheet_properties(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    after = updated({"title": spreadsheet.title}, arguments.get("properties") or {}, need(arguments.get("fields"), "fields"))
    unknown = set(after) - {"title"}
    if unknown or not after.get("title"):
        raise ApiError(400, f"the stand-in keeps a title only, not {sorted(unknown)}")
    spreadsheet.title = after["title"]


def add_named_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> dict:
    named = dict(arguments.get("namedRange") or {})
    if any(n["name"].lower() == (named.get("name") or "").lower() for n in spreadsheet.named_ranges):
        raise ApiError(400, f"addNamedRange: a named range \"{named['name']}\" already exists")
    of_grid_range(named.get("range") or {}, spreadsheet, "namedRange.range")
    named["namedRangeId"] = named.get("namedRangeId") or str(spreadsheet.new_number())
    kept = canonical({"namedRangeId": named["namedRangeId"], "name": named.get("name"), "range": named.get("range")})
    spreadsheet.named_ranges.append(kept)
    return {"addNamedRange": {"namedRange": kept}}


def find_named_range(spreadsheet: Spreadsheet, identifier: str | None) -> int:
    for place, named in enumerate(spreadsheet.named_ranges):
        if named["namedRangeId"] == identifier:
            return place
    raise ApiError(400, f"No named range with ID: {identifier}")


def update_named_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    new = arguments.get("namedRange") or {}
    place = find_named_range(spreadsheet, new.get("namedRangeId"))
    mask = need(arguments.get("fields"), "fields")
    spreadsheet.named_ranges[place] = canonical(updated(spreadsheet.named_ranges[place], new, mask))


def delete_named_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    del spreadsheet.named_ranges[find_named_range(spreadsheet, arguments.get("namedRangeId"))]


REQUESTS = CELL_REQUESTS | STRUCTURE_REQUESTS | {
    "addSheet": add_sheet, "deleteSheet": delete_sheet, "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties, "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range, "deleteNamedRange": delete_named_range,
}
