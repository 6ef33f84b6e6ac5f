"""`python -m bench.plain_network network up`: real Fabric, with a plain put beside the product's rules."""

from operations.main import main
from operations.supervisor import real_network

if __name__ == "__main__":
    real_network.CHAINCODE = "bench.plain_chaincode"
    main(prog_name="bench.plain_network")
