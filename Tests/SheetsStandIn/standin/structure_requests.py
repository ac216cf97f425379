"""Requests of spreadsheets.batchUpdate that change rows, columns and areas, not cells."""

from .a1 import grid_range, of_grid_range
from .errors import ApiError
from .merging import canonical, updated
from .rendering import display
from .spreadsheet import Spreadsheet


def dimension_range(spreadsheet: Spreadsheet, given: dict | None):
    """The sheet, the dimension and the bounds of a DimensionRange."""
    given = given or {}
    sheet = spreadsheet.existing_sheet(given.get("sheetId"))
    dimension = given.get("dimension")
    if dimension not in ("ROWS", "COLUMNS"):
        raise ApiError(400, "range.dimension is ROWS or COLUMNS")
    size = sheet.row_count if dimension == "ROWS" else sheet.column_count
    start, end = given.get("startIndex") or 0, given.get("endIndex")
    end = size if end is None else end
    if not 0 <= start < end:
        raise ApiError(400, f"range.startIndex {start} has to be less than range.endIndex {end}")
    return sheet, dimension, start, end, size


def insert_dimension(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet, dimension, start, end, size = dimension_range(spreadsheet, arguments.get("range"))
    if start > size:
        raise ApiError(400, f"range.startIndex[{start}] must be less than or equal to the grid size[{size}]")
    sheet.insert(dimension, start, end)


def append_dimension(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet = spreadsheet.existing_sheet(arguments.get("sheetId"))
    length = arguments.get("length") or 0
    if length <= 0:
        raise ApiError(400, "a length over 0 is needed")
    rows = arguments.get("dimension") == "ROWS"
    sheet.resize(sheet.row_count + (length if rows else 0), sheet.column_count + (0 if rows else length))


def delete_dimension(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet, dimension, start, end, size = dimension_range(spreadsheet, arguments.get("range"))
    if start >= size or end > size:
        noun = "row" if dimension == "ROWS" else "column"
        raise ApiError(
            400, f"Cannot delete a {noun} that doesn't exist. Tried to delete {noun} index {end - 1} but there are only {size} {noun}s.")
    sheet.remove(dimension, start, end)


def move_dimension(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet, dimension, start, end, size = dimension_range(spreadsheet, arguments.get("source"))
    to = arguments.get("destinationIndex") or 0
    if end > size or to > size or start < to < end:
        raise ApiError(400, f"destinationIndex {to} cannot take {start} to {end} of {size}")
    sheet.move(dimension, start, end, to)


def update_dimension_properties(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    sheet, dimension, start, end, size = dimension_range(spreadsheet, arguments.get("range"))
    if end > size:
        raise ApiError(400, f"range.endIndex {end} is beyond the grid size {size}")
    for place in range(start, end):
        kept = sheet.dimensions[dimension]
        after = canonical(updated(kept.get(place, {}), arguments.get("properties") or {}, arguments.get("fields") or ""))
        if after:
            kept[place] = after
        else:
            kept.pop(place, None)


def auto_resize_dimensions(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    """As wide as the longest text; Google measures glyphs, which the stand-in does not have."""
    sheet, dimension, start, end, _ = dimension_range(spreadsheet, arguments.get("dimensions"))
    if dimension == "ROWS":
        return
    for column in range(start, end):
        texts = [
            display(value, cells[column].number_format) for row, cells in sheet.rows.items()
            if column in cells and (value := spreadsheet.value(sheet, row, column)) is not None]
        if texts:
            sheet.dimensions["COLUMNS"].setdefault(column, {})["pixelSize"] = max(21, 7 * max(map(len, texts)) + 8)


def group_place(group: dict, bounds: tuple[int, int]) -> bool:
    return (group["range"]["startIndex"], group["range"]["endIndex"]) == bounds


def add_dimension_group(spreadsheet: Spreadsheet, arguments: dict, user: str) -> dict:
    sheet, dimension, start, end, _ = dimension_range(spreadsheet, arguments.get("range"))
    groups = sheet.groups[dimension]
    if any(not group_place(g, (start, end)) for g in groups):
        raise ApiError(400, "the stand-in has one group of a dimension")
    own = canonical({"range": {"sheetId": sheet.sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}})
    sheet.groups[dimension] = [own | {"depth": len(groups) + 1}]
    # Google answers this of every sheet that once had a group.
    sheet.grid_properties["rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"] = True
    return {"addDimensionGroup": {"dimensionGroups": sheet.groups[dimension]}}


def delete_dimension_group(spreadsheet: Spreadsheet, arguments: dict, user: str) -> dict:
    sheet, dimension, start, end, _ = dimension_range(spreadsheet, arguments.get("range"))
    if not any(group_place(g, (start, end)) for g in sheet.groups[dimension]):
        raise ApiError(400, f"no group at {start} to {end}")
    sheet.groups[dimension] = []
    return {"deleteDimensionGroup": {}}


def merge_cells(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    """What the cells but the first of a merge held is gone."""
    area = of_grid_range(arguments.get("range") or {}, spreadsheet)
    kind = arguments.get("mergeType")
    tops = range(area.top, area.bottom) if kind == "MERGE_ROWS" else [area.top]
    lefts = range(area.left, area.right) if kind == "MERGE_COLUMNS" else [area.left]
    for top in tops:
        for left in lefts:
            bottom = top + 1 if kind == "MERGE_ROWS" else area.bottom
            right = left + 1 if kind == "MERGE_COLUMNS" else area.right
            area.sheet.merges.append(canonical({
                "sheetId": area.sheet.sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
                "endColumnIndex": right}))
            for r in range(top, bottom):
                for c in range(left, right):
                    if (r, c) != (top, left) and (cell := area.sheet.cell(r, c)):
                        cell.clear_value()
    area.sheet.sweep(area)


def unmerge_cells(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    area = of_grid_range(arguments.get("range") or {}, spreadsheet)
    area.sheet.merges = [
        m for m in area.sheet.merges
        if m["endRowIndex"] <= area.top or m["startRowIndex"] >= area.bottom or m["endColumnIndex"] <= area.left
        or m["startColumnIndex"] >= area.right]


def set_basic_filter(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    given = arguments.get("filter") or {}
    area = of_grid_range(given.get("range") or {}, spreadsheet)
    area.sheet.basic_filter = canonical(given) | {"range": grid_range(area)}


def clear_basic_filter(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    spreadsheet.existing_sheet(arguments.get("sheetId")).basic_filter = None


def add_protected_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> dict:
    """Who protects a range can edit it, and is among its editors from then on."""
    given = canonical(arguments.get("protectedRange") or {})
    area = of_grid_range(given.get("range") or {}, spreadsheet)
    kept = {"protectedRangeId": spreadsheet.new_number(), "range": grid_range(area)} | {
        k: v for k, v in given.items() if k in ("description", "warningOnly", "unprotectedRanges")}
    kept["requestingUserCanEdit"] = True
    answered = kept | {"editors": {k: v for k, v in (given.get("editors") or {}).items() if v}}
    users = (given.get("editors") or {}).get("users") or []
    area.sheet.protected.append(kept | {"editors": {"users": users + [user] * (user not in users)}})
    return {"addProtectedRange": {"protectedRange": answered}}


def delete_protected_range(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    identifier = arguments.get("protectedRangeId")
    for sheet in spreadsheet.sheets:
        for place, protected in enumerate(sheet.protected):
            if protected["protectedRangeId"] == identifier:
                del sheet.protected[place]
                return
    raise ApiError(400, f"No protected range with ID: {identifier}")


def add_conditional_format_rule(spreadsheet: Spreadsheet, arguments: dict, user: str) -> None:
    rule = arguments.get("rule") or {}
    areas = [of_grid_range(r, spreadsheet) for r in rule.get("ranges") or []]
    if not areas or len({a.sheet.sheet_id for a in areas}) > 1:
        raise ApiError(400, "rule.ranges have to be on one sheet")
    areas[0].sheet.conditional.insert(arguments.get("index") or 0, canonical(rule))


STRUCTURE_REQUESTS = {
    "insertDimension": insert_dimension, "appendDimension": append_dimension, "deleteDimension": delete_dimension,
    "moveDimension": move_dimension, "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions, "addDimensionGroup": add_dimension_group,
    "deleteDimensionGroup": delete_dimension_group, "mergeCells": merge_cells, "unmergeCells": unmerge_cells,
    "setBasicFilter": set_basic_filter, "clearBasicFilter": clear_basic_filter, "addProtectedRange": add_protected_range,
    "deleteProtectedRange": delete_protected_range, "addConditionalFormatRule": add_conditional_format_rule,
}
