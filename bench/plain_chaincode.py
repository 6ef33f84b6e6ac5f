"""`python -m bench.plain_chaincode`: the product's chaincode with one function more, which only writes a key.

A call of that function costs what Fabric, its messages, its client and the product's runtime cost without
any rule: the reference of `bench.engines`, on the network and in the seconds of the product's own calls.
"""

import sys
from collections.abc import Callable

from chaincode import runtime, server
from chaincode.contract import OK, Call, Outcome, execute
from chaincode.state import Loaded

PUT = "put"
Rules = Callable[[Call, Loaded], Outcome]


def with_put(rules: Rules) -> Rules:
    """The rules, and a function that writes its second argument under its first."""

    def execute(call: Call, loaded: Loaded) -> Outcome:
        if call.function != PUT:
            return rules(call, loaded)
        key, value = call.args
        return Outcome(status=OK, message="", payload=b"", writes=((key.decode(), value),))

    return execute


if __name__ == "__main__":
    vars(runtime)["execute"] = with_put(execute)
    sys.exit(server.main())
