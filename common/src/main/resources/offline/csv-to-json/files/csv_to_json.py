"""Converts CSV to JSON."""

from __future__ import annotations

import json
import sys

from csv_reader import infer_value, read_rows


def convert(text: str, delimiter: str = ",", infer_types: bool = True, indent: int | None = 2) -> str:
    """Return CSV text as a JSON list of objects, one for each row; raise ValueError if it is not well formed."""
    rows = read_rows(text, delimiter)
    if infer_types:
        rows = [{name: infer_value(value) for name, value in row.items()} for row in rows]
    return json.dumps(rows, indent=indent, ensure_ascii=False)


def convert_file(source: str, target: str, delimiter: str = ",") -> int:
    """Convert a UTF-8 file and return the number of rows; the target is written only if all went well."""
    with open(source, encoding="utf-8", newline="") as file:
        text = file.read()
    converted = convert(text, delimiter)
    with open(target, "w", encoding="utf-8") as file:
        file.write(converted + "\n")
    return len(json.loads(converted))


def main(arguments: list[str] | None = None) -> int:
    """Convert the file given first to the one given second, or print the JSON if there is only one."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) not in (1, 2):
        print("usage: csv_to_json.py SOURCE [TARGET]", file=sys.stderr)
        return 2
    try:
        if len(given) == 2:
            convert_file(given[0], given[1])
        else:
            with open(given[0], encoding="utf-8", newline="") as file:
                print(convert(file.read()))
    except (OSError, ValueError) as error:
        print(f"csv_to_json.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
