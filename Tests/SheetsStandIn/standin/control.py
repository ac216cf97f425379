"""How a test steers the stand-in: JSON at /control/…, without a token.

    POST   /control/spreadsheets                 a spreadsheet ({"title", "sheets": [{"title", "values", …}]}); answers its id
    GET    /control/spreadsheets/ID              all of it as JSON
    PUT    /control/spreadsheets/ID              puts it in again
    POST   /control/spreadsheets/ID/edit         {"requests": …}: spreadsheets.batchUpdate by another person, uncounted
    POST   /control/spreadsheets/ID/values       {"range", "values", "as_user"}: values.update by another person, uncounted
    GET    /control/spreadsheets/ID/values?range=…&valueRenderOption=…    values.get, uncounted
    POST   /control/accounts                     {"name"}: a service account; answers its JSON key
    POST   /control/tokens                       {"lifetime_seconds"}: of tokens given from now on; {"revoke": true} ends those given
    POST   /control/faults                       a fault (see faults.py), or a list; DELETE forgets all; GET what happened
    POST   /control/quota                        {"reads", "writes" (null: no limit), "window_seconds"}
    GET    /control/calls                        the log with counts and violations; DELETE forgets it
"""

import json
import urllib.parse

from . import batch_update, values
from .service import Answer, Service


class NoSuchControl(Exception):
    pass


def control(service: Service, verb: str, target: str, body: bytes) -> Answer:
    parts = urllib.parse.urlsplit(target)
    path = [urllib.parse.unquote(p) for p in parts.path.split("/")[2:]]
    query = {k: v[0] for k, v in urllib.parse.parse_qs(parts.query).items()}
    request = json.loads(body) if body else {}
    match [verb, *path]:
        case [_, "spreadsheets", *rest]:
            with service.spreadsheets.lock:
                return Answer(200, of_spreadsheets(service, verb, rest, query, request))
        case ["POST", "accounts"]:
            return Answer(200, service.tokens.add_account(request["name"]).key_file(service.tokens.address))
        case ["POST", "tokens"]:
            service.tokens.lifetime_seconds = request.get("lifetime_seconds", service.tokens.lifetime_seconds)
            if request.get("revoke"):
                service.tokens.revoke_all()
        case ["POST", "faults"]:
            for fault in request if isinstance(request, list) else [request]:
                service.faults.add(fault)
        case ["DELETE", "faults"]:
            service.faults.clear()
        case ["GET", "faults"]:
            return Answer(200, {"waiting": service.faults.waiting, "happened": service.faults.happened})
        case ["POST", "quota"]:
            service.quota.set(request.get("reads", 60), request.get("writes", 60), request.get("window_seconds", 60.0))
        case ["GET", "calls"]:
            return Answer(200, service.calls.report())
        case ["DELETE", "calls"]:
            service.calls.clear()
        case _:
            raise NoSuchControl(f"{verb} {target}")
    return Answer(200, {})


def of_spreadsheets(service: Service, verb: str, rest: list[str], query: dict, request: dict) -> dict:
    by_id = service.spreadsheets.by_id
    match [verb, *rest]:
        case ["POST"]:
            made = service.spreadsheets.put(request)
            return {"spreadsheetId": made.spreadsheet_id, "sheetIds": {s.title: s.sheet_id for s in made.sheets}}
        case ["GET", spreadsheet_id]:
            return by_id[spreadsheet_id].exported()
        case ["PUT", spreadsheet_id]:
            service.spreadsheets.put(request | {"spreadsheetId": spreadsheet_id})
            return {}
        case ["POST", spreadsheet_id, "edit"]:
            return batch_update.batch_update(by_id[spreadsheet_id], {}, request, "someone@example.com")
        case ["POST", spreadsheet_id, "values"]:
            option = "USER_ENTERED" if request.get("as_user") else "RAW"
            parameters = {"range": request["range"], "valueInputOption": option}
            return values.update(by_id[spreadsheet_id], parameters, {"values": request["values"]})
        case ["GET", spreadsheet_id, "values"]:
            return values.get(by_id[spreadsheet_id], query, None)
    raise NoSuchControl(f"{verb} {rest}")
