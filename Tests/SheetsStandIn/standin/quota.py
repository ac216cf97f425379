"""Requests per minute and user, reads and writes apart, refused in Google's words."""

import collections
import threading
import time

from .errors import ApiError

PROJECT = "100000000001"


class Quota:
    def __init__(self):
        self.lock = threading.Lock()
        self.limits: dict[str, int | None] = {"read": 60, "write": 60}
        self.window_seconds = 60.0
        self.now = time.monotonic  # a test may give a clock of its own
        self.used: dict[tuple[str, str], collections.deque] = collections.defaultdict(collections.deque)

    def set(self, reads: int | None, writes: int | None, window_seconds: float) -> None:
        """None is no limit. What was used is forgotten."""
        with self.lock:
            self.limits = {"read": reads, "write": writes}
            self.window_seconds = window_seconds
            self.used.clear()

    def spend(self, user: str, is_write: bool) -> None:
        """No window of a minute may have more than the limit; a request that is refused does not count."""
        kind = "write" if is_write else "read"
        with self.lock:
            now, limit, times = self.now(), self.limits[kind], self.used[(user, kind)]
            while times and times[0] <= now - self.window_seconds:
                times.popleft()
            if limit is not None and len(times) >= limit:
                raise exceeded(kind.capitalize(), limit)
            times.append(now)


def exceeded(kind: str, limit: int) -> ApiError:
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{kind} requests' and limit '{kind} requests per minute per user' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{PROJECT}'.",
        [{
            "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
            "metadata": {
                "service": "sheets.googleapis.com", "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
                "quota_limit": f"{kind}RequestsPerMinutePerUser", "quota_unit": "1/min/{project}/{user}",
                "quota_limit_value": str(limit), "quota_location": "global", "consumer": f"projects/{PROJECT}"}},
         {"@type": "type.googleapis.com/google.rpc.Help", "links": [
             {"description": "Request a higher quota limit.",
              "url": "https://cloud.google.com/docs/quotas/help/request_increase"}]}])
