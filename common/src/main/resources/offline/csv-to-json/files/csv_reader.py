"""Reads CSV text into rows."""

import csv
import io
import re

_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?")


def read_rows(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    """Return the rows of CSV text by the names in its first line; blank lines are skipped.

    Raises ValueError, naming the line, if the header or a row is not well formed.
    """
    if len(delimiter) != 1:
        raise ValueError(f"a delimiter is one character, not {delimiter!r}")
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter, strict=True)
    rows = []
    names = None
    try:
        for fields in reader:
            if not fields:
                continue
            if names is None:
                names = _checked_header(fields)
            elif len(fields) != len(names):
                raise ValueError(f"line {reader.line_num} has {len(fields)} fields, not {len(names)}")
            else:
                rows.append(dict(zip(names, fields)))
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from error
    return rows


def infer_value(text: str) -> object:
    """Return None for an empty text, a number or bool if the text is one, else the text itself."""
    if text == "":
        return None
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        return text if number in (float("inf"), float("-inf")) else number
    return {"true": True, "false": False}.get(text.lower(), text)


def _checked_header(fields):
    names = [field.strip() for field in fields]
    if not all(names):
        raise ValueError("line 1 has a column without a name")
    if len(set(names)) < len(names):
        raise ValueError("line 1 names a column twice")
    return names
