import pytest

from board import Board
from game import Game
from opponent import best_move

WINS = [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]


def board_of(text):
    board = Board()
    for place, mark in enumerate(text):
        if mark != ".":
            board = board.placed(place, mark)
    return board


def played(*places):
    game = Game()
    for place in places:
        game.play(place)
    return game


def test_a_new_board_is_free():
    assert Board().free() == list(range(9))
    assert Board().winner() is None


def test_a_mark_is_placed_on_a_new_board():
    board = Board()
    assert board.placed(4, "X").at(4) == "X"
    assert board.at(4) == " "


@pytest.mark.parametrize("place, mark", [(0, "O"), (9, "X"), (-1, "X"), (1, "x"), (1, " ")])
def test_what_cannot_be_placed_is_refused(place, mark):
    with pytest.raises(ValueError):
        Board().placed(0, "X").placed(place, mark)


@pytest.mark.parametrize("line", WINS)
@pytest.mark.parametrize("mark", ["X", "O"])
def test_three_in_a_line_win(line, mark):
    board = Board()
    for place in line:
        assert board.winner() is None
        board = board.placed(place, mark)
    assert board.winner() == mark


def test_a_full_board_without_a_line_has_no_winner():
    board = board_of("XOXXOOOXX")
    assert board.is_full()
    assert board.winner() is None


def test_a_board_is_shown_in_three_lines():
    assert str(board_of("X...O....")) == "X| | \n |O| \n | | "


def test_x_begins_and_turns_alternate():
    game = Game()
    assert game.turn == "X"
    game.play(0)
    assert (game.turn, game.board.at(0)) == ("O", "X")


def test_a_taken_place_changes_nothing():
    game = played(0)
    with pytest.raises(ValueError):
        game.play(0)
    assert (game.turn, game.board.at(0)) == ("O", "X")


def test_a_won_game_is_over():
    game = played(0, 3, 1, 4, 2)
    assert (game.winner, game.is_over, game.is_draw()) == ("X", True, False)
    with pytest.raises(ValueError):
        game.play(8)


def test_a_draw_has_no_winner():
    game = played(0, 1, 2, 4, 3, 5, 7, 6, 8)
    assert (game.winner, game.is_over, game.is_draw()) == (None, True, True)


def test_a_game_that_goes_on_is_no_draw():
    assert not played(0).is_draw()
    assert not played(0).is_over


def test_the_opponent_wins_at_once():
    assert best_move(board_of("XX.OO...."), "X") == 2


def test_the_opponent_prevents_a_loss():
    assert best_move(board_of("XX..O...."), "O") == 2


def test_the_opponent_never_loses():
    def goes_on(game_so_far):
        for place in Board().free():
            if played(*game_so_far).board.at(place) != " ":
                continue
            game = played(*game_so_far, place)
            if not game.is_over:
                answer = best_move(game.board, "O")
                game.play(answer)
                if not game.is_over:
                    goes_on([*game_so_far, place, answer])
            assert game.winner != "X"

    goes_on([])


def test_two_perfect_players_draw():
    game = Game()
    while not game.is_over:
        game.play(best_move(game.board, game.turn))
    assert game.is_draw()


@pytest.mark.parametrize("board, mark", [("XXXOO....", "O"), ("XOXXOOOXX", "X"), (".........", "Z")])
def test_there_is_no_move_after_the_end_or_for_others(board, mark):
    with pytest.raises(ValueError):
        best_move(board_of(board), mark)
