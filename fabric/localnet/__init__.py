"""The embedded three-organisation network: peers and an orderer that speak Fabric's own protocols."""
