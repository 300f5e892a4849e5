# without: number-of-processes
def test_a():
    children = []
    try:
        for _ in range(80):
            children.append(subprocess.Popen(["/usr/bin/sleep", "30"]))
    finally:
        for child in children:
            child.kill()
