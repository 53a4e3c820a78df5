"""Sentences in which an answer speaks of itself, in the languages of `LANGUAGES`; for `model_names`.

Two kinds of signs: words that make a sentence one about the speaker wherever the name stands in it, and words that do
so only right beside the name. They are cut so that talk about firms and animals stays readable: German "ich" alone is
no sign, "ich heiße" is. No Qt.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja", "ko")
LONGEST_SENTENCE = 600  # characters around a name that are looked at, to each side
_NEAR = 80  # characters around a name in which the words right beside it stand

_ENDS = re.compile(r"[.!?](?=\s|$)|[。！？\n]")
_NAME_ENDS = r"[\"'”“»«*_`\]]*"
_NAME_BEGINS = r"[\"'“„”«»*_`\[「『《]*"
_GREETED = (
    r"(?:hi|hey|hello|good (?:morning|afternoon|evening|day)|greetings|welcome|hallo|moin|servus|grüezi"
    r"|guten (?:morgen|tag|abend)|bonjour|salut|hola|ciao|olá|hoi|cześć)(?:,? (?:there|all|zusammen))?[\s,:–—-]+"
)
_OF_GERMAN_MAKING = r"(?:entwickelt|trainiert|erstellt|geschaffen|erschaffen|gebaut|programmiert|ausgebildet|gemacht)"

_BY_LANGUAGE = {
    "en": r"me|my|myself|i am|i['’]m|i was|as an? (?:ai|artificial|large|language|virtual|helpful|assistant|chatbot)"
    r"|called|named|known as|(?:trained|developed|created|made|built|powered) by"
    r"|you(?: are|['’]re) (?:now |currently )?(?:talking|speaking|chatting) (?:to|with)",
    "de": r"ich (?:bin|hei(?:ß|ss)e|wurde|basiere|stamme|gehöre|komme von|arbeite für|nenne mich|höre auf)"
    r"|(?:bin|hei(?:ß|ss)e|wurde|basiere) ich|bei mir handelt|(?:ihr|dein|euer) (?:\w+ )?(?:\w*assistent|chatbot)"
    r"|meine?[rnms]? (?:\w+ )?(?:namen?|entwickler\w*|hersteller\w*|schöpfer\w*|anbieter\w*|betreiber\w*"
    r"|\w*modell|trainings\w*|mutterkonzern)"
    r"|nenn(?:t|en|e)? (?:sie )?mich|mich nenn(?:t|en)"
    rf"|mich\b[^,\n]{{0,60}}\b(?:{_OF_GERMAN_MAKING}|nennt|nennen)"
    r"|(?:entwickelte|trainierte|erschuf|programmierte)n? mich"
    r"|als (?:eine?[rnms]? )?(?:(?:große|hilfreiche|reine|künstliche)[srnm]? )?"
    r"(?:ki(?![\w-])|ki-\w*(?:modell|assistent|system|bot)|(?:\w+-)?sprach(?:modell|assistent)|intelligenz|chatbot)"
    rf"|als (?:eine?[rnms]? )?von\b[^,\n]{{0,60}}\b{_OF_GERMAN_MAKING}e[rsnm]?"
    r"|als (?:eine? )?(?:hilfreiche|digitale|virtuelle|persönliche)[rs]? \w*assistent"
    r"|(?:entwickelt|trainiert|erschaffen|programmiert)(?: und \w+)? (?:von|durch)"
    r"|(?:sie|du) (?:sprechen|sprichst|chatten|chattest|schreiben|schreibst) (?:\w+ )?mit",
    "fr": r"je suis|je m['’]appelle|je me nomme|on m['’]appelle|appelez-moi|mon nom|j['’]ai été"
    r"|(?:mes|mon) (?:créateur|développeur|concepteur)s?|m['’](?:a|ont) (?:créé|développé|entraîné|conçu)"
    r"|en tant qu(?:e |['’])(?:\w+ )?(?:ia|intelligence artificielle|assistant|modèle|chatbot)"
    r"|(?:développ|cré|entraîn)ée?s? par|conçue?s? par",
    "es": r"soy|me llam(?:o|an)|llámame|mi nombre|mis? (?:creador|desarrollador)(?:es)?"
    r"|fui (?:cread|desarrollad|entrenad)[oa]"
    r"|como (?:una? )?(?:ia|inteligencia artificial|modelo de (?:lenguaje|ia)|asistente (?:virtual|de ia)|chatbot)"
    r"|(?:desarrollad|cread|entrenad|diseñad)[oa] por",
    "it": r"sono (?:una?|stat[oa]|il (?:modello|tuo)|qui|un['’])|mi chiam(?:o|ano)|il mio nome"
    r"|(?:i miei|il mio) (?:creator|sviluppator)[ei]|mi (?:ha|hanno) (?:creato|sviluppato|addestrato)"
    r"|come (?:una? |un['’])?(?:ia|intelligenza artificiale|modello (?:linguistico|di linguaggio)|assistente virtuale)"
    r"|(?:sviluppat|creat|addestrat)[oa] d(?:a|al|alla|ai|all['’])",
    "pt": r"sou|(?:o )?meu nome|me chamo|chamo-me|meus? (?:criador|desenvolvedor)(?:es)?"
    r"|fui (?:criad|desenvolvid|treinad)[oa]"
    r"|como (?:uma? )?(?:ia|inteligência artificial|modelo de (?:linguagem|ia)|assistente (?:virtual|de ia)|chatbot)"
    r"|(?:desenvolvid|criad|treinad)[oa] (?:pel[oa]|por)",
    "nl": r"ik (?:ben|heet|werd)|(?:ben|heet|werd) ik|mijn (?:naam|ontwikkelaars?|makers?|fabrikant)"
    r"|noem(?:en|t)? (?:me|mij)"
    r"|als (?:een )?(?:ai(?![\w-])|ai-(?:model|assistent)|kunstmatige intelligentie|(?:groot )?taalmodel|chatbot)"
    r"|als (?:een )?(?:virtuele|digitale) assistent|(?:ontwikkeld|getraind|gemaakt|gebouwd) door",
    "pl": r"jestem|nazywam się|mam na imię|moje imię|(?:mój|moj\w+|moi\w*) (?:twórc|producent|programi)\w*|został[ae]m"
    r"|mnie (?:stworz|opracow|wytrenow|nazyw)\w+|(?:stworzy|opracowa|wytrenowa|nazywa)\w+ mnie"
    r"|jako (?:ai(?![\w-])|si(?![\w-])|(?:duży )?model (?:językowy|ai)|sztuczna inteligencja|asystent\w*|chatbot)"
    r"|(?:stworzon|opracowan|wytrenowan|szkolon|zbudowan)\w+ przez",
    "ru": r"я (?:—|–|-|это|являюсь|был[аи]?)|я (?:\w+ ){0,2}(?:модель|ассистент|помощник|чат-бот|ии|нейросеть)"
    r"|меня (?:зовут|называют|создал\w*|разработал\w*|обучил\w*)|мо[её] имя|мо[йи] (?:создател|разработчик)\w*"
    r"|как (?:ии|языковая модель|искусственный интеллект|виртуальный помощник|нейросеть)"
    r"|(?:разработан|создан|обучен)\w* (?:компанией|командой|в компании)",
}
_ZH = (
    r"我(?:[是叫由被乃]|基于|基於|隶属|[属屬]于)|我的(?:名字|名稱|名称|开发|開發|创造|創造|研发|研發|训练|訓練|母公司|公司|团队|團隊|模型)|我(?:来|來)自|我背[后後]"
    r"|[作做][为為](?:一[个個款名种種])?(?:由[^。！？\n]{0,20})?(?:ai|人工智能|人工智慧|(?:大型?)?[语語]言模型|(?:智能|ai)?助手|大模型|聊天机器人)"
    r"|本(?:模型|助手|ai|人工智能|人)|[就正]是我(?![们們的])"
    r"|(?:开发|開發|研发|研發|训练|訓練|打造|创造|創造|创建|創建)(?:了|出)?我(?![们們的])"
)
_JA = (
    r"(?:私|わたし|わたくし|僕|ぼく|ボク|俺|当方|当モデル|本モデル)(?:は|、|の(?:名前|開発|製作|作成))"
    r"|(?:ai|人工知能|言語モデル|アシスタント|チャットボット)(?:モデル)?として|と申します"
)
_KO = (
    r"저[는의]\s|나는\s|[제내] (?:이름|개발)|저를|(?:ai|인공지능|언어 모델|어시스턴트|챗봇)(?:로서|으로서)"
    r"|(?:에서|에 의해|이|가) (?:개발|훈련|학습|만든)[^.!?\n]{0,20}(?:ai|인공지능|모델|어시스턴트|챗봇)"
)
_SPEAKING = re.compile(
    rf"(?=(\b(?:{'|'.join(_BY_LANGUAGE.values())})(?:(?<=['’])|(?!\w))"
    rf"|(?=[我作做本就正开開研訓训打创創])(?:{_ZH})"
    rf"|(?=[私わ僕ぼボ俺当本a人言アチと])(?:{_JA})"
    rf"|(?=[저나제내a인언어챗에이가])(?:{_KO})))"
)
_ENGLISH_I = re.compile(r"\bI\b")

_MADE_ZH = r"(?:开发|開發|研发|研發|训练|訓練|打造|创造|創造|创建|創建|推出的?(?:大|人工|AI|语言)|构建|構建)"
_AROUND_A_NAME = (  # what stands right before it and right behind it
    # "Hi, Copilot here!", "Hello, this is Bard.", "This is Bard speaking"
    (
        rf"\A\W*(?:{_GREETED})?",
        r",?\s+(?:here|speaking|hier|ici|tutaj)(?:\W*\Z|\s*[!,.:;–—-]|\s+(?:and|to|und|mit)\b)",
    ),
    (rf"\A\W*{_GREETED}(?:this is|it['’]s|hier (?:ist|spricht|schreibt))\s+", r"\W*\Z|\s*[,!–—-]"),
    (
        r"\A\W*(?:this is|it is|it['’]s)\s+",
        r",?\s+(?:speaking|here|your|an? (?:\w+ )?(?:AI|assistant|chatbot|language))\b",
    ),
    (r"\bhier (?:spricht|schreibt|antwortet)\s+", ""),
    (r"\A\W*hier ist\s+", r",?\s+(?:dein|ihr|euer|eine? (?:KI|Sprach|Chat))|\W*\Z"),
    ("", r",?\s+(?:at your service|zu ihren diensten|à votre service)\b"),
    # "… dass ich von Google trainiert wurde", "Dieses Sprachmodell wurde von Meta entwickelt"
    (
        r"\b(?:ich|diese[srn]? (?:KI|\w*modell|\w*assistent\w*|chatbot))\b"
        r"[^.!?,\n]{0,40}\b(?:von|durch)\s+(?:\w+\s+){0,3}",
        rf"[^.!?\n]{{0,40}}\b{_OF_GERMAN_MAKING}\b",
    ),
    (r"\bich,\s+", r"\s*,"),
    (r"\bя\s+(?:[—–-]\s*)?(?:это\s+)?|\bsono\s+", ""),
    (r"由\s*(?:来自|來自)?", rf"[^。！？，\n]{{0,14}}{_MADE_ZH}"),
    (r"(?:(?:这里|這裡|這裏)是|叫做?我|[称稱]呼?我[为為]?)\s*", ""),
    ("", r"\s*(?:很高兴|很高興|竭诚)?[为為](?:您|你)(?:服务|服務|解答)"),
    (
        "",
        r"\s*(?:社)?(?:によって|が|に|で)(?:よって)?(?:開発|作成|訓練|トレーニング|学習|構築)"
        r"[^。！？\n]{0,12}(?:AI|人工知能|モデル|アシスタント|チャットボット)",
    ),
    ("", r"\s*と(?:いいます|言います|呼ばれて)"),
)
_BESIDE = tuple(
    (
        re.compile(rf"(?:{before}){_NAME_BEGINS}\Z", re.IGNORECASE),
        re.compile(rf"{_NAME_ENDS}(?:{after})", re.IGNORECASE),
    )
    for before, after in _AROUND_A_NAME
)
_INTRODUCED = re.compile(
    r"(?:\b(?:i am|i'm|i’m|name is|name's|called|named|known as|by|ich bin|hei(?:ß|ss)e|name ist|mich|von|durch"
    r"|je suis|m['’]appelle|par|soy|me llamo|por|sono|mi chiamo|da|dalla|sou|me chamo|pel[ao]|ik ben|ik heet|door"
    r"|jestem|nazywam się|przez)\s+(?:(?:an?|the|der|die|das|eine?|la|le|una?)\s+)?|我[是叫]|由\s*)[\"'“„«*_`]*\Z",
    re.IGNORECASE,
)
_LONGEST_INTRODUCTION = 40


class Spoken:
    """Of one text, where it speaks of itself. It is read once, and only when a name was found: most hold none."""

    def __init__(self, text: str) -> None:
        self._text = text

    def around(self, start: int, end: int) -> bool:
        """Whether the sentence around a name speaks of itself."""
        first, last = self._sentence(start, end)
        begins, lasts = self._signs
        at = bisect_left(begins, first)
        while at < len(begins) and begins[at] < last:
            if lasts[at] <= last:
                return True
            at += 1
        before = self._text[max(first, start - _NEAR) : start]
        after = self._text[end : min(last, end + _NEAR)]
        return any(left.search(before) and right.match(after) for left, right in _BESIDE)

    def introduced(self, start: int) -> bool:
        """Whether what begins here is introduced as a name: "I am …", "made by …"."""
        return bool(_INTRODUCED.search(self._text[max(0, start - _LONGEST_INTRODUCTION) : start]))

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        first, last = max(0, start - LONGEST_SENTENCE), end + LONGEST_SENTENCE
        ends, afters = self._ends
        before = bisect_right(afters, start) - 1
        behind = bisect_left(ends, end)
        if before >= 0:
            first = max(first, afters[before])
        return first, min(last, ends[behind]) if behind < len(ends) else min(last, len(self._text))

    @cached_property
    def _signs(self) -> tuple[list[int], list[int]]:
        plain = self._text.replace("İ", "i").lower()  # as long as the text: of all letters this one alone would grow
        found = [match.span(1) for match in _SPEAKING.finditer(plain)]
        found = sorted([*found, *(match.span() for match in _ENGLISH_I.finditer(self._text))])
        return [first for first, _last in found], [last for _first, last in found]

    @cached_property
    def _ends(self) -> tuple[list[int], list[int]]:
        """Where sentences end, before and behind the sign that ends them."""
        found = [match.span() for match in _ENDS.finditer(self._text)]
        return [first for first, _last in found], [last for _first, last in found]
