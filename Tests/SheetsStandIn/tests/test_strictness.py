"""Nothing that Google's discovery document lacks is served, and nothing wrong goes unremembered."""

import unittest

from .support import StandInTest


class Strictness(StandInTest):
    def refused(self, verb: str, target: str, body: object, words: str) -> None:
        seen = len(self.service.calls.report()["violations"])
        status, answer = self.call(verb, target, body)
        self.assertEqual(status, 400, answer)
        self.assertIn(words, answer["error"]["message"])
        self.assertEqual(answer["error"]["status"], "INVALID_ARGUMENT")
        self.assertEqual(len(self.service.calls.report()["violations"]), seen + 1)
        self.expected_violations = seen + 1

    def test_keys(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        update = f"{book}/values/A1?valueInputOption=RAW"
        self.refused("PUT", update, {"values": [[1]], "Values": []}, "Unknown name \"Values\" at 'data': Cannot find field.")
        self.refused("POST", f"{book}/values:batchUpdate", {"valueInputOption": "RAW", "data": [{"values": [], "row": 1}]},
                     "Unknown name \"row\" at 'data[0]'")
        title = {"requests": [{"addSheet": {"properties": {"title": "New", "colour": "red"}}}]}
        self.refused("POST", f"{book}:batchUpdate", title, "Unknown name \"colour\" at 'requests[0].add_sheet.properties'")
        self.refused("POST", f"{book}:batchUpdate", {"requests": [{"addTab": {}}]}, "Unknown name \"addTab\" at 'requests[0]'")
        self.refused("POST", f"{book}:batchUpdate", {"requests": [{"deleteSheet": {"sheetId": 0}, "addSheet": {}}]}, "oneof")
        self.assertEqual(self.call("GET", f"{book}/values/Sheet1")[1], {"range": "Sheet1!A1:Z1000", "majorDimension": "ROWS"})

    def test_types(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        size = {"updateSheetProperties": {"properties": {"gridProperties": {"rowCount": "20"}}, "fields": "gridProperties.rowCount"}}
        self.refused("POST", f"{book}:batchUpdate", {"requests": [size]}, "grid_properties.row_count' (TYPE_INT32), \"20\"")
        self.refused("POST", f"{book}:batchUpdate", {"requests": [{"addSheet": []}]}, "AddSheetRequest")
        self.refused("PUT", f"{book}/values/A1?valueInputOption=RAW", {"values": [1]}, "google.protobuf.ListValue), \"1\"")
        self.refused("POST", f"{book}/values:batchUpdate", {"valueInputOption": "CLEVER"}, "CLEVER")
        self.refused("POST", f"{book}/values:batchUpdate", {"valueInputOption": 3}, "Invalid value")

    def test_parameters(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        self.refused("GET", f"{book}/values/A1?render=FORMULA", None, "Unknown name \"render\": Cannot bind query parameter.")
        self.refused("GET", f"{book}/values/A1?valueRenderOption=PLAIN", None, "PLAIN")
        self.refused("GET", f"{book}?includeGridData=maybe", None, "TYPE_BOOL")
        self.refused("GET", f"{book}/values/A1?majorDimension=ROWS&majorDimension=ROWS", None, "twice")
        self.refused("GET", f"{book}?fields=sheets.rows", None, "rows")
        self.refused("GET", f"{book}?fields=sheets(properties", None, "Cannot find matching fields")

    def test_masks_of_updates(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"

        def update(mask: str) -> dict:
            return {"requests": [{"updateSheetProperties": {"properties": {"gridProperties": {"frozenRowCount": 1}}, "fields": mask}}]}

        self.refused("POST", f"{book}:batchUpdate", update("gridProperties.frozenRows"), "FieldMask")
        self.refused("POST", f"{book}:batchUpdate", update("properties.title"), "FieldMask")
        self.refused("POST", f"{book}:batchUpdate", update("gridProperties(frozenRowCount,frozenRows)"), "FieldMask")
        self.refused("POST", f"{book}:batchUpdate", update("gridProperties(frozenRowCount"), "FieldMask")
        self.assertEqual(self.call("POST", f"{book}:batchUpdate", update("gridProperties.frozenRowCount"))[0], 200)
        cell = {"repeatCell": {"range": {"endRowIndex": 1}, "cell": {"note": "n"}, "fields": "notes"}}
        self.refused("POST", f"{book}:batchUpdate", {"requests": [cell]}, "FieldMask")

    def test_methods_and_bodies(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        status, _, _ = self.raw("DELETE", book)
        self.assertEqual(status, 404)
        status, _, _ = self.raw("GET", f"{book}/cells/A1")
        self.assertEqual(status, 404)
        self.expected_violations = 2
        self.refused("GET", f"{book}/values/A1", {"range": "A1"}, "takes no body")

    def test_a_fault_does_not_hide_a_violation(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        self.service.faults.add({"kind": "status", "code": 503})
        self.assertEqual(self.call("GET", f"{book}/values/A1?render=FORMULA")[0], 503)
        self.expected_violations = 1

    def test_answers_are_checked_too(self) -> None:
        book = self.spreadsheet()
        self.service.spreadsheets.by_id[book].sheets[0].properties["colour"] = "red"
        self.assertEqual(self.call("GET", f"/v4/spreadsheets/{book}")[0], 200)
        violations = self.service.calls.report()["violations"]
        self.assertIn("colour", violations[0]["what"])
        self.expected_violations = 1


if __name__ == "__main__":
    unittest.main()
