"""What the program costs, measured against another tool of the same environment; `python -m benchmarks`."""
