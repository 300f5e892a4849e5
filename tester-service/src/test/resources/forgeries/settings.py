# The job's own settings look for other tests.
# verdict: failed
# without: "-c/dev/null"
# without: configured()  # while
# without: found[f"{path}::{node.name}"] = product
# file: pytest.ini
[pytest]
python_functions = test_four
