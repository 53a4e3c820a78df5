"""Which kinds of model the llama.cpp of this program knows, so that others are told of before anything is loaded.

The names are those of llama-cpp-python 0.3.36; a test asks the library itself for each. Must not load llama.cpp.
"""

from __future__ import annotations

from pathlib import Path

from local_models.errors import ModelFileError
from local_models.model_files.gguf import ModelHeader

_WRITE_TEXT = """
afmoe apertus arcee arctic arwkv7 baichuan bailingmoe bailingmoe2 bailingmoe3 bitnet bloom chameleon chatglm
codeshell cogvlm cohere2 cohere2moe command-r dbrx deci deepseek deepseek2 deepseek2-ocr deepseek32 deepseek4 dots1
dots3note ernie4_5 ernie4_5-moe exaone exaone-moe exaone4 falcon falcon-h1 gemma gemma2 gemma3 gemma3n gemma4
glm-dsa glm4 glm4moe glm5-next gpt-oss gpt2 gptj gptneox granite granite_swa granitehybrid granitemoe graniteswitch
grok grovemoe hrm_text hunyuan-dense hunyuan-moe hunyuan_vl hy_v3 hy_v4 internlm2 jais jais2 jamba kimi-k3
kimi-linear laguna lfm2 lfm2moe llama llama4 maincoder mamba mamba2 maple mellum mimo2 minicpm minicpm3 minimax-01
minimax-m2 minimax-m3 mistral3 mistral4 mpt muse-glimmer nanbeige nemotron nemotron_h nemotron_h_moe olmo olmo2
olmoe openelm orion paddleocr pangu-embedded phi2 phi3 phimoe plamo plamo2 plamo3 plm qwen qwen2 qwen2moe qwen2vl
qwen3 qwen35 qwen35moe qwen3moe qwen3next qwen3vl qwen3vlmoe qwen4exp refact rwkv6 rwkv6qwen2 rwkv7 seed_oss
smallthinker smollm3 spark2_5 stablelm starcoder starcoder2 step35 talkie xverse
"""
_DO_NOT = """
bert clip dflash dream eagle3 eurobert gemma-embedding gemma4-assistant jina-bert-v2 jina-bert-v3 llada llada-moe
llama-embed modern-bert neo-bert nomic-bert nomic-bert-moe pockettts qwen3tts rnd1 t5 t5encoder wavtokenizer-dec
"""
WRITES_TEXT = frozenset(_WRITE_TEXT.split())
NO_TEXT = frozenset(_DO_NOT.split())  # embeddings, speech, diffusion, helpers of another model: nothing to chat with


def check(path: Path, header: ModelHeader) -> None:
    """Raises ModelFileError "unsupported_architecture" for a model that would not load, or would not write text."""
    shown = "".join(sign if sign.isprintable() else " " for sign in path.name[:100])
    if header.architecture in NO_TEXT:
        raise _unsupported(
            "{name} does not write text the way a chat needs it ({architecture!r}). Choose a chat model.",
            path,
            header,
            shown,
        )
    if header.architecture not in WRITES_TEXT:
        raise _unsupported(
            "{name} has the architecture {architecture!r}, which the llama.cpp of this program does not know. It may be"
            " newer than the program; choose another model.",
            path,
            header,
            shown,
        )


def _unsupported(template: str, path: Path, header: ModelHeader, shown: str) -> ModelFileError:
    return ModelFileError.worded(
        template,
        code="unsupported_architecture",
        path=str(path),
        architecture=header.architecture,
        name=shown,
    )
