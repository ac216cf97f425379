"""What was asked and answered, for tests to count."""

import collections
import threading


class Calls:
    def __init__(self):
        self.lock = threading.Lock()
        self.entries: list[dict] = []
        self.violations: list[dict] = []

    def record(self, entry: dict) -> None:
        with self.lock:
            self.entries.append(entry)

    def violation(self, where: str, what: str) -> None:
        """A request or an answer that is not as Google describes it."""
        with self.lock:
            self.violations.append({"where": where, "what": what})

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()
            self.violations.clear()

    def report(self) -> dict:
        with self.lock:
            counts = collections.Counter(e["method"] for e in self.entries)
            kinds = collections.Counter(e["kind"] for e in self.entries)
            return {
                "calls": list(self.entries), "counts": dict(counts), "reads": kinds["read"], "writes": kinds["write"],
                "tokens": kinds["token"], "statuses": {str(k): v for k, v in collections.Counter(
                    e["status"] for e in self.entries).items()}, "violations": list(self.violations)}
