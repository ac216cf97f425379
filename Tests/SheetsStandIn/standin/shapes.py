"""Schemas made into functions that say whether a value fits: most do, and large answers have a million of them.

What does not fit is looked at again by discovery.py, which finds the words for it.
"""

from collections.abc import Callable

Fits = Callable[[object], bool]


class Shapes:
    def __init__(self, schemas: dict):
        self.schemas = schemas
        self.made: dict[str, Fits] = {}

    def of(self, schema: dict) -> Fits:
        if "$ref" not in schema:
            return self.make(schema)
        name = schema["$ref"]
        if name not in self.made:
            # Messages may hold one another: until this one is made, it is looked up when it is needed.
            self.made[name] = lambda value: self.made[name](value)
            self.made[name] = self.make(self.schemas[name])
        return self.made[name]

    def make(self, schema: dict) -> Fits:
        match schema["type"]:
            case "any":
                return lambda value: True
            case "object":
                return self.message(schema)
            case "array":
                return self.elements(self.of(schema["items"]))
            case "string" if "enum" in schema:
                known = frozenset(schema["enum"])
                return lambda value: isinstance(value, str) and value in known
            case "string":
                return lambda value: isinstance(value, str)
            case "boolean":
                return lambda value: isinstance(value, bool)
            case "integer":
                return lambda value: type(value) is int and -(2**31) <= value < 2**31
            case "number":
                return lambda value: type(value) in (int, float)
        return lambda value: False

    def message(self, schema: dict) -> Fits:
        properties = schema.get("properties", {})
        if any(p.get("format") == "google-fieldmask" for p in properties.values()) or schema.get("id") == "Request":
            return lambda value: False  # has rules of its own
        if "additionalProperties" in schema:
            return lambda value: False
        known = {name: self.of(inner) for name, inner in properties.items()}

        def fits(value: object) -> bool:
            if type(value) is not dict:
                return False
            for name, inner in value.items():
                fit = known.get(name)
                if fit is None or (inner is not None and not fit(inner)):
                    return False
            return True

        return fits

    @staticmethod
    def elements(fit: Fits) -> Fits:
        return lambda value: type(value) is list and all(map(fit, value))
