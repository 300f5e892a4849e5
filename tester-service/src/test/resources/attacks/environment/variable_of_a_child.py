# without: environment
def test_a():
    assert b"do-not-tell" in subprocess.run(["/usr/bin/env"], stdout=subprocess.PIPE).stdout
