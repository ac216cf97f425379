"""What goes wrong on demand. A fault waits for requests that it matches, happens `times` times, and is gone.

    {"on": "any" | "read" | "write" | "token" | a method's name (values.batchUpdate), "skip": 0, "times": 1, "kind": …}
    kind "status"  code, message, retry_after (absent or null: no such header): the answer is an error, and nothing took effect
    kind "html"    code: an error page that is not JSON, as front ends answer
    kind "slow"    seconds: the answer waits so long; the request takes effect before
    kind "cut"     when "before", "after" or "within": the connection ends before the request took effect, after it without a
                   byte, or after it in the middle of the answer
    kind "edit"    when "before" or "after", spreadsheetId, requests as in spreadsheets.batchUpdate: what another person does just then,
                   such as inserting a row between our read and our write
"""

import threading

KINDS = {"status", "html", "slow", "cut", "edit"}
KEYS = {"on", "skip", "times", "kind", "code", "message", "retry_after", "seconds", "when", "spreadsheetId", "requests"}


class Faults:
    def __init__(self):
        self.lock = threading.Lock()
        self.waiting: list[dict] = []
        self.happened: list[dict] = []

    def add(self, fault: dict) -> None:
        if fault.get("kind") not in KINDS or set(fault) - KEYS:
            raise ValueError(f"no fault: {fault}")
        with self.lock:
            self.waiting.append({"on": "any", "skip": 0, "times": 1, "when": "before"} | fault)

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()
            self.happened.clear()

    def due(self, method: str, kind: str) -> list[dict]:
        """The faults of this request, in the order in which they were asked for; only edits come together with others."""
        result = []
        with self.lock:
            for fault in list(self.waiting):
                if fault["on"] not in ("any", kind, method, method.removeprefix("spreadsheets.")):
                    continue
                if kind == "token" and fault["on"] not in ("token", "any"):
                    continue
                if fault["skip"] > 0:
                    fault["skip"] -= 1
                    continue
                if any(f["kind"] != "edit" for f in result) and fault["kind"] != "edit":
                    continue
                fault["times"] -= 1
                if fault["times"] <= 0:
                    self.waiting.remove(fault)
                result.append(dict(fault))
                self.happened.append({"method": method, "kind": fault["kind"]})
        return result
