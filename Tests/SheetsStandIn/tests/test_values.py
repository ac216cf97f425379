import unittest
import urllib.parse

from .support import StandInTest


class Values(StandInTest):
    def setUp(self) -> None:
        super().setUp()
        self.book = self.spreadsheet({"title": "Sheet1"}, {"title": "It's Q1", "rowCount": 5, "columnCount": 3})
        self.base = f"/v4/spreadsheets/{self.book}"

    def get(self, cells: str, **options: str) -> tuple[int, dict]:
        query = "?" + urllib.parse.urlencode(options) if options else ""
        return self.call("GET", f"{self.base}/values/{urllib.parse.quote(cells, safe='')}{query}")

    def put(self, cells: str, values: list, option: str = "RAW", **more: object) -> tuple[int, dict]:
        target = f"{self.base}/values/{urllib.parse.quote(cells, safe='')}?valueInputOption={option}"
        return self.call("PUT", target, {"values": values} | more)

    def batch(self, *requests: dict) -> tuple[int, dict]:
        return self.call("POST", f"{self.base}:batchUpdate", {"requests": list(requests)})

    def test_ranges_as_they_are_echoed(self) -> None:
        for asked, echoed in (
            ("'Sheet1'!A1", "Sheet1!A1"), ("a1:b2", "Sheet1!A1:B2"), ("$D$4:$A$1", "Sheet1!A1:D4"), ("A1:A", "Sheet1!A1:A1000"),
            ("B3:3", "Sheet1!B3:Z3"), ("2:4", "Sheet1!A2:Z4"), ("sheet1", "Sheet1!A1:Z1000"), ("'It''s Q1'", "'It''s Q1'!A1:C5"),
            ("It's Q1!B2:Z99", "'It''s Q1'!B2:C5"), ("Sheet1!Y999:AC2000", "Sheet1!Y999:Z1000"),
        ):
            self.assertEqual(self.get(asked), (200, {"range": echoed, "majorDimension": "ROWS"}), asked)

    def test_ranges_that_are_none(self) -> None:
        for asked, words in (
            ("Elsewhere!A1", "Unable to parse range: Elsewhere!A1"), ("A0", "Unable to parse range: A0"), ("Nothing", "Unable to parse"),
            ("A1:B2:C3", "Unable to parse"), ("Sheet1!A1001", "Range (Sheet1!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"),
            ("AA1:AB2", "exceeds grid limits")):
            status, answer = self.get(asked)
            self.assertEqual(status, 400, asked)
            self.assertIn(words, answer["error"]["message"])

    def test_kinds_of_values_and_how_they_are_rendered(self) -> None:
        self.put("A1:F1", [["text", 1, 1.5, True, "=1+1", "2020-01-01"]])
        self.put("A2:F2", [["'5", "0042", "12.5%", "true", "=B1*2+C1", "2020-01-01 12:30"]], "USER_ENTERED")
        rendered = {
            option: self.get("A1:F2", valueRenderOption=option)[1]["values"]
            for option in ("UNFORMATTED_VALUE", "FORMATTED_VALUE", "FORMULA")}
        self.assertEqual(rendered["UNFORMATTED_VALUE"], [
            ["text", 1, 1.5, True, "=1+1", "2020-01-01"], ["5", 42, 0.125, True, 3.5, 43831.520833333336]])
        self.assertEqual(rendered["FORMATTED_VALUE"], [
            ["text", "1", "1.5", "TRUE", "=1+1", "2020-01-01"], ["5", "42", "12.50%", "TRUE", "3.5", "2020-01-01 12:30:00"]])
        self.assertEqual(rendered["FORMULA"][1], ["5", 42, 0.125, True, "=B1*2+C1", 43831.520833333336])
        told = self.get("F2", valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING")[1]
        self.assertEqual(told["values"], [["2020-01-01 12:30:00"]])

    def test_errors_of_formulas(self) -> None:
        formulas = ["=1/0", "=NOSUCH(1)", "=A1", "=\"a\"*2", "=#REF!", "=1+", "=IFERROR(1/0,\"none\")", "=Z99"]
        self.put("A1:H1", [formulas], "USER_ENTERED")
        self.put("A2", [["=A2"]], "USER_ENTERED")
        values = self.get("A1:H2", valueRenderOption="UNFORMATTED_VALUE")[1]["values"]
        self.assertEqual(values, [["#DIV/0!", "#NAME?", "#DIV/0!", "#VALUE!", "#REF!", "#ERROR!", "none"], ["#REF!"]])

    def test_null_leaves_alone_and_an_empty_text_clears(self) -> None:
        self.put("A1:C1", [["a", "b", "c"]])
        answer = self.put("A1:C1", [[None, "", "C"]])[1]
        self.assertEqual((answer["updatedColumns"], answer["updatedCells"]), (2, 2))
        self.assertEqual(self.get("A1:C1")[1]["values"], [["a", "", "C"]])

    def test_columns(self) -> None:
        self.put("A1:B3", [["a", "b", "c"], ["d"]], majorDimension="COLUMNS")
        self.assertEqual(self.get("A1:B3")[1]["values"], [["a", "d"], ["b"], ["c"]])
        self.assertEqual(self.get("A1:B3", majorDimension="COLUMNS")[1]["values"], [["a", "b", "c"], ["d"]])

    def test_writes_that_do_not_fit_write_nothing(self) -> None:
        body = {"valueInputOption": "RAW", "data": [
            {"range": "A1", "values": [["x"]]}, {"range": "B1:B2", "values": [["y"], ["z"], ["!"]]}]}
        status, answer = self.call("POST", f"{self.base}/values:batchUpdate", body)
        self.assertEqual((status, answer["error"]["message"]), (
            400, "Requested writing within range [Sheet1!B1:B2], but tried writing to row [3]"))
        self.assertEqual(self.put("A1:A2", [["x", "y"]])[1]["error"]["message"],
                         "Requested writing within range [Sheet1!A1:A2], but tried writing to column [B]")
        self.assertEqual(self.put("A1", [["x"], [{"v": 1}]])[0], 400)
        self.assertEqual(self.put("A1", [["x" * 50_001]])[0], 400)
        self.assertEqual(self.call("PUT", f"{self.base}/values/A1", {"values": [["x"]]})[0], 400)
        self.assertNotIn("values", self.get("Sheet1")[1])

    def test_batch_update_counts_what_is_distinct(self) -> None:
        body = {"valueInputOption": "RAW", "includeValuesInResponse": True, "responseValueRenderOption": "UNFORMATTED_VALUE", "data": [
            {"range": "Sheet1!B2:B3", "values": [[1], [2]]}, {"range": "'It''s Q1'!B2", "values": [["x"]]},
            {"range": "Sheet1!B7", "values": [[True]]}]}
        status, answer = self.call("POST", f"{self.base}/values:batchUpdate", body)
        self.assertEqual(status, 200)
        self.assertEqual([answer[f"totalUpdated{n}"] for n in ("Rows", "Columns", "Cells", "Sheets")], [4, 2, 4, 2])
        self.assertEqual([r["updatedRange"] for r in answer["responses"]], ["Sheet1!B2:B3", "'It''s Q1'!B2", "Sheet1!B7"])
        self.assertEqual(answer["responses"][0]["updatedData"]["values"], [[1], [2]])

    def test_one_wrong_request_undoes_all(self) -> None:
        before = self.service.spreadsheets.by_id[self.book].exported()
        status, answer = self.batch(
            {"addSheet": {"properties": {"title": "New"}}}, {"updateCells": {
                "start": {"sheetId": 0}, "rows": [{"values": [{"userEnteredValue": {"numberValue": 1}}]}], "fields": "userEnteredValue"}},
            {"deleteSheet": {"sheetId": 7}})
        self.assertEqual((status, answer["error"]["message"]), (400, "Invalid requests[2].deleteSheet: No grid with id: 7"))
        self.assertEqual(self.service.spreadsheets.by_id[self.book].exported(), before)

    def test_formulas_and_named_ranges_follow_rows(self) -> None:
        self.put("A1:B3", [[1, "=SUM(A1:A3)"], [2, "=$A$2+'It''s Q1'!A2"], [3, "=\"A3\"&A3&LOG10_A3"]], "USER_ENTERED")
        area = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
        self.batch({"addNamedRange": {"namedRange": {"name": "Numbers", "range": area}}})
        self.batch({"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}}})
        formulas = self.get("B1:B5", valueRenderOption="FORMULA")[1]["values"]
        self.assertEqual(formulas, [["=SUM(A1:A5)"], [], [], ["=$A$4+'It''s Q1'!A2"], ["=\"A3\"&A5&LOG10_A3"]])
        self.assertEqual(self.get("Numbers")[1], {"range": "Sheet1!A4:A5", "majorDimension": "ROWS", "values": [["2"], ["3"]]})
        self.batch({"deleteDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 4, "endIndex": 5}}})
        self.assertEqual(self.get("B4", valueRenderOption="FORMULA")[1]["values"], [["=$A$4+'It''s Q1'!A2"]])
        self.assertEqual(self.get("Numbers")[1]["range"], "Sheet1!A4")

    def test_cells_with_formats_notes_and_drop_downs(self) -> None:
        rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "yes"}, {"userEnteredValue": "no"}]}, "strict": True}
        first = {"sheetId": 0, "startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
        status, _ = self.batch(
            {"setDataValidation": {"range": first, "rule": rule}},
            {"repeatCell": {"range": first, "cell": {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}},
                            "fields": "userEnteredFormat.numberFormat"}},
            {"updateDimensionProperties": {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
                                           "properties": {"pixelSize": 180}, "fields": "pixelSize"}})
        self.assertEqual(status, 200)
        self.put("A2", [[43831]])
        answer = self.call("GET", f"{self.base}?ranges=A1:A3&fields=sheets.data(rowData.values(dataValidation,formattedValue,"
                           "userEnteredFormat/numberFormat),columnMetadata.pixelSize)")[1]
        validated = {"userEnteredFormat": {"numberFormat": {"type": "DATE", "pattern": "yyyy-mm-dd"}}, "dataValidation": rule}
        self.assertEqual(answer, {"sheets": [{"data": [{
            "rowData": [{}, {"values": [validated | {"formattedValue": "2020-01-01"}]}, {"values": [validated]}],
            "columnMetadata": [{"pixelSize": 180}]}]}]})
        self.assertEqual(self.get("A2")[1]["values"], [["2020-01-01"]])

    def test_masks_with_parentheses(self) -> None:
        bold = {"userEnteredFormat": {"textFormat": {"bold": True, "italic": True}, "wrapStrategy": "WRAP", "verticalAlignment": "TOP"}}
        update = {"start": {"sheetId": 0}, "rows": [{"values": [bold]}], "fields": "userEnteredFormat(textFormat(bold),wrapStrategy),note"}
        self.assertEqual(self.batch({"updateCells": update})[0], 200)
        fields = "sheets(data(rowData(values(userEnteredFormat))))"
        answer = self.call("GET", f"{self.base}?ranges=A1&fields={fields}")[1]
        self.assertEqual(answer["sheets"][0]["data"][0]["rowData"][0]["values"], [
            {"userEnteredFormat": {"textFormat": {"bold": True}, "wrapStrategy": "WRAP"}}])

    def test_a_spreadsheet_goes_out_and_in_again(self) -> None:
        self.test_cells_with_formats_notes_and_drop_downs()
        self.put("C3", [["=A2+1"]], "USER_ENTERED")
        out = self.call("GET", f"/control/spreadsheets/{self.book}")[1]
        self.assertEqual(self.call("PUT", f"/control/spreadsheets/{self.book}", out)[0], 200)
        self.assertEqual(self.call("GET", f"/control/spreadsheets/{self.book}")[1], out)
        self.assertEqual(self.get("C3", valueRenderOption="UNFORMATTED_VALUE")[1]["values"], [[43832]])

    def test_titles(self) -> None:
        for title, words in (("sheet1", "already exists"), ("x" * 101, "1 to 100")):
            status, answer = self.batch({"addSheet": {"properties": {"title": title}}})
            self.assertEqual(status, 400)
            self.assertIn(words, answer["error"]["message"])


if __name__ == "__main__":
    unittest.main()
