"""Prints all cells of a workbook as JSON, as openpyxl reads them, or does what a person does to it before.

usage: cells.py WORKBOOK [EDITS]     EDITS is JSON: [["set", TAB, ADDRESS, KIND, VALUE] | ["insert", TAB, ROW] | ["delete", TAB, ROW], …]
{TAB: {ADDRESS: [KIND, VALUE]}}, KIND being text, number, boolean, date (a serial), formula or error
"""

import datetime
import json
import sys

import openpyxl
from openpyxl.utils.datetime import to_excel


def told(cell) -> list:
    value = cell.value
    if cell.data_type == "f":
        return ["formula", value if isinstance(value, str) else value.text]
    if cell.data_type == "e":
        return ["error", value]
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time, datetime.timedelta)):
        return ["date", to_excel(value)]
    return ["number", value] if isinstance(value, (int, float)) else ["text", value]


def edit(book, kind: str, tab: str, *where: object) -> None:
    sheet = book[tab]
    if kind == "insert":
        sheet.insert_rows(where[0])
    elif kind == "delete":
        sheet.delete_rows(where[0])
    else:
        sheet[where[0]].value = where[2]
        if where[1] == "text":
            sheet[where[0]].data_type = "s"


def main() -> None:
    book = openpyxl.load_workbook(sys.argv[1])
    if len(sys.argv) > 2:
        for request in json.loads(sys.argv[2]):
            edit(book, *request)
        book.save(sys.argv[1])
    print(json.dumps({
        sheet.title: {c.coordinate: told(c) for row in sheet.iter_rows() for c in row if c.value is not None}
        for sheet in book.worksheets}))


if __name__ == "__main__":
    main()
