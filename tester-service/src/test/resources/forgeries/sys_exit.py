# An import that leaves.
# verdict: error crashed
import sys

sys.exit(0)
