"""A tab: cells by row and column, and what rows, columns and areas carry."""

from . import formulas
from .a1 import Area, of_grid_range
from .cells import Cell
from .errors import ApiError

# Google's own: cells of all tabs of a spreadsheet together.
MAXIMUM_CELLS = 10_000_000


class Sheet:
    def __init__(self, spreadsheet, sheet_id: int, title: str, rows: int = 1000, columns: int = 26):
        self.spreadsheet, self.sheet_id, self.title = spreadsheet, sheet_id, title
        self.row_count, self.column_count = rows, columns
        self.properties: dict = {}  # what a person set beside title, place and size: hidden, tabColorStyle, …
        self.grid_properties: dict = {}  # frozenRowCount, hideGridlines, …
        self.rows: dict[int, dict[int, Cell]] = {}
        self.dimensions: dict[str, dict[int, dict]] = {"ROWS": {}, "COLUMNS": {}}
        self.merges: list[dict] = []
        self.groups: dict[str, list[dict]] = {"ROWS": [], "COLUMNS": []}
        self.protected: list[dict] = []
        self.conditional: list[dict] = []
        self.basic_filter: dict | None = None

    # Cells.

    def cell(self, row: int, column: int) -> Cell | None:
        return self.rows.get(row, {}).get(column)

    def touch(self, row: int, column: int) -> Cell:
        """The cell, made if there is none."""
        return self.rows.setdefault(row, {}).setdefault(column, Cell())

    def sweep(self, area: Area) -> None:
        """Forgets cells that hold nothing."""
        for row in list(self.rows_in(area)):
            cells = self.rows[row]
            for column in [c for c, cell in cells.items() if area.left <= c < area.right and cell.is_nothing()]:
                del cells[column]
            if not cells:
                del self.rows[row]

    def rows_in(self, area: Area) -> list[int]:
        if area.bottom - area.top > len(self.rows):
            return sorted(r for r in self.rows if area.top <= r < area.bottom)
        return [r for r in range(area.top, area.bottom) if r in self.rows]

    def cells_in(self, area: Area):
        for row in self.rows_in(area):
            for column in sorted(c for c in self.rows[row] if area.left <= c < area.right):
                yield row, column, self.rows[row][column]

    def last_row(self) -> int:
        """One past the last row with a value."""
        return max((r + 1 for r, cells in self.rows.items() if any(not c.is_blank() for c in cells.values())), default=0)

    # Size.

    def resize(self, rows: int, columns: int) -> None:
        if rows < 1 or columns < 1:
            raise ApiError(400, f"{'gridProperties.rowCount' if rows < 1 else 'gridProperties.columnCount'} must be > 0.")
        others = sum(s.row_count * s.column_count for s in self.spreadsheet.sheets if s is not self)
        if others + rows * columns > MAXIMUM_CELLS:
            raise ApiError(
                400, f"This action would increase the number of cells in the workbook above the limit of {MAXIMUM_CELLS} cells.")
        if rows < self.row_count:
            self.remove("ROWS", rows, self.row_count)
        if columns < self.column_count:
            self.remove("COLUMNS", columns, self.column_count)
        self.row_count, self.column_count = rows, columns

    def insert(self, dimension: str, start: int, end: int, inherit: bool = False) -> None:
        count = end - start
        size = (self.row_count + count, self.column_count) if dimension == "ROWS" else (self.row_count, self.column_count + count)
        self.resize(*size)
        self.shift(dimension, lambda place: place + count if place >= start else place, start, count)

    def remove(self, dimension: str, start: int, end: int) -> None:
        count = end - start
        size = self.row_count if dimension == "ROWS" else self.column_count
        if count >= size:
            noun = "rows" if dimension == "ROWS" else "columns"
            raise ApiError(400, f"You can't delete all the {noun} on the sheet.")
        self.shift(
            dimension, lambda place: place if place < start else None if place < end else place - count, start, -count)
        if dimension == "ROWS":
            self.row_count -= count
        else:
            self.column_count -= count

    def move(self, dimension: str, start: int, end: int, to: int) -> None:
        """Moves rows or columns to stand before `to`, counted before the move."""
        size = self.row_count if dimension == "ROWS" else self.column_count
        rest = [p for p in range(size) if not start <= p < end]
        cut = sum(p < to for p in rest)
        order = rest[:cut] + list(range(start, end)) + rest[cut:]
        places = {old: new for new, old in enumerate(order)}
        self.replace_places(dimension, places.__getitem__)
        self.spreadsheet.changed()

    def shift(self, dimension: str, place, at: int, by: int) -> None:
        self.replace_places(dimension, place)
        for sheet in self.spreadsheet.sheets:
            for cells in sheet.rows.values():
                for cell in cells.values():
                    if cell.formula is not None:
                        cell.formula = formulas.shifted(cell.formula, sheet.title, self.title, dimension == "ROWS", at, by)
        self.areas_follow(dimension, at, by)
        self.spreadsheet.changed()

    def replace_places(self, dimension: str, place) -> None:
        if dimension == "ROWS":
            self.rows = {new: cells for old, cells in self.rows.items() if (new := place(old)) is not None}
        else:
            self.rows = {
                row: {new: cell for old, cell in cells.items() if (new := place(old)) is not None}
                for row, cells in self.rows.items()}
        kept = self.dimensions[dimension]
        self.dimensions[dimension] = {new: p for old, p in kept.items() if (new := place(old)) is not None}

    def areas_follow(self, dimension: str, at: int, by: int) -> None:
        """Merges, protections, filters and named ranges move with their cells; what lies wholly in what is removed goes with it."""
        start, end = ("startRowIndex", "endRowIndex") if dimension == "ROWS" else ("startColumnIndex", "endColumnIndex")

        def follow(area: dict) -> dict | None:
            def moved(edge: int, first: bool) -> int:
                if by > 0:
                    return edge + by if edge >= at + (0 if first else 1) else edge
                return edge if edge <= at else max(at, edge + by)

            if area.get("sheetId", 0) != self.sheet_id:
                return area
            result = dict(area)
            if area.get(start) is not None:
                result[start] = moved(area[start], True)
            if area.get(end) is not None:
                result[end] = moved(area[end], False)
            return result if result.get(end) is None or result[end] > (result.get(start) or 0) else None

        def following(holders: list[dict]) -> list[dict]:
            return [h | {"range": area} for h in holders if (area := follow(h["range"])) is not None]

        self.merges = [area for m in self.merges if (area := follow(m)) is not None]
        self.protected = following(self.protected)
        self.spreadsheet.named_ranges = following(self.spreadsheet.named_ranges)
        if self.basic_filter:
            self.basic_filter = next(iter(following([self.basic_filter])), None)

    # As the API names it.

    def area(self, grid: dict, where: str) -> Area:
        return of_grid_range(grid, self.spreadsheet, where)

    def whole(self) -> Area:
        return Area(self, 0, self.row_count, 0, self.column_count)

    def described(self) -> dict:
        """Its properties as spreadsheets.get answers them."""
        grid = {"rowCount": self.row_count, "columnCount": self.column_count} | {
            k: v for k, v in self.grid_properties.items() if v}
        return {
            "sheetId": self.sheet_id, "title": self.title, "index": self.spreadsheet.sheets.index(self), "sheetType": "GRID",
            "gridProperties": grid} | {k: v for k, v in self.properties.items() if v}
