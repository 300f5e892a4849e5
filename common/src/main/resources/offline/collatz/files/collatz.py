"""How many Collatz steps lead from a number to 1."""


def steps(number: int) -> int:
    """Count the steps until 1: halve an even number, take three times an odd one plus 1."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("number must be an int")
    if number < 1:
        raise ValueError("number must be at least 1")
    count = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        count += 1
    return count
