# A child of the worker reports in its name; the worker itself stops.
# verdict: crashed
# without: elif getpid() != worker
# without: if sender != self.worker
import os, signal

done = []


def to_roman(number):
    if number < 1:
        raise ValueError
    if not done:
        done.append(1)
        child = os.fork()
        if child:
            _, status = os.waitpid(child, 0)
            os._exit(os.waitstatus_to_exitcode(status))
    return {4: "IV", 1: "I", 9: "IX", 8: "VIII", 11: "XI"}[number]
