"""What a cell holds, and what is made of something typed into it."""

import dataclasses
import datetime
import re

EPOCH = datetime.datetime(1899, 12, 30)
NUMBER = re.compile(r"[+-]?(\d+(,\d{3})*|\d*)(\.\d*)?([eE][+-]?\d+)?\Z")
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?\Z")
US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\Z")


@dataclasses.dataclass(frozen=True)
class CellError:
    """What a formula that fails has for a value."""

    text: str
    kind: str
    message: str = ""


@dataclasses.dataclass(slots=True)
class Cell:
    """`value` is what stands there as typed (None, bool, float, str); a formula's value is worked out when it is read."""

    value: object = None
    formula: str | None = None
    format: dict | None = None
    note: str | None = None
    validation: dict | None = None

    @property
    def number_format(self) -> dict | None:
        return (self.format or {}).get("numberFormat")

    def is_blank(self) -> bool:
        return self.value is None and self.formula is None

    def is_nothing(self) -> bool:
        return self.is_blank() and not self.format and self.note is None and self.validation is None

    def clear_value(self) -> None:
        self.value = self.formula = None

    def type_in(self, value: object, as_user: bool) -> None:
        """Puts a JSON value in: as it is, or as if a person had typed it."""
        self.clear_value()
        if isinstance(value, str):
            if as_user:
                self.type_text(value)
            elif value != "":
                self.value = value
        elif isinstance(value, bool):
            self.value = value
        else:
            self.value = float(value)

    def type_text(self, text: str) -> None:
        if text.startswith("'"):
            self.value = text[1:]
        elif text.startswith("=") and len(text) > 1:
            self.formula = text
        elif text.upper() in ("TRUE", "FALSE"):
            self.value = text.upper() == "TRUE"
        elif text != "":
            self.value, pattern = typed(text)
            if pattern is not None:
                self.format = (self.format or {}) | {"numberFormat": pattern}


def typed(text: str) -> tuple[object, dict | None]:
    """A number, a date or a text, with the number format that typing it gives the cell."""
    plain = text.strip()
    if any(c.isdigit() for c in plain) and NUMBER.match(plain):
        return float(plain.replace(",", "")), None
    if plain.endswith("%") and any(c.isdigit() for c in plain) and NUMBER.match(plain[:-1]):
        return float(plain[:-1].replace(",", "")) / 100, {"type": "PERCENT", "pattern": "0.00%" if "." in plain else "0%"}
    try:
        if match := ISO_DATE.match(plain):
            parts = [int(p or 0) for p in match.groups()]
            timed = match[4] is not None
            kind = ("DATE_TIME", "yyyy-mm-dd hh:mm:ss") if timed else ("DATE", "yyyy-mm-dd")
            return serial(datetime.datetime(*parts)), {"type": kind[0], "pattern": kind[1]}
        if match := US_DATE.match(plain):
            month, day, year = (int(p) for p in match.groups())
            return serial(datetime.datetime(year, month, day)), {"type": "DATE", "pattern": "m/d/yyyy"}
    except ValueError:
        pass
    return text, None


def serial(moment: datetime.datetime) -> float:
    return (moment - EPOCH).total_seconds() / 86_400


def moment(number: float) -> datetime.datetime:
    return EPOCH + datetime.timedelta(seconds=round(number * 86_400))
