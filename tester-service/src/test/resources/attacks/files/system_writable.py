# without: read-only-system
def test_a():
    assert not os.statvfs("/usr").f_flag & os.ST_RDONLY
