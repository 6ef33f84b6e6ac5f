"""`python -m bench.chain_beside --home DIR`: `bench.chain_drive` with a plain put beside every kind of call.

The running network has `bench.plain_chaincode`.
"""

from functools import partial

from bench import driven
from bench.chain_drive import drive

if __name__ == "__main__":
    driven.main(partial(drive, plain=True), __doc__)
