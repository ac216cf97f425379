"""Partial answers: the `fields` of a request, as in `sheets(properties(sheetId,title),data/rowData)`."""

import re

from .errors import bad_field

TOKEN = re.compile(r"[A-Za-z0-9_$]+|[*(),./]")


def parsed(text: str) -> dict:
    """A tree of names; a leaf is empty and means everything below. `*` stands for every name."""
    tokens = TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", "") or not tokens:
        raise bad_selection(text)
    tree, rest = alternatives(tokens, text)
    if rest:
        raise bad_selection(text)
    return tree


def paths(text: str) -> list[list[str]]:
    """The same as a list: `a(b,c/d)` is a.b and a.c.d, as in the masks of updates."""

    def leaves(tree: dict, before: list[str]) -> list[list[str]]:
        return [path for name, below in tree.items() for path in (leaves(below, before + [name]) if below else [before + [name]])]

    return leaves(parsed(text), [])


def alternatives(tokens: list[str], text: str) -> tuple[dict, list[str]]:
    tree: dict = {}
    while True:
        path, tokens = one_path(tokens, text)
        merge(tree, path)
        if not tokens or tokens[0] != ",":
            return tree, tokens
        tokens = tokens[1:]


def one_path(tokens: list[str], text: str) -> tuple[dict, list[str]]:
    if not tokens or tokens[0] in "(),./":
        raise bad_selection(text)
    name, tokens = tokens[0], tokens[1:]
    if tokens and tokens[0] in "./":
        below, tokens = one_path(tokens[1:], text)
    elif tokens and tokens[0] == "(":
        below, tokens = alternatives(tokens[1:], text)
        if not tokens or tokens[0] != ")":
            raise bad_selection(text)
        tokens = tokens[1:]
    else:
        below = {}
    return {name: below}, tokens


def merge(tree: dict, other: dict) -> None:
    for name, below in other.items():
        if name not in tree:
            tree[name] = below
        elif not tree[name] or not below:
            tree[name] = {}
        else:
            merge(tree[name], below)


def check(tree: dict, schema: dict, discovery) -> None:
    """Refuses names that the answer's schema does not have."""
    schema = discovery.resolved(schema)
    if schema["type"] == "array":
        return check(tree, schema["items"], discovery)
    for name, below in tree.items():
        if name == "*":
            continue
        inner = schema.get("properties", {}).get(name)
        if inner is None:
            raise bad_selection(name)
        check(below, inner, discovery)


def applied(tree: dict, value: object) -> object:
    """The part of an answer that the mask selects; a message none of whose fields is selected stays, empty."""
    if not tree:
        return value
    if isinstance(value, list):
        return [applied(tree, v) for v in value]
    if not isinstance(value, dict):
        return value
    if "*" in tree:
        return {k: applied(tree.get(k, tree["*"]), v) for k, v in value.items()}
    return {k: (applied(tree[k], v) if tree[k] else v) for k, v in value.items() if k in tree}


def selects(tree: dict, *path: str) -> bool:
    """Whether the mask reaches the field, or something in it."""
    for name in path:
        if not tree:
            return True
        if name not in tree and "*" not in tree:
            return False
        tree = tree.get(name, tree.get("*", {}))
    return True


def below(tree: dict, *path: str) -> dict:
    """The mask of what lies below a path that it selects."""
    for name in path:
        tree = tree.get(name, tree.get("*", {}))
    return tree


def bad_selection(text: str):
    return bad_field(text, f"Error expanding 'fields' parameter. Cannot find matching fields for path '{text}'.")
