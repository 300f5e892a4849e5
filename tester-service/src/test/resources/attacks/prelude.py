import ctypes, errno, mmap, os, resource, signal, socket, stat, subprocess, sys, threading, time
import pytest

libc = ctypes.CDLL(None, use_errno=True)
ON_X86 = os.uname().machine == "x86_64"


def syscall(on_x86, on_arm, *arguments):
    """As the kernel answers it."""
    words = [word if isinstance(word, (bytes, ctypes.Array)) else ctypes.c_long(word) for word in arguments]
    result = libc.syscall(ctypes.c_long(on_x86 if ON_X86 else on_arm), *words)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def in_a_child(attack):
    """The wait status of a child that does it."""
    child = os.fork()
    if child == 0:
        try:
            attack()
            os._exit(0)
        except BaseException as e:
            print(repr(e), flush=True)
            os._exit(1)
    return os.waitpid(child, 0)[1]


def refused_with(number, call):
    """Whether it is, and not with what a filter would say."""
    try:
        call()
    except OSError as e:
        return e.errno == number
    return False


