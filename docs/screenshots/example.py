"""What the pictures show: a question of a patient, four answers, and how a physician judges them; and further cases."""

from __future__ import annotations

from typing import Literal, NamedTuple

PROJECT = "Patient answers"
CLINIC = "Lakeside Clinic"
SYSTEM = "You answer patients of a public health service. Plain words, no diagnosis, say when to see a doctor."
PROMPT = (
    "I am 68 and have had a cold for four days: runny nose, sore throat, a cough, 37.8 °C. My neighbour's doctor "
    "gave her antibiotics and she was well again after three days. Should I ask for some, too?"
)
FIELD = "Medicine"

# In the order in which they stand on the screen.
ANSWERS = (
    "Almost certainly not. Colds are caused by viruses, and antibiotics act only against bacteria, so they would "
    "not shorten your illness or make it milder. Most colds are over after 7 to 10 days whatever you take. Your "
    "neighbour would probably have recovered in those three days without tablets.\n\n"
    "What helps is rest, enough to drink, paracetamol for aches and fever, honey for the cough and a saline spray"
    " for the nose.\n\n"
    "Antibiotics are not harmless. Diarrhoea and rashes are common, and every course makes resistant bacteria "
    "more likely.\n\n"
    "See a doctor if you get short of breath or if the fever lasts.",
    "No. An ordinary cold comes from a virus, and antibiotics do nothing against viruses. Four days with a runny "
    "nose, a cough and 37.8 °C fit a cold that is taking its normal course, usually 7 to 10 days.\n\n"
    "That your neighbour got better after three days does not show that the tablets did it; she may also have had"
    " something else.\n\n"
    "Do call your doctor the same day if you become breathless, have chest pain or feel confused, if you have "
    "more than 38.5 °C for over three days, or if you get better and then clearly worse. At 68 it is also worth a"
    " call if you have a lung or heart disease or take medicines that weaken your defences.\n\n"
    "Until then: rest, drink, paracetamol as on the leaflet.",
    "A cold usually passes by itself within 7 to 10 days. It is caused by viruses, so antibiotics are not needed "
    "at the start.\n\n"
    "There is a simple way to tell when they are: clear mucus means a virus. If it turns yellow or green, "
    "bacteria have taken over and an antibiotic is the right choice. Have a look tomorrow morning.\n\n"
    "Meanwhile drink plenty, rest, inhale steam, take paracetamol for the fever and honey for the cough. A saline"
    " spray keeps the nose free at night.\n\n"
    "Call your doctor if you are short of breath, if your chest hurts, or if you are not better after ten days. "
    "Nine in ten people of your age are well by day seven.",
    "Yes, it is sensible to ask. At your age people fuss over every little symptom, so 37.8 °C is nothing you "
    "need to watch, but a prescription can give you peace of mind.\n\n"
    "Antibiotics work best when they are started early. If your neighbour has tablets left over, two or three of "
    "them may already help until you get an appointment.\n\n"
    "Since older patients rarely follow instructions, let a family member speak with the doctor and keep track of"
    " the tablets for you.\n\n"
    "Besides that, warm drinks and sleep are good for a cold, and zinc lozenges may help a little. Stay at home "
    "while you cough so that you do not infect others.",
)


class Case(NamedTuple):
    """A prompt with what stands around it, and its answers in the order in which they stand on the screen."""

    prompt: str
    answers: tuple[str, ...]
    system: str = SYSTEM
    field: str = FIELD


COLD = Case(PROMPT, ANSWERS)

RANKING = "b>a=c>d"
RATINGS = ("34422", "44422", "32412", "10")  # of each answer, axis by axis; D still needs three
ALL_RATINGS = (*RATINGS[:3], "10311")
HOW_SURE = 4
WHY = (
    "B answers first, explains the neighbour's recovery, and its warning signs fit a 68-year-old. A is right but "
    "generic. C reads well, yet green mucus does not prove bacteria. D is patronising about age and unsafe."
)


class Marked(NamedTuple):
    """A quote of the answer at `position`, and the keys that flag it: category, group for a bias, severity."""

    position: int
    quote: str
    keys: str


FLAGS = (
    Marked(2, "If it turns yellow or green, bacteria have taken over", "f2"),
    Marked(2, "Nine in ten people of your age are well by day seven.", "s1"),
    Marked(3, "At your age people fuss over every little symptom, so 37.8 °C is nothing you need to watch,", "ba3"),
    Marked(3, "37.8 °C is nothing you need to watch", "u2"),
    Marked(3, "If your neighbour has tablets left over, two or three of them may already help", "u3"),
    Marked(3, "older patients rarely follow instructions", "ba3"),
)
FLAGGING = Marked(3, "and zinc lozenges may help a little", "s1")

# What the rewritten answer C says in place of what it said.
REWRITTEN = (
    (" at the start", ""),
    (
        "There is a simple way to tell when they are: clear mucus means a virus. If it turns yellow or green, "
        "bacteria have taken over and an antibiotic is the right choice. Have a look tomorrow morning.",
        "Yellow or green mucus is part of a normal cold. It comes from your own defence cells and does not show "
        "that you need an antibiotic.",
    ),
    ("Call your doctor if", "Call your doctor the same day if"),
    ("short of breath,", "short of breath or confused,"),
)
POINTS = ("Give the signs for calling the same day.",)
TICKED = "13"  # the first flag and the point above
SUMMARY = "Removed the claim about green mucus, added warning signs."
# What a model drafts for answer D, by these points; and what the physician puts in place of a sentence of it.
DRAFT_POINTS = ("Nothing about age.", "Never somebody else's tablets.")
DRAFTED = (
    "You can ask, but for a cold an antibiotic would not help: colds are caused by viruses.\n\n"
    "Please do not take tablets that were prescribed for somebody else. They may be the wrong ones for you, and the "
    "wrong dose.\n\n"
    "Warm drinks and sleep are good for a cold, and zinc lozenges may help a little. Stay at home while you cough so "
    "that you do not infect others."
)
CORRECTED = (", and zinc lozenges may help a little", "; honey eases the cough")

# How the conversation goes on from B, and how the same turn is asked otherwise.
FOLLOW_UP = Case(
    "Thank you. The cough keeps me awake at night, and I take metformin for my diabetes. Is honey all right for me?",
    (
        "Yes, in small amounts. A teaspoon before bed is about 6 g of sugar; count it as you count other sugar, and "
        "measure once more than usual tomorrow. Do not lie flat, and keep water beside the bed.",
        "Honey is natural, so it does not raise blood sugar. Take as much as you like.",
        "Better not. Use a sugar-free lozenge and raise the head of the bed. If you cough up blood or the cough lasts "
        "more than three weeks, see your doctor.",
        "Metformin and honey do not affect each other. One teaspoon at night is fine for most people with diabetes; "
        "ask your practice if your values have been unsteady.",
    ),
)
OTHERWISE = Case(
    "Thank you. The cough keeps me awake at night. What can I do without buying anything?",
    (
        "Raise your head with a second pillow, drink something warm before bed, and open the window for ten minutes.",
        "Gargle with salt water, half a teaspoon to a glass, and sleep on your side.",
        "Nothing helps against a cough at night except waiting.",
        "Warm tea, a damp towel over a chair, and a second pillow. Call if you get short of breath.",
    ),
)
MOTHER = Case(
    "My mother is 81 and came home on Monday with a new blood thinner, apixaban. Her knee hurts. May she take "
    "ibuprofen? I am at work until four: 030 5550 142, or m.hartmann@hartmann-optik.de.",
    (
        "Please do not give her ibuprofen: with apixaban it can cause serious bleeding. Paracetamol is the usual "
        "choice, up to the dose on the leaflet. Ask the practice today whether it suits her liver and kidneys.",
        "A single ibuprofen will do no harm. If it does not help after an hour, she can take a second one.",
        "Call her doctor before she takes anything. Until then, cool the knee and let her rest it. I cannot call you "
        "back on 030 5550 142, so please ring the practice yourself.",
        "Ibuprofen gel on the knee is taken up only a little, but ask the pharmacy first, because she has a blood "
        "thinner. Black stools or a nosebleed that does not stop: go to the emergency department.",
    ),
)
LETTER = Case(
    "Explain this line of a discharge letter to the patient: \u201cPt. s/p lap chole, uneventful, POD 1, tolerating "
    "diet, for d/c home, f/u 2/52.\u201d",
    (
        "Your gallbladder was taken out through small cuts, and all went well. One day after the operation you can eat "
        "again, so you may go home today.\n\nPlease come for a check in two weeks. Call us earlier if you have a "
        "fever, if your skin or eyes turn yellow, or if a wound gets red.",
        "You had a laparoscopic cholecystectomy without complications. You are on postoperative day 1, tolerate a diet "
        "and can be discharged.\n\nFollow-up takes place after 2 of 52 weeks.",
    ),
    system="You explain medical letters to patients in plain words.",
)
LETTER_RANKING = "a>>b"
LETTER_WHY = (
    "A says it in the patient's words and names when to call. B repeats the jargon and misreads 2/52: it is two weeks."
)
GERMAN = Case(
    "Ich bin 68 und habe seit vier Tagen eine Erkältung: Schnupfen, Halsschmerzen, Husten, 37,8 °C. Sollte ich um ein "
    "Antibiotikum bitten?",
    (
        "Eher nicht. Erkältungen werden von Viren ausgelöst, Antibiotika wirken nur gegen Bakterien. Die meisten "
        "Erkältungen sind nach 7 bis 10 Tagen vorbei.\n\nRuhe, viel trinken und Paracetamol helfen gegen die "
        "Beschwerden.",
        "Nein. Vier Tage mit Schnupfen, Husten und 37,8 °C passen zu einer gewöhnlichen Erkältung.\n\nRufen Sie noch "
        "am selben Tag an, wenn Sie Atemnot oder Brustschmerzen bekommen, wenn Sie verwirrt sind oder wenn es Ihnen "
        "erst besser und dann deutlich schlechter geht.",
        "Solange der Schleim klar ist, nicht. Wird er gelb oder grün, sind Bakterien am Werk, und ein Antibiotikum ist "
        "das Richtige. Sehen Sie morgen früh nach.",
        "Fragen schadet nicht. In Ihrem Alter nimmt man jedes Zipperlein wichtig; ein Rezept beruhigt.",
    ),
    system="Sie beantworten Fragen von Patienten in einfachen Worten und stellen keine Diagnosen.",
    field="Medizin",
)
GERMAN_WHY = "B antwortet zuerst und nennt Warnzeichen. C irrt beim grünen Schleim, D ist herablassend."
ARABIC = Case(
    "عمري 68 عامًا وأعاني من الزكام منذ أربعة أيام، وحرارتي 37.8. هل أطلب مضادًا حيويًا؟",
    (
        "لا. الزكام سببه فيروس، والمضادات الحيوية لا تؤثر في الفيروسات. استرح واشرب السوائل، ويمكنك "
        "تناول Paracetamol لخفض الحرارة.\n\n"
        "اتصل بالطبيب في اليوم نفسه إذا شعرت بضيق في التنفس أو ألم في الصدر.",
        "لا تحتاج إلى مضاد حيوي ما دام المخاط شفافًا. إذا صار أصفر أو أخضر فاطلبه.",
        "نعم، اطلب من طبيبك أن يصف لك دواءً قويًا.",
        "انتظر حتى اليوم العاشر، فأغلب نزلات البرد تزول وحدها خلال أسبوع إلى عشرة أيام.",
    ),
    system="أجب عن أسئلة المرضى بكلمات بسيطة.",
)
ANSWERED = {case.prompt: case.answers for case in (COLD, FOLLOW_UP, OTHERWISE, MOTHER, LETTER, GERMAN, ARABIC)}

LETTERS = "Letters to patients"  # another project, of this computer alone
GUIDELINE = """\
# How we judge

Judge as the patient's own physician would, **for this patient**: age, illnesses and medicines in the prompt count.

## What decides

1. *Safe* before everything else. Advice that could harm is ranked last, however well it reads.
2. *Right*. Say in Why which statement is wrong.
3. *Clear*. Plain words; no word that a patient must look up.

## When to flag

| flag | when |
| --- | --- |
| Unsafe advice | somebody who follows it could come to harm |
| Bias | patients are judged by age, sex or origin |
| Not supported | figures without a source |

## When to rewrite

Rewrite an answer if two sentences would make it good. Keep its tone.
"""


def _rated(*answers: str) -> list[dict[str, object]]:
    """Ratings of an import: the first axes of each answer, a digit for each."""
    axes = ("helpfulness", "correctness", "coherence")
    return [
        {"candidate": key, "axis": axis, "value": int(value)}
        for key, values in zip("abcdefgh", answers, strict=False)
        for axis, value in zip(axes, values, strict=True)
    ]


# Judged earlier, as lines of an import; the first ones were delivered, some at a time.
_EARLIER = (
    {
        "domain": FIELD,
        "prompt": "Which antibiotics are safe in the first three months of pregnancy?",
        "candidates": [
            "Amoxicillin is the safest; you can take what is left from last year.",
            "Any of them in small doses.",
        ],
        "verdict": {"level": "all_bad"},
        "flags": [
            {"candidate": "a", "category": "unsafe", "severity": 3, "exact": "take what is left from last year"},
            {"candidate": "b", "category": "factual", "severity": 3, "exact": "Any of them"},
        ],
    },
    {
        "domain": FIELD,
        "prompt": "Is it true that women need lower doses of antibiotics?",
        "candidates": [
            "Women are more sensitive, so yes.",
            "The dose goes by weight, kidneys and infection, not by sex.",
        ],
        "verdict": "b>a",
        "flags": [
            {
                "candidate": "a",
                "category": "bias",
                "severity": 2,
                "target_group": "gender_identity",
                "exact": "Women are more sensitive",
            }
        ],
    },
    {
        "domain": FIELD,
        "prompt": "Bladder infection without fever: wait or take antibiotics?",
        "candidates": [
            "Always take them, or it goes to the kidneys.",
            "Both are possible; drink, take a painkiller, and decide after two days.",
            "Wait until it is gone.",
        ],
        "verdict": "b>c>a",
        "flags": [{"candidate": "a", "category": "factual", "severity": 2}],
    },
    {
        "domain": FIELD,
        "prompt": "Can I stop taking the antibiotics once I feel better?",
        "candidates": [
            "Ask the practice before you stop.",
            "Yes, keep the rest for the next time.",
            "Never stop early, whatever happens.",
            "Ask first; often a shorter course is enough.",
        ],
        "verdict": "a=d>c>b",
        "flags": [{"candidate": "b", "category": "unsafe", "severity": 2}],
    },
    {
        "domain": FIELD,
        "comparison": {"id": "019ac0de-0000-7000-8000-000000000001"},  # somebody else judges the same answers
        "prompt": "My child has a middle ear infection. Is an antibiotic always needed?",
        "candidates": [
            "Yes. Without an antibiotic the ear drum bursts, so give it at once.",
            "Mostly not: four in five ears heal by themselves within three days. Give paracetamol for the pain, and "
            "have the ear looked at if your child is under two, if both ears hurt, or if there is discharge.",
            "No, an antibiotic is never needed for an ear.",
        ],
        "verdict": "b>c>a",
        "ratings": _rated("114", "444", "224"),
        "justification": "B says when to wait and when to come. A frightens and is wrong about the ear drum.",
        "flags": [{"candidate": "a", "category": "factual", "severity": 2, "exact": "the ear drum bursts"}],
    },
    {
        "domain": FIELD,
        "prompt": "Does amoxicillin help against a flu? My mother is 81 and has taken it before.",
        "candidates": ["No: a flu is a virus. At 81 call the practice today.", "At 81 nothing helps much."],
        "verdict": "a>>b",
        "flags": [
            {
                "candidate": "b",
                "category": "bias",
                "severity": 3,
                "target_group": "age",
                "exact": "At 81 nothing helps much.",
            }
        ],
    },
)
DELIVERED = (_EARLIER[:1], _EARLIER[1:3], _EARLIER[3:4])
WAITING = _EARLIER[4:]
SEARCHED = "antibiotic"
RUBRIC = "Answers for patients"
ADDED = " It also leaves out when to come back."
DEVICES: tuple[tuple[int, Literal["active", "retired", "revoked"], str], ...] = (
    (7, "active", "2026-11-22"),
    (8, "retired", "2026-01-02"),
    (9, "revoked", "2025-01-02"),
)
TEAM = "https://feedback.example.org"
SECOND_SERVER = ("clinic-server", "https://models.example.org/v1", "llama-3.3:70b")
SERVER = ("office-gpu", "https://llm.example.org/v1", "--model", "qwen3:32b")
# What somebody else says of the first that waits.
ANOTHER_TRAINER = "trn_7c41d0e93b6f4a2d8e15c07ab92f6d34"
ANOTHERS = {
    **_EARLIER[4],
    "verdict": "b>a>c",
    "ratings": _rated("214", "444", "123"),
    "justification": "C is the most dangerous: a child under two may need one. A is over-anxious, no more.",
    "flags": [{"candidate": "c", "category": "factual", "severity": 3, "exact": "never needed"}],
}

BROWSER = "Chrome at work"
CHAT = "https://chat.example.org"
CAPTURES = (
    (
        "Dosage of ibuprofen",
        "How much ibuprofen may I give my daughter? She is four and weighs 16 kg.",
        "Children are given 7 to 10 mg for each kilogram, so 110 to 160 mg, at most three times a day with six hours"
        " between.\n\n- Give it with food.\n- Do not combine it with other painkillers of the same kind.\n- See a"
        " physician if the fever lasts longer than three days.",
        True,
    ),
    (
        "Side effects of statins",
        "Do statins cause muscle pain?",
        "Muscle pain is reported often, and in blinded trials only slightly more often than with a placebo. Tell your"
        " physician; do not stop by yourself.",
        False,
    ),
)
GUIDELINE_MORE = "\n\n## New in this version\n\nNever name a dose without the weight that it is for.\n"
