# verdict: output_limit
# without: output
def test_a():
    subprocess.Popen(["/usr/bin/head", "-c", "400000", "/dev/zero"], start_new_session=True)
    time.sleep(1)
