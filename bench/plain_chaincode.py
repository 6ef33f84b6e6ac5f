"""`python -m bench.plain_chaincode`: a chaincode whose one function writes one key and reads none.

It runs on the product's own runtime, so a network with it costs what Fabric, its messages and its client cost
without any rule: the reference of `bench.engines`.
"""

import sys

from chaincode import runtime, server
from chaincode.contract import OK, Call, Outcome
from chaincode.state import Loaded

PUT = "put"


def put(call: Call, loaded: Loaded) -> Outcome:
    """Writes the second argument under the first; every other function answers an empty object."""
    del loaded
    if call.function != PUT:
        return Outcome(status=OK, message="", payload=b"{}")
    key, value = call.args
    return Outcome(status=OK, message="", payload=b"", writes=((key.decode(), value),))


if __name__ == "__main__":
    vars(runtime)["execute"] = put
    sys.exit(server.main())
