"""`make bench`: every benchmark in turn. Each is also a command of its own: ``python -m bench.NAME``."""

from bench import control, critique, evidence, gate, llm, offline, score, side_by_side

if __name__ == "__main__":
    # The server of the benches starts as a process that imports this module again.
    for bench in (evidence, llm, critique, gate, offline, score, control, side_by_side):
        bench.main()
