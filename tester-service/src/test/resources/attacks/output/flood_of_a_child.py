# verdict: output_limit
# without: output
def test_a():
    subprocess.run(["/usr/bin/head", "-c", "400000", "/dev/zero"])
