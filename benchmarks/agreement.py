"""How much a batch's size changes what is written: llama.cpp's kernels differ by it, so the last bits of logits do."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "vicuna_bench.jsonl"
SHORT = 200  # tokens of a prompt
LONGER = " Think of every case before you answer, and name each." * 25

IN_PROCESS = """
import json, sys
import numpy as np
from local_models.cancelling import Cancelling
from local_models.llama.context import LlamaContext
from local_models.llama.library import start_backend
from local_models.llama.model import LlamaModel
from local_models.llama.prompt_tokens import prompt_tokens
from local_models.requests import Message
log = start_backend(lambda _: None)
path, threads, new = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
model = LlamaModel(path, on_load=lambda _: None, stopped=lambda: False)
context = LlamaContext(model, 4096, threads, Cancelling(), exact=True)


def prompt_logits(tokens):
    context.clear()
    for start in range(0, len(tokens), 512):
        context.begin_batch()
        for place in range(start, min(start + 512, len(tokens))):
            row = context.add(tokens[place], place, 0, logits=place == len(tokens) - 1)
        context.decode()
    return context.logits(row).copy()


def greedy(tokens, k, forced=None):
    # The texts of k sequences; with `forced` tokens instead of drawn ones, the logits of the first.
    logits = [prompt_logits(tokens)] * k
    for sequence in range(1, k + 1):
        context.copy(0, sequence)
    drawn, seen = [], []
    for step in range(new):
        token = int(logits[0].argmax()) if forced is None else forced[step]
        seen.append(logits[0].copy())
        drawn.append(token)
        context.begin_batch()
        rows = [context.add(token, len(tokens) + step, sequence, logits=True) for sequence in range(1, k + 1)]
        context.decode()
        logits = [context.logits(row) for row in rows]
    return drawn, np.array(seen)


found = []
for text in json.load(sys.stdin):
    tokens = list(prompt_tokens(model, model.render((Message("user", text),))).tokens)
    alone, one = greedy(tokens, 1)
    batched, _ = greedy(tokens, 4)
    _, four = greedy(tokens, 4, forced=alone)
    found.append([len(tokens), alone == batched, float(np.abs(one - four).max())])
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Agreement:
    """Of greedy texts alone and in a batch of four: how many prompts, how many equal, the largest logit difference."""

    prompts: int
    equal: int
    difference: float

    def __str__(self) -> str:
        return f"{self.equal} of {self.prompts} texts equal, logits differ by {self.difference:.2g} at most"


def agreement(model: Path, threads: int, *, new: int) -> tuple[Agreement, Agreement]:
    """For prompts under 200 tokens, and for the same made longer; `new` tokens each."""
    lines = DATA.read_text(encoding="utf-8").splitlines()[::4]
    prompts = [json.loads(line)["turns"][0] for line in lines]
    texts = prompts + [prompt + LONGER for prompt in prompts]
    command = [sys.executable, "-c", IN_PROCESS, str(model), str(threads), str(new)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    short = [each for each in found if each[0] < SHORT]
    long = [each for each in found if each[0] >= SHORT]
    return _of(short), _of(long)


def _of(found: list[tuple[int, bool, float]]) -> Agreement:
    return Agreement(len(found), sum(equal for _, equal, _ in found), max(difference for *_, difference in found))
