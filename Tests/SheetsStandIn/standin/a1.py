"""Ranges in A1 notation: read from requests, and written as the API echoes them."""

import dataclasses
import re

from .errors import ApiError

REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]{1,8})?\Z")
PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
LIKE_A_REFERENCE = re.compile(r"([A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*)\Z")


def column_number(letters: str) -> int:
    """A is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclasses.dataclass(frozen=True)
class Area:
    """Half-open bounds in a sheet; None is an end that is not bounded. A single cell is an anchor: what is written there may be larger."""

    sheet: object
    top: int
    bottom: int | None
    left: int
    right: int | None
    single: bool = False

    def clipped(self) -> "Area":
        """The part that the grid has; an area that begins outside is refused."""
        rows, columns = self.sheet.row_count, self.sheet.column_count
        if self.top >= rows or self.left >= columns:
            raise ApiError(
                400, f"Range ({self.text()}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
        bottom = rows if self.bottom is None else min(self.bottom, rows)
        right = columns if self.right is None else min(self.right, columns)
        return dataclasses.replace(self, bottom=bottom, right=right)

    def text(self) -> str:
        """As the API echoes it: the title quoted only where it has to be, one cell without its second corner."""
        bottom = self.sheet.row_count if self.bottom is None else self.bottom
        right = self.sheet.column_count if self.right is None else self.right
        first = f"{column_letters(self.left)}{self.top + 1}"
        last = f"{column_letters(right - 1)}{bottom}"
        return f"{quoted(self.sheet.title)}!{first}" + ("" if first == last else f":{last}")


def quoted(title: str) -> str:
    if PLAIN_TITLE.match(title) and not LIKE_A_REFERENCE.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def split(text: str) -> tuple[str | None, str | None]:
    """The title and the cells of a range; either may be absent."""
    if text.startswith("'"):
        match = re.match(r"'((?:[^']|'')*)'(?:!(.*))?\Z", text, re.DOTALL)
        return (match[1].replace("''", "'"), match[2]) if match else (None, text)
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    return None, text


def corners(cells: str) -> tuple[int, int | None, int, int | None, bool] | None:
    """Top, bottom, left, right and whether one cell is named; None if it is no reference."""
    first, colon, second = cells.partition(":")
    one, two = REFERENCE.match(first), REFERENCE.match(second if colon else first)
    if not one or not two or not first or (colon and not second) or (not colon and not (one[1] and one[2])):
        return None
    rows = [int(m[2]) - 1 for m in (one, two) if m[2]]
    columns = [column_number(m[1]) for m in (one, two) if m[1]]
    if -1 in rows:
        return None
    top, left = (min(rows) if rows else 0), (min(columns) if columns else 0)
    bottom = max(rows) + 1 if len(rows) == 2 else None
    right = max(columns) + 1 if len(columns) == 2 else None
    return top, bottom, left, right, not colon


def parse(text: str, spreadsheet) -> Area:
    """The area that a range names: a tab, cells of a tab, cells of the first tab, or a named range."""
    title, cells = split(text)
    if title is None and corners(cells) is None:
        sheet = spreadsheet.sheet_titled(cells)
        if sheet is not None:
            return Area(sheet, 0, None, 0, None)
        return named(cells, spreadsheet, text)
    sheet = spreadsheet.sheets[0] if title is None else spreadsheet.sheet_titled(title)
    if sheet is None:
        raise unreadable(text)
    if cells is None:
        return Area(sheet, 0, None, 0, None)
    bounds = corners(cells)
    if bounds is None:
        return named(cells, spreadsheet, text)
    return Area(sheet, *bounds)


def named(name: str, spreadsheet, text: str) -> Area:
    for candidate in spreadsheet.named_ranges:
        if candidate["name"].lower() == name.lower():
            return of_grid_range(candidate["range"], spreadsheet)
    raise unreadable(text)


def unreadable(text: str) -> ApiError:
    return ApiError(400, f"Unable to parse range: {text}")


def of_grid_range(grid_range: dict, spreadsheet, where: str = "range") -> Area:
    """The area of a GridRange, whose absent bounds are unbounded."""
    sheet = spreadsheet.sheet_with_id(grid_range.get("sheetId", 0))
    if sheet is None:
        raise ApiError(400, f"Invalid {where}: No grid with id: {grid_range.get('sheetId', 0)}")
    area = Area(
        sheet, grid_range.get("startRowIndex") or 0, grid_range.get("endRowIndex"), grid_range.get("startColumnIndex") or 0,
        grid_range.get("endColumnIndex"))
    rows, columns = sheet.row_count, sheet.column_count
    if (area.bottom or 0) > rows or (area.right or 0) > columns or area.top >= rows or area.left >= columns:
        raise ApiError(400, f"Invalid {where}: Range ({area.text()}) exceeds grid limits. Max rows: {rows}, max columns: {columns}")
    return area.clipped()


def grid_range(area: Area) -> dict:
    """As the API answers it: the first sheet's id, which is 0, is left out."""
    result = {"sheetId": area.sheet.sheet_id} if area.sheet.sheet_id else {}
    return result | {
        "startRowIndex": area.top, "endRowIndex": area.bottom, "startColumnIndex": area.left, "endColumnIndex": area.right}
