"""The names of models and of their makers that are known by themselves. Data; what finds them is in `model_names`.

Scripts without capitals have no ordinary spelling of a name: what is a word too ("豆包", a bun) stands in `ORDINARY`.
"""

from __future__ import annotations

COINED = (
    "ChatGPT", "Mixtral", "Ministral", "Pixtral", "Codestral", "Qwen", "QwQ", "Tongyi", "DeepSeek", "SmolLM",
    "SmolVLM", "TinyLlama", "Code Llama", "Nemotron", "ChatGLM", "InternLM", "MiniCPM", "Baichuan", "StableLM",
    "OpenChat", "Exaone", "GigaChat", "YandexGPT", "Hunyuan", "Doubao", "EuroLLM", "WizardLM", "Bielik",
    "通义千问", "通義千問", "千问", "千問", "文心一言", "文心大模型", "深度求索", "智谱清言", "讯飞星火", "百川大模型",
    "ГигаЧат", "챗GPT", "하이퍼클로바",
)  # fmt: skip
ORDINARY = (  # words, names of people or places, and abbreviations that mean something else too
    "GPT", "Claude", "Gemini", "Gemma", "Bard", "PaLM", "Llama", "Alpaca", "Vicuna", "Mistral", "Phi", "Falcon", "Yi",
    "Kimi", "Command R", "Aya", "OLMo", "Tulu", "Tülu", "Granite", "Grok", "Copilot", "Ernie", "GLM", "Zephyr", "Orca",
    "Hermes", "Dolphin", "Solar", "Jamba", "MiniMax", "Apertus", "Pangu",
    "通义", "通義", "文心", "豆包", "混元", "盘古", "星火", "书生", "ジェミニ", "クロード", "클로드", "제미나이",
    "Алиса",
)  # fmt: skip
FAMILIES = (*COINED, *ORDINARY)
MAKERS = (
    "OpenAI", "Anthropic", "Google", "Google DeepMind", "DeepMind", "Meta", "Meta AI", "Mistral AI", "Alibaba",
    "Alibaba Cloud", "Microsoft", "Hugging Face", "HuggingFace", "HF", "TII", "Technology Innovation Institute",
    "01.AI", "Moonshot AI", "Moonshot", "Cohere", "Allen Institute for AI", "Ai2", "IBM", "NVIDIA", "xAI", "Baidu",
    "Zhipu AI", "Zhipu", "LMSYS", "Stability AI", "Nous Research", "LG AI Research", "Upstage", "Databricks",
    "Tencent", "ByteDance", "iFlytek", "Aleph Alpha", "Liquid AI", "Yandex", "Sber", "Naver",
    "阿里云", "阿里雲", "阿里巴巴", "达摩院", "百度", "腾讯", "騰訊", "字节跳动", "字節跳動", "华为", "科大讯飞",
    "月之暗面", "智谱", "智谱AI", "智谱华章", "百川智能", "零一万物", "商汤", "商汤科技", "面壁智能", "阶跃星辰",
    "上海人工智能实验室", "谷歌", "微软", "微軟", "英伟达", "グーグル", "マイクロソフト", "メタ",
    "구글", "메타", "네이버", "카카오", "마이크로소프트", "오픈AI", "Яндекс", "Сбер", "Сбербанк",
)  # fmt: skip
SAME = (  # one family under several names: who answers as one of them is told by each
    ("Qwen", "Tongyi", "通义千问", "通義千問", "千问", "千問"),
    ("DeepSeek", "深度求索"),
    ("Ernie", "文心一言", "文心大模型"),
    ("ChatGLM", "智谱清言"),
    ("Baichuan", "百川大模型"),
    ("GigaChat", "ГигаЧат"),
    ("ChatGPT", "챗GPT"),
)
