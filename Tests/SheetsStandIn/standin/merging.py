"""Updates of a message by a field mask, and messages as protobuf's JSON answers them."""

import struct

from . import masks

# Fields whose zero is a value, not an absence: Google has wrapper types there.
ZERO_IS_SAID = {
    "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex", "startIndex", "endIndex", "index", "numberValue",
    "boolValue", "stringValue"}


def updated(old: dict, new: dict, mask: str) -> dict:
    """`old` with the fields of the mask as `new` has them; a field that `new` lacks is unset."""
    if mask.strip() == "*":
        return dict(new)
    result = dict(old)
    for path in masks.paths(mask):
        put(result, new, path)
    return result


def put(target: dict, source: dict | None, path: list[str]) -> None:
    name, rest = path[0], path[1:]
    value = (source or {}).get(name)
    if not rest:
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
        return
    inner = dict(target.get(name) or {})
    put(inner, value, rest)
    target[name] = inner


def canonical(value: object, key: str = "") -> object:
    """Without what is unset or default; colours with the precision of a float."""
    if isinstance(value, dict):
        result = {}
        for name, inner in value.items():
            plain = canonical(inner, name)
            said = name in ZERO_IS_SAID and inner is not None
            if said or not (plain is None or plain is False or plain == 0 or plain == "" or plain == []):
                result[name] = plain
        return result
    if isinstance(value, list):
        return [canonical(v) for v in value]
    if key in ("red", "green", "blue", "alpha") and isinstance(value, (int, float)):
        return shortest(value)
    return value


def shortest(value: float) -> int | float:
    """A part of a colour as Google keeps it, one of 256 steps, and as it prints it: the shortest decimal that is the same 32-bit float."""
    step = int(value * 255 + 1e-4)
    single = struct.unpack("f", struct.pack("f", step / 255))[0]
    if single == int(single):
        return int(single)
    return next(d for digits in range(1, 18) if struct.unpack("f", struct.pack("f", d := float(f"{single:.{digits}g}")))[0] == single)
