"""Offers smaller forms in the Candidates tab of a workbook: every second candidate may be either, and some only their mvp.

usage: offer_forms.py "Optimization Center.xlsx"
"""

import sys

import openpyxl


def main() -> None:
    book = openpyxl.load_workbook(sys.argv[1])
    sheet = book["Candidates"]
    column = {cell.value: cell.column for cell in sheet[1]}
    offered = 0
    for number, row in enumerate(range(2, sheet.max_row + 1)):
        tokens = sheet.cell(row, column["engineering_tokens"]).value
        if tokens is None or number % 2:
            continue
        # Some bring more for a token than the whole, some as much.
        mode, share = [("either", None), ("either", 0.7), ("either", 0.45), ("mvp", 0.9)][number // 2 % 4]
        sheet.cell(row, column["scope_mode"]).value = mode
        sheet.cell(row, column["engineering_tokens_mvp"]).value = int(tokens) * 2 // 5
        sheet.cell(row, column["mvp_contribution_share"]).value = share
        offered += 1
    book.save(sys.argv[1])
    print(f"ok   {offered} candidates have a smaller form")


if __name__ == "__main__":
    main()
