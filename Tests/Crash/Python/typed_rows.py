"""Types into a tab as a person does, and tells what stands in it.

typed_rows.py type WORKBOOK TAB TEXT    writes TEXT into the notes of every row, and takes every row's status away
typed_rows.py read WORKBOOK TAB KEY...  prints each row's key (the columns named), its notes and its status as JSON
"""

import json
import sys

import openpyxl

action, path, tab, *rest = sys.argv[1:]
book = openpyxl.load_workbook(path)
sheet = book[tab]
column = {cell.value: cell.column for cell in sheet[1]}


def text(row, name):
    value = sheet.cell(row, column[name]).value
    return "" if value is None else str(value)


rows = [number for number in range(2, sheet.max_row + 1) if text(number, sheet.cell(1, 1).value)]
if action == "type":
    for row in rows:
        sheet.cell(row, column["notes"]).value = rest[0]
        for name in ("run_status", "updated_source", "updated_at"):
            sheet.cell(row, column[name]).value = None
    book.save(path)
else:
    print(
        json.dumps(
            [
                {
                    "key": " ".join(text(row, name) for name in rest),
                    "notes": text(row, "notes"),
                    "status": text(row, "run_status"),
                }
                for row in rows
            ]
        )
    )
