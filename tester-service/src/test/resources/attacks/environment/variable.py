# without: environment
def test_a():
    assert os.environ["NEXUS_SECRET"] == "do-not-tell"
