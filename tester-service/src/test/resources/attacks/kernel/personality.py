# without: system-calls
def test_a():
    before = syscall(135, 92, 0xFFFFFFFF)
    syscall(135, 92, before | 0x0040000)  # ADDR_NO_RANDOMIZE
