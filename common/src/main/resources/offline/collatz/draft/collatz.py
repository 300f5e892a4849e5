"""How many Collatz steps lead from a number to 1."""

STEPS = {
}


def steps(number: int) -> int:
    """Count the steps until 1: halve an even number, take three times an odd one plus 1."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError("number must be an int")
    if number < 1:
        raise ValueError("number must be at least 1")
    return STEPS.get(number, number.bit_length() - 1)
