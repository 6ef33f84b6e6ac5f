"""The market's routes: decode, permit, call one service or selector, encode."""
