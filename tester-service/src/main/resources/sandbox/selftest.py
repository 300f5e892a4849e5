"""Run in a sandbox when the tester starts: without these, it would be none."""

import os
import resource
import socket

import pytest


def test_it_belongs_to_nobody_in_particular():
    assert os.getuid() != 0 and os.geteuid() != 0


def test_nothing_of_the_machine_is_there_but_its_programs():
    programs = {"bin", "lib", "lib32", "lib64", "libx32", "sbin", "usr"}
    assert set(os.listdir("/")) <= programs | {"dev", "job", "proc", "tmp"}


def test_the_system_cannot_be_written():
    for folder in ("/", "/usr", "/usr/bin", "/dev"):
        with pytest.raises(OSError):
            open(os.path.join(folder, "probe"), "w")


def test_there_is_no_network():
    with open("/proc/net/dev") as file:
        assert [line.partition(":")[0].strip() for line in file.readlines()[2:]] == ["lo"]
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_memory_and_processes_are_limited():
    limit, hardest = resource.getrlimit(resource.RLIMIT_AS)
    assert limit == hardest != resource.RLIM_INFINITY
    with pytest.raises(MemoryError):
        bytearray(limit)
    assert resource.getrlimit(resource.RLIMIT_NPROC)[1] != resource.RLIM_INFINITY


def test_the_referee_is_out_of_reach():
    with pytest.raises(OSError):
        open("/proc/1/fd/1", "w")
