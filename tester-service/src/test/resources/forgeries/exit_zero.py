# The process ends well before the tests do.
# verdict: crashed
import os

os._exit(0)
