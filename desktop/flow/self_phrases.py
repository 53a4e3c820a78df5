"""The words by which a sentence speaks of the speaker, as data: one line a phrase, with its language first.

Written as regular expressions with less around them: (…) only groups, ’ is either apostrophe, and {name} stands for the
rows of that name in WORDS, as alternatives. "--" is for several languages. Must not know how a text is read, nor what
counts as a name.
"""

from __future__ import annotations

import re

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh", "ja", "ko")

# What alternatives several phrases share, or one has too many of for a line.
WORDS = r"""
greeting  hi|hey|hello|good (morning|afternoon|evening|day)|greetings|welcome
greeting  hallo|moin|servus|grüezi|guten (morgen|tag|abend)
greeting  bonjour|salut|hola|ciao|olá|hoi|cześć
and_then  (,? (there|all|zusammen))?[\s,:–—-]+
made      entwickelt|trainiert|erstellt|geschaffen|erschaffen|gebaut|programmiert|ausgebildet|gemacht
made_zh   开发|開發|研发|研發|训练|訓練|打造|创造|創造|创建|創建|推出的?(大|人工|AI|语言)|构建|構建
mine      namen?|entwickler\w*|hersteller\w*|schöpfer\w*|anbieter\w*|betreiber\w*|\w*modell|trainings\w*|mutterkonzern
an_ai     ki(?![\w-])|ki-\w*(modell|assistent|system|bot)|(\w+-)?sprach(modell|assistent)|intelligenz|chatbot
this_ai   diese[srn]? (KI|\w*modell|\w*assistent\w*|chatbot)
made_ja   開発|作成|訓練|トレーニング|学習|構築
an_ai_ja  AI|人工知能|モデル|アシスタント|チャットボット
ai_zh     ai|人工智能|人工智慧|(大型?)?[语語]言模型|(智能|ai)?助手|大模型|聊天机器人
"""

# Wherever a name stands in a sentence with one of these, it is the speaker's. Read in small letters. So cut that
# talk about firms and animals stays readable: German "ich" alone is no sign, "ich heiße" is.
SIGNS = r"""
en  me
en  my
en  myself
en  i am
en  i’m
en  i was
en  as an? (ai|artificial|large|language|virtual|helpful|assistant|chatbot)
en  called
en  named
en  known as
en  (trained|developed|created|made|built|powered) by
en  you( are|’re) (now |currently )?(talking|speaking|chatting) (to|with)
de  ich (bin|hei(ß|ss)e|wurde|basiere|stamme|gehöre|komme von|arbeite für|nenne mich|höre auf)
de  (bin|hei(ß|ss)e|wurde|basiere) ich
de  bei mir handelt
de  (ihr|dein|euer) (\w+ )?(\w*assistent|chatbot)
de  meine?[rnms]? (\w+ )?{mine}
de  nenn(t|en|e)? (sie )?mich
de  mich nenn(t|en)
de  mich\b[^,\n]{0,60}\b({made}|nennt|nennen)
de  (entwickelte|trainierte|erschuf|programmierte)n? mich
de  als (eine?[rnms]? )?((große|hilfreiche|reine|künstliche)[srnm]? )?{an_ai}
de  als (eine?[rnms]? )?von\b[^,\n]{0,60}\b{made}e[rsnm]?
de  als (eine? )?(hilfreiche|digitale|virtuelle|persönliche)[rs]? \w*assistent
de  (entwickelt|trainiert|erschaffen|programmiert)( und \w+)? (von|durch)
de  (sie|du) (sprechen|sprichst|chatten|chattest|schreiben|schreibst) (\w+ )?mit
fr  je suis
fr  je m’appelle
fr  je me nomme
fr  on m’appelle
fr  appelez-moi
fr  mon nom
fr  j’ai été
fr  (mes|mon) (créateur|développeur|concepteur)s?
fr  m’(a|ont) (créé|développé|entraîné|conçu)
fr  en tant qu(e |’)(\w+ )?(ia|intelligence artificielle|assistant|modèle|chatbot)
fr  (développ|cré|entraîn)ée?s? par
fr  conçue?s? par
es  soy
es  me llam(o|an)
es  llámame
es  mi nombre
es  mis? (creador|desarrollador)(es)?
es  fui (cread|desarrollad|entrenad)[oa]
es  como (una? )?(ia|inteligencia artificial|modelo de (lenguaje|ia)|asistente (virtual|de ia)|chatbot)
es  (desarrollad|cread|entrenad|diseñad)[oa] por
it  sono (una?|stat[oa]|il (modello|tuo)|qui|un’)
it  mi chiam(o|ano)
it  il mio nome
it  (i miei|il mio) (creator|sviluppator)[ei]
it  mi (ha|hanno) (creato|sviluppato|addestrato)
it  come (una? |un’)?(ia|intelligenza artificiale|modello (linguistico|di linguaggio)|assistente virtuale)
it  (sviluppat|creat|addestrat)[oa] d(a|al|alla|ai|all’)
pt  sou
pt  (o )?meu nome
pt  me chamo
pt  chamo-me
pt  meus? (criador|desenvolvedor)(es)?
pt  fui (criad|desenvolvid|treinad)[oa]
pt  como (uma? )?(ia|inteligência artificial|modelo de (linguagem|ia)|assistente (virtual|de ia)|chatbot)
pt  (desenvolvid|criad|treinad)[oa] (pel[oa]|por)
nl  ik (ben|heet|werd)
nl  (ben|heet|werd) ik
nl  mijn (naam|ontwikkelaars?|makers?|fabrikant)
nl  noem(en|t)? (me|mij)
nl  als (een )?(ai(?![\w-])|ai-(model|assistent)|kunstmatige intelligentie|(groot )?taalmodel|chatbot)
nl  als (een )?(virtuele|digitale) assistent
nl  (ontwikkeld|getraind|gemaakt|gebouwd) door
pl  jestem
pl  nazywam się
pl  mam na imię
pl  moje imię
pl  (mój|moj\w+|moi\w*) (twórc|producent|programi)\w*
pl  został[ae]m
pl  mnie (stworz|opracow|wytrenow|nazyw)\w+
pl  (stworzy|opracowa|wytrenowa|nazywa)\w+ mnie
pl  jako (ai(?![\w-])|si(?![\w-])|(duży )?model (językowy|ai)|sztuczna inteligencja|asystent\w*|chatbot)
pl  (stworzon|opracowan|wytrenowan|szkolon|zbudowan)\w+ przez
ru  я (—|–|-|это|являюсь|был[аи]?)
ru  я (\w+ ){0,2}(модель|ассистент|помощник|чат-бот|ии|нейросеть)
ru  меня (зовут|называют|создал\w*|разработал\w*|обучил\w*)
ru  мо[её] имя
ru  мо[йи] (создател|разработчик)\w*
ru  как (ии|языковая модель|искусственный интеллект|виртуальный помощник|нейросеть)
ru  (разработан|создан|обучен)\w* (компанией|командой|в компании)
zh  我([是叫由被乃]|基于|基於|隶属|[属屬]于)
zh  我的(名字|名稱|名称|开发|開發|创造|創造|研发|研發|训练|訓練|母公司|公司|团队|團隊|模型)
zh  我(来|來)自
zh  我背[后後]
zh  [作做][为為](一[个個款名种種])?(由[^。！？\n]{0,20})?{ai_zh}
zh  本(模型|助手|ai|人工智能|人)
zh  [就正]是我(?![们們的])
zh  (开发|開發|研发|研發|训练|訓練|打造|创造|創造|创建|創建)(了|出)?我(?![们們的])
ja  (私|わたし|わたくし|僕|ぼく|ボク|俺|当方|当モデル|本モデル)(は|、|の(名前|開発|製作|作成))
ja  (ai|人工知能|言語モデル|アシスタント|チャットボット)(モデル)?として
ja  と申します
ko  저[는의]\s
ko  나는\s
ko  [제내] (이름|개발)
ko  저를
ko  (ai|인공지능|언어 모델|어시스턴트|챗봇)(로서|으로서)
ko  (에서|에 의해|이|가) (개발|훈련|학습|만든)[^.!?\n]{0,20}(ai|인공지능|모델|어시스턴트|챗봇)
"""

# With what a sign begins in languages that are written without spaces: to look for it there alone is faster.
BEGINNINGS = {
    "zh": "我作做本就正开開研訓训打创創",
    "ja": "私わ僕ぼボ俺当本a人言アチと",
    "ko": "저나제내a인언어챗에이가",
}

# What makes a sentence one about the speaker only right beside the name, which is the ⟨⟩.
AROUND_A_NAME = r"""
--  \A\W*({greeting}{and_then})?⟨⟩,?\s+(here|speaking|hier|ici|tutaj)(\W*\Z|\s*[!,.:;–—-]|\s+(and|to|und|mit)\b)
--  \A\W*{greeting}{and_then}(this is|it’s|hier (ist|spricht|schreibt))\s+⟨⟩\W*\Z|\s*[,!–—-]
en  \A\W*(this is|it is|it’s)\s+⟨⟩,?\s+(speaking|here|your|an? (\w+ )?(AI|assistant|chatbot|language))\b
de  \bhier (spricht|schreibt|antwortet)\s+⟨⟩
de  \A\W*hier ist\s+⟨⟩,?\s+(dein|ihr|euer|eine? (KI|Sprach|Chat))|\W*\Z
--  ⟨⟩,?\s+(at your service|zu ihren diensten|à votre service)\b
de  \b(ich|{this_ai})\b[^.!?,\n]{0,40}\b(von|durch)\s+(\w+\s+){0,3}⟨⟩[^.!?\n]{0,40}\b{made}\b
de  \bich,\s+⟨⟩\s*,
ru  \bя\s+([—–-]\s*)?(это\s+)?⟨⟩
it  \bsono\s+⟨⟩
zh  由\s*(来自|來自)?⟨⟩[^。！？，\n]{0,14}{made_zh}
zh  ((这里|這裡|這裏)是|叫做?我|[称稱]呼?我[为為]?)\s*⟨⟩
zh  ⟨⟩\s*(很高兴|很高興|竭诚)?[为為](您|你)(服务|服務|解答)
ja  ⟨⟩\s*(社)?(によって|が|に|で)(よって)?{made_ja}[^。！？\n]{0,12}{an_ai_ja}
ja  ⟨⟩\s*と(いいます|言います|呼ばれて)
"""

# With what a name is introduced: it stands right behind.
INTRODUCTIONS = r"""
en  i am
en  i’m
en  name is
en  name's
en  called
en  named
en  known as
en  by
de  ich bin
de  hei(ß|ss)e
de  name ist
de  mich
de  von
de  durch
fr  je suis
fr  m’appelle
fr  par
es  soy
es  me llamo
es  por
it  sono
it  mi chiamo
it  da
it  dalla
pt  sou
pt  me chamo
pt  pel[ao]
nl  ik ben
nl  ik heet
nl  door
pl  jestem
pl  nazywam się
pl  przez
zh  我[是叫]
zh  由\s*
"""


def rows(table: str) -> list[tuple[str, str]]:
    """The lines of a table: what stands first in each, and the phrase behind it, written out as `re` reads it."""
    words: dict[str, list[str]] = {}
    for name, phrase in _lines(WORDS):
        words.setdefault(name, []).append(phrase)
    for name, phrases in words.items():
        table = table.replace(f"{{{name}}}", f"({'|'.join(phrases)})")
    return _lines(re.sub(r"(?<!\\)\((?!\?)", "(?:", table.replace("’", "['’]")))


def _lines(table: str) -> list[tuple[str, str]]:
    return [(first, phrase) for first, phrase in (line.split(maxsplit=1) for line in table.strip().splitlines())]
