"""The parts of the soak: ``tests/benchmarks/soak.py`` is its command."""
