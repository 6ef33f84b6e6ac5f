"""Starts, watches, restarts and stops the product's processes; which ones they are is data in `table`."""
