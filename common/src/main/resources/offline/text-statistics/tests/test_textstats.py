import pytest

from frequency import most_common, word_frequencies
from textstats import analyse, main
from tokens import sentences, words

TEXT = "The cat sat. The dog didn't sit!\nWhy not?"


def test_words_are_found_in_order():
    assert words("One, two -- three.") == ["One", "two", "three"]


def test_apostrophes_and_hyphens_belong_to_a_word():
    assert words("a well-known 'fact', isn't it") == ["a", "well-known", "fact", "isn't", "it"]


def test_letters_of_all_languages_make_words():
    assert words("Größe, naïve") == ["Größe", "naïve"]


def test_sentences_end_at_their_marks():
    assert sentences(TEXT) == ["The cat sat.", "The dog didn't sit!", "Why not?"]


def test_several_marks_end_one_sentence():
    assert sentences("Really?! Yes...") == ["Really?!", "Yes..."]


def test_a_point_inside_a_number_ends_nothing():
    assert sentences("It costs 3.50 today.") == ["It costs 3.50 today."]


def test_frequencies_do_not_mind_the_case():
    assert word_frequencies("The the THE cat") == {"the": 3, "cat": 1}


def test_common_words_come_first_and_equals_by_alphabet():
    assert most_common("b a c a b d", 3) == [("a", 2), ("b", 2), ("c", 1)]


def test_more_words_than_there_are_is_no_error():
    assert most_common("one", 5) == [("one", 1)]


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError):
        most_common("one", -1)


def test_all_figures_of_a_text():
    found = analyse(TEXT)
    assert (found.characters, found.words, found.sentences, found.lines) == (41, 9, 3, 2)
    assert found.letters == 29
    assert found.unique_words == 8
    assert found.longest_word == "didn't"
    assert found.average_sentence_length == 3.0
    assert found.average_word_length == pytest.approx(30 / 9)


def test_an_empty_text_has_zeros():
    found = analyse("")
    assert (found.characters, found.words, found.sentences, found.lines) == (0, 0, 0, 0)
    assert (found.average_word_length, found.average_sentence_length) == (0.0, 0.0)
    assert found.longest_word == ""


@pytest.mark.parametrize("text", [None, 7, b"bytes"])
def test_only_text_is_analysed(text):
    with pytest.raises(TypeError):
        analyse(text)


def test_the_program_prints_the_figures_of_a_file(tmp_path, capsys):
    (tmp_path / "text.txt").write_text("Two words.", encoding="utf-8")
    assert main([str(tmp_path / "text.txt")]) == 0
    assert "words: 2\n" in capsys.readouterr().out


def test_the_program_needs_a_file(tmp_path, capsys):
    assert main([]) == 2
    assert main([str(tmp_path / "missing.txt")]) == 2
    assert capsys.readouterr().err
