# without: closed-descriptors
def test_a():
    os.set_inheritable(9, True)
    read = "import os; os.lseek(9, 0, 0); assert b'root' in os.read(9, 1000)"
    assert subprocess.run([sys.executable, "-c", read], close_fds=False).returncode == 0
