"""`python -m commonwheel.worker`: the worker as a server starts it. People use `commonwheel worker`."""

import sys

from commonwheel.errors import CommonwheelError
from commonwheel.worker.process import supervised

if __name__ == "__main__":
    try:
        supervised(*sys.argv[1:])
    except CommonwheelError as refused:
        sys.exit(refused.message)
