"""Adds a number of initiatives to the example workbooks, by repeating the example's own with new keys.

usage: grow.py FOLDER COUNT
"""

import pathlib
import sys

import openpyxl


def grow(path: pathlib.Path, tab: str, first: int, count: int) -> None:
    """Adds the initiatives with the numbers from first to count."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    column = {c.value: c.column for c in sheet[1]}
    rows = [r for r in range(2, sheet.max_row + 1) if sheet.cell(r, column["initiative_key"]).value]
    next_row = rows[-1] + 1
    for number in range(first, count):
        source = rows[number % len(rows)]
        for name, index in column.items():
            value = sheet.cell(source, index).value
            if name == "initiative_key":
                value = f"INIT-9{number:05d}"
            elif name in ("prerequisite_keys", "exclusion_keys", "bundle_key", "is_mandatory", "mandate_reason"):
                value = None
            elif isinstance(value, str) and value.startswith("="):
                value = None
            sheet.cell(next_row, index).value = value
        next_row += 1
    book.save(path)


def main() -> None:
    folder, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    grow(folder / "Central Backlog.xlsx", "Central Backlog", 0, count)
    grow(folder / "Optimization Center.xlsx", "Candidates", 0, count)


if __name__ == "__main__":
    main()
