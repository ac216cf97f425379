"""What the tests share: a running stand-in with a spreadsheet, and calls to it."""

import http.client
import json
import unittest

from standin.server import Running


class StandInTest(unittest.TestCase):
    """A stand-in for each test; one that saw a violation nobody expected fails."""

    def setUp(self) -> None:
        running = Running()
        self.server = running.__enter__()
        self.addCleanup(running.__exit__)
        self.service = self.server.service
        self.service.quota.set(None, None, 60)
        account = self.service.tokens.add_account("planner")
        self.key = account.key_file(self.server.address)
        self.expected_violations = 0
        token = "token-of-a-test"
        self.service.tokens.given[token] = (account.email, float("inf"), {"https://www.googleapis.com/auth/spreadsheets"})
        self.headers = {"Authorization": f"Bearer {token}"}

    def tearDown(self) -> None:
        violations = self.service.calls.report()["violations"]
        self.assertEqual(len(violations), self.expected_violations, violations)

    def spreadsheet(self, *sheets: dict, title: str = "Plan") -> str:
        return self.service.spreadsheets.put({"title": title, "sheets": list(sheets) or [{"title": "Sheet1"}]}).spreadsheet_id

    def call(self, verb: str, target: str, body: object = None, headers: dict | None = None) -> tuple[int, dict]:
        status, content, _ = self.raw(verb, target, body, headers)
        return status, json.loads(content)

    def raw(self, verb: str, target: str, body: object = None, headers: dict | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=30)
        try:
            sent = {"Content-Type": "application/json"} if body is not None else {}
            content = None if body is None else json.dumps(body)
            connection.request(verb, target, content, self.headers | sent | (headers or {}))
            response = connection.getresponse()
            return response.status, response.read(), response.headers
        finally:
            connection.close()
