"""What things cost here. Each `bench_<name>.py` has a `main()` that prints a few lines."""
