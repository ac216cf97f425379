"""Writes a Central Backlog whose rows have gaps between them, and says what a save should make of it.

usage: sparse_sheet.py write FILE GROUPS GAP      groups of three rows with GAP blank rows between them
       sparse_sheet.py check FILE READ            READ rows have a status, every other cell is as it was written
"""

import sys

import openpyxl

HEADERS = ["notes of mine", "initiative_key", "run_status", "title", "updated_at"]


def rows(groups: int, gap: int):
    """Row numbers and keys."""
    number = 2
    for group in range(groups):
        for member in range(3):
            yield number, f"SPARSE-{group:04}-{member}"
            number += 1
        number += gap


def write(path: str, groups: int, gap: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Central Backlog"
    sheet.append(HEADERS)
    for number, key in rows(groups, gap):
        sheet.cell(number, 1).value = f"row {number}"
        sheet.cell(number, 2).value = key
        sheet.cell(number, 4).value = f"Initiative {key}"
    book.save(path)


def check(path: str, read: int) -> None:
    sheet = openpyxl.load_workbook(path)["Central Backlog"]
    keyed = 0
    for row in range(2, sheet.max_row + 1):
        note, key, status, title, _ = [sheet.cell(row, column).value for column in range(1, 6)]
        if key is None:
            if status is not None:
                sys.exit(f"row {row} is blank and has the status {status!r}")
            continue
        if note != f"row {row}" or title != f"Initiative {key}":
            sys.exit(f"row {row} was changed: {note!r}, {title!r}")
        keyed += 1
        if (status or "").startswith("OK: ") != (keyed <= read):
            sys.exit(f"row {row} has the status {status!r}; {read} rows were to be read")
    if keyed < read:
        sys.exit(f"there are {keyed} rows, {read} were to be read")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        check(sys.argv[2], int(sys.argv[3]))
