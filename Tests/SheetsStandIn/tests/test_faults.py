import http.client
import threading
import unittest

from standin.faults import Faults

from .support import StandInTest


class FaultsOnDemand(StandInTest):
    def setUp(self) -> None:
        super().setUp()
        self.book = self.spreadsheet({"title": "Sheet1", "values": [["key", "status"], ["a", ""], ["b", ""]]})
        self.cells = f"/v4/spreadsheets/{self.book}/values"

    def write(self, cell: str, text: str) -> tuple[int, dict]:
        return self.call("PUT", f"{self.cells}/{cell}?valueInputOption=RAW", {"values": [[text]]})

    def read(self, cells: str = "Sheet1") -> list:
        return self.call("GET", f"{self.cells}/{cells}")[1].get("values", [])

    def test_errors_come_as_often_as_asked_and_do_nothing(self) -> None:
        self.service.faults.add({"on": "write", "kind": "status", "code": 429, "times": 2, "retry_after": 3})
        self.service.faults.add({"on": "values.get", "kind": "status", "code": 500, "skip": 1})
        for _ in range(2):
            status, _, headers = self.raw("PUT", f"{self.cells}/B2?valueInputOption=RAW", {"values": [["x"]]})
            self.assertEqual((status, headers["Retry-After"]), (429, "3"))
        self.assertEqual(self.read("B2"), [])
        self.assertEqual(self.write("B2", "OK")[0], 200)
        status, answer = self.call("GET", f"{self.cells}/B2")
        self.assertEqual((status, answer["error"]["status"]), (500, "INTERNAL"))
        self.assertEqual(self.read("B2"), [["OK"]])
        self.assertEqual(len(self.service.faults.happened), 3)

    def test_cuts(self) -> None:
        for when, took_effect in (("before", False), ("after", True), ("within", True)):
            self.service.faults.add({"on": "write", "kind": "cut", "when": when})
            with self.assertRaises((http.client.HTTPException, ConnectionError)):
                self.write("B2", when)
            self.assertEqual(self.read("B2"), [[when]] if took_effect else [], when)
        self.assertEqual([c["status"] for c in self.service.calls.entries if c["kind"] == "write"], [0, 0, 0])

    def test_slow(self) -> None:
        waits = []
        self.service.pause = waits.append
        self.service.faults.add({"kind": "slow", "seconds": 7})
        self.assertEqual(self.write("B2", "slow")[0], 200)
        self.assertEqual(waits, [7])

    def test_rows_move_between_a_read_and_the_next_write(self) -> None:
        insert = {"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}}
        self.service.faults.add({"on": "write", "kind": "edit", "spreadsheetId": self.book, "requests": [insert]})
        self.assertEqual(self.read("A2"), [["a"]])
        self.write("B2", "OK")
        self.assertEqual(self.read(), [["key", "status"], ["", "OK"], ["a"], ["b"]])

    def test_an_edit_may_come_with_an_error(self) -> None:
        delete = {"deleteDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}}
        self.service.faults.add({"on": "write", "kind": "edit", "spreadsheetId": self.book, "requests": [delete]})
        self.service.faults.add({"on": "write", "kind": "status", "code": 503})
        self.assertEqual(self.write("B2", "OK")[0], 503)
        self.assertEqual(self.read(), [["key", "status"], ["b"]])

    def test_pages_that_are_not_json(self) -> None:
        self.service.faults.add({"kind": "html", "code": 502})
        status, content, headers = self.raw("GET", f"{self.cells}/A1")
        self.assertEqual((status, headers["Content-Type"]), (502, "text/html; charset=UTF-8"))
        self.assertTrue(content.startswith(b"<!DOCTYPE html>"))

    def test_quota_counts_reads_and_writes_apart_and_users_apart(self) -> None:
        self.service.quota.set(2, 1, 60)
        self.assertEqual([self.call("GET", f"{self.cells}/A1")[0] for _ in range(3)], [200, 200, 429])
        self.assertEqual([self.write("B2", "x")[0] for _ in range(2)], [200, 429])
        other = self.service.tokens.add_account("other")
        self.service.tokens.given["second"] = (other.email, float("inf"), {"https://www.googleapis.com/auth/spreadsheets"})
        self.headers = {"Authorization": "Bearer second"}
        self.assertEqual(self.call("GET", f"{self.cells}/A1")[0], 200)
        self.assertEqual(self.call("GET", f"{self.cells}/A1?valueRenderOption=FORMULA")[0], 200)
        self.assertEqual(self.call("GET", f"{self.cells}/A1")[1]["error"]["details"][0]["reason"], "RATE_LIMIT_EXCEEDED")

    def test_quota_is_full_again_after_its_window(self) -> None:
        self.service.quota.set(1, 1, 60)
        for seconds, expected in ((100, 200), (159, 429), (160, 200), (219, 429)):
            self.service.quota.now = lambda: seconds
            self.assertEqual(self.call("GET", f"{self.cells}/A1")[0], expected, seconds)

    def test_writes_at_once_are_all_there(self) -> None:
        threads = [threading.Thread(target=self.write, args=(f"C{n}", str(n))) for n in range(1, 41)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.read("C1:C40"), [[str(n)] for n in range(1, 41)])

    def test_no_fault_of_a_kind_that_is_not_there(self) -> None:
        for wrong in ({"kind": "explode"}, {"kind": "slow", "second": 1}):
            with self.assertRaises(ValueError):
                Faults().add(wrong)


if __name__ == "__main__":
    unittest.main()
