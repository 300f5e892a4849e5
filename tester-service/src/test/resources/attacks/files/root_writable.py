# without: read-only-root
def test_a():
    open("/probe", "w").write("here")
