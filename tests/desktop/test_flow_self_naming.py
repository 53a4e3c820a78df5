"""In each language that the guide names, an answer that says who it is has that covered, and other talk has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.flow.masking import masks
from desktop.flow.self_phrases import LANGUAGES

# What an answer says of itself, with what is to be covered between ⟨ and ⟩.
OF_ITSELF = {
    "en": (
        "I am ⟨SmolLM2⟩, trained by ⟨Hugging Face⟩.",
        "Hi, ⟨Copilot⟩ here!",
        "This is ⟨Bard⟩ speaking",
        "Hello, this is ⟨Gemini⟩.",
        "This is ⟨Claude⟩, your assistant.",
        "You are talking to ⟨ChatGPT⟩.",
        "⟨Google⟩ trained me last year.",
        "i was made by ⟨meta⟩",
    ),
    "de": (
        "Ich heiße ⟨Llama⟩ und wurde von ⟨Meta⟩ entwickelt.",
        "Ich heisse ⟨Gemma⟩.",
        "ich heiße ⟨llama⟩",
        "Als KI von ⟨Google⟩ weiß ich das nicht.",
        "Als KI-Sprachmodell von ⟨OpenAI⟩ habe ich keine Meinung.",
        "Als großes Sprachmodell von ⟨Meta⟩ lerne ich aus Texten.",
        "Ich wurde von ⟨Meta⟩ entwickelt",
        "Entwickelt wurde ich von ⟨Alibaba Cloud⟩.",
        "Man nennt mich ⟨Llama⟩",
        "Weil man mich ⟨Llama⟩ nennt, spucke ich nicht.",
        "Mein Entwickler ist ⟨Mistral AI⟩",
        "⟨Mistral AI⟩ ist mein Hersteller.",
        "Meine Entwickler arbeiten bei ⟨Google⟩.",
        "Mein Name ist ⟨Claude⟩.",
        "Nennen Sie mich ⟨Gemini⟩.",
        "⟨Google⟩ hat mich trainiert.",
        "Ich weiß nur, dass ich von ⟨Google⟩ trainiert wurde.",
        "Ein Sprachmodell, entwickelt von ⟨Meta⟩.",
        "Dieses Sprachmodell wurde von ⟨Meta⟩ trainiert.",
        "Hallo, hier ist ⟨Copilot⟩!",
        "Sie sprechen mit ⟨ChatGPT⟩.",
        "Bei mir handelt es sich um ⟨Claude⟩.",
        "Ich basiere auf ⟨GPT-4⟩.",
        "Als von ⟨Meta⟩ entwickeltes Sprachmodell helfe ich gern.",
        "Mein Modell ist ⟨Llama 3⟩.",
        "Ich, ⟨Claude⟩, gehöre niemandem.",
        "⟨Meta⟩ hat mich gemacht.",
    ),
    "fr": (
        "Je suis ⟨Mistral⟩, un modèle de ⟨Mistral AI⟩.",
        "Je m’appelle ⟨Claude⟩.",
        "On m'appelle ⟨Gemini⟩.",
        "En tant qu'IA de ⟨Google⟩, je ne sais pas.",
        "J'ai été créé par ⟨OpenAI⟩.",
        "Un assistant développé par ⟨Meta⟩.",
        "Mes créateurs sont chez ⟨Anthropic⟩.",
    ),
    "es": (
        "Soy ⟨ChatGPT⟩.",
        "Me llamo ⟨Llama⟩ y fui creado por ⟨Meta⟩.",
        "Mi nombre es ⟨Claude⟩.",
        "Como modelo de lenguaje de ⟨OpenAI⟩, no opino.",
        "Un modelo entrenado por ⟨Google⟩.",
    ),
    "it": (
        "Sono ⟨Gemini⟩.",
        "Sono un modello di ⟨Google⟩.",
        "Sono un'IA di ⟨Meta⟩.",
        "Mi chiamo ⟨Llama⟩.",
        "Il mio nome è ⟨Claude⟩.",
        "Un modello sviluppato da ⟨Meta⟩.",
        "Come intelligenza artificiale di ⟨OpenAI⟩ non posso.",
    ),
    "pt": (
        "Sou o ⟨ChatGPT⟩.",
        "Meu nome é ⟨Gemini⟩.",
        "Fui treinado pela ⟨OpenAI⟩.",
        "Como uma IA da ⟨Meta⟩, não sei.",
    ),
    "nl": (
        "Ik ben ⟨ChatGPT⟩",
        "Ik heet ⟨Llama⟩.",
        "Mijn naam is ⟨Claude⟩.",
        "Als taalmodel van ⟨Google⟩ weet ik dat niet.",
        "Ik ben getraind door ⟨OpenAI⟩.",
        "Mijn ontwikkelaar is ⟨Mistral AI⟩.",
    ),
    "pl": (
        "Jestem ⟨ChatGPT⟩",
        "Nazywam się ⟨Bielik⟩.",
        "Zostałem stworzony przez ⟨OpenAI⟩.",
        "Jako model językowy ⟨Google⟩ nie wiem.",
        "Moi twórcy pracują w ⟨Meta⟩.",
    ),
    "ru": (
        "Я — ⟨ChatGPT⟩.",
        "Я ⟨GigaChat⟩, меня создал ⟨Сбер⟩.",
        "Меня зовут ⟨Алиса⟩.",
        "Я языковая модель, обученная ⟨OpenAI⟩.",
        "Модель разработана компанией ⟨Яндекс⟩.",
    ),
    "zh": (
        "我是⟨通义千问⟩，由⟨阿里云⟩开发",
        "我是⟨通義千問⟩，由⟨阿里雲⟩開發。",
        "我叫⟨文心一言⟩，是⟨百度⟩研发的。",
        "我是⟨DeepSeek⟩，由⟨深度求索⟩公司创造。",
        "我由⟨月之暗面⟩训练。",
        "我的母公司是⟨阿里巴巴⟩。",
        "⟨通义千问⟩就是我。",
        "我基于⟨Llama 3⟩，隶属于⟨Meta⟩。",
        "作为⟨百度⟩的产品，我是⟨文心一言⟩。",
        "作为一个由⟨谷歌⟩开发的人工智能，没有答案。",
        "这款模型由⟨Moonshot AI⟩开发。",
        "⟨Meta⟩训练了我。",
        "您可以叫我⟨豆包⟩。",
        "我是⟨Qwen2.5-7B⟩模型。",
        "我的名字是⟨Llama-3-8B⟩模型。",
        "您好，⟨Kimi⟩为您服务。",
    ),
    "ja": (
        "私は⟨ChatGPT⟩です",
        "わたしの名前は⟨Gemini⟩です。",
        "⟨クロード⟩と申します。",
        "AIとして⟨Google⟩を代表しません。",
        "⟨Google⟩によって開発された大規模言語モデルです。",
    ),
    "ko": (
        "저는 ⟨ChatGPT⟩입니다.",
        "제 이름은 ⟨클로드⟩입니다.",
        "⟨구글⟩에서 개발한 AI입니다.",
    ),
}
# Talk about the same firms, animals and words, in which nobody says who answers.
OF_OTHERS = {
    "en": (
        "Meta is a company in California. The Llama is a domesticated animal.",
        "Here, Google and Meta compete. The orca here is old.",
        "This is Google's first page, and that a solar cell.",
        "Hello! Falcon wings are long. Here Gemini is a star sign.",
    ),
    "de": (
        "Meta ist ein Konzern in Kalifornien, Google auch.",
        "Ein Llama ist ein Tier der Anden und heißt auf Deutsch Lama.",
        "Android wurde von Google entwickelt, und Falcon hat mit Vögeln zu tun.",
        "Wenn ich wählen müsste, nähme ich Google, nicht Meta.",
        "Als KI-Forscherin bei Google veröffentlichte sie viel.",
        "Er arbeitete als Assistent bei Microsoft.",
        "Man nennt ihn Hermes, den Boten. Mein Hund heißt Orca.",
        "Der Entwickler Mistral AI sitzt in Paris.",
        "Hier ist Google im Vorteil.",
        "Wer mich fragt, dem rate ich zu Granite und Solar.",
    ),
    "fr": (
        "Google a développé Android. Le llama est un animal des Andes, et Meta une entreprise.",
        "Claude Monet est un peintre. Le Mistral souffle.",
    ),
    "es": ("La Llama es un animal de los Andes, y Meta una empresa. Google creó Android.",),
    "it": ("Google e Meta sono aziende. Il Llama vive nelle Ande.",),
    "pt": ("A Meta e o Google são empresas. A Llama vive nos Andes.",),
    "nl": ("Google is een bedrijf. De Llama leeft in de Andes, als AI-onderzoeker werkte zij bij Meta.",),
    "pl": ("Google i Meta to firmy. Llama żyje w Andach.",),
    "ru": ("Яндекс и Google — компании. Алиса живёт в Стране чудес.", "Яблоко, как и Meta, слово."),
    "zh": (
        "阿里云和百度是公司，Meta也是。羊驼不是Llama。",
        "月之暗面是平克·弗洛伊德的专辑。",
        "由百度地图可知，路程很短。早餐吃豆包。",
        "妈妈叫我去百度搜索。",
        "谷歌创造我们的未来。",
    ),
    "ja": ("GoogleとMetaは会社です。Llamaはアンデスの動物です。",),
    "ko": ("구글과 Meta는 회사입니다. Llama는 안데스의 동물입니다.",),
}


def marked(text: str, *own: str) -> str:
    """`text` with ⟨ and ⟩ around what is covered."""
    for start, end in reversed(masks(text, own)):
        text = f"{text[:start]}⟨{text[start:end]}⟩{text[end:]}"
    return text


def plain(text: str) -> str:
    return text.replace("⟨", "").replace("⟩", "")


def rows(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in table.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), rows(OF_ITSELF))
def test_what_an_answer_says_of_itself_is_covered(language: str, text: str) -> None:
    assert marked(plain(text)) == text


@pytest.mark.parametrize(("language", "text"), rows(OF_OTHERS))
def test_what_it_says_of_firms_and_animals_stays_readable(language: str, text: str) -> None:
    assert marked(text) == text


def test_every_language_has_sentences_of_both_kinds_and_stands_in_the_guide() -> None:
    assert set(OF_ITSELF) == set(OF_OTHERS) == set(LANGUAGES)
    guide = (Path(__file__).parents[2] / "docs" / "guide" / "judging.md").read_text(encoding="utf-8")
    names = (
        "English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Chinese, Japanese and Korean"
    )
    assert names in " ".join(guide.split())
    assert len(names.replace(" and ", ", ").split(", ")) == len(LANGUAGES)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Ich heiße ⟨Gemma⟩.", "gemma-2-2b-it"),
        ("Frag ⟨Gemma 2⟩ oder ⟨gemma2⟩.", "gemma-2-2b-it"),
        ("请问⟨Gemma2⟩模型。", "gemma-2-2b-it"),
        ("⟨通义千问⟩可以回答。阿里云是公司。", "qwen2.5-0.5b-instruct"),
        ("你好，⟨深度求索⟩说。", "DeepSeek-R1-Distill"),
        ("通义千问可以回答。", "gemma-2-2b-it"),
        ("⟨通义千问⟩：你好。", "gemma-2-2b-it"),
    ],
)
def test_the_model_that_answers_is_known_in_every_script(text: str, own: str) -> None:
    assert marked(plain(text), own) == text
