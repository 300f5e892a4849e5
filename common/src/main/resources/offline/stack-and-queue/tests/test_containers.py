import pytest

from containers import Queue, Stack


@pytest.mark.parametrize("make", [Stack, Queue])
def test_a_new_container_is_empty(make):
    container = make()
    assert container.is_empty()
    assert container.size() == len(container) == 0
    assert not container


def test_the_last_item_pushed_is_popped_first():
    stack = Stack()
    for item in "abc":
        stack.push(item)
    assert [stack.pop(), stack.pop(), stack.pop()] == ["c", "b", "a"]


def test_the_first_item_enqueued_is_dequeued_first():
    queue = Queue()
    for item in "abc":
        queue.enqueue(item)
    assert [queue.dequeue(), queue.dequeue(), queue.dequeue()] == ["a", "b", "c"]


def test_peek_shows_the_top_of_a_stack_and_leaves_it():
    stack = Stack()
    stack.push(1)
    stack.push(2)
    assert stack.peek() == stack.peek() == 2
    assert stack.size() == 2


def test_peek_shows_the_front_of_a_queue_and_leaves_it():
    queue = Queue()
    queue.enqueue(1)
    queue.enqueue(2)
    assert queue.peek() == queue.peek() == 1
    assert queue.size() == 2


@pytest.mark.parametrize("take", [Stack().pop, Stack().peek, Queue().dequeue, Queue().peek])
def test_nothing_can_be_taken_from_an_empty_container(take):
    with pytest.raises(IndexError):
        take()


def test_a_full_stack_refuses_items():
    stack = Stack(capacity=1)
    stack.push("only")
    with pytest.raises(OverflowError):
        stack.push("more")
    assert list(stack) == ["only"]


def test_a_full_queue_refuses_items_until_one_is_taken():
    queue = Queue(capacity=1)
    queue.enqueue("first")
    with pytest.raises(OverflowError):
        queue.enqueue("second")
    queue.dequeue()
    queue.enqueue("second")
    assert list(queue) == ["second"]


@pytest.mark.parametrize("make", [Stack, Queue])
@pytest.mark.parametrize("capacity", [0, -1])
def test_a_capacity_below_one_is_refused(make, capacity):
    with pytest.raises(ValueError):
        make(capacity)


def test_a_stack_is_iterated_from_the_top():
    stack = Stack()
    stack.push(1)
    stack.push(2)
    assert list(stack) == [2, 1]
    assert len(stack) == 2


def test_a_queue_is_iterated_from_the_front():
    queue = Queue()
    queue.enqueue(1)
    queue.enqueue(2)
    assert list(queue) == [1, 2]
    assert len(queue) == 2


def test_a_cleared_stack_is_empty():
    stack = Stack()
    stack.push(1)
    stack.clear()
    assert stack.is_empty()


def test_a_cleared_queue_is_empty():
    queue = Queue()
    queue.enqueue(1)
    queue.clear()
    assert queue.is_empty()


def test_none_is_an_item_like_others():
    stack = Stack()
    stack.push(None)
    assert stack.size() == 1
    assert stack.pop() is None


def test_both_show_their_items():
    stack, queue = Stack(), Queue()
    stack.push(1)
    queue.enqueue("a")
    assert (repr(stack), repr(queue)) == ("Stack([1])", "Queue(['a'])")
