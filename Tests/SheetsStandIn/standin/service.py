"""One request from its first check to its answer: who asks, what the discovery document says of it, quota, faults, and the work."""

import dataclasses
import json
import urllib.parse

from . import batch_update, masks, overview, values
from .calls import Calls
from .discovery import Discovery, Method
from .errors import ApiError, not_found
from .faults import Faults
from .quota import Quota
from .spreadsheet import Spreadsheet, Spreadsheets
from .tokens import WRITING_SCOPES, Refused, Tokens

HANDLERS = {
    "spreadsheets.values.get": values.get, "spreadsheets.values.batchGet": values.batch_get,
    "spreadsheets.values.update": values.update, "spreadsheets.values.batchUpdate": values.batch_update,
    "spreadsheets.values.append": values.append, "spreadsheets.values.clear": values.clear,
    "spreadsheets.values.batchClear": values.batch_clear,
}


@dataclasses.dataclass
class Asked:
    """A request as the discovery document allows it."""

    method: Method
    parameters: dict
    request: dict | None
    fields: dict

    @property
    def ranges(self) -> list[str]:
        """The ranges that it names, for the log."""
        named = [self.parameters["range"]] if "range" in self.parameters else list(self.parameters.get("ranges", []))
        for data in (self.request or {}).get("data") or []:
            named.append(data.get("range", ""))
        return named + list((self.request or {}).get("ranges") or [])


class Cut(Exception):
    """The connection ends; `part` of the answer still leaves."""

    def __init__(self, part: bytes = b""):
        super().__init__("cut")
        self.part = part


class Answer:
    def __init__(self, status: int, body: dict | str, headers: dict | None = None, is_pretty: bool = True):
        self.status, self.headers = status, headers or {}
        self.content_type = "application/json; charset=UTF-8" if isinstance(body, dict) else "text/html; charset=UTF-8"
        self.body = (json.dumps(body, ensure_ascii=False, indent=2 if is_pretty else None) if isinstance(body, dict) else body).encode()


class Service:
    def __init__(self):
        self.discovery, self.spreadsheets, self.tokens = Discovery(), Spreadsheets(), Tokens()
        self.quota, self.faults, self.calls = Quota(), Faults(), Calls()
        self.pause = lambda seconds: None  # how a slow answer waits; the server gives it

    # The API.

    def answer(self, verb: str, target: str, headers, body: bytes) -> Answer:
        path, _, query = target.partition("?")
        method = self.discovery.method(verb, path)
        if method is None:
            self.calls.violation(f"{verb} {path}", "no such method in the discovery document")
            self.calls.record({"method": "none", "kind": "none", "verb": verb, "path": path, "status": 404})
            return Answer(404, "<!DOCTYPE html><title>Error 404 (Not Found)</title>")
        kind = "write" if method.is_write else "read"
        entry = {
            "method": method.name, "kind": kind, "verb": verb, "path": urllib.parse.unquote(path), "query": query,
            "bytes": len(body), "spreadsheetId": method.parameters.get("spreadsheetId", "")}
        asked = self.checked(method, query, headers, body)
        entry["ranges"] = [] if isinstance(asked, ApiError) else asked.ranges
        faults = self.faults.due(method.name, kind)
        try:
            answer = self.with_faults(faults, lambda: self.served(asked, headers, entry))
            entry["status"] = answer.status
            return answer
        except Cut:
            entry["status"] = 0
            raise
        finally:
            self.calls.record(entry)

    def with_faults(self, faults: list[dict], serve) -> Answer:
        """Faults around a request: some instead of it, some after it took effect."""
        for fault in faults:
            if fault["kind"] == "edit" and fault["when"] == "before":
                self.edit(fault)
        fault = next((f for f in faults if f["kind"] != "edit"), {"kind": "none"})
        match fault["kind"]:
            case "status":
                error = ApiError(fault["code"], fault.get("message", "The service is currently unavailable."))
                after = fault.get("retry_after")
                return Answer(error.code, error.body(), {} if after is None else {"Retry-After": str(after)})
            case "html":
                return Answer(fault.get("code", 502), "<!DOCTYPE html><title>Error 502 (Server Error)</title>")
            case "cut" if fault["when"] == "before":
                raise Cut
        answer = serve()
        for later in faults:
            if later["kind"] == "edit" and later["when"] == "after":
                self.edit(later)
        if fault["kind"] == "slow":
            self.pause(fault["seconds"])
        if fault["kind"] == "cut":
            raise Cut(answer.body[:len(answer.body) // 2] if fault["when"] == "within" else b"")
        return answer

    def edit(self, fault: dict) -> None:
        with self.spreadsheets.lock:
            spreadsheet = self.spreadsheets.by_id[fault["spreadsheetId"]]
            batch_update.batch_update(spreadsheet, {}, {"requests": fault["requests"]}, "someone@example.com")

    def served(self, asked: "Asked | ApiError", headers, entry: dict) -> Answer:
        try:
            if isinstance(asked, ApiError):
                raise asked
            user = self.user(asked.method, headers)
            entry["user"] = user
            self.quota.spend(user, asked.method.is_write)
            with self.spreadsheets.lock:
                result = self.done(asked, user)
        except ApiError as error:
            return Answer(error.code, error.body(), error.headers)
        answer = masks.applied(asked.fields, result) if asked.fields else result
        try:
            self.discovery.check_answer(asked.method, answer)
        except ApiError as error:
            self.calls.violation(f"answer of {asked.method.name}", error.message)
        return Answer(200, answer, is_pretty=asked.parameters.get("prettyPrint", True))

    def user(self, method: Method, headers) -> str:
        known = self.tokens.user(headers.get("Authorization"))
        if known is None:
            raise ApiError(
                401, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
                "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.")
        user, scopes = known
        if method.is_write and not scopes & WRITING_SCOPES:
            raise ApiError(403, "Request had insufficient authentication scopes.")
        return user

    def checked(self, method: Method, query: str, headers, body: bytes) -> "Asked | ApiError":
        """What is asked; or the refusal of what the discovery document does not have, which is remembered, fault or no fault."""
        try:
            parameters = self.discovery.parameters(method, query)
            request = self.discovery.request_body(method, body)
            if body and headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
                raise ApiError(400, f"Content-Type of a body is application/json, not {headers.get('Content-Type')}")
            fields = masks.parsed(parameters["fields"]) if parameters.get("fields") else {}
            masks.check(fields, method.description["response"], self.discovery)
            return Asked(method, parameters, request, fields)
        except (ApiError, ValueError) as error:
            self.calls.violation(f"request {method.name}", str(error))
            return error if isinstance(error, ApiError) else ApiError(400, f"Invalid request: {error}")

    def done(self, asked: "Asked", user: str) -> dict:
        method, parameters, request = asked.method, asked.parameters, asked.request
        spreadsheet = self.spreadsheets.by_id.get(parameters.get("spreadsheetId", ""))
        if spreadsheet is None:
            raise not_found()
        check_access(spreadsheet, user, method.is_write)
        if method.name == "spreadsheets.get":
            return overview.get(spreadsheet, parameters, asked.fields)
        if method.name == "spreadsheets.batchUpdate":
            result = batch_update.batch_update(spreadsheet, parameters, request, user)
            if request.get("includeSpreadsheetInResponse"):
                result["updatedSpreadsheet"] = overview.get(spreadsheet, {}, {})
            return result
        if method.name not in HANDLERS:
            self.calls.violation(f"request {method.name}", "the stand-in does not do this")
            raise ApiError(400, f"The stand-in has no {method.name}.")
        return HANDLERS[method.name](spreadsheet, parameters, request)

    # The token endpoint.

    def token(self, body: bytes) -> Answer:
        entry = {"method": "token", "kind": "token", "path": "/token"}
        try:
            answer = self.with_faults(self.faults.due("token", "token"), lambda: self.exchanged(body))
            entry["status"] = answer.status
            return answer
        except Cut:
            entry["status"] = 0
            raise
        finally:
            self.calls.record(entry)

    def exchanged(self, body: bytes) -> Answer:
        try:
            return Answer(200, self.tokens.exchange(body))
        except Refused as refused:
            return Answer(400, refused.body)


def check_access(spreadsheet: Spreadsheet, user: str, is_write: bool) -> None:
    readers, writers = spreadsheet.readers, spreadsheet.writers
    may_write = writers is None or user in writers
    may_read = readers is None or user in readers or (writers is not None and user in writers)
    if not (may_write if is_write else may_read):
        raise ApiError(403, "The caller does not have permission")
