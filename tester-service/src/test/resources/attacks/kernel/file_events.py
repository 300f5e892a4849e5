# without: system-calls
def test_a():
    syscall(300, 262, 0x200, 0)  # FAN_REPORT_FID, which needs no rights
