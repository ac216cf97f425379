"""Google's own description of the API, from the package google-api-python-client: which methods there are, and what each accepts.

Requests and answers are held against it strictly: a key, a parameter or a type that is not in it is a violation.
"""

import dataclasses
import importlib.resources
import json
import re
import urllib.parse

from . import masks
from .errors import ApiError, bad_field
from .shapes import Shapes

PACKAGE, DOCUMENT = "googleapiclient.discovery_cache", "documents/sheets.v4.json"
PRIMITIVES = {"string": "TYPE_STRING", "boolean": "TYPE_BOOL", "int32": "TYPE_INT32", "double": "TYPE_DOUBLE", "float": "TYPE_FLOAT"}
# The values methods bind a message to their field `data`; the others bind their body to the request itself.
BODY_FIELD = {"ValueRange": "data"}
# Messages in which Google wants exactly one field set.
ONE_OF = {"Request"}


@dataclasses.dataclass
class Method:
    name: str  # as in spreadsheets.values.batchGet
    description: dict
    parameters: dict  # of the path

    @property
    def is_write(self) -> bool:
        return self.description["httpMethod"] != "GET"


class Discovery:
    def __init__(self):
        text = importlib.resources.files(PACKAGE).joinpath(DOCUMENT).read_text("utf-8")
        self.document = json.loads(text)
        self.schemas = self.document["schemas"]
        self.shapes = Shapes(self.schemas)
        self.methods = [
            (method, re.compile(pattern(method["flatPath"]), re.DOTALL)) for method in every_method(self.document)]

    def method(self, verb: str, path: str) -> Method | None:
        """The method that a request line names; the path still percent-encoded."""
        for description, path_pattern in self.methods:
            match = path_pattern.match(path.lstrip("/"))
            if match and description["httpMethod"] == verb:
                parameters = {k: urllib.parse.unquote(v, errors="strict") for k, v in match.groupdict().items()}
                return Method(description["id"].removeprefix("sheets."), description, parameters)
        return None

    # Requests.

    def parameters(self, method: Method, query: str) -> dict:
        """The query's parameters, typed; refuses unknown ones."""
        known = self.document["parameters"] | {
            k: v for k, v in method.description["parameters"].items() if v["location"] == "query"}
        result = dict(method.parameters)
        for name, text in urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"):
            if name not in known:
                raise bad_field(
                    "", f"Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. "
                    f"Field '{name}' could not be found in request message.")
            value = query_value(name, text, known[name])
            if known[name].get("repeated"):
                result.setdefault(name, []).append(value)
            elif name in result:
                raise bad_field(name, f"Invalid value at '{snake(name)}', the parameter is given twice")
            else:
                result[name] = value
        return result

    def request_body(self, method: Method, body: bytes) -> dict | None:
        reference = method.description.get("request")
        if reference is None:
            if body:
                raise bad_field("", f"{method.name} takes no body")
            return None
        try:
            value = json.loads(body, parse_constant=unreadable_constant) if body else {}
        except ValueError as error:
            raise bad_field("", f"Invalid JSON payload received. {error}") from None
        if not isinstance(value, dict):
            raise bad_field("", "Invalid JSON payload received. Expected an object.")
        if not self.shapes.of(reference)(value):
            self.check(value, reference, BODY_FIELD.get(reference["$ref"], ""))
        return value

    # Answers.

    def check_answer(self, method: Method, answer: dict) -> None:
        if not self.shapes.of(method.description["response"])(answer):
            self.check(answer, method.description["response"], "")

    # Values by their schema.

    def resolved(self, schema: dict) -> dict:
        return self.schemas[schema["$ref"]] if "$ref" in schema else schema

    def check(self, value: object, schema: dict, path: str) -> None:
        """Raises the error that Google answers; null is a field not set, as in every protobuf message's JSON."""
        schema = self.resolved(schema)
        if value is None and schema["type"] != "any":
            return
        match schema["type"]:
            case "any":
                return
            case "object":
                self.check_object(value, schema, path)
            case "array":
                items = self.resolved(schema["items"])
                elements = value if isinstance(value, list) else [value]
                for place, element in enumerate(elements):
                    is_list = isinstance(element, list) if items["type"] == "array" else isinstance(value, list)
                    if not is_list:
                        kind = "google.protobuf.ListValue" if items["type"] == "array" else type_name(items)
                        raise invalid(path if not isinstance(value, list) else f"{path}[{place}]", kind, element)
                    self.check(element, schema["items"], f"{path}[{place}]")
            case _:
                if not scalar_fits(value, schema):
                    raise invalid(path, type_name(schema), value)

    def check_object(self, value: object, schema: dict, path: str) -> None:
        if not isinstance(value, dict):
            raise invalid(path, type_name(schema), value)
        properties = schema.get("properties", {})
        for name, inner in value.items():
            where = f"{path}.{snake(name)}" if path else snake(name)
            if name in properties:
                if properties[name].get("format") == "google-fieldmask" and isinstance(inner, str):
                    self.check_mask(inner, value, name, properties, where)
                self.check(inner, properties[name], where)
            elif "additionalProperties" in schema:
                self.check(inner, schema["additionalProperties"], where)
            else:
                at = f" at '{path}'" if path else ""
                raise bad_field(path, f"Invalid JSON payload received. Unknown name \"{name}\"{at}: Cannot find field.")
        if schema.get("id") in ONE_OF and sum(v is not None for v in value.values()) != 1:
            raise bad_field(path, f"Invalid value at '{path}' (oneof), exactly one request has to be set, not {len(value)}")

    # Field masks.

    def check_mask(self, mask: str, holder: dict, name: str, properties: dict, path: str) -> None:
        """The `fields` of an update: paths into the one message beside it, whichever that is."""
        if name != "fields" or mask == "*":
            return
        targets = [s for n in holder if n != name and (s := self.mask_target(properties.get(n)))]
        try:
            parts = masks.paths(mask)
        except ApiError:
            parts = [[mask]]
        for part in parts:
            if not any(self.has_path(t, part) for t in targets):
                shown = ".".join(part)
                raise bad_field(path, f"Invalid value at '{path}' (type.googleapis.com/google.protobuf.FieldMask), \"{shown}\"")

    def mask_target(self, schema: dict | None) -> dict | None:
        """What a mask is about: the message itself, or for rows of cells one cell."""
        if schema is None:
            return None
        schema = self.resolved(schema["items"] if schema.get("type") == "array" else schema)
        return self.schemas["CellData"] if schema.get("id") == "RowData" else schema

    def has_path(self, schema: dict, parts: list[str]) -> bool:
        schema = self.resolved(schema)
        if schema["type"] == "array":
            return self.has_path(schema["items"], parts)
        if not parts or parts == ["*"]:
            return True
        inner = schema.get("properties", {}).get(parts[0])
        return inner is not None and self.has_path(inner, parts[1:])


def every_method(node: dict):
    for resource in node.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from every_method(resource)


def pattern(flat_path: str) -> str:
    """A path's expression; a colon ends a segment's variable only where the path has a verb after it."""
    names = re.escape(flat_path).replace(r"\{", "{").replace(r"\}", "}")
    ranged = re.sub(r"\{range\}", "(?P<range>[^/]+?)" if ":" in flat_path else "(?P<range>[^/]+)", names)
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", ranged) + r"\Z"


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda m: "_" + m[1].lower(), name)


def unreadable_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def type_name(schema: dict) -> str:
    if "enum" in schema or schema["type"] == "object":
        return f"google.apps.sheets.v4.{schema.get('id', 'Enum')}"
    return PRIMITIVES.get(schema.get("format", ""), PRIMITIVES.get(schema["type"], schema["type"]))


def invalid(path: str, kind: str, value: object) -> ApiError:
    shown = value if isinstance(value, str) else json.dumps(value)
    kind = f"type.googleapis.com/{kind}" if "." in kind else kind
    return bad_field(path, f"Invalid value at '{path}' ({kind}), \"{shown}\"")


def scalar_fits(value: object, schema: dict) -> bool:
    match schema["type"]:
        case "string":
            return isinstance(value, str) and ("enum" not in schema or value in schema["enum"])
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
    return False


def query_value(name: str, text: str, schema: dict) -> object:
    if schema["type"] == "boolean":
        if text.lower() not in ("true", "false"):
            raise invalid(snake(name), "TYPE_BOOL", text)
        return text.lower() == "true"
    if not scalar_fits(text, schema):
        raise invalid(snake(name), f"google.apps.sheets.v4.{name[0].upper()}{name[1:]}", text)
    return text
