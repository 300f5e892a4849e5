# The job's own conftest.py passes everything.
# verdict: failed
# without: "--noconftest"
# without: if what.get("outcome") == "passed" and
# file: conftest.py
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if not item.nodeid.startswith("::"):
        report.outcome = "passed"
