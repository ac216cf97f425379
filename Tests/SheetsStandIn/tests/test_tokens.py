import base64
import http.client
import json
import time
import unittest
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from .support import StandInTest

SHEETS = "https://www.googleapis.com/auth/spreadsheets"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class TokenEndpoint(StandInTest):
    def assertion(self, header: dict | None = None, **claims: object) -> str:
        now = int(time.time())
        head = {"alg": "RS256", "typ": "JWT", "kid": self.key["private_key_id"]} | (header or {})
        body = {"iss": self.key["client_email"], "scope": SHEETS, "aud": self.key["token_uri"], "iat": now, "exp": now + 3600} | claims
        signed = encoded(json.dumps(head).encode()) + "." + encoded(json.dumps(body).encode())
        key = serialization.load_pem_private_key(self.key["private_key"].encode(), None)
        return signed + "." + encoded(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))

    def exchange(self, assertion: str, grant: str = "urn:ietf:params:oauth:grant-type:jwt-bearer") -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=30)
        self.addCleanup(connection.close)
        form = urllib.parse.urlencode({"grant_type": grant, "assertion": assertion})
        connection.request("POST", "/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def test_a_signed_assertion_gives_a_token_that_reads(self) -> None:
        status, answer = self.exchange(self.assertion())
        self.assertEqual((status, answer["token_type"], answer["expires_in"]), (200, "Bearer", 3600))
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}
        self.assertEqual(self.call("GET", f"/v4/spreadsheets/{self.spreadsheet()}")[0], 200)

    def test_refusals(self) -> None:
        now = int(time.time())
        good = self.assertion()
        head, body, signature = good.split(".")
        for assertion, error in (
            ("", "invalid_grant"), (f"{head}.{body}.{encoded(b'x' * 256)}", "invalid_grant"),
            (self.assertion({"alg": "HS256"}), "invalid_grant"), (self.assertion(aud="https://elsewhere/token"), "invalid_grant"),
            (self.assertion(iat=now - 7200, exp=now - 3600), "invalid_grant"), (self.assertion(exp=now + 7200), "invalid_grant"),
            (self.assertion(iss="nobody@example.com"), "invalid_grant"), (self.assertion(scope="everything"), "invalid_scope"),
            (self.assertion({"kid": "another"}), "invalid_grant"), (self.assertion(iat=float(now)), "invalid_grant"),
        ):
            status, answer = self.exchange(assertion)
            self.assertEqual((status, answer.get("error")), (400, error), answer)
        self.assertEqual(self.exchange(good, grant="password")[1]["error"], "unsupported_grant_type")

    def test_what_a_token_does_not_open(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        read_only = self.exchange(self.assertion(scope=SHEETS + ".readonly"))[1]["access_token"]
        for headers, expected in (
            ({}, (401, 401)), ({"Authorization": "Bearer made-up"}, (401, 401)), ({"Authorization": f"Bearer {read_only}"}, (200, 403))):
            self.headers = headers
            statuses = (self.call("GET", book)[0], self.call("POST", f"{book}/values/A1:clear", {})[0])
            self.assertEqual(statuses, expected)

    def test_tokens_run_out_and_are_revoked(self) -> None:
        book = f"/v4/spreadsheets/{self.spreadsheet()}"
        self.service.tokens.lifetime_seconds = 0
        self.headers = {"Authorization": f"Bearer {self.exchange(self.assertion())[1]['access_token']}"}
        status, answer = self.call("GET", book)
        self.assertEqual((status, answer["error"]["status"]), (401, "UNAUTHENTICATED"))
        self.service.tokens.lifetime_seconds = 60
        self.headers = {"Authorization": f"Bearer {self.exchange(self.assertion())[1]['access_token']}"}
        self.assertEqual(self.call("GET", book)[0], 200)
        self.service.tokens.revoke_all()
        self.assertEqual(self.call("GET", book)[0], 401)

    def test_who_a_spreadsheet_is_shared_with(self) -> None:
        identifier = self.service.spreadsheets.put({"readers": [self.key["client_email"]], "writers": []}).spreadsheet_id
        book = f"/v4/spreadsheets/{identifier}"
        self.assertEqual(self.call("GET", book)[0], 200)
        status, answer = self.call("POST", f"{book}/values/A1:clear", {})
        self.assertEqual((status, answer["error"]["message"]), (403, "The caller does not have permission"))


if __name__ == "__main__":
    unittest.main()
