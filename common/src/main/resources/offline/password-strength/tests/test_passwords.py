import pytest

from passwords import check, is_strong


@pytest.mark.parametrize(
    "password, score",
    [
        ("", 0),
        ("short1", 1),
        ("aB1!", 1),
        ("lettersonly", 1),
        ("letters4you", 2),
        ("Letters4you", 3),
        ("Letters-4-you", 4),
    ],
)
def test_each_demand_met_is_a_point(password, score):
    assert check(password).score == score


@pytest.mark.parametrize(
    "password, label",
    [
        ("", "very weak"),
        ("lettersonly", "weak"),
        ("letters4you", "fair"),
        ("Letters4you", "strong"),
        ("Letters-4-you", "very strong"),
    ],
)
def test_scores_have_names(password, label):
    assert check(password).label == label


def test_a_very_strong_password_has_no_problems():
    assert check("Letters-4-you").problems == []


@pytest.mark.parametrize(
    "password, problem",
    [
        ("aB-4567", "at least 8"),
        ("letters-4-you", "capital"),
        ("LETTERS-4-YOU", "small"),
        ("Letters-for-you", "digit"),
        ("Letters4you", "neither letter nor digit"),
    ],
)
def test_what_is_missing_is_named(password, problem):
    problems = check(password).problems
    assert len(problems) == 1
    assert problem in problems[0]


@pytest.mark.parametrize("password", ["password", "PASSWORD123", "P@ssw0rd", "1234567890"])
def test_common_passwords_are_worth_nothing(password):
    found = check(password)
    assert found.score == 0
    assert any("common" in problem for problem in found.problems)


def test_three_equal_characters_cost_a_point():
    found = check("Lettters-4-you")
    assert found.score == 3
    assert found.problems == ["avoid three equal characters in a row"]


def test_two_equal_characters_cost_nothing():
    assert check("Letters-44-you").score == 4


def test_eight_characters_are_enough():
    assert check("aB-45678").score == 4


def test_seven_characters_are_weak_whatever_they_are():
    assert check("aB-4567").label == "weak"


def test_letters_of_all_languages_count():
    assert check("Größe-4-dich").score == 4


def test_spaces_are_characters_like_others():
    assert check("Letters 4 you").score == 4


@pytest.mark.parametrize(
    "password, strong", [("letters4you", False), ("Letters4you", True), ("Letters-4-you", True), ("password", False)]
)
def test_strong_means_three_points(password, strong):
    assert is_strong(password) is strong


@pytest.mark.parametrize("password", [None, 12345678, b"Letters-4"])
def test_only_text_is_rated(password):
    with pytest.raises(TypeError):
        check(password)
