"""gspread, a client of the Sheets API that nobody here wrote, works against the stand-in as against Google."""

import unittest

import gspread
import requests.adapters
from google.oauth2 import service_account
from gspread.utils import ValueInputOption, ValueRenderOption

from .support import StandInTest

GOOGLE = "https://sheets.googleapis.com"


class ToStandIn(requests.adapters.HTTPAdapter):
    """Carries what is meant for Google to the stand-in."""

    def __init__(self, address: str):
        super().__init__()
        self.address = address

    def send(self, request, **options):
        request.url = self.address + request.url.removeprefix(GOOGLE)
        return super().send(request, **options)


class WithGSpread(StandInTest):
    def setUp(self) -> None:
        super().setUp()
        scopes = ["https://www.googleapis.com/auth/spreadsheets"]
        credentials = service_account.Credentials.from_service_account_info(self.key, scopes=scopes)
        self.client = gspread.authorize(credentials)
        self.client.http_client.session.mount(GOOGLE, ToStandIn(self.server.address))
        self.addCleanup(self.client.http_client.session.close)

    def open(self, *sheets: dict) -> gspread.Spreadsheet:
        return self.client.open_by_key(self.spreadsheet(*sheets))

    def test_open_and_read(self) -> None:
        book = self.open({"title": "Candidates", "values": [["key", "score"], ["a", 1.5], ["b", True]]}, {"title": "Notes"})
        self.assertEqual([s.title for s in book.worksheets()], ["Candidates", "Notes"])
        self.assertEqual(book.title, "Plan")
        sheet = book.worksheet("Candidates")
        self.assertEqual(sheet.get_all_values(), [["key", "score"], ["a", "1.5"], ["b", "TRUE"]])
        unformatted = sheet.get_all_records(value_render_option=ValueRenderOption.unformatted)
        self.assertEqual(unformatted, [{"key": "a", "score": 1.5}, {"key": "b", "score": True}])
        self.assertEqual(sheet.col_values(1), ["key", "a", "b"])
        self.assertEqual(sheet.find("b").address, "A3")
        with self.assertRaises(gspread.exceptions.SpreadsheetNotFound):
            self.client.open_by_key("nothing")
        with self.assertRaises(gspread.exceptions.WorksheetNotFound):
            book.worksheet("Elsewhere")

    def test_update_and_batch(self) -> None:
        sheet = self.open().sheet1
        sheet.update([["a", 1], ["b", 2]], "A1:B2")
        self.assertEqual(sheet.get("A1:B2", value_render_option=ValueRenderOption.unformatted), [["a", 1], ["b", 2]])
        sheet.batch_update([{"range": "A1", "values": [["A"]]}, {"range": "B2:C2", "values": [[3, 4]]}])
        self.assertEqual(sheet.batch_get(["A1:A2", "2:2"]), [[["A"], ["b"]], [["b", "3", "4"]]])
        sheet.update_acell("B1", "")
        self.assertIsNone(sheet.acell("B1").value)
        sheet.batch_clear(["A1:B1", "C2"])
        self.assertEqual(sheet.get_all_values(), [["", ""], ["b", "3"]])

    def test_append(self) -> None:
        sheet = self.open({"title": "Sheet1", "values": [["key", "note"], ["a", ""]], "rowCount": 3}).sheet1
        sheet.append_row(["b", "second"])
        sheet.append_rows([["c"], ["d", "fourth"]], value_input_option=ValueInputOption.user_entered)
        self.assertEqual(sheet.get_all_values(), [["key", "note"], ["a", ""], ["b", "second"], ["c", ""], ["d", "fourth"]])

    def test_formulas(self) -> None:
        sheet = self.open().sheet1
        sheet.update([[2, 3, "=A1*B1", "=SUM(A1:C1)/0"]], "A1:D1", value_input_option=ValueInputOption.user_entered)
        self.assertEqual(sheet.get("A1:D1"), [["2", "3", "6", "#DIV/0!"]])
        self.assertEqual(sheet.get("C1:D1", value_render_option=ValueRenderOption.formula), [["=A1*B1", "=SUM(A1:C1)/0"]])
        sheet.insert_row([10, 20], index=1)
        self.assertEqual(sheet.acell("C2", value_render_option=ValueRenderOption.formula).value, "=A2*B2")
        sheet.update_acell("A2", 5)
        self.assertEqual(sheet.acell("C2").value, "15")
        sheet.update([["=1+1"]], "E1", value_input_option=ValueInputOption.raw)
        self.assertEqual(sheet.acell("E1").value, "=1+1")

    def test_tabs_rows_and_notes(self) -> None:
        book = self.open({"title": "Sheet1", "values": [["a"], ["b"], ["c"]]})
        added = book.add_worksheet("Added", rows=10, cols=4)
        self.assertEqual((added.row_count, added.col_count, added.index), (10, 4, 1))
        with self.assertRaises(gspread.exceptions.APIError) as refused:
            book.add_worksheet("added", 1, 1)
        self.assertIn("already exists", str(refused.exception))
        added.freeze(rows=1)
        added.update_note("B1", "what B is for")
        self.assertEqual(added.get_note("B1"), "what B is for")
        book.sheet1.delete_rows(2)
        self.assertEqual(book.sheet1.col_values(1), ["a", "c"])
        added.update_title("Renamed")
        self.assertEqual(book.worksheet("Renamed").frozen_row_count, 1)
        book.del_worksheet(added)
        self.assertEqual([s.title for s in book.worksheets()], ["Sheet1"])
        counts = self.service.calls.report()["counts"]
        self.assertEqual(counts["spreadsheets.batchUpdate"], 7)

    def test_quota(self) -> None:
        sheet = self.open().sheet1
        self.service.quota.set(1, 1, 60)
        sheet.get_all_values()
        with self.assertRaises(gspread.exceptions.APIError) as refused:
            sheet.get_all_values()
        self.assertEqual(refused.exception.response.status_code, 429)
        self.assertEqual(refused.exception.error["status"], "RESOURCE_EXHAUSTED")
        sheet.update([[1]], "A1")


if __name__ == "__main__":
    unittest.main()
