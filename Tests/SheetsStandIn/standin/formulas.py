"""Enough of the formula language for a test's workbook: arithmetic, comparison, references, and a dozen functions."""

import math
import re

from . import a1
from .cells import CellError
from .rendering import display

DIVIDED_BY_ZERO = CellError("#DIV/0!", "DIVIDE_BY_ZERO", "Function DIVIDE parameter 2 cannot be zero.")
REFERENCE_LOST = CellError("#REF!", "REF", "Reference does not exist")
CIRCULAR = CellError("#REF!", "REF", "Circular dependency detected.")
NOT_A_NUMBER = CellError("#VALUE!", "VALUE", "A parameter expects number values.")
UNKNOWN = CellError("#NAME?", "NAME", "Unknown function or range name.")
UNREADABLE = CellError("#ERROR!", "ERROR", "Formula parse error.")

TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|(?P<text>"(?:[^"]|"")*")"""
    r"""|(?P<reference>(?:(?:'(?:[^']|'')+'|[A-Za-z_]\w*)!)?\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}\$?\d+)?(?![\w(]))"""
    r"""|(?P<name>[A-Za-z_][\w.]*)|(?P<operator><>|<=|>=|[-+*/^&=<>(),;%])|(?P<lost>\#REF!))""")
CELL = re.compile(
    r"""("(?:[^"]|"")*")|(?<![\w.])((?:'(?:[^']|'')+'|[A-Za-z_]\w*)!)?(\$?)([A-Za-z]{1,3})(\$?)(\d+)(?![\w(])""")


class Failed(Exception):
    def __init__(self, error: CellError):
        super().__init__(error.text)
        self.error = error


class Formula:
    """One formula, evaluated in a sheet; `look_up` gives the value of a cell by sheet, row and column."""

    def __init__(self, text: str, sheet, look_up):
        self.sheet, self.look_up = sheet, look_up
        self.tokens, place = [], 1
        text = text.rstrip()
        while place < len(text):
            match = TOKEN.match(text, place)
            if not match:
                raise Failed(UNREADABLE)
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()
        self.place = 0

    def value(self) -> object:
        result = self.comparison()
        if self.place != len(self.tokens):
            raise Failed(UNREADABLE)
        return first(result)

    def peek(self) -> str | None:
        kind, text = self.tokens[self.place] if self.place < len(self.tokens) else (None, None)
        return text if kind == "operator" else None

    def take(self) -> tuple[str, str]:
        if self.place == len(self.tokens):
            raise Failed(UNREADABLE)
        self.place += 1
        return self.tokens[self.place - 1]

    def expect(self, operator: str) -> None:
        if self.take() != ("operator", operator):
            raise Failed(UNREADABLE)

    def comparison(self) -> object:
        left = self.joined()
        while (operator := self.peek()) in ("=", "<>", "<", ">", "<=", ">="):
            self.take()
            left = compared(first(left), operator, first(self.joined()))
        return left

    def joined(self) -> object:
        left = self.sum()
        while self.peek() == "&":
            self.take()
            left = as_text(left) + as_text(self.sum())
        return left

    def sum(self) -> object:
        left = self.product()
        while (operator := self.peek()) in ("+", "-"):
            self.take()
            right = as_number(self.product())
            left = as_number(left) + (right if operator == "+" else -right)
        return left

    def product(self) -> object:
        left = self.power()
        while (operator := self.peek()) in ("*", "/"):
            self.take()
            right = as_number(self.power())
            if operator == "/" and right == 0:
                raise Failed(DIVIDED_BY_ZERO)
            left = as_number(left) * right if operator == "*" else as_number(left) / right
        return left

    def power(self) -> object:
        left = self.signed()
        while self.peek() == "^":
            self.take()
            left = as_number(left) ** as_number(self.signed())
        return left

    def signed(self) -> object:
        if self.peek() in ("+", "-"):
            negative = self.take()[1] == "-"
            value = as_number(self.signed())
            return -value if negative else value
        value = self.atom()
        while self.peek() == "%":
            self.take()
            value = as_number(value) / 100
        return value

    def atom(self) -> object:
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "reference":
            return self.referred(text)
        if kind == "name":
            return self.called(text.upper())
        if kind == "lost":
            raise Failed(REFERENCE_LOST)
        if text == "(":
            value = self.comparison()
            self.expect(")")
            return value
        raise Failed(UNREADABLE)

    def referred(self, text: str) -> object:
        title, cells = a1.split(text)
        sheet = self.sheet if title is None else self.sheet.spreadsheet.sheet_titled(title)
        if sheet is None:
            raise Failed(REFERENCE_LOST)
        top, bottom, left, right, single = a1.corners(cells.replace("$", ""))
        if single:
            return self.look_up(sheet, top, left)
        return [self.look_up(sheet, r, c) for r in range(top, bottom) for c in range(left, right)]

    def called(self, name: str) -> object:
        if name in ("TRUE", "FALSE") and self.peek() != "(":
            return name == "TRUE"
        if self.peek() != "(":
            raise Failed(UNKNOWN)
        self.take()
        arguments: list[object] = []
        while self.peek() != ")":
            try:
                arguments.append(self.comparison())
            except Failed as failure:
                if name != "IFERROR":
                    raise
                arguments.append(failure.error)
            if self.peek() in (",", ";"):
                self.take()
            elif self.peek() != ")":
                raise Failed(UNREADABLE)
        self.take()
        if name not in FUNCTIONS:
            raise Failed(UNKNOWN)
        return FUNCTIONS[name](arguments)


def first(value: object) -> object:
    value = value[0] if isinstance(value, list) else value
    if isinstance(value, CellError):
        raise Failed(value)
    return value


def as_number(value: object) -> float:
    value = first(value)
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise Failed(NOT_A_NUMBER) from None
    return float(value)


def as_text(value: object) -> str:
    value = first(value)
    return "" if value is None else display(value, None)


def compared(left: object, operator: str, right: object) -> bool:
    if isinstance(left, str) or isinstance(right, str):
        left, right = as_text(left).lower(), as_text(right).lower()
    else:
        left, right = as_number(left), as_number(right)
    return {"=": left == right, "<>": left != right, "<": left < right, ">": left > right, "<=": left <= right,
            ">=": left >= right}[operator]


def flat(arguments: list) -> list:
    return [v for a in arguments for v in (a if isinstance(a, list) else [a])]


def numbers(arguments: list) -> list[float]:
    """What the adding functions see: numbers, and errors that they pass on."""
    for value in flat(arguments):
        if isinstance(value, CellError):
            raise Failed(value)
    return [v for v in flat(arguments) if isinstance(v, float)]


def average(arguments: list) -> float:
    if not (found := numbers(arguments)):
        raise Failed(DIVIDED_BY_ZERO)
    return sum(found) / len(found)


def if_error(arguments: list) -> object:
    value = arguments[0][0] if isinstance(arguments[0], list) else arguments[0]
    return (arguments[1] if len(arguments) > 1 else None) if isinstance(value, CellError) else value


FUNCTIONS = {
    "SUM": lambda a: math.fsum(numbers(a)), "AVERAGE": average, "MIN": lambda a: min(numbers(a), default=0.0),
    "MAX": lambda a: max(numbers(a), default=0.0), "COUNT": lambda a: float(len(numbers(a))),
    "COUNTA": lambda a: float(sum(v is not None for v in flat(a))), "ABS": lambda a: abs(as_number(a[0])),
    "ROUND": lambda a: round(as_number(a[0]), int(as_number(a[1])) if len(a) > 1 else 0) + 0.0,
    "IF": lambda a: a[1] if as_number(a[0]) else (a[2] if len(a) > 2 else False), "IFERROR": if_error,
    "CONCATENATE": lambda a: "".join(as_text(v) for v in flat(a)), "LEN": lambda a: float(len(as_text(a[0]))),
    "UPPER": lambda a: as_text(a[0]).upper(), "LOWER": lambda a: as_text(a[0]).lower(), "TRUE": lambda a: True,
    "FALSE": lambda a: False,
}


def shifted(text: str, own_sheet: str, moved_sheet: str, rows: bool, at: int, by: int) -> str:
    """The formula after `by` rows or columns were inserted before `at` (or, negative, removed from there on)."""

    def replace(match: re.Match) -> str:
        if match[1]:
            return match[1]
        title = a1.split(match[2] + "A1")[0] if match[2] else own_sheet
        if title.lower() != moved_sheet.lower():
            return match[0]
        row, column = int(match[6]) - 1, a1.column_number(match[4])
        place = row if rows else column
        if place >= at:
            if by < 0 and place < at - by:
                return "#REF!"
            row, column = (row + by, column) if rows else (row, column + by)
        return f"{match[2] or ''}{match[3]}{a1.column_letters(column)}{match[5]}{row + 1}"

    return CELL.sub(replace, text)
