"""Recorded exchanges played against the stand-in: each request is sent again, and its answer compared with what Google answered."""

import collections
import json
import pathlib
import re

SPREADSHEET = re.compile(r"/v4/spreadsheets/([^/:?]+)")


def cases(path: pathlib.Path) -> dict[str, list[dict]]:
    """The exchanges of each case in order; those of other APIs (Drive) apart, under ""."""
    result: dict[str, list[dict]] = collections.defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line)
            result[exchange["case"] if SPREADSHEET.match(exchange["path"]) else ""].append(exchange)
    return result


class Replay:
    """One case. Identifiers that Google chose at random are translated to those that the stand-in chose."""

    def __init__(self, test):
        self.test = test
        self.names: dict[str, object] = {}
        self.seen: set[str] = set()

    def play(self, exchanges: list[dict]) -> list[str]:
        """The differences, one text each."""
        differences = []
        for number, exchange in enumerate(exchanges):
            self.prepare(exchange, exchanges[number:])
            path = self.translated(exchange["path"])
            target = path + (f"?{exchange['query']}" if exchange["query"] else "")
            status, answer = self.test.call(exchange["method"], target, self.translated(exchange["body"]))
            self.learn(exchange["response"], answer)
            expected, found = self.comparable(exchange["response"]), self.comparable(answer)
            if status != exchange["status"] or expected != found:
                differences.append(
                    f"{exchange['case']} exchange {number}: {exchange['method']} {target}\n  Google {exchange['status']} "
                    f"{json.dumps(expected, ensure_ascii=False)[:600]}\n  stand-in {status} {json.dumps(found, ensure_ascii=False)[:600]}")
        return differences

    def prepare(self, exchange: dict, following: list[dict]) -> None:
        """A spreadsheet was made through Drive, which was not recorded: a new one has one empty tab, and a title that is told later."""
        identifier = SPREADSHEET.match(exchange["path"])[1]
        if identifier in self.seen or exchange["status"] == 404:
            return
        self.seen.add(identifier)
        told = [
            e["response"]["properties"]["title"] for e in following
            if e["response"].get("spreadsheetId") == identifier and "title" in e["response"].get("properties", {})]
        self.test.service.spreadsheets.put({"spreadsheetId": identifier, "title": told[0] if told else "Untitled spreadsheet"})

    def learn(self, recorded: object, answered: object) -> None:
        """Pairs identifiers at the same place of both answers."""
        if isinstance(recorded, dict) and isinstance(answered, dict):
            for key, value in recorded.items():
                if key in ("sheetId", "namedRangeId", "protectedRangeId") and key in answered and value:
                    self.names.setdefault(str(value), answered[key])
                else:
                    self.learn(value, answered.get(key))
        elif isinstance(recorded, list) and isinstance(answered, list):
            for one, other in zip(recorded, answered):
                self.learn(one, other)

    def translated(self, value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {k: self.translated(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.translated(v, key) for v in value]
        return self.names.get(str(value), value) if key in ("sheetId", "namedRangeId", "protectedRangeId") else value

    def comparable(self, value: object, key: str = "") -> object:
        """With identifiers translated, and without addresses of people, which the recording has replaced."""
        value = self.translated(value, key)
        if isinstance(value, dict):
            return {k: self.comparable(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [self.comparable(v, key) for v in value]
        return "someone" if key == "users" else value


