import json

import pytest

from csv_reader import infer_value, read_rows
from csv_to_json import convert, convert_file, main


def test_rows_are_read_by_the_names_of_the_header():
    assert read_rows("a,b\n1,2\n3,4\n") == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_quoted_fields_hold_delimiters_quotes_and_line_breaks():
    assert read_rows('a,b\n"x, y","say ""hi""\nthere"\n') == [{"a": "x, y", "b": 'say "hi"\nthere'}]


def test_windows_line_ends_are_read():
    assert read_rows("a,b\r\n1,2\r\n") == [{"a": "1", "b": "2"}]


def test_another_delimiter():
    assert read_rows("a;b\n1,5;2\n", delimiter=";") == [{"a": "1,5", "b": "2"}]


@pytest.mark.parametrize("text", ["", "a,b\n", "\n\n"])
def test_without_rows_there_is_nothing(text):
    assert read_rows(text) == []


def test_blank_lines_are_skipped():
    assert read_rows("a\n1\n\n2\n") == [{"a": "1"}, {"a": "2"}]


@pytest.mark.parametrize("row", ["1", "1,2,3"])
def test_a_row_of_another_length_is_refused_with_its_line(row):
    with pytest.raises(ValueError, match="line 3"):
        read_rows(f"a,b\n1,2\n{row}\n")


@pytest.mark.parametrize("header", ["a,", "a,a", " ,b"])
def test_a_header_needs_distinct_names(header):
    with pytest.raises(ValueError):
        read_rows(header + "\n1,2\n")


def test_an_open_quote_is_refused():
    with pytest.raises(ValueError):
        read_rows('a\n"open\n')


@pytest.mark.parametrize("delimiter", ["", ";;"])
def test_a_delimiter_is_one_character(delimiter):
    with pytest.raises(ValueError):
        read_rows("a\n1\n", delimiter)


@pytest.mark.parametrize(
    "text, value",
    [
        ("", None),
        ("7", 7),
        ("-3", -3),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("TRUE", True),
        ("false", False),
        ("word", "word"),
    ],
)
def test_values_get_their_types(text, value):
    found = infer_value(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["007", "nan", "inf", "1_000", "12 ", "1e999", "0x10"])
def test_what_only_looks_like_a_number_stays_text(text):
    assert infer_value(text) == text


def test_csv_becomes_a_list_of_objects():
    assert json.loads(convert("name,age\nAda,36\nGrace,\n")) == [
        {"name": "Ada", "age": 36},
        {"name": "Grace", "age": None},
    ]


def test_types_can_be_left_alone():
    assert json.loads(convert("age\n36\n", infer_types=False)) == [{"age": "36"}]


def test_letters_of_all_languages_are_kept():
    assert "Größe" in convert("Größe\n1\n")


def test_a_file_is_converted(tmp_path):
    (tmp_path / "in.csv").write_text("a\n1\n2\n", encoding="utf-8")
    assert convert_file(str(tmp_path / "in.csv"), str(tmp_path / "out.json")) == 2
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == [{"a": 1}, {"a": 2}]


def test_the_program_prints_without_a_target(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("a\n1\n", encoding="utf-8")
    assert main([str(tmp_path / "in.csv")]) == 0
    assert json.loads(capsys.readouterr().out) == [{"a": 1}]


def test_the_program_says_what_is_wrong(tmp_path, capsys):
    assert main([]) == 2
    assert main([str(tmp_path / "missing.csv")]) == 1
    assert "missing.csv" in capsys.readouterr().err
