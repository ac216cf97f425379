"""Values as an answer has them: unformatted, as formulas, or as a person sees them."""

import re

from .cells import Cell, CellError, moment

DATE_TYPES = {"DATE", "TIME", "DATE_TIME"}
DATE_TOKEN = re.compile(r'yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|AM/PM|"[^"]*"|.', re.DOTALL)


def number(value: float) -> int | float:
    """As JSON has it: whole numbers without a point."""
    return int(value) if value == int(value) else value


def rendered(cell: Cell, value: object, value_option: str, date_option: str) -> object:
    """A cell's value as values.get answers it; "" is a blank."""
    if value_option == "FORMULA" and cell.formula is not None:
        return cell.formula
    if value is None:
        return ""
    if value_option == "FORMATTED_VALUE":
        return display(value, cell.number_format)
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, float):
        dated = (cell.number_format or {}).get("type") in DATE_TYPES
        if dated and value_option == "UNFORMATTED_VALUE" and date_option == "FORMATTED_STRING":
            return display(value, cell.number_format)
        return number(value)
    return value


def display(value: object, number_format: dict | None) -> str:
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return value
    kind, pattern = (number_format or {}).get("type"), (number_format or {}).get("pattern", "")
    if kind in DATE_TYPES:
        return dated(value, pattern or {"DATE": "m/d/yyyy", "TIME": "h:mm:ss AM/PM", "DATE_TIME": "m/d/yyyy h:mm:ss"}[kind])
    if kind == "TEXT" or not pattern:
        return automatic(value)
    return patterned(value, pattern)


def automatic(value: float) -> str:
    """The format of a cell that has none: ten digits, and powers of ten for the very large and the very small."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.10g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}"
    return text


def patterned(value: float, pattern: str) -> str:
    """Number patterns of digits, one point, thousands and per cent, with literal text around."""
    match = re.search(r"[#0][#0,]*(\.[#0]+)?", pattern)
    if not match:
        return automatic(value)
    percent = "%" in pattern
    decimals = (match[1] or ".")[1:]
    text = f"{abs(value) * (100 if percent else 1):,.{len(decimals)}f}"
    for optional in reversed(decimals):
        if optional != "#" or not text.endswith("0"):
            break
        text = text[:-1]
    text = text.rstrip(".")
    if "," not in match[0]:
        text = text.replace(",", "")
    around = (pattern[:match.start()] + "\0" + pattern[match.end():]).replace('"', "").replace("\\", "")
    return ("-" if value < 0 else "") + around.replace("\0", text)


def dated(value: float, pattern: str) -> str:
    """m is minutes after an hour or before seconds, and the month elsewhere."""
    when = moment(value)
    tokens = DATE_TOKEN.findall(pattern)
    twelve = "AM/PM" in tokens
    hour = (when.hour % 12 or 12) if twelve else when.hour
    words = {
        "yyyy": f"{when.year:04}", "yy": f"{when.year % 100:02}", "mmmm": when.strftime("%B"), "mmm": when.strftime("%b"),
        "dddd": when.strftime("%A"), "ddd": when.strftime("%a"), "dd": f"{when.day:02}", "d": str(when.day), "hh": f"{hour:02}",
        "h": str(hour), "ss": f"{when.second:02}", "s": str(when.second), "AM/PM": when.strftime("%p")}
    result = []
    for place, token in enumerate(tokens):
        if token in ("m", "mm"):
            before = next((t for t in reversed(tokens[:place]) if t.isalpha()), "")
            after = next((t for t in tokens[place + 1:] if t.isalpha()), "")
            part = when.minute if before in ("h", "hh") or after in ("s", "ss") else when.month
            result.append(f"{part:02}" if token == "mm" else str(part))
        else:
            result.append(words.get(token, token.strip('"')))
    return "".join(result)
