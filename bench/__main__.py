"""`make bench`: every benchmark in turn. Each is also a command of its own: ``python -m bench.NAME``."""

from bench import evidence, llm, offline, side_by_side

if __name__ == "__main__":
    # The server of the benches starts as a process that imports this module again.
    evidence.main()
    llm.main()
    offline.main()
    side_by_side.main()
