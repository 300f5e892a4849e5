# without: processes-of-its-own
def test_a():
    lines = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                lines.append(open(f"/proc/{name}/cmdline", "rb").read())
            except OSError:
                pass
    assert any(b"services.py" in line for line in lines)
