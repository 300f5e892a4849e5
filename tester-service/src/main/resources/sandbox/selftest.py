"""Run in a sandbox when the tester starts: without these, it would be none."""

import os
import resource
import socket
import subprocess
import sys

import pytest


def test_a_program_runs():
    assert subprocess.run(["/usr/bin/true"]).returncode == 0


def test_it_belongs_to_nobody():
    assert os.getuid() != 0 and os.geteuid() != 0


def test_the_network_is_gone():
    with open("/proc/net/dev") as file:
        assert [line.partition(":")[0].strip() for line in file.readlines()[2:]] == ["lo"]
    with pytest.raises(OSError):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_etc_is_gone():
    assert not os.path.lexists("/etc")


def test_system_calls_are_filtered():
    with open("/proc/self/status") as file:
        assert "Seccomp:\t2\n" in file.readlines()
    with pytest.raises(PermissionError):
        os.memfd_create("probe")


def test_nothing_of_the_machine_is_there_but_its_programs():
    programs = {"bin", "lib", "lib32", "lib64", "libx32", "sbin", "usr"}
    venv = os.path.realpath(sys.prefix).split("/")[1]
    assert set(os.listdir("/")) <= programs | {"dev", "job", "proc", "tmp", venv}


def test_the_system_cannot_be_written():
    for folder in ("/", "/usr", "/usr/bin", "/dev"):
        with pytest.raises(OSError):
            open(os.path.join(folder, "probe"), "w")


def test_memory_is_limited():
    limit, hardest = resource.getrlimit(resource.RLIMIT_AS)
    assert limit == hardest != resource.RLIM_INFINITY
    with pytest.raises(MemoryError):
        bytearray(limit)


def test_processes_are_limited():
    limit, hardest = resource.getrlimit(resource.RLIMIT_NPROC)
    assert 0 < limit == hardest <= 4096  # as many as can be set


def test_the_referee_is_out_of_reach():
    for path in ("/proc/1/fd/1", "/proc/1/root"):
        with pytest.raises(OSError):
            os.readlink(path)
