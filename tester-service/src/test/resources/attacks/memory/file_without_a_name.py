# without: system-calls
def test_a():
    os.memfd_create("hidden")
