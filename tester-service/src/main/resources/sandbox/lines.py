"""Which lines of the code under test run, counted by the coverage package where there is one, in a run of its own."""

COUNTED_FILES = 100
MISSED_RANGES = 50


def can_count_lines():
    import importlib.util

    return importlib.util.find_spec("coverage") is not None


def ranges_of(lines):
    """Such as 3, 7-9."""
    ranges = []
    for line in sorted(lines):
        if ranges and ranges[-1][1] == line - 1:
            ranges[-1][1] = line
        else:
            ranges.append([line, line])
    return [str(first) if first == last else f"{first}-{last}" for first, last in ranges]


def count_lines(pytest, channel, paths):
    """Runs the tests under a trace function, which the guard of other runs forbids; so the count is the job's own word."""
    import coverage

    inside = {os.path.join(JOB, path): path for path in paths}
    counter = coverage.Coverage(data_file=None, config_file=False, include=list(inside), messages=False)
    counter.start()
    status = int(pytest.main(["-qq", *PYTEST_ARGUMENTS]))
    counter.stop()
    if status != 0:
        return status  # not the run that is to be counted
    total = covered = 0
    files = []
    for file, path in inside.items():
        try:
            _, executable, _, missed, _ = counter.analysis2(file)
        except coverage.CoverageException:
            continue  # it cannot be read as Python
        total += len(executable)
        covered += len(executable) - len(missed)
        counted = {"path": path, "executable": len(executable), "covered": len(executable) - len(missed)}
        files.append({**counted, "missed": ranges_of(missed)[:MISSED_RANGES]})
    report = {"executable": total, "covered": covered, "files": files[:COUNTED_FILES]}
    while len(data := json.dumps(report).encode()) >= REPORT_BYTES:
        report["files"].pop()
    os.write(channel, b"%" + data)
    return status
